// What stands in a query or in a body and was not asked for, or stands there twice, is refused by every route.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

struct Trial : TrialHub {
    Trial() : TrialHub{"a token of sixteen bytes"} {
        writer().accept("H43", 1, {"H43.01"});
        REQUIRE(writer().commit().has_value());
        const access::User user{"an", Role::viewer, std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
    }
    http::Response tell(std::string method, std::string target, std::string body = {}) {
        return answer({.method = std::move(method),
                       .target = std::move(target),
                       .host = "127.0.0.1:7780",
                       .authorization = "Bearer a token of sixteen bytes",
                       .accept_language = "en",
                       .request_mark = "1",
                       .content_type = body.empty() ? "" : "application/json",
                       .body = std::move(body)});
    }
};

/// "/v1/documents/{id}/hold" with something in the place.
std::string path_of(std::string_view pattern) {
    std::string path;
    for (; !pattern.empty(); pattern.remove_prefix(1)) {
        if (pattern.front() == '{') {
            path += pattern.starts_with("{id}") ? test::id(1).text() : "1";
            pattern.remove_prefix(pattern.find('}'));
        } else {
            path += pattern.front();
        }
    }
    return path;
}

/// What the route cannot do without.
std::string_view wanted_by(std::string_view pattern) {
    if (pattern == "/v1/directory")
        return "&text=a";
    const auto last = pattern.substr(pattern.rfind('/') + 1);
    if (last == "approve")
        return "&reason=a&expect=1";
    return last == "hold" || last == "release" || last == "stop" || last == "resume" ? "&reason=a" : "";
}

void is_refused(const http::Response& response, std::string_view field, std::string_view detail) {
    INFO(response.body);
    CHECK(response.status == 400);
    CHECK(response.content_type == "application/problem+json");
    const auto problem = object_of(response.body);
    CHECK(text_at(problem, "code") == "field_invalid");
    CHECK(text_at(problem, "field") == field);
    CHECK(text_at(problem, "detail") == detail);
}

}  // namespace

TEST_CASE("every route refuses a parameter that it does not know", "[api][query]") {
    Trial hub;
    REQUIRE(hub.routes().size() > 30);
    for (const http::Route& route : hub.routes()) {
        INFO(route.method << ' ' << route.pattern);
        const std::string target = path_of(route.pattern) + "?nonsense=1" + std::string{wanted_by(route.pattern)};
        is_refused(hub.tell(std::string{route.method}, target), "nonsense", "unknown parameter");
    }
    CHECK(hub.acts.empty());
    CHECK(hub.holds.empty());
}

TEST_CASE("what a form leaves behind is no parameter", "[api][query]") {
    Trial hub;
    for (const char* const target : {"/v1/status?", "/v1/status?&", "/v1/failures?&", "/v1/documents?count=1&", "/livez?"}) {
        INFO(target);
        CHECK(hub.tell("GET", target).status == 200);
    }
}

TEST_CASE("a parameter that is there twice is refused where one is wanted", "[api][query]") {
    Trial hub;
    const std::string days = "/v1/reports?from=1970-01-01&to=1970-01-02&";
    const std::pair<std::string, std::string> questions[]{
        {"/v1/documents?count=1&count=2", "count"},   {"/v1/documents?text=a&number=1&text=a", "text"},
        {"/v1/documents?state=06&state=01", "state"}, {"/v1/documents?overdue=true&overdue=false", "overdue"},
        {"/v1/documents?since=1d&since=2d", "since"}, {"/v1/documents?sender=H43&sender=H43", "sender"},
        {"/v1/audit?verb=hold&verb=retry", "verb"},   {"/v1/audit?actor=a&actor=b", "actor"},
        {"/v1/audit?before=1&before=2", "before"},    {"/v1/overdue?format=csv&format=json", "format"},
        {"/v1/overdue?agency=H43&agency=H43.01&duty=arrival", "agency"},
        {"/v1/operations?before=1&before=1", "before"},
        {"/v1/directory?text=a&text=b", "text"},      {"/v1/explain?id=1&id=2", "id"},
        {"/livez?verbose&verbose", "verbose"},        {days + "from=1970-01-01", "from"},
        {days + "by=day&by=month", "by"}};
    for (const auto& [question, field] : questions) {
        INFO(question);
        is_refused(hub.tell("GET", question), field, "given more than once");
    }
    const std::string document = "/v1/documents/" + test::id(1).text();
    for (const std::string& target : {document + "/hold", document + "/release", std::string{"/v1/operations/1/stop"}}) {
        INFO(target);
        is_refused(hub.tell("POST", target + "?reason=a&reason=b"), "reason", "given more than once");
    }
    CHECK(hub.acts.empty());
    CHECK(hub.holds.empty());
    // Where several are wanted, several may be there.
    CHECK(hub.tell("GET", "/v1/explain?receiver=H43&receiver=H43.01").status == 200);
    CHECK(hub.tell("GET", "/livez?exclude=http&exclude=http").status == 200);
}

