// What people find in a ledger, and in which order: words however they are typed, conditions on what became of a
// document, refusals of whatever kind, pages.

#include "tests/contract/searched.hpp"

#include "hub/core/axis_doc_id.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_search.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

using namespace hub;
using test::code;
using test::id;
using test::named;
using test::Searched;
using test::Seqs;

namespace {

/// A line of vietnamese_words.tsv.
struct Written {
    std::string nfc, nfd, bare, toneless;
};

std::vector<Written> vietnamese_words() {
    std::ifstream file{std::string{LGSP_SOURCE_DIR} + "/tests/contract/vietnamese_words.tsv"};
    std::vector<Written> lines;
    Written line;
    std::string comment;
    std::getline(file, comment);
    while (std::getline(file, line.nfc, '\t') && std::getline(file, line.nfd, '\t') && std::getline(file, line.bare, '\t')
           && std::getline(file, line.toneless))
        lines.push_back(line);
    return lines;
}

std::string capital(std::string text) {
    for (char& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (auto at = text.find("đ"); at != std::string::npos; at = text.find("đ"))
        text.replace(at, std::string_view{"đ"}.size(), "Đ");
    return text;
}

/// How well a number of questions were answered.
struct Score {
    std::size_t asked = 0, found = 0, exact = 0, exact_first = 0;
    std::vector<std::string> missed;

    /// `first`: the one that has it as it was asked; 0: none has.
    void take(const std::string& question, const Seqs& seqs, std::uint64_t wanted, std::uint64_t first) {
        const bool is_found = std::ranges::find(seqs, wanted) != seqs.end();
        const bool is_first = first == 0 || (!seqs.empty() && seqs.front() == first);
        ++asked;
        found += is_found ? 1 : 0;
        exact += first == 0 ? 0 : 1;
        exact_first += first != 0 && is_first ? 1 : 0;
        if (!is_found || !is_first)
            missed.push_back(question);
    }
};

}  // namespace

TEST_CASE("2,000 names are found however they are typed, who has them as typed first", "[search]") {
    Searched searched;
    const auto words = vietnamese_words();
    REQUIRE(words.size() == 450);
    const std::vector<std::string> notations{"QĐ-UBND", "NĐ-CP", "ĐA-BGDĐT", "VPCP-TTĐT"};
    constexpr std::uint64_t numbers = 25;
    std::uint64_t n = 0;
    // The one without marks is the newer one.
    for (const Written& line : words) {
        const bool is_combining = n % 4 == 0;
        searched.writer.accept("H43", ++n, {"H43.01"}, named("1", "A", is_combining ? line.nfd : line.nfc));
        searched.writer.accept("H43", ++n, {"H43.01"}, named("1", "A", line.bare));
    }
    for (const std::string& notation : notations)
        for (std::uint64_t k = 1; k <= numbers; ++k) {
            std::string bare = capital(fold(notation));
            searched.writer.accept("H43", ++n, {"H43.01"}, named(std::to_string(1000 + k), notation, "x"));
            searched.writer.accept("H43", ++n, {"H43.01"}, named(std::to_string(1000 + k), std::move(bare), "x"));
        }
    searched.commit();

    Score score;
    std::uint64_t seq = 1;
    for (const Written& line : words) {
        const auto ask = [&](const std::string& asked, std::uint64_t first) {
            const SearchQuery query = seq % 4 < 2 ? SearchQuery{.subject = asked, .count = limits::search_rows_max}
                                                  : SearchQuery{.text = asked, .count = limits::search_rows_max};
            score.take(asked, searched.found(query), seq, first);
        };
        ask(line.nfc, seq);
        ask(capital(line.nfd), seq);
        ask(line.bare, seq + 1);
        ask(line.toneless, 0);
        seq += 2;
    }
    for (const std::string& notation : notations)
        for (std::uint64_t k = 1; k <= numbers; ++k, seq += 2) {
            const std::string full = std::to_string(1000 + k) + "/" + notation;
            score.take(full, searched.found({.number = full}), seq, seq);
            score.take(fold(full), searched.found({.text = fold(full)}), seq, seq + 1);
        }
    CAPTURE(score.missed);
    CHECK(score.asked == 2000);
    CHECK(score.found == 2000);
    CHECK(score.exact == 1550);
    CHECK(score.exact_first == 1550);
}

TEST_CASE("a number to its last digit comes before those that begin with it", "[search]") {
    Searched searched;
    searched.writer.accept("H43", 1, {"H43.01"}, named("78", "UBND", "x"));
    searched.writer.accept("H43", 2, {"H43.01"}, named("781", "UBND", "x"));
    searched.writer.accept("H43", 3, {"H43.01"}, named("7816", "UBND", "Công văn 781"));
    searched.commit();
    CHECK(searched.found({.text = "78"}) == Seqs{1, 3, 2});
    CHECK(searched.found({.text = "781"}) == Seqs{3, 2});
    CHECK(searched.found({.text = "78", .count = 2}) == Seqs{3, 2});
    CHECK(searched.found({.number = "78"}) == Seqs{1});
}

TEST_CASE("pages of what was found by words lose nothing and repeat nothing", "[search]") {
    Searched searched;
    for (std::uint64_t n = 1; n <= 30; ++n)
        searched.writer.accept("H43", n, {"H43.01"}, named("1", "A", n % 3 == 0 ? "đường sắt" : "duong sat"));
    searched.commit();
    Seqs all;
    SearchQuery query{.subject = "đường", .count = 7};
    for (bool has_more = true; has_more;) {
        const SearchAnswer page = searched.search->find(query).value();
        Seqs seqs;
        for (const DocumentSummary& document : page.documents)
            seqs.push_back(number(document.seq));
        const auto is_exact = [](std::uint64_t seq) { return seq % 3 == 0; };
        CHECK(std::ranges::is_partitioned(seqs, is_exact));
        all.insert(all.end(), seqs.begin(), seqs.end());
        query.before = page.searched_down_to;
        has_more = page.has_more;
        REQUIRE(all.size() <= 30);
    }
    std::ranges::sort(all);
    CHECK(std::ranges::adjacent_find(all) == all.end());
    CHECK(all.size() == 30);
}

TEST_CASE("refusals of every kind are found when they are asked for, and bury nothing", "[search]") {
    Searched searched;
    searched.writer.accept("H43", 1, {"H43.01"});
    searched.writer.accept("H43.01", 2, {});
    searched.make(Kind::acknowledgement);
    searched.writer.refuse("H43.01", 3, {Errc::certificate_not_valid_now, "signatures", {}});
    searched.make(Kind::acknowledgement);
    searched.writer.refuse("H43.01", 4, {Errc::certificate_not_valid_now, "signatures", {}});
    searched.make(Kind::status);
    searched.writer.refuse("H43", 5, {Errc::packet_has_doctype, "DOCTYPE", {}});
    searched.make(Kind::service);
    searched.writer.accept("AXIS", 6, {});
    searched.make(Kind::service);
    searched.writer.refuse("H43", 7, {Errc::envelope_malformed, "header", {}});
    searched.writer.batch.envelopes.back().header = nullptr;
    searched.commit();
    CHECK(searched.found({}) == Seqs{7, 5, 4, 1});
    CHECK(searched.found({.refused_only = true}) == Seqs{7, 5, 4, 3});
    CHECK(searched.found({.sender = code("H43.01"), .refused_only = true}) == Seqs{4, 3});
    CHECK(searched.found({.kind = Kind::acknowledgement, .refused_only = true}) == Seqs{3});
    CHECK(searched.found({.kind = Kind::acknowledgement}) == Seqs{3, 2});
    CHECK(searched.found({.kind = Kind{}}) == Seqs{7});
    CHECK(searched.found({.id = id(3).text()}) == Seqs{3});
    CHECK(searched.found({.sender = code("H43.01")}) == Seqs{4});
    // A clerk of the agency sees its own.
    CHECK(searched.found({.refused_only = true, .scope = code("H43.01")}) == Seqs{4, 3});
    CHECK(searched.found({.refused_only = true, .before = EnvelopeSeq{5}, .count = 1}) == Seqs{4});
    CHECK(searched.search->find({.refused_only = true}).value().documents.back().refusal->code
          == Errc::certificate_not_valid_now);
}

TEST_CASE("documents by how urgent they are, what failed, what was done and what is late", "[search]") {
    Searched searched;
    const std::pair<std::uint64_t, Urgency> levels[]{
        {1, Urgency::normal}, {2, Urgency::urgent}, {3, Urgency::very_urgent}, {4, Urgency::express_timed}};
    for (const auto& [n, urgency] : levels) {
        EnvelopeRecord& record = searched.writer.accept("H43", n, {"H43.01", "H43.02"});
        EnvelopeHeader header = *record.header;
        header.urgency = urgency;
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    }
    const Cause full{"ledger_full", "disk"}, other{"internal", ""};
    searched.writer.fail(1, EnvelopeSeq{1}, "H43.01", full);
    searched.writer.fail(3, EnvelopeSeq{2}, "H43.01", other);
    searched.writer.fail(5, EnvelopeSeq{3}, "H43.01", full);
    searched.commit();
    CHECK(searched.found({.urgency = Urgency::normal}) == Seqs{4, 3, 2, 1});
    CHECK(searched.found({.urgency = Urgency::very_urgent}) == Seqs{4, 3});
    CHECK(searched.found({.cause = fingerprint_of(full)}) == Seqs{3, 1});
    CHECK(searched.found({.cause = fingerprint_of(full), .before = EnvelopeSeq{3}}) == Seqs{1});
    CHECK(searched.found({.cause = fingerprint_of(Cause{"nothing", ""})}).empty());

    StationChange retried{DeliverySeq{5}, Station::queued, test::at(6000), Carriage::in_inbox};
    retried.turn = Turn{2, EntrySeq{1}, std::nullopt, OperationSeq{7}};
    searched.writer.batch.stations.push_back(retried);
    searched.commit();
    CHECK(searched.found({.cause = fingerprint_of(full)}) == Seqs{1});
    CHECK(searched.found({.operation = OperationSeq{7}}) == Seqs{3});
    CHECK(searched.found({.operation = OperationSeq{7}, .before = EnvelopeSeq{3}}).empty());
    CHECK(searched.found({.operation = OperationSeq{8}}).empty());

    const LateSpan urgent{Duty::retrieval, true, test::at(1003), test::at(1004)};
    CHECK(searched.found({.late = {urgent}}) == Seqs{4, 3});
    CHECK(searched.found({.receiver = code("H43.02"), .late = {urgent, {Duty::retrieval, false, test::at(0), test::at(9999)}}})
          == Seqs{4, 3, 1});
    CHECK(searched.found({.late = {{Duty::decision, true, test::at(0), test::at(9999)}}}).empty());
}

TEST_CASE("an answer tells how far it has looked, and its pages go on from there", "[search]") {
    Searched searched;
    std::uint64_t n = 0;
    for (; n < 60; ++n)
        searched.writer.accept(n % 2 ? "H43" : "H43.02", n + 1, {"H43.01"});
    searched.commit();
    searched.search = ledger::open_search(searched.folder.path(), 40);
    const auto finished = Station::finished;
    for (SearchQuery query : {SearchQuery{.station = finished}, SearchQuery{.receiver = code("H43.01"), .station = finished},
                              SearchQuery{.urgency = Urgency::express}, SearchQuery{.subject = "hop", .station = finished},
                              SearchQuery{.agency = code("H43.01"), .station = finished}}) {
        const SearchAnswer first = searched.search->find(query).value();
        CHECK(first.documents.empty());
        CHECK(first.is_cut);
        CHECK(number(first.searched_down_to) == 21);
        query.before = first.searched_down_to;
        const SearchAnswer rest = searched.search->find(query).value();
        CHECK_FALSE(rest.is_cut);
        CHECK(number(rest.searched_down_to) == 1);
    }
    // A page goes on with the way of reading the words that the one before it had, and only when that has found nothing
    // on any page with the next one, from the newest.
    SearchQuery spoken{.text = "hop", .station = finished};
    const SearchAnswer first = searched.search->find(spoken).value();
    CHECK(first.is_cut);
    CHECK(first.attempt == 0);
    spoken.before = first.searched_down_to;
    spoken.attempt = first.attempt;
    const SearchAnswer other = searched.search->find(spoken).value();
    CHECK(other.attempt == 1);
    CHECK(number(other.searched_down_to) == 21);
    spoken.has_found = true;
    const SearchAnswer same = searched.search->find(spoken).value();
    CHECK(same.attempt == 0);
    CHECK_FALSE(same.is_cut);
    CHECK(same.documents.empty());
    // Of refusals only these are looked at, as long as they are few.
    searched.writer.refuse("H43", 1, {Errc::receiver_unknown, "receivers", {}});
    for (n = 100; n < 150; ++n)
        searched.writer.accept("H43", n, {"H43.01"});
    searched.commit();
    CHECK_FALSE(searched.search->find({.refused_only = true}).value().is_cut);
    CHECK(searched.found({.refused_only = true}) == Seqs{61});
    for (n = 200; n < 240; ++n)
        searched.writer.refuse("H43", n, {Errc::receiver_unknown, "receivers", {}});
    for (n = 300; n < 350; ++n)
        searched.writer.accept("H43", n, {"H43.01"});
    searched.commit();
    const SearchAnswer cut = searched.search->find({.refused_only = true}).value();
    CHECK(cut.is_cut);
    CHECK(cut.documents.empty());
    CHECK(number(cut.searched_down_to) == 162);
}

TEST_CASE("documents are found by where a delivery stands, parked ones whether they had failed or not", "[search][parked]") {
    Searched searched;
    for (std::uint64_t n = 1; n <= 6; ++n)
        searched.writer.accept("H43", n, {"H43.01"});
    const Cause full{"ledger_full", "disk"};
    for (const std::uint64_t n : {1u, 2u, 3u})
        searched.writer.fail(n, EnvelopeSeq{n}, "H43.01", full);
    searched.commit();
    searched.writer.move(2, Station::failed, Carriage::parked_failed);
    searched.writer.move(4, Station::accepted, Carriage::parked);
    searched.writer.move(5, Station::queued, Carriage::at_adapter);
    searched.commit();
    CHECK(searched.found({.standing = Standing::parked}) == Seqs{4, 2});
    CHECK(searched.found({.standing = Standing::parked, .before = EnvelopeSeq{4}}) == Seqs{2});
    CHECK(searched.found({.standing = Standing::parked, .count = 1}) == Seqs{4});
    CHECK(searched.found({.standing = Standing::parked, .cause = fingerprint_of(full)}) == Seqs{2});
    CHECK(searched.found({.standing = Standing::failed}) == Seqs{3, 1});
    CHECK(searched.found({.standing = Standing::failed, .cause = fingerprint_of(full)}) == Seqs{3, 1});
    CHECK(searched.found({.standing = Standing::at_adapter}) == Seqs{5});
    CHECK(searched.found({.standing = Standing::waiting}) == Seqs{6});
    CHECK(searched.found({.receiver = code("H43.01"), .standing = Standing::parked}) == Seqs{4, 2});
    CHECK(searched.found({.receiver = code("H43.02"), .standing = Standing::parked}).empty());
}

TEST_CASE("where each delivery stands for an operator, also what its adapter holds for ever", "[search]") {
    Searched searched;
    searched.writer.accept("H43", 1, {"H43.01", "H43.02", "H43.03", "H43.04"});
    searched.writer.move(1, Station::queued, Carriage::at_adapter);
    searched.writer.move(2, Station::retrieved);
    searched.writer.move(3, Station::failed, Carriage::failed);
    searched.commit();
    const auto deliveries = searched.search->story(EnvelopeSeq{1}, {}).value().document.deliveries;
    REQUIRE(deliveries.size() == 4);
    CHECK(deliveries[0].standing == Standing::at_adapter);
    CHECK_FALSE(deliveries[1].standing);
    CHECK(deliveries[2].standing == Standing::failed);
    CHECK(deliveries[3].standing == Standing::waiting);
    // It is late like any other that nobody has taken.
    CHECK(searched.found({.late = {{Duty::retrieval, true, test::at(0), test::at(1001)}}}) == Seqs{1});
}

TEST_CASE("what is late is found however much else there is", "[search]") {
    Searched searched;
    constexpr std::uint64_t rows_max = 40;
    std::uint64_t n = 0;
    const auto add = [&](std::size_t count, bool is_document) {
        for (; count > 0; --count) {
            searched.writer.accept("H43", ++n, {"G22@AXIS", "H43.01"});
            if (!is_document)
                searched.make(Kind::status);
        }
        searched.commit();
    };
    // The second and the third document are late; the third is recalled besides.
    add(1, true);
    add(100, false);
    add(1, true);
    EnvelopeRecord& recall = searched.writer.accept("H43.02", ++n, {"H43.01"});
    EnvelopeHeader header = *recall.header;
    header.business = Business::recall;
    recall.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    add(100, false);
    add(1, true);
    searched.search = ledger::open_search(searched.folder.path(), rows_max);
    const std::vector<LateSpan> late{{Duty::retrieval, true, test::at(1002), test::at(1200)},
                                     {Duty::arrival, true, test::at(0), test::at(9999)}};
    const auto found = [&](const SearchQuery& query) {
        const SearchAnswer answer = searched.search->find(query).value();
        CHECK_FALSE(answer.is_cut);
        Seqs seqs;
        for (const DocumentSummary& document : answer.documents)
            seqs.push_back(number(document.seq));
        return seqs;
    };
    CHECK(found({.late = late}) == Seqs{103, 102});
    CHECK(found({.late = late, .before = EnvelopeSeq{103}}) == Seqs{102});
    CHECK(found({.late = late, .before = EnvelopeSeq{102}}).empty());
    CHECK(found({.late = late, .count = 1}) == Seqs{103});
    CHECK(found({.sender = code("H43.02"), .late = late}) == Seqs{103});
    CHECK(found({.receiver = code("G22"), .late = late}) == Seqs{102});
    CHECK(found({.late = late, .scope = code("AXIS")}) == Seqs{102});
    CHECK(found({.late = {{Duty::decision, true, test::at(0), test::at(9999)}}}).empty());

    // Of many the newest, and that there are more.
    add(60, true);
    const std::vector<LateSpan> all{{Duty::retrieval, true, test::at(0), test::at(9999)}};
    const SearchAnswer many = searched.search->find({.late = all, .count = 500}).value();
    CHECK(many.is_cut);
    CHECK(many.documents.size() == 20);
    CHECK(many.documents.front().seq == EnvelopeSeq{n});
    CHECK(number(many.searched_down_to) == n - 19);
    // Of more than can be put into their order what is newest of all is looked at.
    add(400, true);
    add(rows_max, false);
    const SearchAnswer too_many = searched.search->find({.late = all}).value();
    CHECK(too_many.documents.empty());
    CHECK(too_many.is_cut);
    CHECK(number(too_many.searched_down_to) == n - rows_max + 1);
}

TEST_CASE("a document is found by the DocId under which the national axis has taken it", "[search]") {
    Searched searched;
    searched.writer.accept("H43", 1, {"G22@AXIS", "H43.01"});
    const auto tell = [&](const char* receiver, const char* text, std::string_view field) {
        searched.writer.entry({.kind = EntryKind::station, .envelope = EnvelopeSeq{1}, .event = ReceiptEvent::stored,
                               .receiver = code(receiver), .field = std::string{field}, .text = text});
    };
    tell("G22", "DocId e9b1f2c4-ID", axis_doc_id_field);
    tell("H43.01", "DocId another", "");
    searched.commit();
    CHECK(searched.found({.id = "e9b1f2c4-ID"}) == Seqs{1});
    CHECK(searched.found({.id = "another"}).empty());
    CHECK(searched.found({.id = "e9b1f2c4-I"}).empty());
}
