// One list of promises, run on every ledger.

#include "hub/core/limits.hpp"
#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::id;
using test::Memory;
using test::Sqlite;

namespace {

constexpr DeliverySeq no_bound{UINT64_MAX >> 1};

}  // namespace

TEMPLATE_TEST_CASE("an empty ledger starts at nought", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    const auto heads = under_test.ledger().view()->heads().value();
    CHECK(number(heads.envelope) == 0);
    CHECK(number(heads.delivery) == 0);
    CHECK(number(heads.entry) == 0);
    CHECK(heads.cursors.empty());
}

TEMPLATE_TEST_CASE("what was committed is there, numbered as given", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    writer.accept("H43.01", 2, {"H43"}, {}, std::string(300'000, 'x'));
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();

    const auto heads = view->heads().value();
    CHECK(number(heads.envelope) == 2);
    CHECK(number(heads.delivery) == 3);
    CHECK(number(heads.entry) == 2);
    CHECK(heads.last_entry_at == at(1002));

    const auto known = view->known(code("H43"), id(1)).value();
    REQUIRE(known);
    CHECK(known->seq == EnvelopeSeq{1});
    CHECK(known->header_digest == sha256("1"));
    CHECK(known->receivers == std::vector{code("H43.01"), code("H43.02")});
    CHECK_FALSE(view->known(code("H43.01"), id(1)).value());
    CHECK_FALSE(view->known(code("H43.77"), id(1)).value());
    CHECK_FALSE(view->known(code("H43"), id(9)).value());

    CHECK(*view->frame(EnvelopeSeq{1}).value() == "frame 1");
    CHECK(*view->frame(EnvelopeSeq{2}).value() == std::string(300'000, 'x'));

    const auto deliveries = view->deliveries(EnvelopeSeq{1}, code("H43.02")).value();
    REQUIRE(deliveries.size() == 1);
    CHECK(deliveries[0].seq == DeliverySeq{2});
    CHECK(deliveries[0].id == id(1));
    CHECK(deliveries[0].sender == code("H43"));
    CHECK(deliveries[0].receiver == code("H43.02"));
    CHECK(deliveries[0].station == Station::accepted);
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43")).value().empty());
}

TEMPLATE_TEST_CASE("a view shows every commit from then on", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    const auto view = under_test.ledger().view();
    test::Writer writer{under_test.ledger()};
    for (std::uint64_t n = 1; n <= 5; ++n) {
        CHECK_FALSE(view->known(code("H43"), id(n)).value());
        writer.accept("H43", n, {"H43.01"});
        REQUIRE(writer.commit().has_value());
        CHECK(view->known(code("H43"), id(n)).value());
    }
}

TEMPLATE_TEST_CASE("stations of the same batch and of later ones", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    writer.move(1, Station::queued);
    REQUIRE(writer.commit().has_value());
    writer.move(2, Station::finished);
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).station == Station::queued);
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.02")).value().at(0).station == Station::finished);
}

TEMPLATE_TEST_CASE("what was not carried is due, however far its station is", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    writer.move(1, Station::registered, Carriage::held);
    writer.move(2, Station::queued);
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto due = [&](DueScope scope) {
        std::vector<std::pair<std::uint64_t, Carriage>> found;
        for (const DueDelivery& delivery : view->due(scope, {}, no_bound, 10).value().deliveries)
            found.emplace_back(number(delivery.seq), delivery.carriage);
        return found;
    };
    using Due = std::vector<std::pair<std::uint64_t, Carriage>>;
    CHECK(due(DueScope::held) == Due{{1, Carriage::held}});
    CHECK(due(DueScope::not_taken) == Due{{1, Carriage::held}, {2, Carriage::in_inbox}});
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).carriage == Carriage::held);
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.02")).value().at(0).carriage == Carriage::in_inbox);
    writer.move(1, Station::registered);
    REQUIRE(writer.commit().has_value());
    CHECK(due(DueScope::held).empty());
    CHECK(due(DueScope::not_taken) == Due{{2, Carriage::in_inbox}});
}

