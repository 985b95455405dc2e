// Who has taken a cause of failures upon them, and what was noted of it.

#include "hub/core/cause.hpp"
#include "hub/core/limits.hpp"
#include "tests/http/people_hub.hpp"

using namespace hub;
using namespace hub::test;

namespace json = boost::json;

namespace {

const Cause full_disk{"ledger_full", "Ổ đĩa đầy"};

/// H43.01 could not store 1.
struct CareHub : PeopleHub {
    CareHub() {
        writer().accept("H43", 1, {"H43.01"});
        writer().fail(1, EnvelopeSeq{1}, "H43.01", full_disk);
        REQUIRE(writer().commit().has_value());
    }
    const std::string cause = fingerprint_of(full_disk);
    const std::string target = "/v1/failures/" + cause;

    http::Response assign(const std::string& user, const json::value& to, const std::string& reason = {}) {
        return as(user, "POST", target + "/assign", json::serialize(json::object{{"to", to}, {"reason", reason}}));
    }
    http::Response note(const std::string& user, const std::string& text) {
        return as(user, "POST", target + "/notes", json::serialize(json::object{{"text", text}}));
    }
    /// The latest act, at that time.
    void write_down_at(std::int64_t ms) { write_down(acts.back(), at(ms)); }
    json::object group() {
        const json::object answer = asked("operator", "/v1/failures");
        REQUIRE(answer.at("failures").as_array().size() == 1);
        return answer.at("failures").at(0).as_object();
    }
};

}  // namespace

TEST_CASE("a cause is taken, handed on and given back", "[api][failures]") {
    CareHub hub;
    CHECK(hub.group().at("taken").is_null());
    const auto done = hub.assign("operator", "operator", "đang gọi");
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(json::serialize(object_of(done.body)) == R"({"cause":")" + hub.cause + R"(","to":"operator"})");
    REQUIRE(hub.acts.size() == 1);
    CHECK(hub.acts.back().verb == Verb::failure_assign);
    CHECK(hub.acts.back().object == "failure/" + hub.cause);
    CHECK(hub.acts.back().detail == "to operator");
    hub.write_down_at(2000);
    CHECK(json::serialize(hub.group().at("taken"))
          == R"({"to":"operator","by":"operator","at":"1970-01-01T00:00:02.000Z","reason":"đang gọi","has_ended":false})");
    CHECK(hub.assign("operator", "admin").status == 200);
    hub.write_down_at(3000);
    CHECK(text_at(hub.group().at("taken").as_object(), "to") == "admin");
    CHECK(json::serialize(hub.asked("admin", hub.target + "/assign").at("taken")) == json::serialize(hub.group().at("taken")));
    CHECK(hub.assign("admin", nullptr).status == 200);
    CHECK(hub.acts.back().detail == "given back");
    hub.write_down_at(4000);
    CHECK(hub.group().at("taken").is_null());
}

TEST_CASE("what nobody has written down is not shown", "[api][failures]") {
    CareHub hub;
    hub.record_answer = Fault{Errc::ledger_full, "disk", {}};
    CHECK(hub.assign("operator", "operator").status == 503);
    CHECK(hub.note("operator", "x").status == 503);
    CHECK(hub.group().at("taken").is_null());
    CHECK(hub.group().at("notes").as_array().empty());
}

TEST_CASE("a cause that was gone and comes back is nobody's", "[api][failures]") {
    CareHub hub;
    REQUIRE(hub.assign("operator", "operator").status == 200);
    hub.write_down_at(1003);
    // A retry that fails again is no break.
    hub.writer().move(1, Station::queued);
    REQUIRE(hub.writer().commit().has_value());
    hub.writer().fail(1, EnvelopeSeq{1}, "H43.01", full_disk);
    REQUIRE(hub.writer().commit().has_value());
    CHECK_FALSE(hub.group().at("taken").at("has_ended").as_bool());
    hub.writer().move(1, Station::retrieved);
    REQUIRE(hub.writer().commit().has_value());
    CHECK(hub.asked("operator", "/v1/failures").at("failures").as_array().empty());
    CHECK(hub.assign("operator", "operator").status == 404);
    CHECK(hub.note("operator", "x").status == 404);
    hub.writer().accept("H43", 2, {"H43.01"});
    hub.writer().fail(2, EnvelopeSeq{2}, "H43.01", full_disk);
    REQUIRE(hub.writer().commit().has_value());
    const json::object taken = hub.group().at("taken").as_object();
    CHECK(text_at(taken, "to") == "operator");
    CHECK(taken.at("has_ended").as_bool());
}

