#pragma once
// Who may do what through the operations API, and the form in which the ledger keeps what was done.

#include "hub/core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

/// Numbers are stored: never renumber.
enum class Role : std::uint8_t {
    viewer = 1,
    clerk = 2,              ///< Of one agency: sees nothing but what that agency sent or received.
    operator_ = 3,
    administrator = 4,
};

enum class Right : std::uint8_t {
    read,                   ///< Documents, their stories, queues, failures, operations.
    hold,                   ///< Set and end legal holds.
    operate,                ///< Retry, park, let go on; one delivery, many, or a queue.
    remind,                 ///< Tell a receiver that it is late.
    reveal,                 ///< Look into a document's body, with a reason.
    audit,                  ///< What others have done.
    configure,
    administer,             ///< Users and tokens.
};
inline constexpr std::size_t rights_count = 8;

bool is_granted(Role role, Right right) noexcept;

std::string_view name_of(Role role) noexcept;   ///< "viewer", "clerk", "operator", "administrator".
std::optional<Role> parse_role(std::string_view name) noexcept;
std::string_view name_of(Right right) noexcept;

/// What can be done. Numbers are stored: never renumber.
enum class Verb : std::uint8_t {
    hold = 1,
    release = 2,            ///< Ends a legal hold.
    retry = 3,
    park = 4,
    unpark = 5,
    operation_run = 6,
    operation_stop = 7,
    operation_resume = 8,
    remind = 9,
    reveal = 10,
    sign_in = 11,
    sign_in_refused = 12,
    sign_out = 13,
    user_add = 14,
    user_change = 15,
    password_change = 16,
    token_add = 17,
    token_revoke = 18,
    config_reload = 19,
    operation_approve = 20,
    failure_assign = 21,    ///< Somebody takes a cause of failures upon them, or gives it back.
    failure_note = 22,
    queue_pause = 23,
    queue_resume = 24,
    queue_limit = 25,
};

std::string_view name_of(Verb verb) noexcept;   ///< As in the enumeration.
std::optional<Verb> parse_verb(std::string_view name) noexcept;

/// Who did what to what, why and from where. Texts are UTF-8, each at most limits::fault_text_bytes_max.
struct Act {
    std::string actor;                          ///< A user, "token:NAME", or what a failed sign-in called itself.
    std::optional<Role> role;                   ///< Nullopt: nobody who is known.
    std::string address;                        ///< Where the request came from.
    Verb verb{};
    std::string object;                         ///< Envelope id, name of a user or token, id of an operation, agency.
    std::string reason;                         ///< As its actor gave it; may be empty where none is asked for.
    std::string detail;                         ///< Ours: filter, count, what was changed. Never a secret.
    bool operator==(const Act&) const = default;
};

}  // namespace hub