TEST_CASE("the first thing that is wrong with a query is told, what is unknown last", "[api][query]") {
    Trial hub;
    is_refused(hub.tell("GET", "/v1/documents?nonsense=1&count=501"), "count", "501");
    is_refused(hub.tell("GET", "/v1/documents?count=0&since=yesterday"), "since", "yesterday");
    is_refused(hub.tell("GET", "/v1/overdue?urgent=yes"), "urgent", "yes");
    is_refused(hub.tell("GET", "/v1/overdue?format=xml"), "format", "xml");
    is_refused(hub.tell("GET", "/v1/operations?count=0"), "count", "0");
    is_refused(hub.tell("GET", "/v1/audit?verb=dance"), "verb", "dance");
}

TEST_CASE("a late agency's documents are found by any of its codes", "[api][query]") {
    Trial hub;
    CHECK(hub.tell("GET", "/v1/overdue?agency=000.00.00.H43&duty=arrival").status == 200);
    is_refused(hub.tell("GET", "/v1/overdue?agency=no%20code&duty=arrival"), "agency", "no code");
}

TEST_CASE("every route that reads JSON refuses a key that is there twice", "[api][query]") {
    Trial hub;
    const std::pair<const char*, const char*> routes[]{{"POST", "/v1/session"},
                                                       {"POST", "/v1/users"},
                                                       {"PATCH", "/v1/users/an"},
                                                       {"POST", "/v1/users/an/password"},
                                                       {"POST", "/v1/tokens"},
                                                       {"POST", "/v1/operations"},
                                                       {"POST", "/v1/operations/preview"},
                                                       {"POST", "/v1/agencies/H43.01/remind"},
                                                       {"POST", "/v1/documents/1/parts/1/reveal"}};
    for (const auto& [method, target] : routes) {
        INFO(method << ' ' << target);
        is_refused(hub.tell(method, target, R"({"reason":"x","reason":"y"})"), "reason", "given more than once");
        // Written in another way it is the same key.
        is_refused(hub.tell(method, target, R"({ "a\"{b,c" : "}" , "a\"\u007bb,\u0063":[1,{"x":","}] })"), "a\"{b,c",
                   "given more than once");
    }
    CHECK(hub.acts.empty());
}

TEST_CASE("what only looks like a doubled key is none", "[api][query]") {
    Trial hub;
    // Values, and what lies deeper, are judged by the keys that they stand at.
    for (const char* const body : {R"({"reason":"reason"})", R"({"reason":"\"reason\":\"x\",\"reason\""})",
                                   R"({"reason":"x\\"})", R"( {"reason":"{\"reason\":1,"} )"}) {
        INFO(body);
        CHECK(hub.tell("POST", "/v1/documents/1/parts/9/reveal", body).status == 404);
    }
    is_refused(hub.tell("POST", "/v1/documents/1/parts/9/reveal", R"({"reason":{"reason":1,"reason":2}})"), "reason",
               "not a text, or too long");
}
