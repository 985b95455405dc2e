#pragma once
// Places for those who listen to what changes. Nobody can take all of them: each caller has a bound by everything that it
// is known by. One thread at a time.

#include "hub/http/caller.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hub::http {

class Listeners {
public:
    struct Bounds {
        std::size_t in_all = 200;
        std::size_t per_address = 100;            ///< A proxy has many behind it.
        std::size_t per_name = 60;                ///< One user, one token, or whoever is not asked for a name.
        std::size_t per_session = 12;             ///< Windows of one browser.
    };
    explicit Listeners(Bounds bounds) : bounds_{bounds} {}
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    /// Given back by the destructor.
    class Place {
    public:
        Place(Place&& other) noexcept : listeners_{std::exchange(other.listeners_, nullptr)}, keys_{std::move(other.keys_)} {}
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        friend class Listeners;
        Place(Listeners& listeners, std::vector<std::string> keys) : listeners_{&listeners}, keys_{std::move(keys)} {}
        Listeners* listeners_;
        std::vector<std::string> keys_;
    };

    /// Nullopt: there are enough of this caller, or in all. The listeners must outlive the place.
    std::optional<Place> take(const Caller& caller);
    std::size_t count() const noexcept { return in_all_; }

private:
    const Bounds bounds_;
    std::size_t in_all_ = 0;
    std::map<std::string, std::size_t> by_key_;
};

}  // namespace hub::http
