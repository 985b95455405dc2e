#pragma once
// Who asks, as the gate has found out: every handler gets one and asks the ledger within its scope.

#include "hub/core/access.hpp"
#include "hub/core/search.hpp"

namespace hub::http {

/// By what one is known.
enum class KnownBy : std::uint8_t {
    place,                  ///< Calls from this machine, and nobody has to sign in yet.
    session,
    token,
};

struct Caller {
    std::string name;                         ///< As the audit has it: a user's, "token:NAME", "local".
    Role role = Role::viewer;
    std::optional<AgencyCode> agency;         ///< A clerk has one.
    std::string address;
    KnownBy by = KnownBy::place;
    std::optional<Digest> session;            ///< Of KnownBy::session: what the access store knows it by.
    std::optional<Digest> secret;             ///< Of session or token: what the access store knows it by.
    std::optional<Instant> ends_at;           ///< Of session or token.
    std::optional<std::chrono::seconds> idle; ///< Of a session that ends when nobody uses it for so long.
    bool has_second_factor = false;
    bool must_enrol = false;                  ///< May do nothing but get a second factor.

    /// For every question about documents, deliveries and queues.
    Scope scope() const { return role == Role::clerk ? agency : std::nullopt; }
    bool may(Right right) const noexcept { return is_granted(role, right) && (role != Role::clerk || agency); }
    Act act(Verb verb, std::string object, std::string reason, std::string detail = {}) const {
        return {name, role, address, verb, std::move(object), std::move(reason), std::move(detail)};
    }
};

}  // namespace hub::http
