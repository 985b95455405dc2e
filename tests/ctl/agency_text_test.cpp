// Whom to call, and who is on what: as text for people in both languages.

#include "hub/ctl/agency_text.hpp"
#include "hub/ctl/operation_text.hpp"
#include "hub/ctl/report.hpp"
#include "hub/http/json.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::code;
using test::has;

namespace json = boost::json;

namespace {

Instant seconds_at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

json::array contacts() {
    return {json::object{{"name", "Văn thư"}, {"phone", "0259 0000 001"}, {"email", "vanthu@h43.example"}, {"note", "giờ hành chính"}},
            json::object{{"name", "Phòng CNTT"}, {"phone", ""}, {"email", "cntt@h43.example"}, {"note", ""}}};
}

}  // namespace

TEST_CASE("one agency with its codes, what it did last, and whom to call", "[report]") {
    Agency agency{.code = code("H43.02"), .name = "Sở cũ", .closed_at = seconds_at(1), .successor = code("H43.01")};
    agency.aliases.push_back({code("000.00.02.H43"), seconds_at(0), seconds_at(86400)});
    json::object value = http::json_of(agency, seconds_at(5400));
    value["contacts"] = contacts();
    value["contacts_of"] = "H43.01";
    value["parent"] = "H43";
    value["certificates"] = json::array{
        json::object{{"valid_until", "2027-01-01T00:00:00.000Z"}, {"subject", "CN=H43.02"}, {"days_left", 33}}};
    value["file"] = json::object{{"path", "/etc/agencies.toml"}, {"is_changed", true}};
    value["progress"] = json::object{{"last_sent_at", "1970-01-01T00:00:00.000Z"},
                                     {"last_retrieved_at", nullptr},
                                     {"last_status_at", nullptr},
                                     {"queue", json::object{{"waiting", 12}, {"oldest_age_seconds", 75}}}};
    CHECK(agency_text(value, Lang::en)
          == "H43.02  Sở cũ\n"
             "State          closed\n"
             "Parent         H43\n"
             "Successor      H43.01\n"
             "Alias          000.00.02.H43  from 1970-01-01 07:00:00  until 1970-01-02 07:00:00\n"
             "Last sent      1970-01-01 07:00:00\n"
             "Last fetched   not yet\n"
             "Last status    not yet\n"
             "Waiting        12, the oldest 1m15s\n"
             "Certificate to 2027-01-01 07:00:00 (33 days)  CN=H43.02\n"
             "Contacts of    H43.01\n"
             "Call           Văn thư  0259 0000 001  vanthu@h43.example  (giờ hành chính)\n"
             "Call           Phòng CNTT  cntt@h43.example\n"
             "! /etc/agencies.toml: changed since the hub has read it, which goes on with what it read then. See lgsp config diff.\n");
    CHECK(has(agency_text(value, Lang::vi), "Chứng thư đến  2027-01-01 07:00:00 (33 ngày)  CN=H43.02\n"));
    value["progress"] = nullptr;
    CHECK_FALSE(has(agency_text(value, Lang::vi), "Đang chờ"));
}

TEST_CASE("whom to call stands where somebody is late or could not store it", "[report]") {
    const json::value late = json::object{{"overdue", json::array{json::object{{"agency", "H43.01"}, {"contacts", contacts()}}}}};
    CHECK(has(overdue_text(late, Lang::en), "Call\n"));
    CHECK(has(overdue_text(late, Lang::en), "Văn thư 0259 0000 001\n"));
    const json::value story = json::object{
        {"deliveries", json::array{json::object{{"receiver", "H43.01"}, {"contacts", contacts()}}}}};
    CHECK(has(story_text(story, Lang::vi), "Gọi H43.01: Văn thư  0259 0000 001  vanthu@h43.example  (giờ hành chính)\n"));
}

TEST_CASE("who is on a cause of failures, and what was noted of it", "[report]") {
    json::object group{{"cause", "1f2e3d4c5b6a7988"}, {"count", 3}, {"code", "ledger_full"}};
    group["taken"] = json::object{{"to", "an"}, {"at", "1970-01-01T00:00:00.000Z"}, {"reason", ""}, {"has_ended", false}};
    group["notes"] = json::array{json::object{{"at", "1970-01-01T00:00:00.000Z"}, {"actor", "binh"}, {"text", "Đã gọi VNPT\x1B"}}};
    group["notes_are_cut"] = true;
    json::value answer = json::object{{"failures", json::array{group}}};
    const std::string text = failures_text(answer, Lang::en);
    CHECK(has(text, "    Taken by      an, 1970-01-01 07:00:00\n"));
    CHECK(has(text, "    Note          1970-01-01 07:00:00 binh: Đã gọi VNPT \n"));
    CHECK(has(text, "    Older notes: lgsp audit --object failure/1f2e3d4c5b6a7988\n"));
    answer.at("failures").at(0).at("taken").as_object()["has_ended"] = true;
    CHECK(has(failures_text(answer, Lang::vi), "    Từng xử lý    an, "));
}