TEST_CASE("notes are shown newest first, and so many", "[api][failures]") {
    CareHub hub;
    const auto done = hub.note("operator", "Đã gọi VNPT, phiếu 123, 14 giờ xong");
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(hub.acts.back().verb == Verb::failure_note);
    for (int i = 1; i <= 21; ++i) {
        CHECK(hub.note(i % 2 ? "operator" : "admin", "ghi chú " + std::to_string(i)).status == 200);
        hub.write_down_at(1000 * i);
        CHECK(hub.group().at("notes_are_cut").as_bool() == (i > 20));
    }
    const json::array notes = hub.group().at("notes").as_array();
    REQUIRE(notes.size() == 20);
    CHECK(json::serialize(notes[0]) == R"({"at":"1970-01-01T00:00:21.000Z","actor":"operator","text":"ghi chú 21"})");
    CHECK(text_at(notes[19].as_object(), "text") == "ghi chú 2");
}

TEST_CASE("each role at causes", "[api][access][failures]") {
    CareHub hub;
    for (const auto& [user, status] : {std::pair{"viewer", 403u}, std::pair{"clerk", 403u}, std::pair{"sender", 403u},
                                       std::pair{"operator", 200u}, std::pair{"admin", 200u}, std::pair{"nobody", 401u}}) {
        CHECK(hub.assign(user, nullptr).status == status);
        CHECK(hub.note(user, "x").status == status);
        CHECK(hub.as(user, "GET", hub.target + "/assign").status == status);
    }
    CHECK(hub.acts.size() == 4);
}

TEST_CASE("a wrong assignment or note is refused and not noted", "[api][failures]") {
    CareHub hub;
    hub.add("gone", Role::operator_);
    access::User gone = hub.access().user("gone").value().value();
    gone.is_disabled = true;
    REQUIRE(hub.access().change(gone).has_value());
    struct Row {
        std::string target, body, field;
        unsigned status = 400;
    };
    const std::string too_long(limits::fault_text_bytes_max + 1, 'x');
    const std::string assign = hub.target + "/assign", notes = hub.target + "/notes";
    const std::vector<Row> rows{{assign, "{}", "to"},
                                {assign, R"({"to":""})", "to"},
                                {assign, R"({"to":"viewer"})", "to"},
                                {assign, R"({"to":"clerk"})", "to"},
                                {assign, R"({"to":"gone"})", "to"},
                                {assign, R"({"to":"who"})", "to"},
                                {assign, R"({"to":7})", "to"},
                                {assign, R"({"to":null,"reason":")" + too_long + "\"}", "reason"},
                                {assign, R"({"to":null,"why":"x"})", "why"},
                                {notes, "{}", "text"},
                                {notes, R"({"text":" "})", "text"},
                                {notes, R"({"text":"a\nb"})", "text"},
                                {notes, R"({"text":")" + too_long + "\"}", "text"},
                                {"/v1/failures/xyz/notes", R"({"text":"x"})", "cause"},
                                {"/v1/failures/0123456789abcdef/notes", R"({"text":"x"})", "cause", 404},
                                {"/v1/failures/0123456789abcdef/assign", R"({"to":null})", "cause", 404}};
    for (const Row& row : rows) {
        const auto response = hub.as("operator", "POST", row.target, row.body);
        INFO(row.target << " " << row.body.substr(0, 60) << "\n" << response.body);
        CHECK(response.status == row.status);
        CHECK(text_at(object_of(response.body), "field") == row.field);
    }
    CHECK(hub.acts.empty());
}

TEST_CASE("of two who take it at once the second is told, and the same key takes it once", "[api][failures][once]") {
    CareHub hub;
    const std::string seen = text_at(hub.group(), "assign_etag");
    CHECK(field_of(hub.as("operator", "GET", hub.target + "/assign"), "ETag") == seen);
    const auto take = [&](const std::string& user, const std::string& key) {
        return hub.as(user, "POST", hub.target + "/assign", R"({"to":")" + user + "\"}", [&](http::Request& request) {
            request.if_match = seen;
            request.idempotency_key = key;
        });
    };
    CHECK(take("operator", "one").status == 200);
    hub.write_down_at(2000);
    CHECK(take("operator", "one").status == 200);
    CHECK(hub.acts.size() == 1);
    const auto late = take("admin", "two");
    CHECK(late.status == 412);
    CHECK(text_at(object_of(late.body), "code") == "changed_meanwhile");
    CHECK(hub.acts.size() == 1);
}

TEST_CASE("what people note cannot leave its place", "[api][failures]") {
    CareHub hub;
    const std::string hostile = "<script>x</script>\xE2\x80\xAE\"'`=cmd()";
    REQUIRE(hub.note("operator", hostile).status == 200);
    hub.write_down_at(2000);
    CHECK(text_at(hub.group().at("notes").at(0).as_object(), "text") == hostile);
    CHECK(hub.as("operator", "POST", hub.target + "/notes", "{\"text\":\"\xFF\"}").status == 400);
}
