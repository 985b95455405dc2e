// What the hub says beside a message: for whom its inbox gets it.

#include "hub/addressing.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;
using test::code;
using test::HubBench;

namespace {

constexpr BytesView packet = "<edXML/>";

struct Trial : HubBench {
    Trial() {
        directory = std::make_shared<const Directory>(
            Directory::build({{.code = code("H43")},
                              {.code = code("H43.01"),
                               .aliases = {{code("000.00.01.H43"), std::nullopt, std::nullopt}},
                               .serves_subordinates = true},
                              {.code = code("H43.02")},
                              {.code = code("AXIS"), .is_axis = true}},
                             {code("H43")})
                .value());
        start();
        give(BusUp{});
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
    }
    void tell_unit(std::string_view present, std::string_view old_code) {
        EnvelopeHeader header = document(90, {});
        header.kind = Kind::service;
        header.sender = code("AXIS");
        header.document.reset();
        Delivered event = delivered(std::move(header), "page", "AXIS");
        event.verdict.units = std::make_shared<const UnitsPage>(UnitsPage{
            test::id(90), 1, true, true,
            {{.code = code(present), .old_code = code(old_code), .name = "Unit", .parent = std::nullopt, .version = 1}}});
        give(event);
    }
    void send(std::vector<AgencyCode> receivers) {
        EnvelopeHeader header = document(1, std::move(receivers));
        header.parts = {{"1", "packet", "application/edxml+xml", packet.size(), sha256(packet), true}};
        Delivered event = delivered(std::move(header));
        event.frame = std::make_shared<const Bytes>(
            wire::encode_envelope(wire::encode_header(*event.verdict.header), std::span<const Signature>{}, {&packet, 1}));
        give(event);
    }
    /// By inbox.
    std::map<std::string, std::string> said() {
        Addressing addressing{directory, ledger.view()};
        std::map<std::string, std::string> found;
        for (const PublishEnvelope& effect : bus.envelopes)
            found[effect.inbox.text()] = addressing.receivers_of(effect);
        return found;
    }
};
using Said = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("each inbox is told which codes it gets an envelope for, and why", "[addressing]") {
    Trial hub;
    hub.tell_unit("G22", "000.00.00.G22");
    hub.send({code("000.00.00.G22"), code("H43.01.05"), code("H43.02"), code("000.00.01.H43"), code("G22"), code("H43.01"),
              code("X9.99"), code("H43.01.06")});
    const Said expected{{"AXIS", "axis:0+4,6"}, {"H43.01", "below:1 alias:3+5 below:7"}, {"H43.02", "code:2"}};
    CHECK(hub.said() == expected);
    SECTION("again after a restart") {
        hub.crash();
        hub.give(BusUp{});
        REQUIRE(hub.bus.envelopes.size() == 3);
    }
    SECTION("again into a broker that has lost its data") {
        for (const PublishEnvelope& effect : std::vector{hub.bus.envelopes})
            hub.give(Confirmed{effect.id});
        hub.crash();
        hub.give(BusUp{.is_wiped = true});
        REQUIRE(hub.bus.envelopes.size() == 3);
    }
    CHECK(hub.said() == expected);
}

TEST_CASE("an only receiver is named by the rule that found its inbox", "[addressing]") {
    const auto said_of = [](std::string_view receiver) {
        Trial hub;
        hub.send({code(receiver)});
        return hub.said();
    };
    CHECK(said_of("H43.02") == Said{{"H43.02", "code:0"}});
    CHECK(said_of("000.00.01.H43") == Said{{"H43.01", "alias:0"}});
    CHECK(said_of("H43.01.07") == Said{{"H43.01", "below:0"}});
    CHECK(said_of("X9.99") == Said{{"AXIS", "axis:0"}});
}

TEST_CASE("a code that the directory no longer has is named as the ledger knows it", "[addressing]") {
    Trial hub;
    hub.send({code("000.00.01.H43"), code("H43.02")});
    hub.directory = std::make_shared<const Directory>(
        Directory::build({{.code = code("H43")}, {.code = code("H43.01")}, {.code = code("H43.02")}}, {code("H43")})
            .value());
    CHECK(hub.said() == Said{{"H43.01", "code:=H43.01"}, {"H43.02", "code:1"}});
}

TEST_CASE("what the axis brings for units outside is not taken back to it", "[addressing]") {
    Trial hub;
    EnvelopeHeader header = Trial::document(1, {code("H43.02"), code("X9.99")});
    header.sender = code("X9");
    hub.give(hub.delivered(std::move(header), "frame", "AXIS"));
    CHECK(hub.bus.envelopes.empty());
    hub.confirm_receipts();
    REQUIRE_FALSE(hub.bus.receipts.empty());
    const Entry& told = hub.bus.receipts.at(0).items.at(0).entry;
    CHECK(told.code == "receiver_unknown");
    CHECK(told.field == "receivers[1]");
}
