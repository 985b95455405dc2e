// Who may send what to whom, and what they are told.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::HubBench;

namespace {

/// The receipt that a delivered message brought its sender.
Entry answer_to(HubBench& hub, const Delivered& event) {
    REQUIRE(hub.take(event).has_value());
    hub.settle();
    hub.confirm_receipts();
    REQUIRE_FALSE(hub.bus.receipts.empty());
    return hub.bus.receipts.back().items.back().entry;
}

void check_refused(HubBench& hub, const Delivered& event, Errc errc, std::string_view field) {
    const Entry answer = answer_to(hub, event);
    CHECK(answer.kind == EntryKind::refused);
    CHECK(answer.code == name_of(errc));
    CHECK(answer.field == field);
    CHECK(answer.addressee == code("H43"));
    CHECK(hub.bus.acknowledged.size() == 1);
    CHECK(hub.bus.envelopes.empty());
}

struct UpHub : HubBench {
    UpHub() {
        REQUIRE(take(BusUp{}).has_value());
        settle();
    }
};

}  // namespace

TEST_CASE("who may not send is refused with code and field, and acknowledged", "[relay]") {
    UpHub hub;
    EnvelopeHeader header = HubBench::document(1, {code("H43.01")});
    const auto refused = [&](const Delivered& event, Errc errc, std::string_view field) {
        check_refused(hub, event, errc, field);
    };
    SECTION("another broker user") {
        auto event = hub.delivered(header);
        event.user_id = "H43.01";
        refused(event, Errc::sender_mismatch, "user_id");
    }
    SECTION("no broker user") {
        auto event = hub.delivered(header);
        event.user_id.clear();
        refused(event, Errc::sender_mismatch, "user_id");
    }
    SECTION("another agency's name") {
        header.sender = code("H43.01");
        refused(hub.delivered(header), Errc::sender_mismatch, "sender");
    }
    SECTION("a sender that nobody knows") {
        header.sender = code("H43.77");
        refused(hub.delivered(header), Errc::sender_unknown, "sender");
    }
    SECTION("another agency's signature") {
        auto event = hub.delivered(header);
        event.verdict.signer_agency = code("H43.01");
        refused(event, Errc::sender_mismatch, "signatures.key_id");
    }
    SECTION("a certificate that has ended") {
        auto event = hub.delivered(header);
        event.verdict.signer_valid_until = hub.now;
        refused(event, Errc::certificate_not_valid_now, "signatures.key_id");
    }
}

TEST_CASE("what may not pass is refused with code and field, and acknowledged", "[relay]") {
    UpHub hub;
    EnvelopeHeader header = HubBench::document(1, {code("H43.01")});
    const auto refused = [&](const Delivered& event, Errc errc, std::string_view field) {
        check_refused(hub, event, errc, field);
    };
    SECTION("expired") {
        header.expires_at = hub.now;
        refused(hub.delivered(header), Errc::envelope_expired, "expires_at");
    }
    SECTION("an unknown receiver") {
        header.receivers.push_back(code("H43.88"));
        refused(hub.delivered(header), Errc::receiver_unknown, "receivers[1]");
    }
    SECTION("a closed receiver") {
        header.receivers = {code("H43.09")};
        refused(hub.delivered(header), Errc::receiver_closed, "receivers[0]");
    }
    SECTION("a kind that only the hub sends") {
        header.kind = Kind::receipt;
        refused(hub.delivered(header), Errc::kind_not_allowed, "kind");
    }
    SECTION("a fault found while verifying") {
        auto event = hub.delivered(header);
        event.verdict.fault = Fault{Errc::signature_invalid, "signatures", {}};
        refused(event, Errc::signature_invalid, "signatures");
        CHECK(hub.bus.dead.empty());
    }
    SECTION("bytes that are no envelope: they go to the dead queue too") {
        auto event = hub.delivered(header);
        event.verdict = {};
        event.verdict.fault = Fault{Errc::envelope_malformed, "envelope", "\xff\xfe"};
        refused(event, Errc::envelope_malformed, "envelope");
        CHECK(hub.bus.dead.size() == 1);
        CHECK(hub.bus.receipts.back().items.back().envelope == header.id);
    }
}

