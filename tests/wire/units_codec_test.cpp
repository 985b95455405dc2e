#include "hub/wire/units_codec.hpp"

#include "hub/core/limits.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;

namespace {

UnitsPage page() {
    return {.pass = EnvelopeId::make(7, {1, 2, 3}),
            .number = 3,
            .is_last = true,
            .is_full = true,
            .units = {{code("G22.1"), code("000.00.01.G22"), "Vụ Đường sắt", code("G22"), true, 5, "2026/11/24 08:00:00"},
                      {code("28.22.H17"), std::nullopt, "", std::nullopt, false, 0, ""}}};
}

std::string field_of(const UnitsPage& wrong) {
    const auto decoded = wire::decode_units(wire::encode_units(wrong));
    return decoded ? "taken" : decoded.error().field;
}

}  // namespace

TEST_CASE("a page of units is read as it was written", "[wire][units]") {
    CHECK(wire::decode_units(wire::encode_units(page())).value() == page());
}

TEST_CASE("what is no page of units is refused with its field", "[wire][units]") {
    CHECK(wire::decode_units("nonsense").error().code == Errc::envelope_malformed);
    CHECK(wire::decode_units("").error().field == "units.pass_id");
    UnitsPage wrong = page();
    wrong.number = 0;
    CHECK(field_of(wrong) == "units.number");
    wrong = page();
    wrong.units[1].name = std::string(limits::unit_text_bytes_max + 1, 'x');
    CHECK(field_of(wrong) == "units.units[1].name");
    wrong.units[1].name = "a\nb";
    CHECK(field_of(wrong) == "units.units[1].name");
    wrong = page();
    wrong.units[0].modified_at = std::string(1, '\x7F');
    CHECK(field_of(wrong) == "units.units[0].modified_at");
    wrong = page();
    wrong.units[0].version = -1;
    CHECK(field_of(wrong) == "units.units[0].version");
    wrong = page();
    wrong.units.assign(limits::units_page_max, page().units[1]);
    CHECK(field_of(wrong) == "taken");
    wrong.units.push_back(page().units[1]);
    CHECK(field_of(wrong) == "units.units");

    Bytes octets = wire::encode_units(page());
    octets.replace(octets.find("000.00.01.G22"), 13, "000.00.01.G2 ");
    CHECK(wire::decode_units(octets).error().field == "units.units[0].old_code");
    octets = wire::encode_units(page());
    octets.replace(octets.find("28.22.H17"), 9, "28.22..17");
    CHECK(wire::decode_units(octets).error().field == "units.units[1].code");
}

TEST_CASE("an envelope of kind service brings units or tells of a refusal", "[wire][units]") {
    EnvelopeHeader header{.id = EnvelopeId::make(7, {9}),
                          .kind = Kind::service,
                          .sender = code("AXIS"),
                          .receivers = {},
                          .created_at = Instant{std::chrono::seconds{1}},
                          .expires_at = Instant{std::chrono::seconds{2}},
                          .document = std::nullopt,
                          .business_refers_to = {},
                          .business_reason = {},
                          .status = std::nullopt,
                          .parts = {{.content_id = "units", .name = "units", .media_type = std::string{units_media_type}}},
                          .traceparent = {},
                          .refusal = std::nullopt,
                          .secrecy = {}};
    CHECK(check(header).has_value());
    CHECK(brings_units(header));
    header.refusal = Fault{Errc::packet_malformed, {}, {}};
    CHECK_FALSE(brings_units(header));
    CHECK(check(header).has_value());
    header.refusal.reset();
    header.parts[0].media_type = "text/plain";
    CHECK(check(header).error().field == "refusal");
    header.parts.clear();
    CHECK(check(header).error().field == "refusal");
}
