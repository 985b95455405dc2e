#include "hub/core/operation.hpp"

namespace hub {

std::string_view name_of(DeliveryAct act) noexcept {
    switch (act) {
    case DeliveryAct::retry: return "retry";
    case DeliveryAct::park: return "park";
    case DeliveryAct::release: return "release";
    }
    return "retry";
}

std::string_view name_of(Standing standing) noexcept {
    switch (standing) {
    case Standing::waiting: return "waiting";
    case Standing::failed: return "failed";
    case Standing::parked: return "parked";
    case Standing::at_adapter: return "at_adapter";
    }
    return "waiting";
}

std::string_view name_of(OperationState state) noexcept {
    switch (state) {
    case OperationState::running: return "running";
    case OperationState::stopped: return "stopped";
    case OperationState::done: return "done";
    case OperationState::waiting: return "waiting";
    case OperationState::needs_approval: return "needs_approval";
    case OperationState::cancelled: return "cancelled";
    case OperationState::lapsed: return "lapsed";
    }
    return "running";
}

std::string name_of(OperationSeq operation) { return "operation/" + std::to_string(number(operation)); }

std::optional<DeliveryAct> parse_act(std::string_view name) noexcept {
    for (const DeliveryAct act : {DeliveryAct::retry, DeliveryAct::park, DeliveryAct::release})
        if (name_of(act) == name)
            return act;
    return std::nullopt;
}

std::optional<Standing> parse_standing(std::string_view name) noexcept {
    for (const Standing standing : {Standing::waiting, Standing::failed, Standing::parked, Standing::at_adapter})
        if (name_of(standing) == name)
            return standing;
    return std::nullopt;
}

Result<void> check(const Selection& selection) {
    const bool has_cause = selection.standing == Standing::failed || selection.standing == Standing::parked;
    if (!has_cause && !selection.receiver && !selection.envelope)
        return Fault{Errc::field_invalid, "receiver", {}};
    const bool is_none = selection.standing == Standing::parked && selection.cause == no_cause;
    if (!selection.cause.empty() && !is_none && !is_fingerprint(selection.cause))
        return Fault{Errc::field_invalid, "cause", selection.cause.substr(0, 100)};
    if (!selection.cause.empty() && !has_cause)
        return Fault{Errc::field_invalid, "cause", std::string{name_of(selection.standing)}};
    return {};
}

}  // namespace hub
