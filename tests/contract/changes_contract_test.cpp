// What ledgers promise about documents that recalls, updates and replacements are about.

#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::Memory;
using test::Sqlite;

namespace {

/// Envelope n of H43 to H43.01, which has this number, with the issuer and the day that are given.
EnvelopeRecord& send(test::Writer& writer, std::uint64_t n, Business business, DocumentName name,
                     std::vector<std::string> receivers = {"H43.01"}) {
    EnvelopeRecord& record = writer.accept("H43", n, std::move(receivers), std::move(name));
    EnvelopeHeader header = *record.header;
    header.business = business;
    record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    record.changes = business == Business::fresh ? EnvelopeSeq{} : EnvelopeSeq{1};
    return record;
}

DocumentName numbered(std::string issuer, std::string day) { return {std::move(issuer), "5", "UBND", std::move(day), "", "V/v họp", "Công văn"}; }

}  // namespace

TEMPLATE_TEST_CASE("a document is found by its number and day, of its sender and issuer", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto view = under_test.ledger().view();
    const auto found = [&](std::string_view sender, std::string_view full_number, std::string_view day, std::string_view issuer) {
        const auto document = view->numbered_document(code(sender), {{}, full_number, day, issuer}).value();
        return document ? number(*document) : 0;
    };
    CHECK(found("H43", "5/UBND", "", "") == 0);
    send(writer, 1, Business::fresh, numbered("H43", "2026-11-24"));
    send(writer, 2, Business::recall, numbered("H43", "2026-11-24"));
    send(writer, 3, Business::update, numbered("H43", "2026-11-25"));
    send(writer, 4, Business::replace, numbered("G22", ""));
    REQUIRE(writer.commit().has_value());
    CHECK(found("H43", "5/UBND", "2026-11-24", "H43") == 1);
    CHECK(found("H43", "5/UBND", "2026-11-24", "") == 4);
    CHECK(found("H43", "5/UBND", "2026-11-25", "H43") == 1);
    CHECK(found("H43", "5/UBND", "2026-11-26", "H43") == 0);
    CHECK(found("H43", "5", "2026-11-24", "H43") == 0);
    CHECK(found("H43", "", "2026-11-24", "H43") == 0);
    CHECK(found("H43.01", "5/UBND", "", "") == 0);
}

TEMPLATE_TEST_CASE("the first update of a document to an inbox is found", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto view = under_test.ledger().view();
    send(writer, 1, Business::fresh, numbered("H43", "2026-11-24"));
    send(writer, 2, Business::recall, numbered("H43", "2026-11-24"), {"H43.02"});
    send(writer, 3, Business::update, numbered("H43", "2026-11-24"));
    send(writer, 4, Business::update, numbered("H43", "2026-11-24"), {"H43.01", "H43.02"});
    send(writer, 5, Business::update, numbered("H43", "2026-11-24"), {"H43.02"});
    REQUIRE(writer.commit().has_value());
    CHECK(view->first_update(EnvelopeSeq{1}, code("H43.01")).value().at(0).envelope == EnvelopeSeq{3});
    CHECK(view->first_update(EnvelopeSeq{1}, code("H43.02")).value().at(0).envelope == EnvelopeSeq{4});
    CHECK(view->first_update(EnvelopeSeq{1}, code("H43.03")).value().empty());
    CHECK(view->first_update(EnvelopeSeq{2}, code("H43.01")).value().empty());
}

TEMPLATE_TEST_CASE("a document and a replacement have a name, what asks about them has none", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto view = under_test.ledger().view();
    const DocumentName name = numbered("H43", "2026-11-24");
    send(writer, 1, Business::fresh, name);
    send(writer, 2, Business::recall, name);
    send(writer, 3, Business::update, name);
    send(writer, 4, Business::replace, name);
    REQUIRE(writer.commit().has_value());
    CHECK(view->document_name(EnvelopeSeq{1}).value() == name);
    CHECK(view->document_name(EnvelopeSeq{2}).value() == std::nullopt);
    CHECK(view->document_name(EnvelopeSeq{3}).value() == std::nullopt);
    CHECK(view->document_name(EnvelopeSeq{4}).value() == name);
}

TEMPLATE_TEST_CASE("what is asked early is found by either name, until its document has come", "[ledger]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const auto view = under_test.ledger().view();
    using Seqs = std::vector<EnvelopeSeq>;
    const auto found = [&](std::string_view sender, const AnsweredName& name) {
        return view->early_questions(code(sender), name).value();
    };
    writer.accept("H43", 1, {"H43.01"});
    EnvelopeRecord& status = writer.accept("H43", 2, {"H43.01"});
    EnvelopeHeader header = *status.header;
    header.kind = Kind::status;
    header.document.reset();
    header.status = StatusReport{.code = "13"};
    status.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    writer.batch.early.push_back({EnvelopeSeq{2}, code("H43"), "", "số 7", "7/UBND", "2026-11-24"});
    writer.batch.early.push_back({EnvelopeSeq{1}, code("H43"), "", "số 7", "", ""});
    writer.batch.early.push_back({EnvelopeSeq{1}, code("AXIS"), "G22", "số 7", "", ""});
    REQUIRE(writer.commit().has_value());
    CHECK(found("H43", {"số 7", {}, {}, {}}) == Seqs{EnvelopeSeq{1}, EnvelopeSeq{2}});
    CHECK(found("H43", {"số 7", "7/UBND", "2026-11-24", {}}) == Seqs{EnvelopeSeq{1}, EnvelopeSeq{2}});
    CHECK(found("H43", {"số 8", "7/UBND", "2026-11-24", {}}) == Seqs{EnvelopeSeq{2}});
    CHECK(found("H43", {"số 8", "7/UBND", "2026-11-25", {}}).empty());
    CHECK(found("H43", {"số 8", "7/UBND", {}, {}}).empty());
    CHECK(found("H43", {"số 7", {}, {}, "G22"}).empty());
    CHECK(found("H43.01", {"số 7", {}, {}, {}}).empty());
    CHECK(found("AXIS", {"số 7", {}, {}, "G22"}) == Seqs{EnvelopeSeq{1}});

    const auto question = [&] { return view->deliveries(EnvelopeSeq{2}, code("H43.01")).value().at(0); };
    CHECK(question().business == Business::recall);
    CHECK(question().changes == EnvelopeSeq{});
    CHECK(question().asking.by == EnvelopeSeq{});
    writer.batch.met.push_back({EnvelopeSeq{2}, EnvelopeSeq{1}});
    writer.move(2, Station::queued);
    writer.batch.stations.back().change = Change{Business::recall, ChangeState::asked};
    writer.batch.stations.back().asking = Asking{EnvelopeSeq{2}, {Business::update, ChangeState::declined}};
    REQUIRE(writer.commit().has_value());
    writer.move(2, Station::retrieved);
    REQUIRE(writer.commit().has_value());
    CHECK(question().changes == EnvelopeSeq{1});
    CHECK(question().asking.by == EnvelopeSeq{2});
    CHECK(question().asking.before == Change{Business::update, ChangeState::declined});
}
