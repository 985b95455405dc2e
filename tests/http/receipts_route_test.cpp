// /v1/receipts: what is owed, however much else there is; and that all that tells of lateness tells the same.

#include "hub/http/receipts.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;
using Numbers = std::vector<std::uint64_t>;

struct Receipts : TrialHub {
    Receipts() { status.now = monday; }

    void move(std::uint64_t delivery, Station station, Instant at, std::optional<Change> change = {}) {
        const Carriage carriage = station == Station::failed                               ? Carriage::failed
                                  : rank_of(station) < rank_of(Station::retrieved) ? Carriage::in_inbox
                                                                                   : Carriage::taken;
        writer().batch.stations.push_back({DeliverySeq{delivery}, station, at, carriage, change});
    }
    void commit() { REQUIRE(writer().commit().has_value()); }
    std::string file(const std::string& query) {
        const auto answer = get("/v1/receipts?format=csv" + query);
        CHECK(answer.status == 200);
        CHECK(answer.content_type == "text/csv; charset=utf-8");
        return answer.body;
    }
};

std::ptrdiff_t lines_of(const std::string& text) { return std::ranges::count(text, '\n'); }

}  // namespace

TEST_CASE("what is owed is found behind any number of documents that are done", "[api][receipts]") {
    Receipts hub;
    hub.writer().accept("H43", 1, {"H43.01", "H43.02"});
    hub.writer().accept("H43", 2, {"H43.01"});
    hub.writer().accept("H43", 3, {"H43.02"});
    hub.writer().accept("H43", 4, {"H43.01"});
    for (std::uint64_t n = 5; n <= 70; ++n) {
        hub.writer().accept("H43", n, {"H43.01"});
        hub.move(n + 1, Station::finished, monday);
    }
    hub.move(1, Station::registered, monday);
    hub.move(2, Station::retrieved, monday);
    hub.move(3, Station::failed, monday);
    hub.move(4, Station::registered, monday, Change{Business::recall, ChangeState::asked});
    hub.commit();
    CHECK(hub.found("/v1/receipts?owed=yes") == Numbers{4, 3, 1});
    CHECK(hub.found("/v1/documents?owed=yes&kind=document") == Numbers{4, 3, 1});
    CHECK(hub.found("/v1/receipts?owed=retrieval") == Numbers{4});
    CHECK(hub.found("/v1/receipts?owed=arrival") == Numbers{1});
    CHECK(hub.found("/v1/receipts?owed=decision").empty());
    CHECK(hub.found("/v1/receipts?owed=change_answer") == Numbers{3});
    CHECK(hub.found("/v1/receipts?owed=yes&overdue=true") == Numbers{4});
    CHECK(hub.found("/v1/receipts?owed=arrival&overdue=true").empty());
    // Of the first it is another one that owes.
    CHECK(hub.found("/v1/receipts?owed=yes&receiver=H43.01") == Numbers{4});
    CHECK(hub.found("/v1/receipts?owed=yes&receiver=H43.02") == Numbers{3, 1});
    CHECK(hub.found("/v1/receipts?owed=yes&sender=H43.01").empty());
    const auto page = hub.ask("/v1/receipts?owed=yes&count=2");
    CHECK(page.at("has_more").as_bool());
    CHECK(hub.found("/v1/receipts?owed=yes&count=2&before=" + std::to_string(page.at("searched_down_to").to_number<int>()))
          == Numbers{1});
    for (const char* wrong : {"owed=no", "owed=none", "owed=", "kind=document", "format=xml", "format=csv&count=5"})
        CHECK(hub.get(std::string{"/v1/receipts?"} + wrong).status == 400);
}

TEST_CASE("the file has a line for each receiver that owes, over all pages", "[api][receipts]") {
    Receipts hub;
    for (std::uint64_t n = 1; n <= 520; ++n)
        hub.writer().accept("H43", n, {"H43.01"});
    hub.writer().accept("H43", 521, {"H43.01", "H43.02"});
    hub.move(521, Station::retrieved, monday);
    hub.move(522, Station::registered, monday);
    hub.commit();
    const std::string all = hub.file("");
    CHECK(lines_of(all) == 1 + 521);
    CHECK(all.starts_with("\xEF\xBB\xBF" "Receiver,Name,Owes,Due,Level,Number,"));
    CHECK(all.find("H43.01,Sở Nội vụ,arrival (01),1970-01-05 17:00,not due yet,521/UBND,") != std::string::npos);
    CHECK(all.find("H43.01,Sở Nội vụ,to fetch it,1970-01-01 08:00,late by a day,1/UBND,") != std::string::npos);
    CHECK(all.find("MORE") == std::string::npos);
    CHECK(lines_of(hub.file("&owed=arrival")) == 2);
    CHECK(lines_of(hub.file("&overdue=true")) == 1 + 520);
    CHECK(lines_of(hub.file("&receiver=H43.02")) == 1);

    for (std::uint64_t n = 522; n <= 522 + http::receipt_lines_max; ++n)
        hub.writer().accept("H43", n, {"H43.01"});
    hub.commit();
    const std::string cut = hub.file("");
    CHECK(lines_of(cut) == 1 + static_cast<std::ptrdiff_t>(http::receipt_lines_max) + 1);
    CHECK(cut.find("\r\nTHERE IS MORE") != std::string::npos);
}

