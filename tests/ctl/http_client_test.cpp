// What the command line makes of whatever answers, or does not.

#include "hub/ctl/http_client.hpp"

#include "hub/http/api.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/server.hpp"
#include "tests/ctl/scripted_server.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::After;
using test::http_answer;
using test::ScriptedServer;

namespace {

HubAddress at(const std::string& url) {
    return {.url = url, .token = {}, .timeout = std::chrono::seconds{30}};
}

Problem problem_after(const std::string& answer, Lang lang = Lang::en) {
    ScriptedServer server{answer};
    const auto got = get(at(server.url()), "/v1/status", lang);
    INFO(answer.substr(0, 200));
    REQUIRE_FALSE(got.has_value());
    return got.error();
}

}  // namespace

TEST_CASE("a question carries language, host and token", "[client]") {
    ScriptedServer server{http_answer("200 OK", R"({"a":1})")};
    auto hub = at(server.url());
    hub.token = "0123456789abcdef";
    const auto answer = get(hub, "/v1/documents?text=a%20b", Lang::vi);
    REQUIRE(answer.has_value());
    CHECK(boost::json::serialize(*answer) == R"({"a":1})");
    const std::string request = server.request();
    CHECK(request.starts_with("GET /v1/documents?text=a%20b HTTP/1.1\r\n"));
    for (const std::string& field : {"Host: " + server.url().substr(7), std::string{"Accept-Language: vi"},
                                     std::string{"Authorization: Bearer 0123456789abcdef"}})
        CHECK(request.find("\r\n" + field + "\r\n") != std::string::npos);

    ScriptedServer other{http_answer("200 OK", "{}")};
    CHECK(get(at(other.url()), "/", Lang::en).has_value());
    const std::string plain = other.request();
    CHECK(plain.find("\r\nAccept-Language: en\r\n") != std::string::npos);
    CHECK(plain.find("Authorization") == std::string::npos);
}

TEST_CASE("an order is a POST without a body", "[client]") {
    ScriptedServer server{http_answer("200 OK", R"({"held":true})")};
    auto hub = at(server.url());
    hub.token = "0123456789abcdef";
    const auto answer = post(hub, "/v1/documents/a/hold?reason=b", Lang::vi);
    REQUIRE(answer.has_value());
    CHECK(boost::json::serialize(*answer) == R"({"held":true})");
    const std::string request = server.request();
    CHECK(request.starts_with("POST /v1/documents/a/hold?reason=b HTTP/1.1\r\n"));
    CHECK(request.find("\r\nContent-Length: 0\r\n") != std::string::npos);
    CHECK(request.find("\r\nAuthorization: Bearer 0123456789abcdef\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\n\r\n"));
}

TEST_CASE("the hub's own refusal of an order is told", "[client]") {
    const auto server = http::Server::start({}, [](const http::Request& request) {
        if (request.method == "POST")
            return http::problem({Errc::not_found, "id", "words"}, request.accept_language);
        return http::Response{405, "text/plain", {}};
    });
    REQUIRE(server.has_value());
    const auto answer = post(at("http://127.0.0.1:" + std::to_string((*server)->port())), "/hold", Lang::en);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().exit == Exit::not_found);
    CHECK(answer.error().code == "not_found");
    CHECK(answer.error().field == "id");
}

TEST_CASE("nobody there", "[client]") {
    const auto vi = get(at(test::url_of_nobody()), "/v1/status", Lang::vi);
    const auto en = get(at(test::url_of_nobody()), "/v1/status", Lang::en);
    REQUIRE_FALSE(vi.has_value());
    REQUIRE_FALSE(en.has_value());
    CHECK(vi.error().exit == Exit::unreachable);
    CHECK(vi.error().code == "hub_unreachable");
    CHECK(vi.error().field == test::url_of_nobody());
    CHECK(vi.error().title == "Không kết nối được trục");
    CHECK(en.error().title == "The hub cannot be reached");
    CHECK(en.error().remedy == "Check that lgsp-hub runs, and --url.");
    CHECK_FALSE(en.error().detail.empty());
}

TEST_CASE("what is no address of a hub is a mistake of the caller", "[client]") {
    for (const char* url : {"", "nonsense", "127.0.0.1:7780", "ftp://127.0.0.1",
                            "http://[::1", "http://a b"}) {
        INFO(url);
        const auto answer = get(at(url), "/v1/status", Lang::en);
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().exit == Exit::usage);
        CHECK(answer.error().field == "--url");
        CHECK(answer.error().detail == url);
        CHECK(answer.error().remedy == "http://127.0.0.1:7780");
    }
}

TEST_CASE("an address has a host, perhaps a port, and no more", "[client]") {
    for (const char* url :
         {"http://", "http:/x", "http://:7780", "http://127.0.0.1:port", "http://127.0.0.1:0",
          "http://127.0.0.1:99999", "http://127.0.0.1:7780/v1", "http://127.0.0.1?a=b"}) {
        INFO(url);
        const auto answer = get(at(url), "/v1/status", Lang::en);
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().exit == Exit::usage);
    }
    ScriptedServer server{http_answer("200 OK", "{}")};
    CHECK(get(at(server.url() + "/"), "/v1/status", Lang::en).has_value());
}

