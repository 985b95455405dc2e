// What is asked about a document before it comes, in each order.

#include "tests/engine/changes_hub.hpp"

using namespace hub;
using test::ChangesHub;
using test::code;
using test::HubBench;
using test::original;

namespace {

struct EarlyHub : ChangesHub {
    /// The document, which is envelope 20 of its sender.
    std::string document_comes(std::uint8_t n = 20, std::vector<AgencyCode> receivers = {code("H43.01")}) {
        EnvelopeHeader header = document(n, std::move(receivers));
        header.document->number = "1";
        header.document->document_id = original;
        return send(n, std::move(header));
    }
    std::string of_document(std::string_view receiver = "H43.01", std::uint8_t n = 20) {
        return state(receiver, number(view->known(code("H43"), test::id(n)).value()->seq));
    }
    std::string recall(std::uint8_t n, std::vector<AgencyCode> receivers = {code("H43.01")}) {
        return send(n, change(n, Business::recall, std::move(receivers)));
    }
    void restart() {
        crash();
        give(BusUp{});
    }
};

}  // namespace

TEST_CASE("a document whose recall came first is asked for at once", "[relay][changes]") {
    EarlyHub hub;
    SECTION("by a packet") { REQUIRE(hub.recall(1) == "accepted"); }
    SECTION("by status 13") { REQUIRE(hub.status(1, "H43", "H43.01", "13") == "accepted"); }
    SECTION("by a packet, twice") {
        REQUIRE(hub.recall(1) == "accepted");
        CHECK(hub.recall(2) == "accepted");
    }
    SECTION("by status 13, twice") {
        REQUIRE(hub.status(1, "H43", "H43.01", "13") == "accepted");
        REQUIRE(hub.status(2, "H43", "H43.01", "13") == "accepted");
    }
    SECTION("before a crash") {
        REQUIRE(hub.recall(1) == "accepted");
        hub.restart();
    }
    SECTION("by number and day") {
        EnvelopeHeader recall = ChangesHub::change(1, Business::recall, {code("H43.01")}, "H43,2026-11-24,1/UBND");
        REQUIRE(hub.send(1, recall) == "accepted");
    }
    CHECK(hub.state("H43.01").starts_with("recall asked"));
    REQUIRE(hub.document_comes() == "accepted");
    CHECK(hub.bus.envelopes.back().envelope_id == test::id(20));
    CHECK(hub.of_document() == "recall asked, accepted");
    CHECK(hub.state("H43.01").starts_with("new none"));
    CHECK(hub.recall(3) == "change_pending H43.01");
    hub.status(30, "H43.01", "H43", "15");
    CHECK(hub.of_document() == "recall agreed, 15");
}

TEST_CASE("a document whose recall came first is answered for like any other", "[relay][changes]") {
    EarlyHub hub;
    REQUIRE(hub.recall(1) == "accepted");
    REQUIRE(hub.document_comes() == "accepted");
    SECTION("by the recall's id") { hub.status(30, "H43.01", "H43", "15", test::id(1)); }
    SECTION("by its own id") { hub.status(30, "H43.01", "H43", "15", test::id(20)); }
    SECTION("declined, and asked again") {
        hub.status(30, "H43.01", "H43", "16");
        CHECK(hub.of_document() == "recall declined, accepted");
        CHECK(hub.recall(4) == "accepted");
        hub.status(31, "H43.01", "H43", "15");
    }
    CHECK(hub.of_document() == "recall agreed, 15");
}

TEST_CASE("an early recall and its document in one batch", "[relay][changes]") {
    EarlyHub hub;
    EnvelopeHeader document = HubBench::document(20, {code("H43.01")});
    document.document->document_id = original;
    const std::vector<Event> both{hub.delivered(ChangesHub::change(1, Business::recall, {code("H43.01")}), "one"),
                                  hub.delivered(std::move(document), "two")};
    REQUIRE(hub.engine->take(both, hub.now).has_value());
    hub.settle();
    CHECK(hub.of_document() == "recall asked, accepted");
    hub.status(30, "H43.01", "H43", "15", test::id(1));
    CHECK(hub.of_document() == "recall agreed, 15");
}

TEST_CASE("an answer that came before the document holds for it", "[relay][changes]") {
    EarlyHub hub;
    REQUIRE(hub.recall(1) == "accepted");
    SECTION("15, by the recall's id") {
        hub.status(10, "H43.01", "H43", "15", test::id(1));
        CHECK(hub.recall(2) == "document_recalled H43.01");
        REQUIRE(hub.document_comes() == "accepted");
        CHECK(hub.of_document() == "recall agreed, 15");
        CHECK(hub.bus.envelopes.back().envelope_id == test::id(20));
    }
    SECTION("15, by name") {
        hub.status(10, "H43.01", "H43", "15");
        REQUIRE(hub.document_comes() == "accepted");
        CHECK(hub.of_document() == "recall agreed, 15");
    }
    SECTION("16") {
        hub.status(10, "H43.01", "H43", "16");
        hub.restart();
        REQUIRE(hub.document_comes() == "accepted");
        CHECK(hub.of_document() == "recall declined, accepted");
        CHECK(hub.recall(2) == "accepted");
        CHECK(hub.of_document() == "recall asked, accepted");
    }
    SECTION("nobody was asked: an answer before the question moves nothing") {
        EarlyHub other;
        other.status(10, "H43.01", "H43", "15");
        REQUIRE(other.recall(1) == "accepted");
        CHECK(other.state("H43.01", 2).starts_with("recall asked"));
    }
}

