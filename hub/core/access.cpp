#include "hub/core/access.hpp"

namespace hub {

bool is_granted(Role role, Right right) noexcept {
    switch (right) {
    case Right::read: return true;
    case Right::hold:
    case Right::operate:
    case Right::remind:
    case Right::audit: return role == Role::operator_ || role == Role::administrator;
    // A clerk's agency has the documents anyway; who runs the hub has no business in them.
    case Right::reveal: return role == Role::clerk || role == Role::administrator;
    case Right::configure:
    case Right::administer: return role == Role::administrator;
    }
    return false;
}

std::string_view name_of(Role role) noexcept {
    switch (role) {
    case Role::viewer: return "viewer";
    case Role::clerk: return "clerk";
    case Role::operator_: return "operator";
    case Role::administrator: return "administrator";
    }
    return "viewer";
}

std::optional<Role> parse_role(std::string_view name) noexcept {
    for (const Role role : {Role::viewer, Role::clerk, Role::operator_, Role::administrator})
        if (name_of(role) == name)
            return role;
    return std::nullopt;
}

std::string_view name_of(Right right) noexcept {
    switch (right) {
    case Right::read: return "read";
    case Right::hold: return "hold";
    case Right::operate: return "operate";
    case Right::remind: return "remind";
    case Right::reveal: return "reveal";
    case Right::audit: return "audit";
    case Right::configure: return "configure";
    case Right::administer: return "administer";
    }
    return "read";
}

std::string_view name_of(Verb verb) noexcept {
    switch (verb) {
    case Verb::hold: return "hold";
    case Verb::release: return "release";
    case Verb::retry: return "retry";
    case Verb::park: return "park";
    case Verb::unpark: return "unpark";
    case Verb::operation_run: return "operation_run";
    case Verb::operation_stop: return "operation_stop";
    case Verb::operation_resume: return "operation_resume";
    case Verb::remind: return "remind";
    case Verb::reveal: return "reveal";
    case Verb::sign_in: return "sign_in";
    case Verb::sign_in_refused: return "sign_in_refused";
    case Verb::sign_out: return "sign_out";
    case Verb::user_add: return "user_add";
    case Verb::user_change: return "user_change";
    case Verb::password_change: return "password_change";
    case Verb::token_add: return "token_add";
    case Verb::token_revoke: return "token_revoke";
    case Verb::config_reload: return "config_reload";
    case Verb::operation_approve: return "operation_approve";
    case Verb::failure_assign: return "failure_assign";
    case Verb::failure_note: return "failure_note";
    case Verb::queue_pause: return "queue_pause";
    case Verb::queue_resume: return "queue_resume";
    case Verb::queue_limit: return "queue_limit";
    }
    return "unknown";
}

std::optional<Verb> parse_verb(std::string_view name) noexcept {
    for (auto value = static_cast<int>(Verb::hold); value <= static_cast<int>(Verb::queue_limit); ++value)
        if (name_of(static_cast<Verb>(value)) == name)
            return static_cast<Verb>(value);
    return std::nullopt;
}

}  // namespace hub
