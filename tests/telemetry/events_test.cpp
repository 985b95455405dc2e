#include "hub/telemetry/events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace {

using namespace hub;

constexpr std::int64_t at_ms = 1'793'502'000'123;  // 2026-11-01T03:00:00.123Z

/// The line's members; strings as they are, other values as JSON.
std::map<std::string, std::string> parsed(const EventKind& event, const EventFields& fields) {
    const auto line = boost::json::parse(event_line(event, fields, LogFormat::json, LogLanguage::en, at_ms));
    std::map<std::string, std::string> members;
    for (const auto& [name, value] : line.as_object())
        members.emplace(name, value.is_string() ? std::string{value.as_string()} : boost::json::serialize(value));
    return members;
}

}  // namespace

TEST_CASE("the catalogue names each event once, in capitals, in both languages", "[events]") {
    std::set<std::string_view> ids;
    for (const EventKind& event : events::all) {
        INFO(event.id);
        CHECK(ids.insert(event.id).second);
        CHECK(std::ranges::all_of(event.id, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }));
        CHECK_FALSE(event.vi.empty());
        CHECK_FALSE(event.en.empty());
        // What somebody must act on must not be hidden by the usual level.
        if (event.is_for_operator)
            CHECK(event.level >= LogLevel::warning);
    }
}

TEST_CASE("a line holds the fields that there are", "[events]") {
    const auto agency = AgencyCode::parse("H43.01").value();
    const Fault fault{Errc::broker_unreachable, "connect", "Connection refused"};
    const EventFields fields{.envelope = EnvelopeId::parse("0190b3c4-7c1e-7abc-8def-0123456789ab").value(),
                             .agency = &agency,
                             .correlation = "00-trace-01",
                             .why = &fault,
                             .number = 7,
                             .place = "127.0.0.1:5672"};
    SECTION("as JSON") {
        const auto line = parsed(events::broker_down, fields);
        CHECK(line.at("time") == "2026-11-01T03:00:00.123Z");
        CHECK(line.at("level") == "error");
        CHECK(line.at("event") == "BROKER_DOWN");
        CHECK(line.at("for_operator") == "true");
        CHECK(line.at("envelope") == "0190b3c4-7c1e-7abc-8def-0123456789ab");
        CHECK(line.at("agency") == "H43.01");
        CHECK(line.at("correlation") == "00-trace-01");
        CHECK(line.at("code") == "broker_unreachable");
        CHECK(line.at("field") == "connect");
        CHECK(line.at("peer_text") == "Connection refused");
        CHECK(line.at("number") == "7");
        CHECK(line.at("place") == "127.0.0.1:5672");
    }
    SECTION("as text") {
        CHECK(event_line(events::broker_up, {.number = 7}, LogFormat::text, LogLanguage::vi, at_ms)
              == "2026-11-01T03:00:00.123Z info BROKER_UP Đã kết nối RabbitMQ number=7");
    }
    SECTION("nothing is said about what there is not") {
        const auto line = parsed(events::hub_ready, {});
        CHECK(line.size() == 4);
    }
}

TEST_CASE("what a sender wrote does not reach the log", "[events]") {
    const Fault fault{Errc::field_invalid, "document.subject", "V/v khen thưởng"};
    const auto json = event_line(events::envelope_refused, {.why = &fault}, LogFormat::json, LogLanguage::vi, at_ms);
    const auto text = event_line(events::envelope_refused, {.why = &fault}, LogFormat::text, LogLanguage::vi, at_ms);
    CHECK(json.find("document.subject") != std::string::npos);
    CHECK(json.find("khen") == std::string::npos);
    CHECK(text.find("khen") == std::string::npos);
}

TEST_CASE("hostile text stays one JSON string on one line", "[events]") {
    std::string octets;
    for (int i = 0; i < 256; ++i)
        octets += static_cast<char>(i);
    const Fault fault{Errc::broker_unreachable, "\"}\n{\"event\":\"FORGED\"", octets};
    const auto text = event_line(events::broker_down, {.why = &fault}, LogFormat::json, LogLanguage::en, at_ms);
    CHECK(text.find('\n') == std::string::npos);
    const auto line = parsed(events::broker_down, {.why = &fault});
    CHECK(line.at("event") == "BROKER_DOWN");
    CHECK(line.at("field") == fault.field);
    CHECK(line.at("peer_text").size() == octets.size());
}

TEST_CASE("nothing in a line steers the terminal that shows it", "[events]") {
    const Fault fault{Errc::broker_unreachable, "Đường\u202Efdp \u009B2J\u2028x\u200B\U000E0041", "a\xC2"};
    const auto text = event_line(events::broker_down, {.why = &fault}, LogFormat::text, LogLanguage::en, at_ms);
    CHECK(text.find(R"(field="Đường\u202efdp \u009b2J\u2028x\u200b\udb40\udc41")") != std::string::npos);
    CHECK(text.find(R"(peer_text="a?")") != std::string::npos);
    // As JSON it is the same text again.
    CHECK(parsed(events::broker_down, {.why = &fault}).at("field") == fault.field);
}

TEST_CASE("logging works before it is started", "[events]") {
    log(events::hub_ready, {});  // Below the level: silent.
    start_logging(LogLevel::error, LogFormat::json);
    log(events::broker_wiped, {});
    SUCCEED();
}
