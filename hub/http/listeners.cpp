#include "hub/http/listeners.hpp"

#include <algorithm>

namespace hub::http {

std::optional<Listeners::Place> Listeners::take(const Caller& caller) {
    std::vector<std::pair<std::string, std::size_t>> wanted{{"address " + caller.address, bounds_.per_address},
                                                            {"name " + caller.name, bounds_.per_name}};
    if (caller.session)
        wanted.emplace_back("session " + caller.session->text(), bounds_.per_session);
    const auto has_room = [&](const auto& key_and_bound) {
        const auto it = by_key_.find(key_and_bound.first);
        return it == by_key_.end() || it->second < key_and_bound.second;
    };
    if (in_all_ >= bounds_.in_all || !std::ranges::all_of(wanted, has_room))
        return std::nullopt;
    std::vector<std::string> keys;
    for (auto& [key, bound] : wanted) {
        ++by_key_[key];
        keys.push_back(std::move(key));
    }
    ++in_all_;
    return Place{*this, std::move(keys)};
}

Listeners::Place::~Place() {
    if (!listeners_)
        return;
    --listeners_->in_all_;
    for (const std::string& key : keys_)
        if (const auto it = listeners_->by_key_.find(key); --it->second == 0)
            listeners_->by_key_.erase(it);
}

}  // namespace hub::http
