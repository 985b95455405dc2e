#include "hub/http/connection_counts.hpp"

namespace hub::http {

ConnectionCounts::Place::~Place() {
    const std::scoped_lock lock{counts_.mutex_};
    if (!is_given_)
        return;
    --counts_.in_all_;
    leave(name_ ? counts_.by_name_ : counts_.nameless_by_address_, name_ ? *name_ : address_);
}

std::size_t ConnectionCounts::in_all() {
    const std::scoped_lock lock{mutex_};
    return in_all_;
}

bool ConnectionCounts::enter(const std::string& address) {
    const std::scoped_lock lock{mutex_};
    const std::size_t at_most = address.empty() ? bounds_.in_all : bounds_.nameless_per_address;
    if (in_all_ >= bounds_.in_all || !join(nameless_by_address_, address, at_most))
        return false;
    ++in_all_;
    return true;
}

bool ConnectionCounts::Place::take_name(const std::string& name) {
    const std::scoped_lock lock{counts_.mutex_};
    if (!join(counts_.by_name_, name, counts_.bounds_.per_name))
        return false;
    leave(counts_.nameless_by_address_, address_);
    name_ = name;
    return true;
}

bool ConnectionCounts::join(Counts& counts, const std::string& key, std::size_t at_most) {
    const auto it = counts.try_emplace(key, 0).first;
    if (it->second >= at_most)
        return false;
    ++it->second;
    return true;
}

void ConnectionCounts::leave(Counts& counts, const std::string& key) {
    if (const auto it = counts.find(key); --it->second == 0)
        counts.erase(it);
}

}  // namespace hub::http
