// Recalls, updates and replacements: who may ask, what is asked of whom, and what the answers do.

#include "tests/engine/changes_hub.hpp"

using namespace hub;
using test::ChangesHub;
using test::code;
using test::HubBench;
using test::original;

TEST_CASE("a recall is asked of each receiver, and each answers for itself", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01"), code("H43.02")}) == "accepted");
    CHECK(hub.send(2, ChangesHub::change(2, Business::recall, {code("H43.01"), code("H43.02")})) == "accepted");
    CHECK(hub.at(2, "H43.01").changes == EnvelopeSeq{1});
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    SECTION("by the recall's own id") {
        hub.status(10, "H43.01", "H43", "15", test::id(2));
        hub.status(11, "H43.02", "H43", "16", test::id(2));
    }
    SECTION("by the recalled document's id") {
        hub.status(10, "H43.01", "H43", "15", test::id(1));
        hub.status(11, "H43.02", "H43", "16", test::id(1));
    }
    SECTION("by its name") {
        hub.status(10, "H43.01", "H43", "15");
        hub.status(11, "H43.02", "H43", "16");
    }
    CHECK(hub.state("H43.01") == "recall agreed, 15");
    CHECK(hub.at(1, "H43.02").change == Change{Business::recall, ChangeState::declined});
    CHECK(hub.told("H43.01") == "recall 15 ");
    CHECK(hub.told("H43.02") == "recall 16 ");
}

TEST_CASE("status 13 is a recall too", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01"), code("H43.02")}) == "accepted");
    CHECK(hub.status(10, "H43", "H43.01", "13") == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    CHECK(hub.state("H43.02") == "new none, accepted");
    hub.status(11, "H43.01", "H43", "15");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
}

TEST_CASE("an answer that nobody has asked for moves nothing", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    hub.status(10, "H43.01", "H43", "03");
    hub.status(11, "H43.01", "H43", "15");
    hub.status(12, "H43.01", "H43", "16");
    CHECK(hub.state("H43.01") == "new none, 03");
    CHECK(hub.told("H43.01") == "03 status 16 ");
    // A question that comes later is answered by a later answer.
    hub.status(13, "H43", "H43.01", "13");
    CHECK(hub.state("H43.01") == "recall asked, 03");
}

TEST_CASE("a question waits for its answer, and what was given back stays given back", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01"), code("H43.02")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::recall, {code("H43.01")})) == "accepted");
    CHECK(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01")})) == "change_pending H43.01");
    CHECK(hub.send(4, ChangesHub::change(4, Business::update, {code("H43.02"), code("H43.01")})) == "change_pending H43.01");
    CHECK(hub.send(5, ChangesHub::change(5, Business::update, {code("H43.02")})) == "accepted");
    hub.status(10, "H43.01", "H43", "16");
    CHECK(hub.send(6, ChangesHub::change(6, Business::recall, {code("H43.01")})) == "accepted");
    hub.status(11, "H43.01", "H43", "15");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
    hub.status(12, "H43.01", "H43", "16");
    hub.status(13, "H43", "H43.01", "13");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
    CHECK(hub.send(7, ChangesHub::change(7, Business::update, {code("H43.01")})) == "document_recalled H43.01");
    SECTION("after an update that was agreed to there can be another one, and the document goes on") {
        hub.status(14, "H43.02", "H43", "15");
        hub.status(15, "H43.02", "H43", "03");
        CHECK(hub.state("H43.02") == "update agreed, 03");
        CHECK(hub.send(8, ChangesHub::change(8, Business::update, {code("H43.02")})) == "accepted");
        CHECK(hub.state("H43.02") == "update asked, 03");
    }
    SECTION("who wants it back does not wait for the answer to an update") {
        CHECK(hub.status(14, "H43", "H43.02", "13") == "accepted");
        CHECK(hub.state("H43.02") == "recall asked, accepted");
        // The answer to the packet whose question was overtaken.
        hub.status(15, "H43.02", "H43", "15", test::id(5));
        CHECK(hub.state("H43.02") == "recall asked, accepted");
        hub.status(16, "H43.02", "H43", "15");
        CHECK(hub.state("H43.02") == "recall agreed, 15");
    }
}

TEST_CASE("a recall under the document's own name does not take its statuses", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    EnvelopeHeader recall = ChangesHub::change(2, Business::recall, {code("H43.01")});
    recall.document->document_id = original;
    REQUIRE(hub.send(2, recall) == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    hub.status(10, "H43.01", "H43", "16");
    hub.status(11, "H43.01", "H43", "06");
    CHECK(hub.state("H43.01") == "recall declined, 06");
    CHECK(hub.at(2, "H43.01").station == Station::accepted);
}

TEST_CASE("what is asked of a replacement is asked of it alone", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::replace, {code("H43.01")})) == "accepted");
    hub.status(10, "H43.01", "H43", "16", test::id(2));
    CHECK(hub.state("H43.01") == "replace declined, accepted");
    hub.status(11, "H43", "H43.01", "13", test::id(2));
    CHECK(hub.state("H43.01", 2) == "recall asked, queued");
    hub.status(12, "H43.01", "H43", "15", test::id(2));
    CHECK(hub.state("H43.01", 2) == "recall agreed, 15");
    CHECK(hub.state("H43.01") == "replace declined, accepted");
}

TEST_CASE("a replacement that was agreed to is a document like any other", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::replace, {code("H43.01")})) == "accepted");
    hub.status(10, "H43.01", "H43", "15", test::id(2));
    hub.status(11, "H43.01", "H43", "06", test::id(2));
    CHECK(hub.state("H43.01") == "replace agreed, 15");
    CHECK(hub.state("H43.01", 2) == "new none, 06");
}

