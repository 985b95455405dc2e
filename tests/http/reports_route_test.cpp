// /v1/reports: what is asked and who may ask it. What is counted is proved in tests/contract/reports_contract_test.cpp.

#include "hub/http/door.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

/// All of the 1st of January 1970, some seconds past seven; it is the same day, one minute past.
struct Reported : TrialHub {
    Reported() {
        writer().accept("H43", 1, {"H43.01", "G22@00.43.W00"});
        writer().accept("H43.01", 2, {"H43"});
        writer().refuse("H43.01", 3, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
        writer().move(1, Station::finished);
        writer().move(3, Station::queued);
        REQUIRE(writer().commit().has_value());
    }
    http::Response as_clerk(const std::string& agency, std::string target) {
        const std::string name = "clerk-" + agency;
        if (std::ranges::none_of(access().users().value(), [&](const auto& user) { return user.name == name; })) {
            REQUIRE(access().add({name, Role::clerk, code(agency), false, status.now, {}}, "no hash").has_value());
            REQUIRE(access().begin(sha256("secret of " + agency), {name, 12h, status.now + 12h}, status.now).has_value());
        }
        return answer({.method = "GET", .target = std::move(target), .host = "127.0.0.1:7780", .accept_language = "en",
                       .cookie = std::string{http::cookie_name(false)} + "=secret of " + agency, .request_mark = "1"});
    }
};

std::int64_t at(const json::object& report, std::string_view pointer) { return json::value(report).at_pointer(pointer).to_number<std::int64_t>(); }

std::vector<std::string> agencies_of(const json::object& report) {
    std::vector<std::string> codes;
    for (const auto& row : report.at("agencies").as_array())
        codes.emplace_back(row.at("agency").as_string());
    return codes;
}

}  // namespace

TEST_CASE("a clerk is told how the hub and the axis are, and nothing of how much others send", "[api][access]") {
    Reported hub;
    hub.status.broker = "up";
    hub.status.disk_free_bytes = 5'000'000;
    hub.status.contents.emplace().disk_free_bytes = 7'000'000;
    hub.status.relay.accepted = 4711;
    const auto told = [&] { return object_of(hub.as_clerk("H43.01", "/v1/status").body); };
    const auto whole = hub.ask("/v1/status");
    for (const char* const volume : {"since_start", "contents", "under_way", "stored"}) {
        CHECK(whole.contains(volume));
        CHECK_FALSE(told().contains(volume));
    }
    CHECK(whole.at("ledger").as_object().contains("disk_free_bytes"));
    CHECK_FALSE(told().at("ledger").as_object().contains("disk_free_bytes"));
    CHECK(json::serialize(told()).find("000000") == std::string::npos);
    CHECK(text_at(told(), "axis") == "unknown");
    hub.status.relay.axis.emplace(code("00.43.W00"), AxisLink{hub.status.now, {}, {}});
    CHECK(text_at(told(), "axis") == "up");
    hub.status.relay.axis[code("00.43.W00")].down_since = hub.status.now;
    CHECK(text_at(told(), "axis") == "down");
    hub.status.relay.axis[code("00.43.W00")].unread_since = hub.status.now - 20s;
    CHECK(text_at(told(), "axis") == "unread");
    hub.status.broker = "connecting";
    CHECK(text_at(told(), "axis") == "unknown");
}

TEST_CASE("a report of this month, by day, unless asked otherwise", "[api][report]") {
    Reported hub;
    const auto report = hub.ask("/v1/reports");
    CHECK(text_at(report, "from") == "1970-01-01");
    CHECK(text_at(report, "to") == "1970-01-01");
    CHECK(text_at(report, "by") == "day");
    CHECK(report.at("agency").is_null());
    CHECK_FALSE(report.at("is_cut").as_bool());
    CHECK(at(report, "/total/sent/documents") == 2);
    CHECK(at(report, "/total/sent/refused") == 1);
    CHECK(at(report, "/total/sent/deliveries/count") == 3);
    CHECK(at(report, "/total/received/count") == 3);
    CHECK(at(report, "/total/received/finished") == 1);
    CHECK(json::value(report).at_pointer("/total/received/share_on_time").to_number<double>() == 1.0);
    CHECK(at(report, "/periods/0/sent/documents") == 2);
    CHECK(text_at(report.at("periods").at(0).as_object(), "period") == "1970-01-01");
    CHECK(agencies_of(report) == std::vector<std::string>{"00.43.W00", "H43", "H43.01"});
    CHECK(text_at(report.at("agencies").at(2).as_object(), "name") == "Sở Nội vụ");
    CHECK(at(report, "/agencies/2/sent/refused") == 1);
    CHECK(at(report, "/agencies/2/received/count") == 1);
    CHECK(text_at(report.at("refusals").at(0).as_object(), "code") == "receiver_unknown");
    CHECK_FALSE(text_at(report.at("refusals").at(0).as_object(), "title_vi").empty());

    const auto months = hub.ask("/v1/reports?from=1970-01-01&to=1970-12-31&by=month");
    CHECK(text_at(months.at("periods").at(0).as_object(), "period") == "1970-01");
    CHECK(hub.ask("/v1/reports?from=1970-01-02&to=1970-01-02").at("periods").as_array().empty());
    CHECK(hub.ask("/v1/reports?to=1970-02-05").at("periods").as_array().empty());
}

