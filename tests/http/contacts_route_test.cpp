// Whom to telephone: in the directory, where somebody is late or has failed, and to whom it is told.

#include "tests/http/people_hub.hpp"

using namespace hub;
using namespace hub::test;

namespace json = boost::json;

namespace {

const std::string both_of_01 = R"([{"name":"Văn thư","phone":"0259 0000 001","email":"vanthu@h43.example","note":"giờ hành chính"},)"
                               R"({"name":"Phòng CNTT","phone":"","email":"cntt@h43.example","note":""}])";

/// H43.01 is late with 1, which H43 sent to it and to a unit that H43 serves; it could not store 2.
struct ContactsHub : PeopleHub {
    ContactsHub() {
        writer().accept("H43", 1, {"H43.01", "H43.09"});
        writer().accept("H43", 2, {"H43.01"});
        writer().accept("H43.03", 3, {"H43.01"});
        writer().fail(3, EnvelopeSeq{2}, "H43.01", {"ledger_full", "Ổ đĩa đầy"});
        REQUIRE(writer().commit().has_value());
    }
    std::string contacts_of(const std::string& user, const std::string& agency) {
        const json::object answer = asked(user, "/v1/agencies");
        for (const auto& each : answer.at("agencies").as_array())
            if (each.at("code").as_string() == agency)
                return json::serialize(each.at("contacts"));
        return "no such agency";
    }
    std::string contacts_in_story(const std::string& user, int seq, std::size_t delivery) {
        const json::object story = asked(user, "/v1/documents/" + std::to_string(seq));
        return json::serialize(story.at("deliveries").at(delivery).at("contacts"));
    }
};

}  // namespace

TEST_CASE("the directory has whom to call, a closed agency's at its successor", "[api][contacts]") {
    ContactsHub hub;
    CHECK(hub.contacts_of("viewer", "H43.01") == both_of_01);
    CHECK(hub.contacts_of("operator", "H43") == "[]");
    CHECK(hub.contacts_of("operator", "H43.02") == both_of_01);
    const json::object answer = hub.asked("operator", "/v1/agencies");
    CHECK(answer.at("agencies").at(2).at("contacts_of").as_string() == "H43.01");
    CHECK(answer.at("agencies").at(0).at("contacts_of").as_string() == "H43");
}

TEST_CASE("a clerk is told its own agency's contacts, and those of receivers of its documents", "[api][contacts][access]") {
    ContactsHub hub;
    CHECK(hub.contacts_of("clerk", "H43.01") == both_of_01);
    CHECK(hub.contacts_of("sender", "H43.01") == "[]");
    CHECK(hub.contacts_in_story("sender", 1, 0) == both_of_01);
    // It received it, and has nothing to ask of its other receivers.
    CHECK(hub.contacts_in_story("clerk", 1, 0) == "[]");
    CHECK(hub.contacts_in_story("viewer", 1, 0) == both_of_01);
}

TEST_CASE("a story has whom to call where a receiver is late or could not store it", "[api][contacts]") {
    ContactsHub hub;
    CHECK(hub.contacts_in_story("operator", 1, 0) == both_of_01);
    CHECK(hub.contacts_in_story("operator", 1, 1) == "[]");
    CHECK(hub.contacts_in_story("operator", 2, 0) == both_of_01);
}

TEST_CASE("the list of who is late has whom to call, for a spreadsheet too", "[api][contacts][overdue]") {
    ContactsHub hub;
    const json::object overdue = hub.asked("operator", "/v1/overdue");
    const auto& rows = overdue.at("overdue").as_array();
    const auto row = std::ranges::find_if(rows, [](const json::value& each) { return each.at("agency").as_string() == "H43.01"; });
    REQUIRE(row != rows.end());
    CHECK(json::serialize(row->at("contacts")) == both_of_01);
    const std::string list = hub.as("operator", "GET", "/v1/overdue?format=csv").body;
    CHECK(list.find("Whom to call") != std::string::npos);
    CHECK(list.find("Văn thư 0259 0000 001; Phòng CNTT cntt@h43.example") != std::string::npos);
}

TEST_CASE("an agency is shown with its parent, and with what it has done last", "[api][agencies]") {
    ContactsHub hub;
    hub.writer().accept("H43.01", 4, {"H43"});
    hub.writer().move(4, Station::retrieved);
    REQUIRE(hub.writer().commit().has_value());
    const json::object shown = hub.asked("operator", "/v1/agencies/H43.01");
    CHECK(text_at(shown, "name") == "Sở Nội vụ");
    CHECK(text_at(shown, "parent") == "H43");
    CHECK(json::serialize(shown.at("contacts")) == both_of_01);
    CHECK(json::serialize(shown.at("file")) == R"({"path":"/nowhere/agencies.toml","is_changed":true})");
    const json::object progress = shown.at("progress").as_object();
    CHECK(text_at(progress, "last_sent_at") == "1970-01-01T00:00:01.004Z");
    CHECK(text_at(progress, "last_retrieved_at") == "1970-01-01T00:00:05.000Z");
    CHECK(progress.at("last_status_at").is_null());
    CHECK(progress.at("queue").at("waiting").to_number<int>() == 1);
    CHECK(hub.asked("operator", "/v1/agencies/000.00.00.H43").at("parent").is_null());
    CHECK(hub.as("operator", "GET", "/v1/agencies/H99").status == 404);
    CHECK(hub.as("operator", "GET", "/v1/agencies/no%20code").status == 404);
    CHECK(hub.asked("clerk", "/v1/agencies/H43.01").at("progress").is_object());
    CHECK(hub.asked("clerk", "/v1/agencies/H43").at("progress").is_null());
    CHECK(hub.as("nobody", "GET", "/v1/agencies/H43").status == 401);
}
