#pragma once
// Finds out who asks, and turns away whoever asks too often or from where nobody should.

#include "hub/http/caller.hpp"
#include "hub/http/exchange.hpp"
#include "hub/http/sources.hpp"
#include "hub/http/throttle.hpp"

namespace hub::http {

/// As the settings have it.
bool needs_second_factor(const Sources& sources, Role role) noexcept;

class Gate {
public:
    /// A request, and whether it keeps a session that is not used from its end.
    struct Seen {
        Instant at;
        bool is_sign_of_life = true;
    };
    /// `sources` must outlive it.
    explicit Gate(const Sources& sources) : sources_{sources} {}

    /// Field invalid: the request is for another host, so it is a page of another site that found its way here.
    Result<void> check_place(const Request& request) const;
    /// not_signed_in; not_allowed when a cookie stands in a request that a page of another site could have made.
    Result<Caller> identify(const Request& request, Seen seen) const;
    /// Nullopt: go on. Otherwise how long to wait.
    std::optional<std::chrono::seconds> wait_of(const Caller& caller, Instant now);

private:
    Result<std::optional<Caller>> known(std::string_view secret, const Request& request, Seen seen) const;

    const Sources& sources_;
    Throttle requests_{500, std::chrono::milliseconds{50}};
};

}  // namespace hub::http