TEST_CASE("the same id with the same bytes is accepted again quietly, with other bytes refused", "[relay]") {
    UpHub hub;
    const EnvelopeHeader header = HubBench::document(1, {code("H43.01")});
    CHECK(answer_to(hub, hub.delivered(header)).kind == EntryKind::accepted);
    SECTION("once it is in the ledger") {
        CHECK(answer_to(hub, hub.delivered(header)).kind == EntryKind::accepted);
        CHECK(answer_to(hub, hub.delivered(header, "other")).code == "envelope_id_reused");
    }
    SECTION("even when it has expired meanwhile") {
        hub.now = header.expires_at;
        CHECK(answer_to(hub, hub.delivered(header)).kind == EntryKind::accepted);
    }
    SECTION("after a restart") {
        hub.crash();
        REQUIRE(hub.take(BusUp{}).has_value());
        hub.settle();
        hub.bus.clear();
        CHECK(answer_to(hub, hub.delivered(header)).kind == EntryKind::accepted);
        CHECK(hub.bus.envelopes.empty());
        return;
    }
    CHECK(hub.bus.envelopes.size() == 1);
}

TEST_CASE("nothing is counted as done that a power cut could take back", "[relay]") {
    UpHub hub;
    const auto counted = [&] {
        const Relay::Counters c = hub.relay->counters();
        return std::vector<std::uint64_t>{c.accepted, c.refused, c.repeated, c.confirmed, c.returned, c.contents_stored};
    };
    using Counts = std::vector<std::uint64_t>;
    const EnvelopeHeader header = HubBench::document(1, {code("H43.01")});
    REQUIRE(hub.take(hub.delivered(header)).has_value());
    CHECK(counted() == Counts{0, 0, 0, 0, 0, 0});
    REQUIRE(hub.commit().has_value());
    CHECK(counted() == Counts{1, 0, 0, 0, 0, 0});
    const PublishId sent = hub.bus.envelopes.at(0).id;

    const std::vector<Event> events{hub.delivered(header), hub.delivered(header, "other"), Confirmed{sent},
                                    ContentStored{Ticket{1}, code("H43"), sha256("annex"), 5, CopyId{1}}};
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    CHECK(counted() == Counts{1, 0, 0, 0, 0, 0});
    // What is stepped meanwhile belongs to the batch after this one.
    REQUIRE(hub.take(hub.delivered(header)).has_value());
    REQUIRE(hub.commit().has_value());
    CHECK(counted() == Counts{1, 1, 1, 1, 0, 1});
    hub.settle();
    CHECK(counted() == Counts{1, 1, 2, 1, 0, 1});
}

TEST_CASE("two copies in one batch are one document", "[relay]") {
    UpHub hub;
    const EnvelopeHeader header = HubBench::document(1, {code("H43.01")});
    const std::vector<Event> events{hub.delivered(header), hub.delivered(header), hub.delivered(header, "other")};
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    hub.settle();
    CHECK(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.acknowledged.size() == 3);
    using Told = std::vector<std::vector<AgencyCode>>;
    const auto accepted = [&] {
        Told receivers;
        for (const PublishReceipts& told : hub.bus.receipts)
            for (const ReceiptItem& item : told.items)
                if (item.entry.kind == EntryKind::accepted)
                    receivers.push_back(item.receivers);
        return receivers;
    };
    // The same answer, whether the first is in the ledger yet or not.
    const std::vector receivers{code("H43.01")};
    CHECK(accepted() == Told{receivers, receivers});
    hub.confirm_receipts();
    hub.bus.receipts.clear();
    hub.bus.receipts_confirmed = 0;
    REQUIRE(hub.take(hub.delivered(header)).has_value());
    hub.settle();
    CHECK(accepted() == Told{receivers});
    CHECK(hub.relay->counters().accepted == 1);
    CHECK(hub.relay->counters().repeated == 2);
    CHECK(hub.relay->counters().refused == 1);
}

