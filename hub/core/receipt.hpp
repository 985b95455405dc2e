#pragma once
// The receipt state of one delivery: one document at one receiver.
//
// Stations arrive out of order and repeated (domain.md 1.7: "05 may arrive before 03"). The state is the
// furthest station seen: a pure function of the set of events, whatever their order. Every event is kept in
// the ledger's entries all the same. Once a receiver could not store it, an operator may begin a new attempt: the
// furthest is then told within that attempt, and attempt and station together never move back
// (docs/decisions/0011-attempts.md).

#include "hub/core/envelope.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hub {

/// Stations of a document at one receiver. The values are stored in the ledger: never renumber.
enum class Station : std::uint8_t {
    accepted = 0,           ///< The hub holds it durably and answers for it.
    queued = 1,             ///< The broker confirmed it into the receiver's inbox.
    failed = 2,             ///< The receiver's adapter could not store it.
    retrieved = 3,          ///< The receiver's adapter stored it.
    arrived = 10,           ///< Status 01.
    registered = 11,        ///< Status 03: accepted and entered in the incoming register.
    assigned = 12,          ///< Status 04.
    in_hand = 13,           ///< Status 05.
    rejected = 14,          ///< Status 02: reception refused by the receiver.
    finished = 15,          ///< Status 06.
    withdrawn = 16,         ///< Status 15: the receiver agreed to a recall or a replacement.
};

/// How far a delivery was carried; the values are stored in the ledger. Apart from the station, because a status that
/// names its document only by its number or DocumentId moves the station and proves nothing: the document may have come
/// by another way, or the status may mean an older one of the same name.
enum class Carriage : std::uint8_t {
    held = 0,               ///< By the hub: due to the broker.
    in_inbox = 1,           ///< The broker confirmed it.
    taken = 2,              ///< The receiver acknowledged it, or reported on it by its envelope id.
    parked = 3,             ///< Set aside by an operator: due to nobody until it is released.
    failed = 4,             ///< The receiver could not store it: due to nobody until an operator has it retried.
    at_adapter = 5,         ///< The receiver's adapter holds it, for a receiver that has not taken it yet and may refuse it.
    parked_failed = 6,      ///< Set aside after it had failed: released it stands as failed again.
};

constexpr bool has_failed(Carriage carriage) noexcept {
    return carriage == Carriage::failed || carriage == Carriage::parked_failed;
}

/// Whether a report carries a delivery further. What is set aside, or has failed, may be in the inbox all the same: that
/// the receiver or its adapter has it counts, that the broker has it does not.
constexpr bool is_further(Carriage shown, Carriage present) noexcept {
    const bool has_it = present == Carriage::taken || present == Carriage::at_adapter;
    switch (shown) {
    case Carriage::taken: return present != Carriage::taken;
    case Carriage::at_adapter: return !has_it;
    case Carriage::in_inbox: return present == Carriage::held;
    case Carriage::held:
    case Carriage::parked:
    case Carriage::failed:
    case Carriage::parked_failed: return false;
    }
    return false;
}

/// What is reported about a delivery.
enum class ReceiptEvent : std::uint8_t {
    confirmed,              ///< Publisher confirm for the receiver's inbox.
    stored,                 ///< Transport acknowledgement: done.
    not_stored,             ///< Transport acknowledgement: fail.
    status_01,
    status_02,
    status_03,
    status_04,
    status_05,
    status_06,
    status_13,              ///< Sender asks to take the document back.
    status_15,
    status_16,              ///< Receiver refuses recall or update.
    status_other,           ///< A code that we do not know, or a 15 that moves nothing: kept and passed on.
    recall_asked,           ///< Sender asks for it back by a packet of type 1; the same as status 13.
    update_asked,           ///< Sender changes it by a packet of type 2.
    replace_asked,          ///< Sender replaces it by a packet of type 3.
    retried,                ///< An operator sends it once more: a new attempt begins, at accepted.
    parked,                 ///< An operator sets it aside.
    unparked,               ///< And lets it go on.
    change_failed,          ///< What the sender asked could not be delivered: nothing is asked any more.
};

/// How far a station is. 02 stands behind 03 to 05 and before 06: a refusal is not undone by a late 03, and
/// a receiver that finished a document has evidently taken it.
constexpr int rank_of(Station station) noexcept {
    switch (station) {
    case Station::accepted: return 0;
    case Station::queued: return 1;
    case Station::failed: return 2;
    case Station::retrieved: return 3;
    case Station::arrived: return 4;
    case Station::registered: return 5;
    case Station::assigned: return 6;
    case Station::in_hand: return 7;
    case Station::rejected: return 8;
    case Station::finished: return 9;
    case Station::withdrawn: return 10;
    }
    return 0;
}

/// The station that an event reports; nullopt for events that are kept but move nothing (13, 16, unknown), and for what
/// operators do: a retry moves nothing within its attempt, it begins the next one.
constexpr std::optional<Station> station_of(ReceiptEvent event) noexcept {
    switch (event) {
    case ReceiptEvent::confirmed: return Station::queued;
    case ReceiptEvent::stored: return Station::retrieved;
    case ReceiptEvent::not_stored: return Station::failed;
    case ReceiptEvent::status_01: return Station::arrived;
    case ReceiptEvent::status_02: return Station::rejected;
    case ReceiptEvent::status_03: return Station::registered;
    case ReceiptEvent::status_04: return Station::assigned;
    case ReceiptEvent::status_05: return Station::in_hand;
    case ReceiptEvent::status_06: return Station::finished;
    case ReceiptEvent::status_15: return Station::withdrawn;
    case ReceiptEvent::status_13:
    case ReceiptEvent::status_16:
    case ReceiptEvent::status_other:
    case ReceiptEvent::recall_asked:
    case ReceiptEvent::update_asked:
    case ReceiptEvent::replace_asked:
    case ReceiptEvent::retried:
    case ReceiptEvent::parked:
    case ReceiptEvent::unparked:
    case ReceiptEvent::change_failed: return std::nullopt;
    }
    return std::nullopt;
}

