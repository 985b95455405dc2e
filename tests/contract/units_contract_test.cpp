// Units of the national axis: one list of promises, run on every ledger.

#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::id;
using test::Memory;
using test::Sqlite;

namespace {

Unit unit(std::string_view present, std::string_view old_code, std::string name, std::int64_t version = 1,
          bool is_closed = false) {
    return {.code = code(present),
            .old_code = old_code.empty() ? std::nullopt : std::optional{code(old_code)},
            .name = std::move(name),
            .parent = std::nullopt,
            .is_closed = is_closed,
            .version = version,
            .modified_at = "2026/11/24 08:00:00"};
}

/// Hands pages over as the relay does.
struct Pages {
    explicit Pages(Ledger& to) : ledger{to}, view{to.view()} {}
    void take(std::uint64_t pass_number, std::uint32_t number, bool is_full, bool is_last, std::vector<Unit> units) {
        const auto page = std::make_shared<const UnitsPage>(
            UnitsPage{id(pass_number), number, is_last, is_full, std::move(units)});
        test::Writer writer{ledger};
        EnvelopeRecord& record = writer.accept("AXIS", next_id++, {});
        record.frame.reset();
        auto header = std::make_shared<EnvelopeHeader>(*record.header);
        header->kind = Kind::service;
        header->document.reset();
        record.header = std::move(header);
        pass = next(pass, *page, record.seq, at(100 * static_cast<std::int64_t>(next_id))).value();
        writer.batch.units.push_back({record.seq, page, pass});
        REQUIRE(writer.commit().has_value());
    }
    std::string name(std::string_view written) {
        const auto found = view->unit(code(written)).value();
        return found ? found->code.text() + " " + found->name + (found->is_closed ? " closed" : "") : "-";
    }

    Ledger& ledger;
    std::unique_ptr<LedgerView> view;
    UnitPass pass;
    std::uint64_t next_id = 50;
};

}  // namespace

TEMPLATE_TEST_CASE("a unit is found by either form of its code", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    CHECK(pages.name("G22") == "-");
    const Unit office{.code = code("G22.99"),
                      .old_code = code("000.00.99.G22"),
                      .name = "Cục Đường sắt",
                      .parent = code("G22"),
                      .is_closed = false,
                      .version = 7,
                      .modified_at = "24/11/2026"};
    pages.take(1, 1, false, true, {unit("G22", "000.00.00.G22", "Văn phòng Chính phủ"), office});
    CHECK(pages.name("G22") == "G22 Văn phòng Chính phủ");
    CHECK(pages.name("000.00.00.G22") == "G22 Văn phòng Chính phủ");
    CHECK(pages.view->unit(code("000.00.99.G22")).value() == office);
    CHECK(pages.name("G23") == "-");
}

TEMPLATE_TEST_CASE("a closed unit keeps the old code that it had", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    pages.take(1, 1, true, true, {unit("G1", "000.00.00.G01", "một"), unit("G2", "000.00.00.G02", "hai")});
    // As a connector tells it that has lost its file: the axis gives both forms of open units only.
    pages.take(2, 1, true, true, {unit("G1", "", "một", 2, true), unit("G2", "", "hai", 2)});
    CHECK(pages.name("000.00.00.G01") == "G1 một closed");
    CHECK(pages.name("000.00.00.G02") == "-");
    pages.take(3, 1, true, true, {unit("G1", "000.00.09.G01", "một", 3, true)});
    CHECK(pages.name("000.00.09.G01") == "G1 một closed");
    CHECK(pages.name("000.00.00.G01") == "-");
}

TEMPLATE_TEST_CASE("an older version never replaces a newer one", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    pages.take(1, 1, false, true, {unit("G22", "000.00.00.G22", "mới", 5)});
    pages.take(2, 1, false, true, {unit("G22", "000.00.01.G22", "cũ", 4, true)});
    CHECK(pages.name("G22") == "G22 mới");
    CHECK(pages.name("000.00.00.G22") == "G22 mới");
    CHECK(pages.name("000.00.01.G22") == "-");
    // The same version again is what the axis says now.
    pages.take(3, 1, false, true, {unit("G22", "000.00.02.G22", "sửa", 5)});
    CHECK(pages.name("G22") == "G22 sửa");
    CHECK(pages.name("000.00.00.G22") == "-");
    CHECK(pages.name("000.00.02.G22") == "G22 sửa");
}