TEST_CASE("a hub on the IPv6 loopback address is asked by that name", "[client]") {
    const auto server = http::Server::start({.host = "::1"}, [](const http::Request& request) {
        return http::Response{200, "application/json", R"({"host":")" + request.host + R"("})"};
    });
    if (!server) {
        WARN("this machine has no IPv6");
        return;
    }
    const std::string place = "[::1]:" + std::to_string((*server)->port());
    const auto answer = get(at("http://" + place), "/v1/status", Lang::en);
    REQUIRE(answer.has_value());
    CHECK(answer->at("host").as_string() == place);
}

TEST_CASE("the hub's own problem is passed on with an exit code of its kind", "[client]") {
    const std::pair<http::Response, Exit> problems[]{
        {http::problem({Errc::not_found, "id", "theirs"}, "en"), Exit::not_found},
        {http::problem({Errc::field_invalid, "id", "theirs"}, "en"), Exit::usage},
        {http::problem({Errc::not_signed_in, "id", "theirs"}, "en"), Exit::denied},
        {http::problem({Errc::not_allowed, "id", "theirs"}, "en"), Exit::denied},
        {http::problem({Errc::count_differs, "id", "theirs"}, "en"), Exit::conflict},
        {http::problem({Errc::operation_over, "id", "theirs"}, "en"), Exit::conflict},
        {http::problem(409, call_problems::nothing_to_do, "id", "theirs", "en"), Exit::conflict},
        {http::problem(409, call_problems::second_person_needed, "id", "theirs", "en"), Exit::denied},
        {http::problem(409, call_problems::not_late, "id", "theirs", "en"), Exit::conflict},
        {http::problem(422, call_problems::key_reused, "id", "theirs", "en"), Exit::conflict},
        {http::problem(409, call_problems::outcome_unknown, "id", "theirs", "en"), Exit::conflict},
        {http::problem(412, call_problems::changed_meanwhile, "id", "theirs", "en"), Exit::conflict},
        {http::problem({Errc::part_damaged, "id", "theirs"}, "en"), Exit::failed},
        {http::problem({Errc::name_in_use, "id", "theirs"}, "en"), Exit::failed},
        {http::problem({Errc::too_many_requests, "id", "theirs"}, "en"), Exit::failed},
        {http::problem({Errc::ledger_busy, "id", "theirs"}, "en"), Exit::unreachable},
        {http::problem({Errc::ledger_corrupt, "id", "theirs"}, "en"), Exit::failed}};
    for (const auto& [response, exit] : problems) {
        const Problem problem =
            problem_after(http_answer(std::to_string(response.status) + " x", response.body));
        const auto body = boost::json::parse(response.body).as_object();
        CHECK(problem.exit == exit);
        CHECK(problem.code == body.at("code").as_string());
        CHECK(problem.title == body.at("title").as_string());
        CHECK(problem.remedy == body.at("remedy").as_string());
        CHECK(problem.field == "id");
        CHECK(problem.detail == "theirs");
    }
}