TEMPLATE_TEST_CASE("receivers that share an inbox have a state each, and one of them is due", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 1, {"H43.02", "G22@AXIS", "H05@AXIS", "AXIS", "H43.01.99@H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto due = [&](DueScope scope) { return view->due(scope, {}, no_bound, 10).value().deliveries; };
    const auto first = due(DueScope::held);
    REQUIRE(first.size() == 3);
    CHECK(first[1].seq == DeliverySeq{2});
    CHECK(first[1].receiver == code("G22"));
    CHECK(first[1].inbox == code("AXIS"));
    CHECK(first[1].receivers == 3);
    CHECK(first[2].seq == DeliverySeq{5});
    CHECK(first[2].receiver == code("H43.01.99"));
    CHECK(first[2].inbox == code("H43.01"));
    CHECK(first[2].receivers == 1);

    auto brought = view->deliveries(EnvelopeSeq{1}, code("AXIS")).value();
    REQUIRE(brought.size() == 3);
    CHECK(brought[1].receiver == code("H05"));
    CHECK(brought[1].carriage == Carriage::taken);
    CHECK(brought[2].receiver == code("AXIS"));
    CHECK(view->deliveries(EnvelopeSeq{1}, code("G22")).value().empty());
    CHECK(view->named_deliveries(code("H43"), code("AXIS"), {"H43,2026/11/24,1", "", ""}).value().size() == 3);
    CHECK(view->receipts({}, 1).value().items[0].receivers
          == std::vector{code("H43.02"), code("G22"), code("H05"), code("AXIS"), code("H43.01.99")});

    writer.move(2, Station::queued);
    writer.move(3, Station::finished);
    REQUIRE(writer.commit().has_value());
    brought = view->deliveries(EnvelopeSeq{1}, code("AXIS")).value();
    CHECK(brought[0].station == Station::queued);
    CHECK(brought[1].station == Station::finished);
    CHECK(brought[2].station == Station::accepted);
    CHECK(due(DueScope::held).size() == 2);
    CHECK(due(DueScope::not_taken).size() == 3);
    CHECK(view->has_more_in_inbox(code("AXIS"), 0, at(1'000'000)).value());
    CHECK_FALSE(view->has_more_in_inbox(code("AXIS"), 1, at(1'000'000)).value());
    CHECK_FALSE(view->has_more_in_inbox(code("G22"), 0, at(1'000'000)).value());
}

TEMPLATE_TEST_CASE("whether an agency's last acknowledgement was refused", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto view = under_test.ledger().view();
    const auto is_refused = [&] { return view->is_last_acknowledgement_refused(code("H43.01")).value(); };
    std::uint64_t n = 0;
    const auto acknowledge = [&](const std::string& agency, bool is_accepted) {
        is_accepted ? (void)writer.accept(agency, ++n, {})
                    : (void)writer.refuse(agency, ++n, {Errc::signature_invalid, "signatures", {}});
        EnvelopeRecord& record = writer.batch.envelopes.back();
        EnvelopeHeader header = *test::document(n, agency, {});
        header.kind = Kind::acknowledgement;
        header.document.reset();
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
        REQUIRE(writer.commit().has_value());
    };
    CHECK_FALSE(is_refused());
    acknowledge("H43.02", false);
    CHECK_FALSE(is_refused());
    acknowledge("H43.01", true);
    CHECK_FALSE(is_refused());
    acknowledge("H43.01", false);
    acknowledge("H43.02", true);
    CHECK(is_refused());
    acknowledge("H43.01", true);
    CHECK_FALSE(is_refused());
    acknowledge("H43.01", false);
    // Other kinds say nothing of it; so many of them hide it.
    for (std::size_t i = 1; i < limits::names_examined_max; ++i)
        i % 2 == 0 ? (void)writer.accept("H43.01", ++n, {"H43.02"})
                   : (void)writer.refuse("H43.01", ++n, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    REQUIRE(writer.commit().has_value());
    CHECK(is_refused());
    writer.accept("H43.01", ++n, {"H43.02"});
    REQUIRE(writer.commit().has_value());
    CHECK_FALSE(is_refused());
}

TEMPLATE_TEST_CASE("due deliveries come page by page, in order, without gaps", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    for (std::uint64_t n = 1; n <= 10; ++n)
        writer.accept("H43", n, {"H43.01", "H43.02", "H43.03"});
    for (std::uint64_t n = 1; n <= 30; n += 2)
        writer.move(n, Station::queued);
    for (std::uint64_t n = 1; n <= 30; n += 6)
        writer.move(n, Station::retrieved);
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();

    std::vector<std::uint64_t> seen;
    DeliverySeq cursor{};
    for (;;) {
        const auto page = view->due(DueScope::held, cursor, no_bound, 4).value();
        for (const DueDelivery& due : page.deliveries)
            seen.push_back(number(due.seq));
        CHECK(number(page.through) >= number(cursor));
        cursor = page.through;
        if (page.is_last)
            break;
    }
    CHECK(seen == std::vector<std::uint64_t>{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30});

    const auto undelivered = view->due(DueScope::not_taken, DeliverySeq{}, DeliverySeq{12}, 100).value();
    CHECK(undelivered.is_last);
    CHECK(undelivered.deliveries.size() == 10);
    const DueDelivery& first = undelivered.deliveries.front();
    CHECK(first.seq == DeliverySeq{2});
    CHECK(first.envelope == EnvelopeSeq{1});
    CHECK(first.sender == code("H43"));
    CHECK(first.receiver == code("H43.02"));
    CHECK(first.id == id(1));
    CHECK(first.kind == Kind::document);
    CHECK(first.urgency == Urgency::urgent);
    CHECK(first.frame_bytes == std::string_view{"frame 1"}.size());
}

TEMPLATE_TEST_CASE("a status finds the newest document of that name with a delivery to its sender", "[ledger]",
                   Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const DocumentName name{"000.00.00.G22", "7816", "VPCP-TTĐT", "2015-09-30",
                            "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT", "V/v kết nối", "Công văn"};
    writer.accept("000.00.00.G22", 1, {"H43.01", "H43.02"}, name);
    writer.accept("000.00.00.G22", 2, {"H43.01"}, name);
    writer.accept("H43", 3, {"H43.01", "H43.02"}, name);
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto find = [&](std::string_view receiver, std::string_view document_id, std::string_view full,
                          std::string_view date = {}) {
        const auto found =
            view->named_deliveries(code("000.00.00.G22"), code(receiver), {document_id, full, date}).value();
        return found.empty() ? 0 : number(found[0].envelope);
    };
    CHECK(find("H43.01", name.document_id, "") == 2);
    CHECK(find("H43.02", name.document_id, "") == 1);
    CHECK(find("H43.01", "", "7816/VPCP-TTĐT") == 2);
    CHECK(find("H43.01", "other", "7816/VPCP-TTĐT") == 2);
    CHECK(find("H43.01", "other", "7817/VPCP-TTĐT") == 0);
    // Numbers begin anew with every year.
    CHECK(find("H43.01", "", "7816/VPCP-TTĐT", "2015-09-30") == 2);
    CHECK(find("H43.01", "", "7816/VPCP-TTĐT", "2014-09-30") == 0);
    CHECK(find("H43.01", "", "") == 0);
    CHECK(find("H43.03", name.document_id, "") == 0);
    CHECK(find("H43.01", "\" OR 1=1 --", "*") == 0);
    // What would be two words of an index, or hundreds, is a name like any other.
    for (const char* odd : {"12 /UBND-VX", "a+b", "a&b:c;(d)'e", "x–y 1", "x\u200by", "đường – sắt", "Москва 1", "“”", " "}) {
        CHECK(find("H43.01", odd, odd) == 0);
        CHECK(find("H43.01", "", odd) == 0);
    }
    std::string many;
    while (many.size() < 4000)
        many += "a b–c ";
    CHECK(find("H43.01", many, many) == 0);
}

TEMPLATE_TEST_CASE("a document is found by its DocumentId, its recalls and updates are not", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto send = [&](const std::string& sender, std::uint64_t n, Business business) {
        EnvelopeRecord& record = writer.accept(sender, n, {"H43.01"});
        EnvelopeHeader header = *record.header;
        header.business = business;
        header.document->document_id = "H43, 2026 – 5";
        header.document->issuer = sender + " as written";
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
        record.changes = business == Business::fresh ? EnvelopeSeq{} : EnvelopeSeq{1};
    };
    const auto view = under_test.ledger().view();
    const auto found = [&](const char* sender) {
        const auto asked = sender ? std::optional{code(sender)} : std::nullopt;
        const auto document = view->document(asked, "H43, 2026 – 5", "").value();
        return document ? number(*document) : 0;
    };
    CHECK(found("H43") == 0);
    send("H43", 1, Business::fresh);
    send("H43", 2, Business::recall);
    send("H43", 3, Business::update);
    REQUIRE(writer.commit().has_value());
    CHECK(found("H43") == 1);
    CHECK(found("H43.01") == 0);
    CHECK(found(nullptr) == 1);
    CHECK_FALSE(view->document(code("H43"), "5 – 2026, H43", "").value());
    CHECK_FALSE(view->document(code("H43"), "", "").value());
    CHECK(view->document(code("H43"), "H43, 2026 – 5", "H43 as written").value());
    CHECK_FALSE(view->document(code("H43"), "H43, 2026 – 5", "somebody else").value());
    CHECK_FALSE(view->document(code("H43"), "h43, 2026 – 5", "").value());
    send("H43", 4, Business::replace);
    send("H43.02", 5, Business::fresh);
    REQUIRE(writer.commit().has_value());
    CHECK(found("H43") == 4);
    CHECK(found(nullptr) == 5);
    CHECK(view->deliveries(EnvelopeSeq{3}, code("H43.01")).value().at(0).changes == EnvelopeSeq{1});
    CHECK(view->deliveries(EnvelopeSeq{3}, code("H43.01")).value().at(0).business == Business::update);
}

TEMPLATE_TEST_CASE("what was asked of a receiver stays until something else is", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 1, {"H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto change = [&] { return view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).change; };
    CHECK(change() == Change{});
    writer.move(1, Station::queued);
    writer.batch.stations.back().change = Change{Business::update, ChangeState::asked};
    REQUIRE(writer.commit().has_value());
    writer.move(1, Station::registered);
    REQUIRE(writer.commit().has_value());
    CHECK(change() == Change{Business::update, ChangeState::asked});
    writer.move(1, Station::withdrawn);
    writer.batch.stations.back().change = Change{Business::update, ChangeState::agreed};
    REQUIRE(writer.commit().has_value());
    CHECK(change() == Change{Business::update, ChangeState::agreed});
}

TEMPLATE_TEST_CASE("a document whose name has blanks and signs is found by it", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto send = [&](std::uint64_t n, const std::string& number, const std::string& notation, const std::string& id) {
        writer.accept("H43", n, {"H43.01"});
        EnvelopeHeader header = *writer.batch.envelopes.back().header;
        header.document->number = number;
        header.document->notation = notation;
        header.document->document_id = id;
        writer.batch.envelopes.back().header = std::make_shared<const EnvelopeHeader>(std::move(header));
    };
    send(1, "5", "UBND VX", "H43, 2026 – 5");
    send(2, "UBND", "5 VX", "5 – 2026, H43");
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto find = [&](const std::string& document_id, const std::string& full) -> std::uint64_t {
        const auto found = view->named_deliveries(code("H43"), code("H43.01"), {document_id, full, ""}).value();
        return found.empty() ? 0 : number(found[0].envelope);
    };
    CHECK(find("", "5/UBND VX") == 1);
    CHECK(find("", "UBND/5 VX") == 2);
    CHECK(find("", "VX 5/UBND") == 0);
    CHECK(find("", "5/ubnd vx") == 0);
    CHECK(find("H43, 2026 – 5", "") == 1);
    CHECK(find("5 – 2026, H43", "") == 2);
}

TEMPLATE_TEST_CASE("receipts are read back as they were told", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.entry({.kind = EntryKind::hub_started});
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    writer.refuse("H43", 2, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    writer.entry({.kind = EntryKind::station, .envelope = EnvelopeSeq{1}, .event = ReceiptEvent::status_03,
                  .receiver = code("H43.02"), .addressee = code("H43"), .code = "03", .field = "id", .text = "Đã tiếp nhận"});
    const auto entries = writer.batch.entries;
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();

    auto page = view->receipts(EntrySeq{}, 3).value();
    CHECK_FALSE(page.is_last);
    CHECK(page.through == EntrySeq{3});
    REQUIRE(page.items.size() == 2);
    CHECK(page.items[0].entry == entries[1]);
    CHECK(page.items[0].envelope == id(1));
    CHECK(page.items[0].envelope_sender == code("H43"));
    CHECK(page.items[0].document.subject == "V/v họp số 1");
    CHECK(page.items[0].receivers == std::vector{code("H43.01"), code("H43.02")});
    CHECK(page.items[1].entry == entries[2]);
    CHECK(page.items[1].document.number == "2");

    page = view->receipts(page.through, 3).value();
    CHECK(page.is_last);
    REQUIRE(page.items.size() == 1);
    CHECK(page.items[0].entry == entries[3]);
    CHECK(page.items[0].envelope == id(1));
    CHECK(view->receipts(EntrySeq{4}, 3).value().is_last);
}

TEMPLATE_TEST_CASE("cursors are remembered, the newest counts", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.batch.cursors.push_back({code("H43"), EntrySeq{}, EntrySeq{}});
    REQUIRE(writer.commit().has_value());
    writer.batch.cursors.push_back({code("H43"), EntrySeq{7}, EntrySeq{5}});
    REQUIRE(writer.commit().has_value());
    const auto cursors = under_test.ledger().view()->heads().value().cursors;
    REQUIRE(cursors.size() == 1);
    CHECK(cursors[0].agency == code("H43"));
    CHECK(cursors[0].confirmed_through == EntrySeq{7});
    CHECK(cursors[0].acknowledged_through == EntrySeq{5});
}

TEMPLATE_TEST_CASE("a refusal is known by sender, id, octets and reason", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const Fault why{Errc::packet_has_doctype, "DOCTYPE", "<!DOCTYPE"};
    writer.accept("H43", 9, {"H43.01"});
    writer.refuse("H43", 1, {Errc::packet_has_doctype, "DOCTYPE", "other"});
    writer.refuse("H43", 1, why);
    writer.refuse("H43.01", 1, why);
    const EnvelopeRecord refused = writer.batch.envelopes[2];
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto before = [&](const EnvelopeRecord& record) { return view->refused_before(record).value(); };
    CHECK(before(refused) == EnvelopeSeq{3});
    EnvelopeRecord other = refused;
    other.sender = code("H43.02");
    CHECK_FALSE(before(other));
    other.sender = code("H43.01");
    CHECK(before(other) == EnvelopeSeq{4});
    other = refused;
    other.id = id(2);
    CHECK_FALSE(before(other));
    other.id.reset();
    CHECK_FALSE(before(other));
    other = refused;
    other.header_digest = sha256("other");
    CHECK_FALSE(before(other));
    // Nothing was read of it: the bytes may be others.
    other.header_digest = {};
    CHECK_FALSE(before(other));
    for (const Fault& fault : {Fault{Errc::packet_has_doctype, "DOCTYPE", {}}, Fault{Errc::packet_has_doctype, {}, "<!DOCTYPE"},
                               Fault{Errc::packet_too_large, "DOCTYPE", "<!DOCTYPE"}}) {
        other = refused;
        other.refusal = fault;
        CHECK_FALSE(before(other));
    }
    writer.refuse("H43", 1, why);
    REQUIRE(writer.commit().has_value());
    CHECK(before(refused) == EnvelopeSeq{5});
}

TEMPLATE_TEST_CASE("a refused id may come again and be accepted", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.refuse("H43", 1, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    writer.refuse("H43", 1, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    writer.accept("H43", 1, {"H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto known = under_test.ledger().view()->known(code("H43"), id(1)).value();
    REQUIRE(known);
    CHECK(known->seq == EnvelopeSeq{3});
}
