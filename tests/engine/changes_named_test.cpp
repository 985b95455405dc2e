// By which names a change finds its document, whoever sends it.

#include "hub/core/document_reference.hpp"
#include "tests/engine/changes_hub.hpp"

using namespace hub;
using test::ChangesHub;
using test::code;
using test::HubBench;
using test::original;

namespace {

const std::string natural = "H43,2026/11/24,1/UBND";

struct NamedHub : ChangesHub {
    std::string send_without_id(std::vector<AgencyCode> receivers) {
        EnvelopeHeader header = document(1, std::move(receivers));
        header.document->document_id.clear();
        return send(1, std::move(header));
    }
    std::string recall(std::uint8_t n, std::string refers_to, std::string by = "H43") {
        EnvelopeHeader header = change(n, Business::recall, {code("H43.01")}, std::move(refers_to));
        header.sender = code(by);
        header.document->issuer = by;
        return send(n, std::move(header), by);
    }
    std::string recall_by_status(std::uint8_t n, const std::string& by, const std::string& names, std::string queue = {}) {
        EnvelopeHeader header = document(n, {code("H43.01")});
        header.kind = Kind::status;
        header.sender = code(by);
        header.document.reset();
        header.status = StatusReport{.code = "13", .answers_document_id = names};
        return send(n, std::move(header), queue.empty() ? by : queue);
    }
};

}  // namespace

TEST_CASE("a triple is one name, however its day is written", "[changes]") {
    for (const char* day : {"2026/11/24", "2026-11-24", "24/11/2026", "24-11-2026", "2026.11.24", " 2026/11/24 "}) {
        const DocumentReference found = parse_reference("H43," + std::string{day} + ",7816/VPCP-TTĐT");
        CHECK(found.issuer == "H43");
        CHECK(found.promulgated_on == "2026-11-24");
        CHECK(found.full_number == "7816/VPCP-TTĐT");
    }
    CHECK(parse_reference("H43,2026/1/4,5").promulgated_on == "2026-01-04");
    for (const char* other : {"9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", "H43,0034/11/24,5", "H43,2026/13/24,5", "H43,2026/02/30,5",
                              "H43,2026/11/24,", ",2026/11/24,5", "H43,24/11,5", "", "a,b", ",,"}) {
        CHECK(parse_reference(other).full_number.empty());
        CHECK(parse_reference(other).document_id == other);
    }
}

TEST_CASE("a document without a DocumentId is recalled by its number and day", "[relay][changes]") {
    NamedHub hub;
    REQUIRE(hub.send_without_id({code("H43.01")}) == "accepted");
    SECTION("as the axis writes the day") { CHECK(hub.recall(2, natural) == "accepted"); }
    SECTION("with dashes") { CHECK(hub.recall(2, "H43,2026-11-24,1/UBND") == "accepted"); }
    SECTION("the other way round") { CHECK(hub.recall(2, "H43,24/11/2026,1/UBND") == "accepted"); }
    SECTION("by status 13") { CHECK(hub.recall_by_status(2, "H43", "H43,2026-11-24,1/UBND") == "accepted"); }
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    CHECK(hub.at(2, "H43.01").changes == EnvelopeSeq{1});
}

TEST_CASE("nobody recalls what another has sent, by whatever name", "[relay][changes]") {
    NamedHub hub;
    std::string name = natural;
    SECTION("without a DocumentId") { REQUIRE(hub.send_without_id({code("H43.01")}) == "accepted"); }
    SECTION("the day with dashes") {
        name = "H43,2026-11-24,1/UBND";
        REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    }
    SECTION("by DocumentId") {
        name = original;
        REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    }
    CHECK(hub.recall(2, name, "H43.02") == "document_of_another " + name);
    CHECK(hub.recall_by_status(3, "H43.02", name) == "document_of_another " + name);
    CHECK(hub.recall_by_status(4, "G22", name, "AXIS") == "document_of_another " + name);
    CHECK(hub.state("H43.01") == "new none, accepted");
    CHECK(hub.bus.envelopes.size() == 1);
    CHECK(hub.recall(5, name) == "accepted");
    // An equal number and day of another issuer is another document.
    CHECK(hub.recall(6, "H43.02,2026/11/24,1/UBND", "H43.02") == "accepted");
}

TEST_CASE("senders outside are told apart by number too", "[relay][changes]") {
    NamedHub hub;
    EnvelopeHeader from_outside = HubBench::document(1, {code("H43.01")});
    from_outside.sender = code("G22");
    from_outside.document->issuer = "G22";
    from_outside.document->document_id.clear();
    REQUIRE(hub.send(1, from_outside, "AXIS") == "accepted");
    const std::string name = "G22,2026/11/24,1/UBND";
    CHECK(hub.recall_by_status(2, "H05", name, "AXIS") == "document_of_another " + name);
    CHECK(hub.recall_by_status(3, "H43", name) == "document_of_another " + name);
    CHECK(hub.state("H43.01") == "new none, accepted");
    CHECK(hub.recall_by_status(4, "G22", name, "AXIS") == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
}

TEST_CASE("who came by an update is asked like those before it", "[relay][changes]") {
    NamedHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    EnvelopeHeader update = ChangesHub::change(2, Business::update, {code("H43.01"), code("H43.02")});
    SECTION("under the document's name") { update.document->document_id = original; }
    SECTION("under a name of its own") {}
    REQUIRE(hub.send(2, update) == "accepted");
    hub.status(10, "H43.01", "H43", "15", test::id(2));
    CHECK(hub.state("H43.02", 2) == "new none, accepted");
    CHECK(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01"), code("H43.02")})) == "accepted");
    CHECK(hub.state("H43.01").starts_with("recall asked"));
    CHECK(hub.state("H43.02", 2) == "recall asked, accepted");
    CHECK(hub.send(4, ChangesHub::change(4, Business::update, {code("H43.02")})) == "change_pending H43.02");
    hub.status(11, "H43.01", "H43", "15", test::id(3));
    hub.status(12, "H43.02", "H43", "15", test::id(3));
    CHECK(hub.state("H43.01") == "recall agreed, 15");
    CHECK(hub.state("H43.02", 2) == "recall agreed, 15");
    CHECK(hub.send(5, ChangesHub::change(5, Business::recall, {code("H43.02")})) == "document_recalled H43.02");
}