TEST_CASE("urgent documents go to the urgent inbox, before others that wait", "[relay]") {
    UpHub hub;
    EnvelopeHeader urgent = HubBench::document(2, {code("H43.01")});
    urgent.urgency = Urgency::express;
    REQUIRE(hub.take(hub.delivered(urgent)).has_value());
    hub.settle();
    CHECK(hub.bus.envelopes[0].is_urgent);
}

TEST_CASE("statuses move the document's state and are told to its sender, whatever their order", "[relay]") {
    UpHub hub;
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    hub.settle();
    const auto status = [&](std::uint8_t n, std::string_view status_code, bool is_by_number = false) {
        EnvelopeHeader header = HubBench::document(n, {code("H43")});
        header.kind = Kind::status;
        header.sender = code("H43.01");
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code}, .answers_issuer = "H43", .answers_code = "1/UBND",
                                     .answers_document_id = is_by_number ? "" : "H43,2026/11/24,1"};
        REQUIRE(hub.take(hub.delivered(header, "status" + std::to_string(n), "H43.01")).has_value());
        hub.settle();
        hub.confirm_receipts();
        return hub.view->named_deliveries(code("H43"), code("H43.01"), {"H43,2026/11/24,1", "", ""}).value().at(0).station;
    };
    CHECK(status(10, "05") == Station::in_hand);
    CHECK(status(11, "01", true) == Station::in_hand);
    CHECK(status(12, "09") == Station::in_hand);
    CHECK(status(13, "06") == Station::finished);
    std::vector<std::string> told;
    for (const auto& message : hub.bus.receipts)
        for (const auto& item : message.items)
            if (item.entry.kind == EntryKind::station && message.addressee == code("H43") && !item.entry.code.empty())
                told.push_back(item.entry.code);
    CHECK(told == std::vector<std::string>{"05", "01", "09", "06"});
    // The status packets themselves travel to the sender.
    CHECK(hub.bus.envelopes.size() == 5);
}

TEST_CASE("a status that names its envelope moves that one, whatever else bears the same number", "[relay]") {
    UpHub hub;
    for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}}) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.document = HubBench::document(1, {}).document;
        REQUIRE(hub.take(hub.delivered(header, "frame" + std::to_string(n))).has_value());
        hub.settle();
    }
    const auto report = [&](std::uint8_t n, std::string_view status_code, std::optional<EnvelopeId> answered) {
        EnvelopeHeader header = HubBench::document(n, {code("H43")});
        header.kind = Kind::status;
        header.sender = code("H43.01");
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code}, .answers_issuer = "H43", .answers_code = "1/UBND",
                                     .answers_document_id = "H43,2026/11/24,1", .answers_envelope = answered};
        REQUIRE(hub.take(hub.delivered(header, "status" + std::to_string(n), "H43.01")).has_value());
        hub.settle();
    };
    const auto station = [&](std::uint64_t seq) {
        return hub.view->deliveries(EnvelopeSeq{seq}, code("H43.01")).value().at(0).station;
    };
    report(10, "03", test::id(1));
    CHECK(station(1) == Station::registered);
    CHECK(station(2) == Station::accepted);
    report(11, "05", std::nullopt);
    CHECK(station(1) == Station::registered);
    CHECK(station(2) == Station::in_hand);
    SECTION("an envelope that never came through this hub: the names decide") {
        report(12, "06", test::id(99));
        CHECK(station(2) == Station::finished);
    }
}