TEST_CASE("a document sent in a packet for each receiver is recalled from all of them", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    EnvelopeHeader second = HubBench::document(2, {code("H43.02")});
    second.document->document_id = original;
    REQUIRE(hub.send(2, second) == "accepted");
    REQUIRE(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01"), code("H43.02")})) == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    CHECK(hub.state("H43.02", 2) == "recall asked, accepted");
    hub.status(10, "H43.01", "H43", "15");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
    CHECK(hub.send(4, ChangesHub::change(4, Business::update, {code("H43.01")})) == "document_recalled H43.01");
}

TEST_CASE("an update is recalled with its document, and is nobody else's", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::update, {code("H43.01")})) == "accepted");
    const std::string update = "H43,2026/11/24,2";
    EnvelopeHeader foreign = ChangesHub::change(3, Business::recall, {code("H43.01")}, update);
    foreign.sender = code("H43.02");
    CHECK(hub.send(3, foreign, "H43.02") == "document_of_another " + update);
    CHECK(hub.send(4, ChangesHub::change(4, Business::recall, {code("H43.01")}, update)) == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
}

TEST_CASE("a recall to an agency's own code asks all of its units", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("G22"), code("H05")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::recall, {code("AXIS")})) == "accepted");
    for (const DeliveryRecord& delivery : hub.view->deliveries(EnvelopeSeq{1}, code("AXIS")).value())
        CHECK(delivery.change == Change{Business::recall, ChangeState::asked});
}

TEST_CASE("who has declined may think better of it", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::recall, {code("H43.01")})) == "accepted");
    hub.status(10, "H43.01", "H43", "16", test::id(2));
    hub.status(11, "H43.01", "H43", "15", test::id(2));
    CHECK(hub.state("H43.01") == "recall agreed, 15");
}

TEST_CASE("only who has sent a document may change it", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01"), code("H43.02")}) == "accepted");
    EnvelopeHeader foreign = ChangesHub::change(2, Business::recall, {code("H43.01")});
    foreign.sender = code("H43.02");
    CHECK(hub.send(2, foreign, "H43.02") == "document_of_another " + original);
    CHECK(hub.state("H43.01") == "new none, accepted");
    SECTION("a status 13 of somebody else") {
        CHECK(hub.status(10, "H43.02", "H43.01", "13") == "document_of_another " + original);
        CHECK(hub.state("H43.01") == "new none, accepted");
    }
    SECTION("what the hub never had is carried: its receivers know it") {
        CHECK(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01")}, "H43,2019/01/01,5")) == "accepted");
        CHECK(hub.at(3, "H43.01").changes == EnvelopeSeq{});
    }
}

TEST_CASE("senders outside the province are told apart by the issuer", "[relay][changes]") {
    ChangesHub hub;
    EnvelopeHeader from_outside = HubBench::document(1, {code("H43.01")});
    from_outside.sender = code("G22");
    from_outside.document->issuer = "G22";
    REQUIRE(hub.send(1, from_outside, "AXIS") == "accepted");
    EnvelopeHeader recall = ChangesHub::change(2, Business::recall, {code("H43.01")});
    recall.sender = code("H05");
    recall.document->issuer = "H05";
    CHECK(hub.send(2, recall, "AXIS") == "document_of_another " + original);
    EnvelopeHeader back = HubBench::document(9, {code("H43.01")});
    back.kind = Kind::status;
    back.sender = code("H05");
    back.document.reset();
    back.status = StatusReport{.code = "13", .answers_document_id = original, .answers_envelope = test::id(1)};
    CHECK(hub.send(9, back, "AXIS") == "document_of_another " + original);
    CHECK(hub.state("H43.01") == "new none, accepted");
    recall.id = test::id(3);
    recall.sender = code("G22");
    recall.document->issuer = "G22";
    CHECK(hub.send(3, recall, "AXIS") == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
}

TEST_CASE("a document and its recall in one batch", "[relay][changes]") {
    ChangesHub hub;
    const std::vector<Event> both{hub.delivered(HubBench::document(1, {code("H43.01")}), "one"),
                                  hub.delivered(ChangesHub::change(2, Business::recall, {code("H43.01")}), "two")};
    REQUIRE(hub.engine->take(both, hub.now).has_value());
    hub.settle();
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    for (const PublishEnvelope& effect : std::vector{hub.bus.envelopes})
        hub.give(Confirmed{effect.id});
    CHECK(hub.state("H43.01") == "recall asked, queued");
}

TEST_CASE("a replacement asks who had the old document, and can be recalled itself", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    EnvelopeHeader replacement = ChangesHub::change(2, Business::replace, {code("H43.01"), code("H43.02")});
    REQUIRE(hub.send(2, replacement) == "accepted");
    CHECK(hub.state("H43.01") == "replace asked, accepted");
    hub.status(10, "H43.01", "H43", "15", test::id(2));
    CHECK(hub.state("H43.01") == "replace agreed, 15");
    CHECK(hub.state("H43.02", 2) == "new none, accepted");
    CHECK(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.02")}, "H43,2026/11/24,2")) == "accepted");
    CHECK(hub.state("H43.02", 2) == "recall asked, accepted");
}

TEST_CASE("what was asked outlives a crash", "[relay][changes]") {
    ChangesHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.send(2, ChangesHub::change(2, Business::recall, {code("H43.01")})) == "accepted");
    hub.crash();
    hub.give(BusUp{});
    CHECK(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01")})) == "change_pending H43.01");
    hub.status(10, "H43.01", "H43", "15");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
}