TEST_CASE("an answer that is none means that the hub was not reached", "[client]") {
    const std::string whole = http_answer("200 OK", R"({"documents":[]})");
    const std::string answers[]{"",
                                "nonsense\r\n\r\n",
                                std::string(100'000, '\0'),
                                "220 mail.example ESMTP\r\n",
                                whole.substr(0, whole.size() - 1),
                                whole.substr(0, 20),
                                "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
                                http_answer("200 OK", ""),
                                http_answer("200 OK", "<html>"),
                                http_answer("200 OK", R"({"documents":[)"),
                                http_answer("200 OK", "{} {}"),
                                http_answer("200 OK", "{\"a\":\"\xFF\"}"),
                                http_answer("200 OK", std::string(100'000, '['))};
    for (const std::string& answer : answers) {
        const Problem problem = problem_after(answer);
        CHECK(problem.exit == Exit::unreachable);
        CHECK(problem.code == "hub_unreachable");
        CHECK_FALSE(problem.detail.empty());
    }
}

TEST_CASE("another program's answer is not the hub's", "[client]") {
    const std::string answers[]{http_answer("404 Not Found", "<html>404 Not Found</html>"),
                                http_answer("404 Not Found", "{}"),
                                http_answer("404 Not Found", R"({"code":404,"title":"x"})"),
                                http_answer("400 Bad Request", "[1]"),
                                http_answer("500 Oops", ""),
                                http_answer("301 Moved", ""),
                                http_answer("204 No Content", ""),
                                http_answer("200 OK", "[]"),
                                http_answer("200 OK", "null"),
                                http_answer("200 OK", "\"ok\"")};
    for (const std::string& answer : answers) {
        const Problem problem = problem_after(answer);
        CHECK(problem.exit == Exit::unreachable);
        CHECK(problem.code == "hub_unreachable");
        CHECK_FALSE(problem.title.empty());
        CHECK(problem.detail == "HTTP " + answer.substr(9, 3));
    }
}

TEST_CASE("an answer without what a hub's has is no hub's", "[client]") {
    for (const char* body : {"{}", R"({"stat":1})"}) {
        ScriptedServer server{http_answer("200 OK", body)};
        const auto got = get(at(server.url()), "/v1/status", Lang::en, "state");
        REQUIRE_FALSE(got.has_value());
        CHECK(got.error().exit == Exit::unreachable);
        CHECK(got.error().title == "What answers there is no LGSP hub");
        CHECK(got.error().detail == "HTTP 200");
    }
    ScriptedServer server{http_answer("200 OK", R"({"state":"ready"})")};
    CHECK(get(at(server.url()), "/v1/status", Lang::en, "state").has_value());
}

TEST_CASE("how long to wait is told in seconds", "[client]") {
    const auto refusal = http::too_many_requests(std::chrono::seconds{17}, "en");
    std::string answer = http_answer("429 x", refusal.body);
    answer.insert(answer.find("\r\n") + 2, "Retry-After: 17\r\n");
    const Problem problem = problem_after(answer);
    CHECK(problem.code == "too_many_requests");
    CHECK(problem.detail == "Retry-After: 17 s");
}

TEST_CASE("an answer without end is not waited for", "[client]") {
    CHECK(problem_after("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n{").exit ==
          Exit::unreachable);
    const std::string huge = R"({"a":")" + std::string(65 * 1024 * 1024, 'x') + R"("})";
    CHECK(problem_after(http_answer("200 OK", huge)).exit == Exit::unreachable);
    CHECK(problem_after("HTTP/1.1 200 OK\r\n\r\n" + huge).exit == Exit::unreachable);
    // Silence is ended by the deadline, before an answer as well as within one.
    for (const char* answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}) {
        ScriptedServer server{answer, After::stay_silent};
        auto hub = at(server.url());
        hub.timeout = std::chrono::seconds{1};
        const auto got = get(hub, "/", Lang::en);
        REQUIRE_FALSE(got.has_value());
        CHECK(got.error().exit == Exit::unreachable);
    }
}

TEST_CASE("a large answer is read", "[client]") {
    const std::string large(20 * 1024 * 1024, 'x');
    ScriptedServer server{http_answer("200 OK", R"({"a":")" + large + R"("})")};
    const auto answer = get(at(server.url()), "/", Lang::en);
    REQUIRE(answer.has_value());
    CHECK(answer->at("a").as_string().size() == large.size());
}

TEST_CASE("octets are handed on as they come, and counted", "[client]") {
    const std::string octets = std::string("\0\r\n\x1b[31m", 8) + std::string(3'000'000, 'x') + "end";
    ScriptedServer server{http_answer("200 OK", octets, "application/octet-stream")};
    std::string taken;
    const auto count = fetch(at(server.url()), "/reveal", boost::json::object{{"reason", "a"}},
                             [&](std::string_view block) { return taken += block, true; }, Lang::en);
    REQUIRE(count.has_value());
    CHECK(*count == octets.size());
    CHECK(taken == octets);
    const std::string request = server.request();
    CHECK(request.starts_with("POST /reveal HTTP/1.1\r\n"));
    CHECK(request.find("\r\nX-Lgsp-Request: 1\r\n") != std::string::npos);
    CHECK(request.ends_with(R"({"reason":"a"})"));
}

TEST_CASE("octets that do not all come, or cannot be taken, are no success", "[client]") {
    const auto code_after = [](std::string answer, bool can_take) {
        ScriptedServer server{std::move(answer)};
        const auto count = fetch(at(server.url()), "/reveal", boost::json::object{},
                                 [&](std::string_view) { return can_take; }, Lang::en);
        REQUIRE_FALSE(count.has_value());
        return count.error().code;
    };
    const std::string whole = http_answer("200 OK", std::string(600'000, 'x'), "application/octet-stream");
    CHECK(code_after(whole.substr(0, whole.size() - 1), true) == "part_incomplete");
    CHECK(code_after(whole, false) == "part_incomplete");
    // What is no octets is the hub's problem, or somebody else's answer.
    CHECK(code_after(http_answer("404 Not Found", R"({"code":"not_found","title":"x"})", "application/problem+json"), true)
          == "not_found");
    CHECK(code_after(http_answer("200 OK", "{}"), true) == "hub_unreachable");
    CHECK(code_after(http_answer("200 OK", "<html>", "text/html"), true) == "hub_unreachable");
    CHECK(code_after("", true) == "hub_unreachable");
}

TEST_CASE("values are encoded for a query", "[client]") {
    CHECK(encoded("7816/VPCP-TTĐT") == "7816%2FVPCP-TT%C4%90T");
    CHECK(encoded("a b&c=d+e?#%") == "a%20b%26c%3Dd%2Be%3F%23%25");
    CHECK(encoded("H43.01-_~") == "H43.01-_~");
    CHECK(encoded("").empty());
}
