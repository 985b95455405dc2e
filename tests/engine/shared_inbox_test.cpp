// Receivers that share an inbox: one message for all of them, a state for each.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;
using test::code;
using test::HubBench;

namespace {

struct SharedInboxHub : HubBench {
    SharedInboxHub() {
        directory = std::make_shared<const Directory>(
            Directory::build({{.code = code("H43")},
                              {.code = code("H43.01"),
                               .aliases = {{code("000.00.01.H43"), std::nullopt, std::nullopt}},
                               .serves_subordinates = true},
                              {.code = code("H43.02")},
                              {.code = code("AXIS"), .is_axis = true}},
                             {code("H43"), code("000.00.00.H43")})
                .value());
        start();
        give(BusUp{});
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
    }
    void send(std::vector<AgencyCode> receivers) { give(delivered(document(1, std::move(receivers)))); }
    void confirm() {
        for (const PublishEnvelope& effect : std::vector{bus.envelopes})
            give(Confirmed{effect.id});
    }
    void report(std::uint8_t n, std::string_view queue, std::string_view reporter, std::string_view status_code,
                bool is_by_id = true) {
        EnvelopeHeader header = document(n, {code("H43")});
        header.kind = Kind::status;
        header.sender = code(reporter);
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code}, .answers_document_id = "H43,2026/11/24,1"};
        if (is_by_id)
            header.status->answers_envelope = test::id(1);
        give(delivered(std::move(header), "status" + std::to_string(n), std::string{queue}));
    }
    void acknowledge(std::uint8_t n, std::string_view queue, std::string detail = {}) {
        EnvelopeHeader header = document(n, {});
        header.kind = Kind::acknowledgement;
        header.sender = code(queue);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack" + std::to_string(n), std::string{queue});
        event.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(1), true, {}, std::move(detail)}}, {}};
        give(event);
    }
    std::vector<std::string> stations(std::string_view inbox) {
        std::vector<std::string> found;
        for (const DeliveryRecord& d : view->deliveries(EnvelopeSeq{1}, code(inbox)).value())
            found.push_back(d.receiver.text() + " " + std::string{name_of(d.station)});
        return found;
    }
    /// What the sender was told of each receiver, in order.
    std::map<std::string, std::string> told() {
        confirm_receipts();
        std::map<std::string, std::string> found;
        for (const PublishReceipts& message : bus.receipts)
            for (const ReceiptItem& item : message.items)
                if (message.addressee == code("H43") && item.entry.receiver)
                    found[item.entry.receiver->text()] += std::string{what_of(item.entry)} + " ";
        return found;
    }
    using Stations = std::vector<std::string>;
    using Told = std::map<std::string, std::string>;
};

}  // namespace

TEST_CASE("a DocId is the word of the axis's connector alone", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("H43.02"), code("000.00.00.G22")});
    hub.confirm();
    hub.acknowledge(101, "H43.02", "DocId false");
    hub.acknowledge(102, "AXIS", "DocId e9b1f2c4-ID");
    hub.confirm_receipts();
    std::map<std::string, std::string> fields;
    for (const PublishReceipts& message : hub.bus.receipts)
        for (const ReceiptItem& item : message.items)
            if (item.entry.event == ReceiptEvent::stored)
                fields[item.entry.text] = item.entry.field;
    CHECK(fields == std::map<std::string, std::string>{{"DocId false", ""}, {"DocId e9b1f2c4-ID", "axis_doc_id"}});
}

