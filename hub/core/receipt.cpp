#include "hub/core/receipt.hpp"

#include <array>

namespace hub {
namespace {

constexpr std::array all_stations{
    Station::accepted, Station::queued,   Station::failed,   Station::retrieved, Station::arrived,  Station::registered,
    Station::assigned, Station::in_hand,  Station::rejected, Station::finished,  Station::withdrawn,
};

}  // namespace

ReceiptEvent status_event(std::string_view code) noexcept {
    constexpr std::array known{
        ReceiptEvent::status_01, ReceiptEvent::status_02, ReceiptEvent::status_03,
        ReceiptEvent::status_04, ReceiptEvent::status_05, ReceiptEvent::status_06,
        ReceiptEvent::status_13, ReceiptEvent::status_15, ReceiptEvent::status_16,
    };
    for (const ReceiptEvent event : known)
        if (name_of(event) == code)
            return event;
    return ReceiptEvent::status_other;
}

std::string_view name_of(Station station) noexcept {
    switch (station) {
    case Station::accepted: return "accepted";
    case Station::queued: return "queued";
    case Station::failed: return "failed";
    case Station::retrieved: return "retrieved";
    case Station::arrived: return "01";
    case Station::registered: return "03";
    case Station::assigned: return "04";
    case Station::in_hand: return "05";
    case Station::rejected: return "02";
    case Station::finished: return "06";
    case Station::withdrawn: return "15";
    }
    return "accepted";
}

std::optional<Station> parse_station(std::string_view name) noexcept {
    for (const Station station : all_stations)
        if (name_of(station) == name)
            return station;
    return std::nullopt;
}

std::string_view name_of(ReceiptEvent event) noexcept {
    switch (event) {
    case ReceiptEvent::confirmed: return "queued";
    case ReceiptEvent::stored: return "retrieved";
    case ReceiptEvent::not_stored: return "failed";
    case ReceiptEvent::status_01: return "01";
    case ReceiptEvent::status_02: return "02";
    case ReceiptEvent::status_03: return "03";
    case ReceiptEvent::status_04: return "04";
    case ReceiptEvent::status_05: return "05";
    case ReceiptEvent::status_06: return "06";
    case ReceiptEvent::status_13: return "13";
    case ReceiptEvent::status_15: return "15";
    case ReceiptEvent::status_16: return "16";
    case ReceiptEvent::status_other: return "status";
    case ReceiptEvent::recall_asked: return "recall";
    case ReceiptEvent::update_asked: return "update";
    case ReceiptEvent::replace_asked: return "replace";
    case ReceiptEvent::retried: return "retry";
    case ReceiptEvent::parked: return "parked";
    case ReceiptEvent::unparked: return "unparked";
    case ReceiptEvent::change_failed: return "change_failed";
    }
    return "status";
}

std::string_view name_of(ChangeState state) noexcept {
    switch (state) {
    case ChangeState::none: return "none";
    case ChangeState::asked: return "asked";
    case ChangeState::agreed: return "agreed";
    case ChangeState::declined: return "declined";
    }
    return "none";
}

std::string_view name_of(Business kind) noexcept {
    switch (kind) {
    case Business::fresh: return "new";
    case Business::recall: return "recall";
    case Business::update: return "update";
    case Business::replace: return "replace";
    }
    return "new";
}

}  // namespace hub