TEMPLATE_TEST_CASE("a full pass closes what it did not name, and only when it is over", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    pages.take(1, 1, true, true, {unit("G1", "", "một", 3), unit("G2", "", "hai", 3), unit("G3", "", "ba", 3)});
    pages.take(2, 1, false, true, {unit("G1", "", "một", 3)});
    CHECK(pages.name("G2") == "G2 hai");
    // An older version counts as named all the same.
    pages.take(3, 1, true, false, {unit("G2", "", "hai", 2)});
    CHECK(pages.name("G3") == "G3 ba");
    pages.take(3, 2, true, true, {unit("G1", "", "một", 3)});
    CHECK(pages.name("G1") == "G1 một");
    CHECK(pages.name("G2") == "G2 hai");
    CHECK(pages.name("G3") == "G3 ba closed");
    // It is there again.
    pages.take(4, 1, true, true, {unit("G3", "", "ba", 3)});
    CHECK(pages.name("G3") == "G3 ba");
    CHECK(pages.name("G1") == "G1 một closed");
    const UnitPass pass = pages.view->heads().value().units;
    CHECK(pass == pages.pass);
    CHECK(pass.id == id(4));
    CHECK(pass.full_ended_at == pass.ended_at);
}

TEMPLATE_TEST_CASE("of units that share a code an open one is meant", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    // The axis named it by its old form alone at first.
    pages.take(1, 1, false, true, {unit("000.00.07.G22", "", "Vụ", 2)});
    pages.take(2, 1, false, true, {unit("G22.07", "000.00.07.G22", "Vụ", 3), unit("000.00.07.G22", "", "Vụ", 2, true)});
    CHECK(pages.name("000.00.07.G22") == "G22.07 Vụ");
    pages.take(3, 1, false, true, {unit("G22.08", "000.00.07.G22", "Cục", 1)});
    CHECK(pages.name("000.00.07.G22") == "-");
    CHECK(pages.name("G22.08") == "G22.08 Cục");
    pages.take(4, 1, false, true, {unit("G22.07", "000.00.07.G22", "Vụ", 4, true)});
    CHECK(pages.name("000.00.07.G22") == "G22.08 Cục");
    pages.take(5, 1, false, true, {unit("G22.08", "000.00.07.G22", "Cục", 2, true)});
    CHECK(pages.name("000.00.07.G22") == "000.00.07.G22 Vụ closed");
}

TEMPLATE_TEST_CASE("a page's octets are not kept", "[ledger][units]", Memory, Sqlite) {
    TestType under_test;
    Pages pages{under_test.ledger()};
    pages.take(1, 1, true, true, {unit("G1", "", "một")});
    CHECK(pages.view->known(code("AXIS"), id(50)).value());
    const auto kept = pages.view->keeping(id(50), 10).value();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].is_retired);
    CHECK(pages.view->aged({}, at(1'000'000), 10).value().envelopes.empty());
}

TEST_CASE("units are found by words of their names, and outlive the process", "[ledger][units]") {
    test::FreshFolder folder;
    {
        auto made = ledger::SqliteLedger::open(folder.path()).value();
        Pages pages{*made};
        pages.take(1, 1, true, true,
                   {unit("G22", "000.00.00.G22", "Văn phòng Chính phủ"), unit("G22.1", "", "Vụ Đường sắt"),
                    unit("H01.1", "000.00.01.H01", "Sở Đường bộ"), unit("G9", "", "Bộ “Mới”", 1, true)});
        pages.take(2, 1, false, true, {unit("H01.1", "000.00.02.H01", "Sở Giao thông", 2)});
    }
    auto made = ledger::SqliteLedger::open(folder.path()).value();
    CHECK(made->view()->heads().value().units.pages == 1);
    const auto search = made->search();
    const auto found = [&](const std::string& text, std::size_t count = 10) {
        std::string codes;
        const auto answer = search->find_units(text, count).value();
        for (const Unit& each : answer.units)
            codes += each.code.text() + " ";
        return codes + (answer.has_more ? "…" : "");
    };
    CHECK(found("van phong") == "G22 ");
    CHECK(found("VĂN  phò") == "G22 ");
    CHECK(found("duong") == "G22.1 ");
    CHECK(found("giao thong") == "H01.1 ");
    CHECK(found("000.00.02.H01") == "H01.1 ");
    CHECK(found("000.00.01.H01") == "");
    CHECK(found("000.00.00.G22") == "G22 ");
    CHECK(found("G22") == "G22 G22.1 ");
    CHECK(found("g22") == "G22 G22.1 ");
    CHECK(found("G22", 1) == "G22 …");
    CHECK(found("moi") == "G9 ");
    CHECK(found("nothing of the kind") == "");
    CHECK(found("!!!") == "");
    CHECK(found("\"* OR") == "");
    const UnitTotals totals = search->unit_totals().value();
    CHECK(totals.units == 4);
    CHECK(totals.pass_ended_at > totals.full_pass_ended_at);
    CHECK(search->find({}).value().documents.empty());
}
