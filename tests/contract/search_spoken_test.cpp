// What people find who say a document's name as they would on the telephone.

#include "tests/contract/searched.hpp"

using namespace hub;
using test::code;
using test::named;
using test::Searched;
using test::Seqs;

TEST_CASE("a number is found with its zeros and without them", "[search]") {
    Searched ledger;
    ledger.writer.accept("H43", 1, {"H43.01"}, named("05", "KH-UBND", "V/v nghỉ lễ"));
    ledger.writer.accept("H43", 2, {"H43.01"}, named("500", "KH-UBND", "V/v khác"));
    ledger.writer.accept("H43", 3, {"H43.01"}, named("7", "KH-UBND", "V/v khác"));
    ledger.writer.accept("H43", 4, {"H43.01"}, named("050", "KH-UBND", "V/v khác"));
    ledger.commit();
    for (const char* number : {"5", "05", "005", "5/KH-UBND", "05/kh-ubnd", "005/KH-UBND"}) {
        CAPTURE(number);
        CHECK(ledger.found({.number = number}) == Seqs{1});
        CHECK(ledger.found({.text = number}).front() == 1);
    }
    CHECK(ledger.found({.text = "5"}) == Seqs{1, 2});
    CHECK(ledger.found({.text = "05"}) == Seqs{1, 4});
    CHECK(ledger.found({.text = "07"}) == Seqs{3});
    CHECK(ledger.found({.text = "5/KH"}) == Seqs{1});
    CHECK(ledger.found({.text = "0"}) == Seqs{4, 1});
    CHECK(ledger.found({.number = "0"}).empty());
}

TEST_CASE("a document is found by what a clerk says on the telephone", "[search]") {
    Searched ledger;
    ledger.writer.accept("H43", 1, {"H43.01"}, named("7816", "UBND-VX", "V/v nâng cấp đường sắt Bắc Nam"));
    ledger.writer.accept("H43", 2, {"H43.01"}, named("3344", "BC-SYT", "Tình hình sốt xuất huyết"));
    ledger.writer.accept("H43", 3, {"H43.01"}, named("05", "UBND", "Kế hoạch nghỉ Tết"));
    ledger.writer.accept("H43", 4, {"H43.01"}, named("12", "QĐ-UBND", "Bổ nhiệm cán bộ"));
    ledger.commit();
    struct Asked {
        const char* text;
        Seqs found;
        FoundBy by;
    };
    for (const Asked& each : {
             Asked{"7816/UBND-VX", {1}, FoundBy::words},
             Asked{"7816 ubnd-vx", {1}, FoundBy::words},
             Asked{"số 7816", {1}, FoundBy::loose_words},
             Asked{"công văn 7816", {1}, FoundBy::loose_words},
             Asked{"CV 7816/UBND-VX", {1}, FoundBy::loose_words},
             Asked{"văn bản số 7816", {1}, FoundBy::loose_words},
             Asked{"7816 ubnd vx", {1}, FoundBy::loose_words},
             Asked{"7816-UBND-VX", {1}, FoundBy::loose_words},
             Asked{"7816/2026", {1}, FoundBy::loose_words},
             Asked{"Công văn số 7816/UBND-VX ngày 20/11/2026", {1}, FoundBy::loose_words},
             Asked{"7816/UBND-VX 2026-11-20", {1}, FoundBy::loose_words},
             Asked{"7816.", {1}, FoundBy::loose_words},
             Asked{"No. 7816", {1}, FoundBy::loose_words},
             Asked{"/UBND-VX", {1}, FoundBy::loose_words},
             Asked{"07816", {1}, FoundBy::words},
             Asked{"7816 /UBND-VX", {1}, FoundBy::loose_words},
             Asked{"7816 / UBND - VX", {1}, FoundBy::loose_words},
             Asked{"số 7816 về đường sắt", {1}, FoundBy::loose_words},
             Asked{"đường-sắt", {1}, FoundBy::loose_words},
             Asked{"bc syt", {2}, FoundBy::loose_words},
             Asked{"báo cáo 3344", {2}, FoundBy::loose_words},
             Asked{"báo cáo sốt xuất huyết", {2}, FoundBy::loose_words},
             Asked{"kh nghi tet", {3}, FoundBy::loose_words},
             Asked{"quyết định bổ nhiệm", {4}, FoundBy::loose_words},
             Asked{"qđ bổ nhiệm", {4}, FoundBy::words},
             Asked{"qđ ubnd 12", {4}, FoundBy::loose_words},
             Asked{"công văn 9999", {}, FoundBy::loose_words},
         }) {
        CAPTURE(each.text);
        const SearchAnswer answer = ledger.search->find({.text = each.text}).value();
        CHECK(ledger.found({.text = each.text}) == each.found);
        CHECK(answer.found_by == each.by);
    }
    for (const char* odd : {"số", "/ - /", "-/-", "công văn", "\" OR \"", "cv -", "0", "số 0/", "kh", "ké hoạch dự án"})
        CHECK(ledger.search->find({.text = odd}).has_value());
}

TEST_CASE("what a text names an agency by is looked for where nothing has its words", "[search]") {
    Searched ledger;
    ledger.writer.accept("H43", 1, {"H43.01"}, named("1", "UBND", "Kế hoạch"));
    ledger.writer.accept("H43.05", 2, {"H43.01"}, named("3344", "BC-SYT", "Báo cáo"));
    ledger.writer.accept("H43.05", 3, {"H43.01"}, named("3345", "BC-SYT", "Kế hoạch"));
    ledger.commit();
    const NamedAgency health{code("H43.05"), ""};
    const SearchAnswer all = ledger.search->find({.text = "sở y tế", .named = health}).value();
    CHECK(all.found_by == FoundBy::agency);
    CHECK(all.documents.size() == 2);
    const SearchAnswer one = ledger.search->find({.text = "3344 sở y tế", .named = NamedAgency{code("H43.05"), "3344"}}).value();
    REQUIRE(one.documents.size() == 1);
    CHECK(number(one.documents.front().seq) == 2);
    // Who asks for an agency by a condition is not given another one.
    CHECK(ledger.found({.text = "sở y tế", .named = health, .agency = code("H43")}).empty());
}

TEST_CASE("a document's statuses do not bury it", "[search]") {
    Searched ledger;
    ledger.writer.accept("H43", 1, {"H43.01"}, named("7816", "UBND-VX", "Đường sắt"));
    for (std::uint64_t seq = 2; seq <= 70; ++seq) {
        ledger.writer.accept("H43.01", seq, {"H43"}, named("7816", "UBND-VX", "Đường sắt"));
        EnvelopeRecord& record = ledger.writer.batch.envelopes.back();
        EnvelopeHeader header = *record.header;
        header.kind = Kind::status;
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    }
    ledger.commit();
    const SearchAnswer answer = ledger.search->find({.text = "7816/UBND-VX"}).value();
    CHECK(answer.documents.size() == 1);
    CHECK(answer.is_documents_only);
    CHECK(ledger.found({.text = "7816", .kind = Kind::status}).size() == 50);
    CHECK(ledger.found({}).size() == 50);
    // Where there is no document, its statuses are what there is.
    ledger.writer.accept("H43.01", 71, {"H43"}, named("9", "UBND-VX", "Đường sắt"));
    EnvelopeRecord& record = ledger.writer.batch.envelopes.back();
    EnvelopeHeader header = *record.header;
    header.kind = Kind::status;
    record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    ledger.commit();
    CHECK(ledger.found({.text = "9/UBND-VX"}) == Seqs{71});
}