TEST_CASE("updates and replacements before their document", "[relay][changes]") {
    EarlyHub hub;
    Business kind = Business::fresh;
    SECTION("update") { kind = Business::update; }
    SECTION("replacement") { kind = Business::replace; }
    if (kind == Business::fresh)
        return;
    REQUIRE(hub.send(1, ChangesHub::change(1, kind, {code("H43.01")})) == "accepted");
    REQUIRE(hub.document_comes() == "accepted");
    CHECK(hub.of_document() == std::string{name_of(kind)} + " asked, accepted");
    hub.status(30, "H43.01", "H43", "15", test::id(1));
    CHECK(hub.of_document() == (kind == Business::update ? "update agreed, accepted" : "replace agreed, 15"));
}

TEST_CASE("an early recall asks those who get the document, each once", "[relay][changes]") {
    EarlyHub hub;
    REQUIRE(hub.recall(1, {code("H43.01"), code("H43.02")}) == "accepted");
    REQUIRE(hub.document_comes(20, {code("H43.02")}) == "accepted");
    CHECK(hub.of_document("H43.02") == "recall asked, accepted");
    CHECK(hub.state("H43.01").starts_with("recall asked"));
    REQUIRE(hub.document_comes(21, {code("H43.01"), code("H43.02")}) == "accepted");
    CHECK(hub.of_document("H43.01", 21) == "recall asked, accepted");
    CHECK(hub.of_document("H43.02", 21) == "new none, accepted");
}

TEST_CASE("an early recall that could not be delivered asks nothing", "[relay][changes]") {
    EarlyHub hub;
    REQUIRE(hub.recall(1) == "accepted");
    EnvelopeHeader header = HubBench::document(100, {});
    header.kind = Kind::acknowledgement;
    header.sender = code("H43.01");
    header.document.reset();
    Delivered failed = hub.delivered(std::move(header), "ack", "H43.01");
    failed.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(1), false, "ledger_full", "", false, 0}}, {}};
    hub.give(failed);
    REQUIRE(hub.document_comes() == "accepted");
    CHECK(hub.of_document() == "new none, accepted");
}

TEST_CASE("senders outside ask early under either of their codes, and nobody else", "[relay][changes]") {
    EarlyHub hub;
    UnitsPage page{test::id(200), 1, true, true, {{.code = code("G22"), .old_code = code("000.00.00.G22"), .name = "Văn phòng",
                                                   .parent = std::nullopt, .is_closed = false, .version = 1, .modified_at = {}}}};
    EnvelopeHeader service = HubBench::document(200, {});
    service.kind = Kind::service;
    service.sender = code("AXIS");
    service.document.reset();
    service.parts.push_back({.name = "units", .media_type = std::string{units_media_type}, .size_bytes = 5});
    Delivered units = hub.delivered(std::move(service), "page", "AXIS");
    units.verdict.units = std::make_shared<const UnitsPage>(std::move(page));
    hub.give(units);

    const auto from = [&](std::uint8_t n, std::string_view issuer, bool is_recall) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.sender = code(issuer);
        header.document->issuer = issuer;
        header.document->document_id = is_recall ? "số " + std::to_string(n) : original;
        header.business = is_recall ? Business::recall : Business::fresh;
        header.business_refers_to = is_recall ? original : "";
        return hub.send(n, std::move(header), "AXIS");
    };
    const auto status = [&](std::uint8_t n, std::string_view issuer) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.kind = Kind::status;
        header.sender = code(issuer);
        header.document.reset();
        header.status = StatusReport{.code = "13", .answers_document_id = original};
        return hub.send(n, std::move(header), "AXIS");
    };
    const auto asked = [&](std::uint8_t n) {
        return hub.state("H43.01", number(hub.view->known(code("AXIS"), test::id(n)).value()->seq));
    };
    SECTION("recall") {
        REQUIRE(from(1, "000.00.00.G22", true) == "accepted");
        REQUIRE(from(20, "G22", false) == "accepted");
        CHECK(asked(20) == "recall asked, accepted");
    }
    SECTION("status 13") {
        REQUIRE(status(1, "000.00.00.G22") == "accepted");
        REQUIRE(from(20, "G22", false) == "accepted");
        CHECK(asked(20) == "recall asked, accepted");
    }
    SECTION("somebody else's early recall asks nothing of it") {
        REQUIRE(from(1, "H05", true) == "accepted");
        REQUIRE(from(20, "G22", false) == "accepted");
        CHECK(asked(20) == "new none, accepted");
    }
    SECTION("status 13 under the other code, after the document") {
        REQUIRE(from(20, "G22", false) == "accepted");
        REQUIRE(status(1, "000.00.00.G22") == "accepted");
        CHECK(asked(20) == "recall asked, accepted");
    }
}