/// The next state, or nullopt when the event does not move it (a repeat, a late one, or one that never moves).
constexpr std::optional<Station> next(Station state, ReceiptEvent event) noexcept {
    const auto reported = station_of(event);
    if (reported && rank_of(*reported) > rank_of(state))
        return reported;
    return std::nullopt;
}

// ---- Recall, update, replacement (domain 1.4, 1.7)

/// What came of the last change that the sender has asked of a receiver. The values are stored in the ledger.
enum class ChangeState : std::uint8_t { none = 0, asked = 1, agreed = 2, declined = 3 };

struct Change {
    Business kind = Business::fresh;     ///< Of the last one that was asked; fresh while the state is none.
    ChangeState state = ChangeState::none;
    bool operator==(const Change&) const = default;
};

/// A recall that was agreed to: nothing more can be asked.
constexpr bool is_final(const Change& change) noexcept {
    return change.kind == Business::recall && change.state == ChangeState::agreed;
}

/// What an event asks for: 13 and type 1 both mean recall; fresh when it asks for nothing.
constexpr Business asked_by(ReceiptEvent event) noexcept {
    if (event == ReceiptEvent::status_13 || event == ReceiptEvent::recall_asked)
        return Business::recall;
    if (event == ReceiptEvent::update_asked)
        return Business::update;
    return event == ReceiptEvent::replace_asked ? Business::replace : Business::fresh;
}
constexpr ReceiptEvent event_of_asking(Business kind) noexcept {
    switch (kind) {
    case Business::update: return ReceiptEvent::update_asked;
    case Business::replace: return ReceiptEvent::replace_asked;
    case Business::recall:
    case Business::fresh: return ReceiptEvent::recall_asked;
    }
    return ReceiptEvent::recall_asked;
}

/// A question that waits for its answer. A recall does not wait behind an update or a replacement: who wants the
/// document back wants no other answer any more.
constexpr bool is_in_the_way(const Change& change, Business asked) noexcept {
    return change.state == ChangeState::asked && (asked != Business::recall || change.kind == Business::recall);
}

/// | | recall asked | update, replacement asked | 15 | 16 | could not be delivered |
/// |---|---|---|---|---|---|
/// | none | recall asked | asked | - | - | - |
/// | update or replacement asked | recall asked | - | agreed | declined | as before |
/// | recall asked | - | - | agreed | declined | as before |
/// | declined | recall asked | asked | agreed | - | - |
/// | agreed to an update or replacement | recall asked | asked | - | - | - |
/// | agreed to a recall | - | - | - | - | - |
/// An answer without a question moves nothing; who has declined may think better of it; what was given back stays given
/// back. What could not be delivered was not asked: it stands as `before`. Nullopt: not moved.
constexpr std::optional<Change> next(Change change, ReceiptEvent event, Change before = {}) noexcept {
    if (const Business kind = asked_by(event); kind != Business::fresh) {
        if (is_in_the_way(change, kind) || is_final(change))
            return std::nullopt;
        return Change{kind, ChangeState::asked};
    }
    const bool is_open = change.state == ChangeState::asked;
    if (event == ReceiptEvent::status_15 && (is_open || change.state == ChangeState::declined))
        return Change{change.kind, ChangeState::agreed};
    if (event == ReceiptEvent::status_16 && is_open)
        return Change{change.kind, ChangeState::declined};
    if (event == ReceiptEvent::change_failed && is_open)
        return before;
    return std::nullopt;
}

/// "none", "asked", "agreed", "declined".
std::string_view name_of(ChangeState state) noexcept;
/// "new", "recall", "update", "replace".
std::string_view name_of(Business kind) noexcept;

/// "01" → status_01; any other code → status_other.
ReceiptEvent status_event(std::string_view code) noexcept;

/// Stable names for receipts, JSON and the command line: "accepted", "queued", "retrieved", "failed", then
/// the edXML codes "01" … "15".
std::string_view name_of(Station station) noexcept;
std::optional<Station> parse_station(std::string_view name) noexcept;
/// "queued", "retrieved", "failed", then "01" … "16"; status_other is "status"; "recall", "update", "replace"; "retry",
/// "parked", "unparked", "change_failed".
std::string_view name_of(ReceiptEvent event) noexcept;

static_assert(next(Station::accepted, ReceiptEvent::confirmed) == Station::queued);
static_assert(next(Station::retrieved, ReceiptEvent::confirmed) == std::nullopt, "a confirm may come late");
static_assert(next(Station::accepted, ReceiptEvent::status_05) == Station::in_hand, "05 may come before 03");
static_assert(next(Station::in_hand, ReceiptEvent::status_03) == std::nullopt, "never back");
static_assert(next(Station::finished, ReceiptEvent::status_13) == std::nullopt);

static_assert(next(Station::failed, ReceiptEvent::confirmed) == std::nullopt, "back in the inbox is no new attempt");
static_assert(next(Station::failed, ReceiptEvent::retried) == std::nullopt);

static_assert(next(Change{}, ReceiptEvent::status_15) == std::nullopt, "nobody has asked");
static_assert(next(Change{Business::recall, ChangeState::asked}, ReceiptEvent::update_asked) == std::nullopt);

}  // namespace hub