TEST_CASE("one message goes to an inbox, and each receiver behind it has a state", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("G22"), code("H43.02"), code("H05")});
    REQUIRE(hub.bus.envelopes.size() == 2);
    CHECK(hub.bus.envelopes[0].inbox == code("AXIS"));
    CHECK(hub.bus.envelopes[1].inbox == code("H43.02"));
    hub.confirm_receipts();
    CHECK(hub.bus.receipts.at(0).items.at(0).receivers == std::vector{code("G22"), code("H05"), code("H43.02")});

    hub.confirm();
    CHECK(hub.stations("AXIS") == SharedInboxHub::Stations{"G22 queued", "H05 queued"});
    hub.acknowledge(10, "AXIS");
    CHECK(hub.stations("AXIS") == SharedInboxHub::Stations{"G22 retrieved", "H05 retrieved"});
    hub.report(11, "AXIS", "H05", "02");
    hub.report(12, "AXIS", "G22", "03", false);
    CHECK(hub.stations("AXIS") == SharedInboxHub::Stations{"G22 03", "H05 02"});
    CHECK(hub.told()
          == SharedInboxHub::Told{{"G22", "queued retrieved 03 "}, {"H05", "queued retrieved 02 "}, {"H43.02", "queued "}});
}

TEST_CASE("who was not asked does not answer for others behind the same inbox", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("G22"), code("H05")});
    hub.confirm();
    hub.report(10, "AXIS", "G09", "02");
    CHECK(hub.stations("AXIS") == SharedInboxHub::Stations{"G22 queued", "H05 queued"});
    CHECK(hub.told() == SharedInboxHub::Told{{"G22", "queued "}, {"H05", "queued "}});
}

TEST_CASE("an agency speaks for its units, a unit for itself", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("H43.01.02"), code("H43.01.03")});
    CHECK(hub.bus.envelopes.size() == 1);
    hub.confirm();
    hub.report(10, "H43.01", "H43.01.03", "05");
    CHECK(hub.stations("H43.01") == SharedInboxHub::Stations{"H43.01.02 queued", "H43.01.03 05"});
    hub.report(11, "H43.01", "000.00.01.H43", "03");
    CHECK(hub.stations("H43.01") == SharedInboxHub::Stations{"H43.01.02 03", "H43.01.03 05"});
}

TEST_CASE("the agency's own document is not moved by its units' answers to theirs", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("000.00.01.H43"), code("H43.01"), code("H43.01.03")});
    CHECK(hub.stations("H43.01") == SharedInboxHub::Stations{"H43.01 accepted", "H43.01.03 accepted"});
    hub.confirm();
    hub.report(10, "H43.01", "H43.01.03", "02");
    hub.report(11, "H43.01", "H43.01", "03");
    CHECK(hub.stations("H43.01") == SharedInboxHub::Stations{"H43.01 03", "H43.01.03 02"});
}

TEST_CASE("the only receiver behind an inbox is answered for by whoever sits there", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("H43.01.02")});
    hub.confirm();
    hub.report(10, "H43.01", "H43.01.07", "03");
    CHECK(hub.stations("H43.01") == SharedInboxHub::Stations{"H43.01.02 03"});
}

TEST_CASE("a receiver that is faster than the broker's confirm hides it from none of them", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("G22"), code("H05")});
    SECTION("by its acknowledgement") {
        hub.acknowledge(10, "AXIS");
        CHECK(hub.told() == SharedInboxHub::Told{{"G22", "queued retrieved "}, {"H05", "queued retrieved "}});
    }
    SECTION("by a report of one of them") {
        hub.report(10, "AXIS", "H05", "01");
        CHECK(hub.told() == SharedInboxHub::Told{{"G22", "queued "}, {"H05", "queued 01 "}});
        CHECK(hub.view->deliveries(EnvelopeSeq{1}, code("AXIS")).value().at(0).carriage == Carriage::taken);
    }
    const auto before = hub.told();
    hub.confirm();
    CHECK(hub.told() == before);
}

TEST_CASE("a crash before the confirm brings one message again", "[relay]") {
    SharedInboxHub hub;
    hub.send({code("G22"), code("H05")});
    hub.crash();
    hub.give(BusUp{});
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes[0].inbox == code("AXIS"));
    hub.confirm();
    CHECK(hub.stations("AXIS") == SharedInboxHub::Stations{"G22 queued", "H05 queued"});
    hub.crash();
    hub.give(BusUp{});
    CHECK(hub.bus.envelopes.empty());
    hub.crash();
    hub.give(BusUp{.is_wiped = true});
    CHECK(hub.bus.envelopes.size() == 1);
}
