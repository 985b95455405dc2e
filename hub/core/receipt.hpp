#pragma once
// The receipt state of one delivery: one document at one receiver.
//
// Stations arrive out of order and repeated (domain.md 1.7: "05 may arrive before 03"). The state is the
// furthest station seen: a pure function of the set of events, whatever their order. Every event is kept in
// the ledger's entries all the same.

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
    withdrawn = 16,         ///< Status 15: the receiver agreed to a recall or update.
};

/// How far a delivery was carried; the values are stored in the ledger. Apart from the station, because a status that
/// names its document only by its number or DocumentId moves the station and proves nothing: the document may have come
/// by another way, or the status may mean an older one of the same name.
enum class Carriage : std::uint8_t {
    held = 0,               ///< By the hub: due to the broker.
    in_inbox = 1,           ///< The broker confirmed it, or the receiver could not store it.
    taken = 2,              ///< The receiver acknowledged it, or reported on it by its envelope id.
};

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
    status_other,           ///< A code that we do not know: kept and passed on.
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

/// The station that an event reports; nullopt for events that are kept but move nothing (13, 16, unknown).
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
    case ReceiptEvent::status_other: return std::nullopt;
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

/// "01" → status_01; any other code → status_other.
ReceiptEvent status_event(std::string_view code) noexcept;

/// Stable names for receipts, JSON and the command line: "accepted", "queued", "retrieved", "failed", then
/// the edXML codes "01" … "15".
std::string_view name_of(Station station) noexcept;
std::optional<Station> parse_station(std::string_view name) noexcept;
/// "queued", "retrieved", "failed", then "01" … "16"; status_other is "status".
std::string_view name_of(ReceiptEvent event) noexcept;

static_assert(next(Station::accepted, ReceiptEvent::confirmed) == Station::queued);
static_assert(next(Station::retrieved, ReceiptEvent::confirmed) == std::nullopt, "a confirm may come late");
static_assert(next(Station::accepted, ReceiptEvent::status_05) == Station::in_hand, "05 may come before 03");
static_assert(next(Station::in_hand, ReceiptEvent::status_03) == std::nullopt, "never back");
static_assert(next(Station::finished, ReceiptEvent::status_13) == std::nullopt);

}  // namespace hub
