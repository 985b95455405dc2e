#include "hub/core/ledger.hpp"

namespace hub {

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
    }
    return "status";
}

}  // namespace hub