TEST_CASE("a status that names its document only by name does not count as its delivery", "[relay]") {
    HubBench hub;
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    EnvelopeHeader header = HubBench::document(10, {code("H43")});
    header.kind = Kind::status;
    header.sender = code("H43.01");
    header.document.reset();
    header.status = StatusReport{.code = "03", .answers_issuer = "H43", .answers_document_id = "H43,2026/11/24,1"};
    REQUIRE(hub.take(hub.delivered(std::move(header), "status", "H43.01")).has_value());
    hub.settle();
    CHECK(hub.view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).station == Station::registered);

    hub.crash();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    const auto sent = std::ranges::find(hub.bus.envelopes, code("H43.01"), &PublishEnvelope::inbox);
    REQUIRE(sent != hub.bus.envelopes.end());
    REQUIRE(hub.take(Confirmed{sent->id}).has_value());
    hub.settle();
    CHECK(hub.view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).station == Station::registered);

    hub.crash();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    CHECK(std::ranges::find(hub.bus.envelopes, code("H43.01"), &PublishEnvelope::inbox) == hub.bus.envelopes.end());
}

TEST_CASE("what moves nothing, told before the confirm, still shows that it was sent", "[relay]") {
    UpHub hub;
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    hub.settle();
    EnvelopeHeader header = HubBench::document(10, {code("H43")});
    header.kind = Kind::status;
    header.sender = code("H43.01");
    header.document.reset();
    header.status = StatusReport{.code = "16", .answers_issuer = "H43", .answers_envelope = test::id(1)};
    REQUIRE(hub.take(hub.delivered(std::move(header), "status", "H43.01")).has_value());
    hub.settle();
    const auto delivery = hub.view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0);
    CHECK(delivery.station == Station::queued);
    CHECK(delivery.carriage == Carriage::taken);
}

TEST_CASE("a receiver that is faster than the broker's confirm does not hide it", "[relay]") {
    UpHub hub;
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    hub.settle();
    EnvelopeHeader header = HubBench::document(2, {});
    header.kind = Kind::acknowledgement;
    header.sender = code("H43.01");
    header.document.reset();
    Delivered acknowledged = hub.delivered(std::move(header), "acknowledgement", "H43.01");
    acknowledged.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(1), true, {}, {}}}, {}};
    REQUIRE(hub.take(acknowledged).has_value());
    hub.settle();
    REQUIRE(hub.take(Confirmed{hub.bus.envelopes[0].id}).has_value());
    hub.settle();
    hub.confirm_receipts();
    std::vector<ReceiptEvent> told;
    for (const auto& message : hub.bus.receipts)
        for (const auto& item : message.items)
            if (item.entry.event)
                told.push_back(*item.entry.event);
    CHECK(told == std::vector{ReceiptEvent::confirmed, ReceiptEvent::stored});
}

TEST_CASE("what an adapter refused is on record as a refusal, and answered", "[relay]") {
    UpHub hub;
    EnvelopeHeader header = HubBench::document(1, {});
    header.kind = Kind::service;
    header.document = DocumentName{.issuer = "H43", .subject = "van-ban.edxml"};
    header.refusal = Fault{Errc::packet_has_doctype, "DOCTYPE", "<!DOCTYPE"};
    const Entry answer = answer_to(hub, hub.delivered(header));
    CHECK(answer.kind == EntryKind::refused);
    CHECK(answer.code == "packet_has_doctype");
    CHECK(answer.field == "DOCTYPE");
    CHECK(hub.bus.dead.empty());
    CHECK(hub.bus.envelopes.empty());
}