TEST_CASE("reports, overdue, metrics, search and stories agree on who is late", "[api][receipts]") {
    const auto seed = GENERATE(range(1u, 6u));
    INFO("seed " << seed);
    std::mt19937 random{seed};
    const auto draw = [&](int sides) { return static_cast<int>(random() % static_cast<unsigned>(sides)); };
    Receipts hub;
    std::uint64_t delivery = 0;
    for (std::uint64_t n = 1; n <= 60; ++n) {
        EnvelopeRecord& record = hub.writer().accept("H43", n, {"H43.01", "H43.02", "00.43.W00"});
        EnvelopeHeader header = *record.header;
        header.urgency = draw(2) == 0 ? Urgency::normal : Urgency::urgent;
        header.business = draw(6) == 0 ? Business::recall : Business::fresh;
        record.header = std::make_shared<const EnvelopeHeader>(header);
        // In working hours of the last two working days and this one. What is done is done at once.
        const auto days = std::array{0, 1, 4}[static_cast<std::size_t>(draw(3))];
        record.accepted_at = Instant{std::chrono::days{days} + 1h} + std::chrono::minutes{draw(days == 4 ? 400 : 500)};
        for (int receiver = 0; receiver < 3; ++receiver) {
            ++delivery;
            Instant at = record.accepted_at;
            const Station last = std::array{Station::accepted, Station::queued, Station::failed, Station::retrieved,
                                            Station::arrived, Station::registered, Station::finished,
                                            Station::rejected}[static_cast<std::size_t>(draw(8))];
            for (const Station each : {Station::queued, Station::failed, Station::retrieved, Station::arrived, last})
                if (rank_of(each) <= rank_of(last) && (each != Station::failed || last == Station::failed))
                    hub.move(delivery, each, at += 1ms);
            if (draw(8) == 0 && last != Station::accepted)
                hub.move(delivery, last, at += 1ms, Change{Business::recall, ChangeState::asked});
        }
    }
    hub.commit();

    std::map<std::string, std::uint64_t> overdue, told, in_metrics;
    std::set<std::uint64_t> late_documents;
    const auto overdue_rows = hub.ask("/v1/overdue").at("overdue").as_array();
    for (const json::value& row : overdue_rows)
        overdue[text_at(row.as_object(), "duty")] += row.at("count").to_number<std::uint64_t>();
    std::uint64_t failed = 0;
    const auto documents = hub.ask("/v1/documents?count=500").at("documents").as_array();
    for (const json::value& document : documents)
        for (const json::value& row : document.at("deliveries").as_array()) {
            failed += text_at(row.as_object(), "state") == "failed" ? 1u : 0u;
            if (row.at("owes").is_null())
                continue;
            const auto& owes = row.at("owes").as_object();
            if (!text_at(owes, "level").ends_with("late"))
                continue;
            ++told[text_at(owes, "duty")];
            late_documents.insert(document.at("seq").to_number<std::uint64_t>());
        }
    CHECK(overdue.size() >= 3);
    CHECK(failed > 0);
    CHECK(told == overdue);
    auto found = hub.found("/v1/documents?overdue=true&count=500");
    CHECK(std::set<std::uint64_t>(found.begin(), found.end()) == late_documents);

    const std::string metrics = hub.get("/metrics").body;
    for (const auto& [duty, count] : overdue)
        CHECK(metrics.find("lgsp_overdue{duty=\"" + duty + "\"} " + std::to_string(count) + "\n") != std::string::npos);

    const auto report = hub.ask("/v1/reports?from=1970-01-01&to=1970-01-05").at("total").at("received").as_object();
    const auto counted = [&](const char* key) { return report.at(key).to_number<std::uint64_t>(); };
    CHECK(counted("late_retrieval") == overdue["retrieval"]);
    CHECK(counted("late_arrival") == overdue["arrival"]);
    CHECK(counted("late_decision") == overdue["decision"]);
    CHECK(counted("late") == overdue["retrieval"] + overdue["arrival"] + overdue["decision"]);
    CHECK(counted("failed") == failed);
    CHECK(counted("on_time") + counted("late") + counted("open") + counted("failed") == counted("count"));
}
