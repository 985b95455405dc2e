#include "hub/core/ledger.hpp"

#include <tuple>

namespace hub {

bool Entry::operator==(const Entry& other) const {
    const auto rest = [](const Entry& entry) {
        return std::tie(entry.seq, entry.at, entry.kind, entry.envelope, entry.event, entry.receiver, entry.addressee,
                        entry.code, entry.field, entry.text);
    };
    const bool has_same_act = act && other.act ? *act == *other.act : act == other.act;
    return has_same_act && rest(*this) == rest(other);
}

bool is_same_refusal(const EnvelopeRecord& one, const EnvelopeRecord& other) {
    const bool has_shown_itself = one.id && one.header_digest != Digest{};
    return has_shown_itself && one.refusal && one.refusal == other.refusal && one.id == other.id
           && one.sender == other.sender && one.header_digest == other.header_digest;
}

std::string_view what_of(const Entry& entry) noexcept {
    switch (entry.kind) {
    case EntryKind::accepted: return "accepted";
    case EntryKind::refused: return "refused";
    case EntryKind::station: return entry.event ? name_of(*entry.event) : "status";
    case EntryKind::hub_started: return "hub_started";
    case EntryKind::settings_changed: return "settings_changed";
    case EntryKind::held: return "held";
    case EntryKind::released: return "released";
    case EntryKind::retired: return "retired";
    case EntryKind::content_damaged: return "content_damaged";
    case EntryKind::content_restored: return "content_restored";
    case EntryKind::act: return entry.act ? name_of(entry.act->verb) : "act";
    case EntryKind::operation_begun: return "operation_begun";
    case EntryKind::operation_stopped: return "operation_stopped";
    case EntryKind::operation_resumed: return "operation_resumed";
    case EntryKind::operation_ended: return "operation_ended";
    case EntryKind::operation_approved: return "operation_approved";
    }
    return "status";
}

bool is_numbered(const DocumentName& document, const AnsweredName& name) {
    return !name.full_number.empty() && name.is_of(document.issuer) && name.allows(document.promulgated_on)
           && full_number(document.number, document.notation) == name.full_number;
}

bool is_about(const EarlyQuestion& question, const AnsweredName& name) {
    const bool has_id = !name.document_id.empty() && question.document_id == name.document_id;
    const bool has_number = !name.full_number.empty() && question.full_number == name.full_number
                            && question.promulgated_on == name.promulgated_on;
    return question.issuer == name.issuer && (has_id || has_number);
}

std::optional<Turn> merged(const std::optional<Turn>& earlier, const std::optional<Turn>& later) {
    if (!earlier || !later)
        return later ? later : earlier;
    Turn turn = *later;
    if (!turn.cause)
        turn.cause = earlier->cause;
    if (turn.operation == OperationSeq{})
        turn.operation = earlier->operation;
    return turn;
}

}  // namespace hub
