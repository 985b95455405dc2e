#pragma once
// /v1/session: sign in by password or by a one-time code of the host, who am I, sign out. Signing in hashes a password,
// so that it is done aside of the thread that answers everybody.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"
#include "hub/http/throttle.hpp"

#include <set>
#include <utility>

namespace hub::http {

/// How often somebody may guess. Strangers cannot lock a user out: from an address where the user has signed in before,
/// the user has a count of its own.
class Guesses {
public:
    /// `from`: the caller's address. Nullopt: go on.
    std::optional<std::chrono::seconds> take(const std::string& user, const std::string& from, Instant now);
    void succeeded(const std::string& user, const std::string& from);
    /// Refused sign-ins are in the ledger, but not more than one in a few seconds: how many came before this one
    /// without an entry, or nullopt when it gets none itself.
    std::optional<std::uint64_t> note_refused(Instant now);

private:
    static constexpr std::size_t familiar_max = 10'000;

    Throttle by_user_{5, std::chrono::seconds{12}};
    Throttle by_address_{20, std::chrono::seconds{6}};
    Throttle by_both_{5, std::chrono::seconds{12}};
    Throttle entries_{10, std::chrono::seconds{10}};
    std::set<std::pair<std::string, std::string>> familiar_;
    std::uint64_t without_entry_ = 0;
};

/// `sources` must outlive the routes; without an access store there are none.
std::vector<Route> door_routes(Sources& sources);

/// "__Host-lgsp" with TLS, "lgsp" on this machine alone.
std::string_view cookie_name(bool is_tls) noexcept;
/// What stands in the request's cookie of that name; empty: none.
std::string_view cookie_in(std::string_view cookies, std::string_view name) noexcept;
/// Of another site's page the request cannot be: a header that no form sends, and what browsers say of its origin.
Result<void> check_origin(const Request& request, bool is_tls);

}  // namespace hub::http
