// lgsp report: the shares that only its user can complete, and the text.

#include "hub/ctl/period_report.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub::ctl;
using hub::test::has;
namespace json = boost::json;

namespace {

json::object counts(int count, json::value share) {
    return {{"count", count}, {"waiting", 1}, {"failed", 0}, {"fetched", count - 1}, {"rejected", 0}, {"finished", 0},
            {"on_time", 3}, {"late", 1}, {"open", 0}, {"share_on_time", std::move(share)}};
}

json::object row(int documents, int changes) {
    return {{"sent", json::object{{"documents", documents}, {"changes", changes}, {"refused", 7}, {"deliveries", counts(5, 0.75)}}},
            {"received", counts(4, 0.75)}};
}

json::value report(bool is_cut = false) {
    json::object period = row(60, 10), agency = row(60, 10), total = row(60, 10);
    period["period"] = "2026-11-02";
    agency["agency"] = "H43.01";
    agency["name"] = "Sở Nội vụ\x1b[31m";
    return json::object{{"from", "2026-11-01"}, {"to", "2026-11-30"}, {"agency", nullptr}, {"is_cut", is_cut},
                        {"counted_until", is_cut ? json::value("2026-11-20T17:00:00.000Z") : json::value(nullptr)},
                        {"total", std::move(total)}, {"periods", json::array{std::move(period)}},
                        {"agencies", json::array{std::move(agency)}},
                        {"refusals", json::array{json::object{{"code", "receiver_unknown"}, {"title_vi", "Không có bên nhận"},
                                                              {"title_en", "No such receiver"}, {"count", 7}}}}};
}

}  // namespace

TEST_CASE("totals are codes and numbers", "[report]") {
    const auto totals = totals_of({"H43.01=1200", "000.00.01.H43=1"}, Lang::en);
    REQUIRE(totals.has_value());
    CHECK(totals->at("H43.01") == 1200);
    CHECK(totals->at("000.00.01.H43") == 1);
    for (const char* wrong : {"H43.01", "=5", "H43.01=", "H43.01=0", "H43.01=-1", "H43.01=5x", "H43.01=99999999999999999999"}) {
        INFO(wrong);
        const auto refused = totals_of({wrong}, Lang::vi);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().exit == Exit::usage);
        CHECK(refused.error().field == "--total");
        CHECK(refused.error().detail == wrong);
    }
}

TEST_CASE("a share is of documents, without what changes others, and of all that was counted", "[report]") {
    const auto made = with_shares(report(), {{"H43.01", 200}, {"H43.02", 10}});
    const json::array& shares = made.at("electronic").as_array();
    REQUIRE(shares.size() == 2);
    CHECK(shares[0].at("documents").as_int64() == 50);
    CHECK(shares[0].at("share").as_double() == 0.25);
    CHECK(shares[1].at("share").as_double() == 0.0);
    CHECK(with_shares(report(true), {{"H43.01", 200}}).at("electronic").at(0).at("share").is_null());
    CHECK_FALSE(with_shares(report(), {}).as_object().contains("electronic"));
    CHECK_FALSE(shares[0].at("is_over").as_bool());
    // More than all there was cannot have gone through the hub.
    const auto over = with_shares(report(), {{"H43.01", 25}});
    CHECK(over.at("electronic").at(0).at("is_over").as_bool());
    CHECK(has(period_report_text(over, Lang::en), "the total is smaller than what was counted"));
    CHECK_FALSE(has(period_report_text(over, Lang::en), "200.0%"));
}

TEST_CASE("what a share counts is chosen, and named", "[report]") {
    const auto share = [](const ShareFormula& formula, std::uint64_t given) {
        return with_shares(report(), {{"H43.01", given}}, formula).at("electronic").at(0).at("share").as_double();
    };
    CHECK(share({.with_changes = true}, 200) == 0.3);
    CHECK(share({.is_paper_given = true}, 50) == 0.5);
    const auto refused = with_shares(report(), {{"H43.01", 100}}, {.with_refused = true});
    const auto& row = refused.at("agencies").at(0).at("sent");
    CHECK(refused.at("electronic").at(0).at("documents").as_int64() == 50 + row.at("refused").as_int64());
    CHECK(refused.at("electronic_formula") == json::array{"refused"});
    CHECK(has(period_report_text(refused, Lang::en), "without recalls and updates) + documents that the hub refused) ÷ all sent"));
    const auto paper = with_shares(report(), {{"H43.01", 50}}, {.with_changes = true, .is_paper_given = true});
    CHECK(has(period_report_text(paper, Lang::vi), "(kể cả thu hồi, cập nhật) ÷ (số văn bản chỉ gửi giấy đã nhập"));
    CHECK(has(period_report_text(paper, Lang::en), "On paper alone"));
}

TEST_CASE("a report as text, in both languages", "[report]") {
    const std::string vi = period_report_text(with_shares(report(), {{"H43.01", 200}}), Lang::vi);
    for (const char* words : {"Văn bản từ 2026-11-01 đến hết 2026-11-30", "Tỷ lệ đúng hạn", "75,0%", "Cộng", "H43.01  Sở Nội vụ",
                              "Không có bên nhận", "receiver_unknown", "25,0%", "không tính văn bản mật"})
        CHECK(has(vi, words));
    CHECK_FALSE(has(vi, "CHƯA ĐẾM HẾT"));
    CHECK_FALSE(has(vi, "\x1b"));
    const std::string en = period_report_text(report(), Lang::en);
    for (const char* words : {"Documents from 2026-11-01 to the end of 2026-11-30", "Share on time", "75.0%", "Total", "No such receiver"})
        CHECK(has(en, words));
    CHECK_FALSE(has(en, "Share electronic"));
    CHECK(has(period_report_text(report(true), Lang::en), "NOT ALL WAS COUNTED: nothing from 2026-11-21 00:00:00 on"));
    // An older or newer hub ends no program.
    CHECK_FALSE(period_report_text(json::object{}, Lang::en).empty());
    CHECK_FALSE(period_report_text(json::value(nullptr), Lang::vi).empty());
}