TEST_CASE("what is refused once more is answered once more, and is on record once", "[relay]") {
    UpHub hub;
    EnvelopeHeader header = HubBench::document(1, {});
    header.kind = Kind::service;
    header.refusal = Fault{Errc::packet_has_doctype, "DOCTYPE", "<!DOCTYPE"};
    const auto refusals = [&] { return number(hub.view->heads().value().envelope); };
    // Both within one batch, and one after the commit.
    const std::vector<Event> twice{hub.delivered(header), hub.delivered(header)};
    REQUIRE(hub.engine->take(twice, hub.now).has_value());
    hub.settle();
    CHECK(refusals() == 1);
    const Entry answer = answer_to(hub, hub.delivered(header));
    CHECK(answer.kind == EntryKind::refused);
    CHECK(answer.code == "packet_has_doctype");
    CHECK(answer.envelope == EnvelopeSeq{1});
    CHECK(refusals() == 1);
    CHECK(hub.bus.acknowledged.size() == 3);
    CHECK(hub.relay->counters().refused == 3);
    CHECK(hub.relay->counters().repeated == 0);
    hub.crash();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    REQUIRE(hub.take(hub.delivered(header)).has_value());
    hub.settle();
    CHECK(refusals() == 1);
    // Other octets, another reason, and what the hub itself refuses.
    REQUIRE(hub.take(hub.delivered(header, "other frame")).has_value());
    hub.settle();
    CHECK(refusals() == 2);
    header.refusal->field = "ENTITY";
    REQUIRE(hub.take(hub.delivered(header)).has_value());
    hub.settle();
    CHECK(refusals() == 3);
    for (int times = 0; times < 2; ++times) {
        REQUIRE(hub.take(hub.delivered(HubBench::document(7, {code("H43.77")}))).has_value());
        hub.settle();
        CHECK(refusals() == 4);
    }
}

TEST_CASE("receipts of one batch for one sender share a message", "[relay]") {
    UpHub hub;
    std::vector<Event> events;
    for (std::uint8_t n = 1; n <= 50; ++n)
        events.emplace_back(hub.delivered(HubBench::document(n, {code("H43.01")})));
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    hub.settle();
    REQUIRE(hub.bus.receipts.size() == 1);
    CHECK(hub.bus.receipts[0].items.size() == 50);
}

TEST_CASE("receipts that the broker never confirmed are composed again after a crash", "[relay]") {
    UpHub hub;
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    hub.settle();
    const auto first = hub.bus.receipts.back().items;
    SECTION("not confirmed: again, the very same") {
        hub.crash();
        REQUIRE(hub.take(BusUp{}).has_value());
        hub.settle();
        REQUIRE(hub.bus.receipts.size() == 1);
        CHECK(hub.bus.receipts[0].items[0].entry == first[0].entry);
        CHECK(hub.bus.receipts[0].items[0].envelope == first[0].envelope);
        CHECK(hub.bus.receipts[0].items[0].document == first[0].document);
    }
    SECTION("confirmed: not again") {
        REQUIRE(hub.take(Confirmed{hub.bus.receipts.back().id}).has_value());
        hub.settle();
        hub.crash();
        REQUIRE(hub.take(BusUp{}).has_value());
        hub.settle();
        CHECK(hub.bus.receipts.empty());
    }
}

TEST_CASE("a clock that is set back does not turn the ledger's order around", "[relay]") {
    UpHub hub;
    const Entry first = answer_to(hub, hub.delivered(HubBench::document(1, {code("H43.01")})));
    hub.now -= std::chrono::seconds{50};
    const Entry second = answer_to(hub, hub.delivered(HubBench::document(2, {code("H43.01")})));
    CHECK(second.at >= first.at);
}

TEST_CASE("after a clock that was years ahead documents are judged by the right time again", "[relay]") {
    UpHub hub;
    const Instant right = hub.now;
    hub.now += std::chrono::hours{24 * 3650};
    (void)answer_to(hub, hub.delivered(HubBench::document(1, {code("H43.01")})));
    hub.now = right;
    const Entry second = answer_to(hub, hub.delivered(HubBench::document(2, {code("H43.01")})));
    CHECK(second.kind == EntryKind::accepted);
    CHECK(second.at == right);
}
