#pragma once
// Places for callers, so that none takes all of them.

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace hub::http {

/// How many connections there are: in all, by agency, and by address as long as it is not known whose they are.
/// Thread-safe.
class ConnectionCounts {
public:
    struct Bounds {
        std::size_t in_all;
        std::size_t nameless_per_address;
        std::size_t per_name;
    };
    explicit ConnectionCounts(const Bounds& bounds) : bounds_{bounds} {}
    std::size_t in_all();

    /// A place among the connections, given back by the destructor.
    class Place {
    public:
        /// As caller_network() names it; empty: counted among all alone.
        Place(ConnectionCounts& counts, std::string address)
            : counts_{counts}, address_{std::move(address)}, is_given_{counts.enter(address_)} {}
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        explicit operator bool() const noexcept { return is_given_; }
        /// False: there are enough of this name.
        bool take_name(const std::string& name);

    private:
        ConnectionCounts& counts_;
        const std::string address_;
        const bool is_given_;
        std::optional<std::string> name_;
    };

private:
    using Counts = std::map<std::string, std::size_t>;
    bool enter(const std::string& address);
    static bool join(Counts& counts, const std::string& key, std::size_t at_most);
    static void leave(Counts& counts, const std::string& key);

    const Bounds bounds_;
    std::mutex mutex_;
    std::size_t in_all_ = 0;
    Counts by_name_;
    Counts nameless_by_address_;
};

}  // namespace hub::http