TEST_CASE("a report of an agency, by any of its codes", "[api][report]") {
    Reported hub;
    const auto report = hub.ask("/v1/reports?agency=000.00.00.H43");
    CHECK(text_at(report, "agency") == "H43");
    CHECK(agencies_of(report) == std::vector<std::string>{"H43"});
    CHECK(at(report, "/total/sent/documents") == 1);
    CHECK(at(report, "/total/received/waiting") == 1);
    CHECK(report.at("refusals").as_array().empty());
    // One that is known, whatever there is to report; and one that there is not.
    CHECK(text_at(hub.ask("/v1/reports?agency=H43.03"), "agency") == "H43.03");
    const auto unknown = hub.ask("/v1/reports?agency=H99", 404);
    CHECK(text_at(unknown, "field") == "agency");
    CHECK(text_at(unknown, "detail") == "H99");
}

TEST_CASE("a question that is no report's is told which word is wrong", "[api][report]") {
    Reported hub;
    const std::pair<std::string, std::string> questions[]{
        {"from=1970-02-30", "from"}, {"from=yesterday", "from"},         {"from=", "from"},
        {"to=1970-1-1", "to"},       {"to=9999-12-31", "to"},            {"from=0001-01-01", "from"},
        {"by=year", "by"},           {"agency=a%20b", "agency"},         {"format=xml", "format"},
        {"colour=red", "colour"},    {"from=1970-01-02", "to"},          {"from=1970-01-01&to=1970-04-03", "to"},
        {"from=1970-01-01&to=1971-01-02&by=month", "to"}};
    for (const auto& [question, field] : questions) {
        INFO(question);
        const auto problem = hub.ask("/v1/reports?" + question, 400);
        // A remedy against control characters helps nobody who wants too many days.
        const bool is_period = text_at(problem, "detail").find(" days; at most") != std::string::npos
                               || text_at(problem, "detail") == "before from";
        CHECK(text_at(problem, "code") == (is_period ? "period_unusable" : "field_invalid"));
        CHECK((text_at(problem, "remedy").find("control") == std::string::npos) == is_period);
        CHECK(text_at(problem, "field") == field);
    }
    CHECK(hub.get("/v1/reports?from=1970-01-01&to=1970-04-02").status == 200);
}

TEST_CASE("a report for a spreadsheet", "[api][report]") {
    Reported hub;
    const auto response = hub.get("/v1/reports?format=csv", "vi");
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/csv; charset=utf-8");
    CHECK(field_of(response, "Content-Disposition") == "attachment; filename=\"report_1970-01-01_1970-01-01.csv\"");
    const std::string& body = response.body;
    CHECK(body.starts_with("\xEF\xBB\xBFKỳ,Mã đơn vị,Tên đơn vị,Gửi: văn bản,"));
    CHECK(body.find("\r\n1970-01-01,H43.01,Sở Nội vụ,1,0,1,1,1,0,0,0,0,0,0,0,1,,1,0,0,1,0,1,0,1,0,0,\"100,0%\"\r\n")
          != std::string::npos);
    CHECK(hub.get("/v1/reports?format=csv", "en").body.find(",100.0%\r\n") != std::string::npos);
    CHECK(hub.get("/v1/reports?format=csv&by=month", "en").body.find("\r\n1970-01,H43,") != std::string::npos);
}

TEST_CASE("a clerk gets its own agency and cannot tell what else there is", "[api][report]") {
    Reported hub;
    const auto own = object_of(hub.as_clerk("H43.01", "/v1/reports").body);
    CHECK(own == object_of(hub.as_clerk("H43.01", "/v1/reports?agency=H43.01").body));
    CHECK(agencies_of(own) == std::vector<std::string>{"H43.01"});
    CHECK(at(own, "/total/sent/documents") == 1);
    CHECK(at(own, "/total/received/count") == 1);
    // As one that is in no ledger.
    const auto other = object_of(hub.as_clerk("H43.01", "/v1/reports?agency=H43").body);
    CHECK(other == object_of(hub.as_clerk("H43.01", "/v1/reports?agency=H77").body));
    CHECK(other.at("agencies").as_array().empty());
    CHECK(other.at("refusals").as_array().empty());
    CHECK(at(other, "/total/received/count") == 0);
    CHECK(hub.as_clerk("H43.01", "/v1/reports?agency=H43&format=csv").body.find("H43") == std::string::npos);
    CHECK(agencies_of(object_of(hub.as_clerk("H43.02", "/v1/reports").body)).empty());
}
