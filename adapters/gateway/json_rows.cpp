#include "adapters/gateway/json_rows.hpp"

#include "hub/core/clean_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <charconv>
#include <cstdio>

namespace hub::gateway {
namespace {

namespace json = boost::json;

std::string_view name_of(SendState state) {
    switch (state) {
    case SendState::waiting: return "waiting";
    case SendState::accepted: return "accepted";
    case SendState::refused: return "refused";
    }
    return {};
}

std::string_view name_of(HoldState state) {
    switch (state) {
    case HoldState::fresh: return "new";
    case HoldState::processing: return "processing";
    case HoldState::done: return "done";
    case HoldState::failed: return "failed";
    }
    return {};
}

std::string_view name_of(Kind kind) { return kind == Kind::status ? "status" : "document"; }

json::value change_of(const Change& change) {
    if (change.state == ChangeState::none)
        return nullptr;
    return json::object{{"kind", hub::name_of(change.kind)}, {"state", hub::name_of(change.state)}};
}

/// Foreign octets as JSON text: JSON is UTF-8, and its readers refuse a whole answer for one octet that is not.
std::string json_text(std::string_view octets) { return clean_utf8(octets); }

}  // namespace

std::string time_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    std::array<char, 40> text{};
    (void)std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                        static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text.data();
}

json::object json_of(const RefusalNote& refusal) {
    return {{"code", json_text(refusal.code)}, {"field", json_text(refusal.field)}, {"text", json_text(refusal.text)}};
}

json::object json_of(const SentPacket& packet) {
    json::array receivers;
    for (const SentReceiver& each : packet.receivers)
        receivers.push_back(json::object{{"receiver", each.code},
                                         {"station", hub::name_of(each.station)},
                                         {"text", json_text(each.text)},
                                         {"change", change_of(each.change)},
                                         {"changed_at", time_text(each.changed_at)}});
    json::object row{{"id", packet.id.text()},
                     {"kind", name_of(packet.kind)},
                     {"from", packet.from},
                     {"number", json_text(packet.number)},
                     {"subject", json_text(packet.title)},
                     {"sent_at", time_text(packet.sent_at)},
                     {"bytes", packet.bytes},
                     {"state", name_of(packet.state)},
                     {"receivers", std::move(receivers)}};
    if (packet.state == SendState::refused)
        row["refusal"] = json_of(packet.refusal);
    return row;
}

json::object json_of(const ReceivedPacket& packet) {
    return {{"id", packet.doc_id},
            {"kind", name_of(packet.kind)},
            {"sender", packet.sender.text()},
            {"receiver", packet.to},
            {"number", json_text(packet.number)},
            {"subject", json_text(packet.title)},
            {"received_at", time_text(packet.at)},
            {"bytes", packet.bytes},
            {"state", name_of(packet.state)},
            {"description", json_text(packet.description)},
            {"signed_by_gateway", packet.is_signed_by_gateway},
            {"traceparent", json_text(packet.traceparent)}};
}

std::string text_of(const ListPlace& place) {
    return std::to_string(place.at.time_since_epoch().count()) + "." + place.doc_id;
}

std::optional<ListPlace> parse_place(std::string_view text) {
    constexpr std::size_t id_bytes_max = 64;
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    const auto at = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || ms < 0 || at >= text.size() || text[at] != '.' || text.size() - at > id_bytes_max)
        return std::nullopt;
    return ListPlace{Instant{std::chrono::milliseconds{ms}}, std::string{text.substr(at + 1)}};
}

std::optional<std::uint64_t> parse_seq(std::string_view text) {
    std::int64_t seq = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (error == std::errc{} && end == text.data() + text.size() && seq >= 0)
        return static_cast<std::uint64_t>(seq);
    return parse_place(text) ? std::optional<std::uint64_t>{0} : std::nullopt;
}

}  // namespace hub::gateway
