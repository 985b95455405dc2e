// Who was reminded of what: noted by operators, kept in the audit, told in the list of who is late and in stories.

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::field_of;
using test::id;
using test::monday;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace json = boost::json;

namespace {

/// H43.01 is late with 1 and 2, the axis with 1, all of them urgent.
struct RemindersHub : TrialHub {
    RemindersHub() {
        status.now = monday;
        writer().accept("H43", 1, {"H43.01", "G22@00.43.W00"});
        writer().accept("H43", 2, {"H43.01"},
                        {"H43", "2", "UBND", "2026-11-24", "H43,2026/11/24,2", "=cmd(\"x\"), họp", "Công văn"});
        REQUIRE(writer().commit().has_value());
        add("viewer", Role::viewer);
        add("clerk", Role::clerk, "H43.01");
        add("sender", Role::clerk, "H43");
        add("operator", Role::operator_);
        add("admin", Role::administrator);
    }
    void add(const std::string& name, Role role, std::optional<std::string> agency = std::nullopt) {
        const access::User user{name, role, agency ? std::optional{code(*agency)} : std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    http::Response as(const std::string& user, std::string method, std::string target, std::string body = {}) {
        status.now += 1s;
        return answer({.method = std::move(method),
                       .target = std::move(target),
                       .host = "127.0.0.1:7780",
                       .accept_language = "en",
                       .address = "192.0.2.7",
                       .cookie = "lgsp=" + user + "'s secret",
                       .request_mark = "1",
                       .content_type = body.empty() ? "" : "application/json",
                       .body = std::move(body)});
    }
    json::object asked(const std::string& user, const std::string& target) {
        const auto response = as(user, "GET", target);
        INFO(response.body);
        REQUIRE(response.status == 200);
        return object_of(response.body);
    }
    /// What was recorded comes into the ledger, as the relay does it.
    void write_down(const Act& act) {
        writer().entry({.kind = EntryKind::act, .text = act.reason, .act = std::make_shared<const Act>(act)});
        REQUIRE(writer().commit().has_value());
    }
    json::object row(const std::string& user, const std::string& agency) {
        const json::object overdue = asked(user, "/v1/overdue");
        for (const auto& each : overdue.at("overdue").as_array())
            if (each.at("agency").as_string() == agency)
                return each.as_object();
        FAIL("no row");
        return {};
    }
};

std::string note_of(const std::string& duty, const std::string& by, const std::string& note) {
    return json::serialize(json::object{{"duty", duty}, {"by", by}, {"note", note}});
}

const std::string remind_target = "/v1/agencies/H43.01/remind";
const std::string called = note_of("retrieval", "phone", "Gặp chị Hoa, chiều nay bật máy");

}  // namespace

TEST_CASE("a reminder is noted with duty, means, note and how much is late", "[api][remind]") {
    RemindersHub hub;
    const auto done = hub.as("operator", "POST", remind_target, called);
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(json::serialize(object_of(done.body)) == R"({"agency":"H43.01","duty":"retrieval","documents":2})");
    REQUIRE(hub.acts.size() == 1);
    const Act& act = hub.acts.front();
    CHECK(act.verb == Verb::remind);
    CHECK(act.actor == "operator");
    CHECK(act.object == "H43.01");
    CHECK(act.reason == "Gặp chị Hoa, chiều nay bật máy");
    CHECK(act.detail == "retrieval, phone, 2 documents");
    // By another of its codes.
    CHECK(hub.as("admin", "POST", "/v1/agencies/00.43.W00/remind", called).status == 200);
    CHECK(hub.acts.back().object == "00.43.W00");
}

TEST_CASE("each role at reminders", "[api][access][remind]") {
    RemindersHub hub;
    for (const auto& [user, status] : {std::pair{"viewer", 403u}, std::pair{"clerk", 403u}, std::pair{"operator", 200u},
                                       std::pair{"admin", 200u}, std::pair{"nobody", 401u}})
        CHECK(hub.as(user, "POST", remind_target, called).status == status);
    CHECK(hub.acts.size() == 2);
    CHECK(hub.as("admin", "GET", remind_target).status == 405);
}

TEST_CASE("a reminder that is none is refused and not noted", "[api][remind]") {
    RemindersHub hub;
    struct Row {
        std::string target, body;
        Errc code;
        std::string_view field;
    };
    const std::string longest(limits::fault_text_bytes_max, 'x');
    const std::vector<Row> rows{
        {remind_target, "", Errc::field_invalid, "duty"},
        {remind_target, note_of("none", "phone", "x"), Errc::field_invalid, "duty"},
        {remind_target, note_of("retrieval", "pigeon", "x"), Errc::field_invalid, "by"},
        {remind_target, note_of("retrieval", "", "x"), Errc::field_invalid, "by"},
        {remind_target, note_of("retrieval", "phone", " "), Errc::field_invalid, "note"},
        {remind_target, note_of("retrieval", "phone", longest + "x"), Errc::field_invalid, "note"},
        {remind_target, R"({"duty":"retrieval","by":"phone","note":"x","who":"y"})", Errc::field_invalid, "who"},
        {"/v1/agencies/H99/remind", called, Errc::not_found, "agency"},
        {"/v1/agencies/no%20code/remind", called, Errc::not_found, "agency"}};
    for (const Row& row : rows) {
        const auto response = hub.as("admin", "POST", row.target, row.body);
        INFO(row.target << " " << row.body.substr(0, 80) << "\n" << response.body);
        CHECK(text_at(object_of(response.body), "code") == name_of(row.code));
        CHECK(text_at(object_of(response.body), "field") == row.field);
    }
    CHECK(hub.acts.empty());
    CHECK(hub.as("admin", "POST", remind_target, note_of("retrieval", "mail", longest)).status == 200);
    hub.record_answer = Fault{Errc::ledger_full, "disk", {}};
    CHECK(hub.as("admin", "POST", remind_target, called).status == 503);
}

TEST_CASE("who is not late with that is not reminded of it, and it is not called missing", "[api][remind]") {
    RemindersHub hub;
    for (const auto& [target, duty] : {std::pair{remind_target, "decision"}, std::pair{std::string{"/v1/agencies/H43/remind"}, "retrieval"}}) {
        const auto response = hub.as("admin", "POST", target, note_of(duty, "phone", "x"));
        CHECK(response.status == 409);
        const json::object problem = object_of(response.body);
        CHECK(text_at(problem, "code") == "not_late");
        CHECK(text_at(problem, "type") == "/problems/not_late");
        CHECK(text_at(problem, "field") == "duty");
        CHECK(text_at(problem, "detail") == duty);
        CHECK(text_at(problem, "title") == "The agency is not late with that");
        CHECK(text_at(problem, "remedy").find("lgsp overdue") != std::string::npos);
    }
    CHECK(hub.acts.empty());
}

TEST_CASE("how often, and when last, is told with who is late", "[api][remind]") {
    RemindersHub hub;
    const auto before = hub.row("viewer", "H43.01").at("reminded").as_object();
    CHECK(before.at("count").as_int64() == 0);
    CHECK(before.at("last_at").is_null());
    for (int i = 0; i < 2; ++i) {
        REQUIRE(hub.as("operator", "POST", remind_target, called).status == 200);
        hub.write_down(hub.acts.back());
    }
    // Of another duty, of another agency, and one that no hub of this version has written.
    Act other = hub.acts.back();
    other.detail = "decision, phone, 1 documents";
    hub.write_down(other);
    other.detail = "something else";
    hub.write_down(other);
    // At once, although the list is shared.
    const auto after = hub.row("viewer", "H43.01").at("reminded").as_object();
    CHECK(after.at("count").as_int64() == 2);
    CHECK_FALSE(after.at("count_is_bound").as_bool());
    CHECK(text_at(after, "last_at").starts_with("1970-01-01T00:00:01."));
    CHECK(hub.row("viewer", "00.43.W00").at("reminded").at("count").as_int64() == 0);
    CHECK(hub.row("clerk", "H43.01").at("reminded").at("count").as_int64() == 2);
}

TEST_CASE("a document's story tells that its receivers were reminded since", "[api][remind]") {
    RemindersHub hub;
    REQUIRE(hub.as("operator", "POST", remind_target, called).status == 200);
    hub.write_down(hub.acts.back());
    hub.writer().accept("H43", 3, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    const auto reminders_of = [&](const std::string& user, const std::string& document) {
        return hub.asked(user, "/v1/documents/" + document).at("reminders").as_array();
    };
    const auto told = reminders_of("viewer", "1");
    REQUIRE(told.size() == 1);
    CHECK(text_at(told[0].as_object(), "agency") == "H43.01");
    CHECK(text_at(told[0].as_object(), "name") == "Sở Nội vụ");
    CHECK(text_at(told[0].as_object(), "duty") == "retrieval");
    CHECK(text_at(told[0].as_object(), "by") == "phone");
    CHECK(text_at(told[0].as_object(), "note") == "Gặp chị Hoa, chiều nay bật máy");
    CHECK(text_at(told[0].as_object(), "actor") == "operator");
    for (const std::string clerk : {"clerk", "sender"}) {
        const auto less = reminders_of(clerk, "1");
        REQUIRE(less.size() == 1);
        CHECK(less[0].at("note").is_null());
        CHECK(less[0].at("actor").is_null());
    }
}

TEST_CASE("a story tells the reminders of its own time, however many came later", "[api][remind]") {
    RemindersHub hub;
    Act act{.actor = "operator", .verb = Verb::remind, .object = "H43.01", .reason = "first", .detail = "retrieval, phone, 2 documents"};
    hub.write_down(act);
    const auto remind = [&](const std::string& agency, const std::string& note, std::size_t count) {
        act.object = agency;
        act.reason = note;
        for (; count > 0; --count)
            hub.writer().entry({.kind = EntryKind::act, .text = note, .act = std::make_shared<const Act>(act)});
        REQUIRE(hub.writer().commit().has_value());
    };
    const auto told = [&](const std::string& document) { return hub.asked("viewer", "/v1/documents/" + document); };
    const auto notes_of = [&](const json::object& story) {
        std::vector<std::string> notes;
        for (const auto& each : story.at("reminders").as_array())
            notes.push_back(text_at(each.as_object(), "note"));
        return notes;
    };
    remind("00.43.W00", "of others", limits::search_rows_max + 1);
    CHECK(notes_of(told("2")) == std::vector<std::string>{"first"});
    CHECK_FALSE(told("2").at("reminders_are_cut").as_bool());
    // H43.01 has done with 2 what it owed, and not with 1. Its last word comes when others are late.
    const auto status = [&](ReceiptEvent event, Station station, std::string_view receiver_of) {
        hub.writer().entry({.kind = EntryKind::station, .envelope = EnvelopeSeq{2}, .event = event,
                            .receiver = code(receiver_of)});
        hub.writer().move(3, station);
        hub.writer().batch.stations.back().at = hub.writer().batch.entries.back().at;
        REQUIRE(hub.writer().commit().has_value());
    };
    status(ReceiptEvent::status_03, Station::registered, "H43.01");
    remind("H43.01", "later", limits::search_rows_max);
    status(ReceiptEvent::status_06, Station::finished, "H43.01");
    CHECK(notes_of(told("2")) == std::vector<std::string>{"first"});
    const json::object first = told("1");
    CHECK(first.at("reminders").as_array().size() == limits::search_rows_max);
    CHECK(first.at("reminders_are_cut").as_bool());
    CHECK(notes_of(first).front() == "later");
}

TEST_CASE("who telephones gets a line for each late document", "[api][remind]") {
    RemindersHub hub;
    REQUIRE(hub.as("operator", "POST", remind_target, called).status == 200);
    hub.write_down(hub.acts.back());
    const auto list = hub.as("viewer", "GET", "/v1/overdue?format=csv");
    REQUIRE(list.status == 200);
    CHECK(list.content_type == "text/csv; charset=utf-8");
    CHECK(field_of(list, "Content-Disposition") == "attachment; filename=\"overdue.csv\"");
    CHECK(list.body.starts_with("\xEF\xBB\xBF" "Agency,Name,Owes,Urgent,Number,"));
    CHECK(std::count(list.body.begin(), list.body.end(), '\n') == 4);
    // 15:00 on the fifth; due at 8:00 on the first.
    CHECK(list.body.find("\r\nH43.01,Sở Nội vụ,to fetch it,yes,1/UBND,V/v họp số 1,H43,H43.01,"
                         "1970-01-01 08:00,103,1,1970-01-01 07:00,")
          != std::string::npos);
    CHECK(list.body.find("\"'=cmd(\"\"x\"\"), họp\"") != std::string::npos);
    CHECK(list.body.find(",G22,") != std::string::npos);
    const auto own = hub.as("clerk", "GET", "/v1/overdue?format=csv").body;
    CHECK(own.find("00.43.W00") == std::string::npos);
    CHECK(std::count(own.begin(), own.end(), '\n') == 3);
    const auto one = hub.as("viewer", "GET", "/v1/overdue?format=csv&agency=00.43.W00&duty=retrieval&urgent=true").body;
    CHECK(std::count(one.begin(), one.end(), '\n') == 2);
    for (const char* wrong : {"format=xml", "urgent=true", "format=csv&urgent=true", "count=1"})
        CHECK(hub.as("viewer", "GET", std::string{"/v1/overdue?"} + wrong).status == 400);
}
