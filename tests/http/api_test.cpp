// Who is answered, and in which words one is refused. What the routes find: search_route_test.cpp.

#include "hub/http/api.hpp"

#include "hub/core/limits.hpp"
#include "hub/telemetry/remedy.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using test::at;
using test::code;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

constexpr std::string_view routes[]{"/livez",       "/readyz",       "/v1/status",     "/v1/queues",
                                    "/v1/agencies", "/v1/documents", "/v1/documents/1", "/v1/directory?text=H43",
                                    "/v1/health",   "/v1/overdue",   "/metrics"};

http::Request request(std::string_view target) {
    return {.method = "GET",
            .target = std::string{target},
            .host = "127.0.0.1",
            .authorization = {},
            .accept_language = {}};
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

/// A ledger that fails, or that has more than it looks through.
class ScriptedSearch final : public LedgerSearch {
public:
    explicit ScriptedSearch(Result<SearchAnswer> answer) : answer_{std::move(answer)} {}
    Result<SearchAnswer> find(const SearchQuery&) override { return answer_; }
    Result<Story> story(const EnvelopeId&, const Scope&) override { return answer_.error(); }
    Result<Story> story(EnvelopeSeq, const Scope&) override { return answer_.error(); }
    Result<std::vector<QueueAge>> queues(const Scope&) override { return answer_.error(); }
    Result<std::vector<QueueControl>> queue_controls(const Scope&) override { return answer_.error(); }
    Result<LedgerCounts> counts() override { return answer_.error(); }
    Result<std::uint64_t> damaged_contents_due(std::size_t) override { return answer_.error(); }
    Result<std::optional<Instant>> last_retrieved_at(const AgencyCode&) override { return answer_.error(); }
    Result<std::vector<Overdue>> overdue(const std::vector<LateSpan>&) override { return answer_.error(); }
    Result<std::vector<OverdueDelivery>> overdue_of(const AgencyCode&, const LateSpan&, std::size_t) override {
        return answer_.error();
    }
    Result<std::optional<Unit>> unit(const AgencyCode&) override { return answer_.error(); }
    Result<FoundUnits> find_units(const std::string&, std::size_t) override { return answer_.error(); }
    Result<UnitTotals> unit_totals() override { return answer_.error(); }

private:
    Result<SearchAnswer> answer_;
};

http::Api api_over(Result<SearchAnswer> answer) {
    return http::Api{{.status = [] { return http::HubStatus{}; },
                      .now = [] { return Instant{}; },
                      .directory = test::trial_directory(),
                      .search = std::make_unique<ScriptedSearch>(std::move(answer))}};
}

}  // namespace

TEST_CASE("every route answers a GET and no other method", "[api]") {
    TrialHub hub;
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    for (const std::string_view route : routes) {
        INFO(route);
        const auto good = hub.answer(request(route));
        CHECK(good.status == 200);
        CHECK(good.content_type.starts_with(route.starts_with("/v1/") ? "application/json" : "text/plain"));
        for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", ""}) {
            auto wrong = request(route);
            wrong.method = method;
            const auto refused = hub.answer(wrong);
            CHECK(refused.status == 405);
            CHECK(test::field_of(refused, "Allow") == "GET, HEAD");
            const auto body = object_of(refused.body);
            CHECK(text_at(body, "code") == "method_not_allowed");
            CHECK(text_at(body, "field") == "method");
            CHECK(text_at(body, "detail") == method);
        }
    }
}

TEST_CASE("an unknown path is not found", "[api]") {
    TrialHub hub;
    for (const std::string target :
         {"/v1", "/v1/", "/v1/document", "/v1/statusx", "/v1/status/", "/v2/status", "//v1/status",
          "/v1/../v1/status", "/v1%2Fstatus", "/favicon.ico", "/v1/documents/", "/v1/documents/1/2", "/v1/documents//hold",
          "/v1/documents/1%2Fhold/x"}) {
        const auto body = hub.ask(target, 404);
        CHECK(text_at(body, "code") == "not_found");
        CHECK(text_at(body, "field") == "path");
        CHECK(text_at(body, "detail") == target);
    }
    CHECK(text_at(hub.ask("/" + std::string(5000, 'x'), 404), "detail").size() == 100);
}

TEST_CASE("a target that is none is refused", "[api]") {
    TrialHub hub;
    for (const std::string target : {"", "v1/status", "*", "http://127.0.0.1/v1/status", "/v1/status?%zz",
                                     "/v1/documents?text=%", "/v1/sta tus", "/v1/status#here"}) {
        const auto body = hub.ask(target, 400);
        CHECK(text_at(body, "code") == "field_invalid");
        CHECK(text_at(body, "field") == "target");
    }
}

TEST_CASE("a wrong question names its parameter, in both languages", "[api]") {
    TrialHub hub;
    const std::pair<std::string, std::string_view> wrong[]{
        {"/v1/documents?nonsense=1", "nonsense"},
        {"/v1/documents?Text=1", "Text"},
        {"/v1/documents?text=a&=b", ""},
        {"/v1/documents?state=lost", "state"},
        {"/v1/documents?state=", "state"},
        {"/v1/documents?refused=yes", "refused"},
        {"/v1/documents?refused", "refused"},
        {"/v1/documents?agency=no%20code", "agency"},
        {"/v1/documents?sender=", "sender"},
        {"/v1/documents?receiver=null", "receiver"},
        {"/v1/documents?since=yesterday", "since"},
        {"/v1/documents?until=2026-13-01", "until"},
        {"/v1/documents?before=-1", "before"},
        {"/v1/documents?before=18446744073709551616", "before"},
        {"/v1/documents?count=0", "count"},
        {"/v1/documents?count=501", "count"},
        {"/v1/documents?count=1e2", "count"},
        {"/v1/documents?count=", "count"},
        {"/v1/documents/nonsense", "id"},
        {"/v1/documents/1%2F2", "id"}};
    for (const auto& [target, field] : wrong) {
        INFO(target);
        const auto vi = hub.get(target, "vi-VN,vi;q=0.9");
        const auto en = hub.get(target, "en");
        CHECK(vi.status == 400);
        CHECK(en.status == 400);
        CHECK(en.content_type == "application/problem+json");
        const auto in_vi = object_of(vi.body), in_en = object_of(en.body);
        CHECK(text_at(in_en, "field") == field);
        CHECK(text_at(in_en, "code") == "field_invalid");
        CHECK(text_at(in_vi, "title") == "Một trường có giá trị không hợp lệ");
        CHECK(text_at(in_en, "title") == "A field has a value that is not allowed");
        CHECK(text_at(in_vi, "remedy") != text_at(in_en, "remedy"));
        CHECK_FALSE(text_at(in_vi, "remedy").empty());
    }
    CHECK(text_at(hub.ask("/v1/documents?state=lost", 400), "detail") == "lost");
    CHECK(text_at(hub.ask("/v1/documents?state=" + std::string(5000, 'x'), 400), "detail").size() ==
          limits::fault_text_bytes_max);
}

TEST_CASE("the token is asked for, except by those who only look whether the hub lives", "[api]") {
    const std::string token = "0123456789abcdef";
    TrialHub hub{token};
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    for (const std::string_view route : routes) {
        INFO(route);
        auto with = request(route);
        const auto status = [&](std::string authorization) {
            with.authorization = std::move(authorization);
            return hub.answer(with).status;
        };
        CHECK(status("Bearer " + token) == 200);
        const std::string wrong_ones[]{"",
                                       token,
                                       "Bearer",
                                       "Bearer ",
                                       "Bearer " + token + "x",
                                       "Bearer " + token.substr(1),
                                       "Bearer " + token.substr(0, 15),
                                       "Bearer 0123456789abcdeF",
                                       "Bearer x123456789abcdef",
                                       "Basic " + token,
                                       "Bearer  " + token,
                                       "Bearer " + token + " ",
                                       "Bearer " + std::string(16, '\0')};
        for (const std::string& wrong : wrong_ones)
            CHECK(status(wrong) == (route == "/livez" || route == "/readyz" ? 200 : 401));
    }
    const auto refused = object_of(hub.answer(request("/v1/status")).body);
    CHECK(text_at(refused, "field") == "Authorization");
    CHECK(text_at(refused, "code") == "not_signed_in");
    CHECK(hub.answer(request("/v1/nonsense")).status == 401);
}

TEST_CASE("no token is wanted when none is set", "[api]") {
    TrialHub hub;
    CHECK(hub.answer(request("/v1/status")).status == 200);
    // Whoever shows one wanted to be known by it.
    auto with = request("/v1/status");
    with.authorization = "Bearer whatever";
    CHECK(hub.answer(with).status == 401);
}

TEST_CASE("a page of another site does not get through by a name of its own", "[api]") {
    TrialHub hub;
    const auto answer = [&](std::string_view host) {
        auto with = request("/v1/status");
        with.host = host;
        return hub.answer(with);
    };
    for (const std::string_view ours :
         {"127.0.0.1", "127.0.0.1:7780", "localhost", "localhost:80", "[::1]", "[::1]:7780"})
        CHECK(answer(ours).status == 200);
    for (const std::string_view other :
         {"", "evil.example", "127.0.0.1.evil.example", "evil.example:7780", "localhost.", "127.0.0.2",
          "192.0.2.1", ":7780", "127.0.0.1@evil.example", "::1", "[::2]:7780", "localhost:80:80"}) {
        INFO(other);
        const auto refused = answer(other);
        CHECK(refused.status == 403);
        CHECK(text_at(object_of(refused.body), "field") == "Host");
        CHECK(text_at(object_of(refused.body), "detail") == other);
    }
    auto livez = request("/livez");
    livez.host = "evil.example";
    CHECK(hub.answer(livez).status == 403);
}

TEST_CASE("the hub lives before it is ready", "[api]") {
    TrialHub hub;
    CHECK(hub.get("/livez").body == "ok\n");
    CHECK(hub.get("/readyz").status == 200);
    CHECK(hub.get("/readyz").body == "broker up\nledger writable\n");
    hub.status.broker = "connecting";
    CHECK(hub.get("/readyz").status == 503);
    CHECK(hub.get("/readyz").body == "broker connecting\nledger writable\n");
    CHECK(text_at(hub.ask("/v1/status"), "state") == "degraded");
    hub.status.broker = "up";
    hub.status.is_ledger_full = true;
    CHECK(hub.get("/readyz").status == 503);
    CHECK(hub.get("/readyz").body == "broker up\nledger full\n");
    hub.status.is_ledger_full = false;
    hub.status.is_ledger_busy = true;
    CHECK(hub.get("/readyz").body == "broker up\nledger busy\n");
    CHECK(text_at(hub.ask("/v1/status"), "state") == "degraded");
    CHECK(text_at(hub.ask("/v1/status").at("ledger").as_object(), "state") == "busy");
    CHECK(hub.get("/metrics").body.find("lgsp_ledger_writable 0\n") != std::string::npos);
    CHECK(hub.get("/metrics").body.find("lgsp_ledger_locked 1\n") != std::string::npos);
    CHECK(hub.get("/livez").status == 200);
}

TEST_CASE("the status counts what the ledger holds", "[api]") {
    TrialHub hub;
    CHECK(boost::json::serialize(hub.ask("/v1/status").at("stored")) ==
          R"({"envelopes":0,"deliveries":0,"entries":0})");
    hub.writer().accept("H43", 1, {"H43.01", "H43.02"});
    hub.writer().refuse("H43", 2, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    hub.writer().entry({.kind = EntryKind::hub_started});
    REQUIRE(hub.writer().commit().has_value());
    const auto status = hub.ask("/v1/status");
    CHECK(boost::json::serialize(status.at("stored")) == R"({"envelopes":2,"deliveries":2,"entries":3})");
    CHECK(text_at(status, "state") == "ready");
    CHECK(text_at(status, "version") == "1.2.3");
    CHECK(text_at(status, "started_at") == "1970-01-01T00:00:00.000Z");
    CHECK(text_at(status, "now") == "1970-01-01T00:01:00.000Z");
}

TEST_CASE("agencies with their aliases, certificates and dates", "[api]") {
    TrialHub hub;
    const auto agencies = hub.ask("/v1/agencies").at("agencies").as_array();
    REQUIRE(agencies.size() == 5);
    const auto agency = [&](std::size_t i) { return agencies.at(i).as_object(); };
    CHECK(text_at(agency(0), "code") == "H43");
    CHECK(text_at(agency(0), "name") == "Ủy ban nhân dân tỉnh");
    CHECK(agency(0).at("serves_subordinates").as_bool());
    CHECK(boost::json::serialize(agency(0).at("aliases")) ==
          R"([{"code":"000.00.00.H43","valid_from":"1970-01-01T00:00:00.000Z","valid_until":null}])");
    CHECK(agency(0).at("successor").is_null());
    const auto certificate = agency(1).at("certificates").as_array().at(0).as_object();
    CHECK(text_at(certificate, "key_id").size() == 64);
    CHECK(text_at(certificate, "subject").find("H43.01") != std::string::npos);
    CHECK(text_at(certificate, "valid_until").size() == 24);
    CHECK(text_at(agency(2), "successor") == "H43.01");
    const std::string_view states[]{"open", "open", "closed", "closed", "open"};
    for (std::size_t i = 0; i < agencies.size(); ++i) {
        CHECK(text_at(agency(i), "state") == states[i]);
        CHECK(agency(i).at("axis").as_bool() == (i == 4));
    }
    hub.status.now = at(95'000);
    CHECK(text_at(hub.ask("/v1/agencies").at("agencies").as_array().at(3).as_object(), "state") == "open");
}

TEST_CASE("where the agencies' file, the running hub and the ledger have parted", "[api]") {
    TrialHub hub;
    const auto before = hub.ask("/v1/agencies");
    CHECK(boost::json::serialize(before.at("file")) == R"({"path":"/nowhere/agencies.toml","is_changed":true})");
    CHECK(before.at("unlisted").as_array().empty());
    // H43.05 was taken out of the directory, 000.00.00.H43 is an alias of H43 now.
    hub.writer().accept("H43.01", 1, {"H43.05", "000.00.00.H43", "H43"});
    REQUIRE(hub.writer().commit().has_value());
    hub.status.now = at(70'000);
    CHECK(boost::json::serialize(hub.ask("/v1/agencies").at("unlisted"))
          == R"([{"agency":"H43.05","waiting":1,"listed_as":null},{"agency":"000.00.00.H43","waiting":1,"listed_as":"H43"}])");
}

TEST_CASE("a ledger in trouble is told apart from a wrong question", "[api]") {
    const std::pair<Errc, unsigned> troubles[]{{Errc::ledger_busy, 503},
                                               {Errc::ledger_full, 503},
                                               {Errc::ledger_corrupt, 500},
                                               {Errc::internal, 500}};
    for (const auto& [trouble, status] : troubles) {
        auto api = api_over(Fault{trouble, "ledger", "its words"});
        for (const std::string_view route : {"/v1/documents", "/v1/documents/1", "/v1/queues", "/v1/overdue", "/v1/health", "/metrics",
                                             "/v1/documents/0192f0c1-2345-7abc-8def-0123456789ab"}) {
            const auto response = api.answer(request(route));
            CHECK(response.status == status);
            CHECK(text_at(object_of(response.body), "code") == name_of(trouble));
            CHECK(text_at(object_of(response.body), "field") == "ledger");
        }
        // What the hub knows of itself it still says.
        const auto response = api.answer(request("/v1/status"));
        CHECK(response.status == 200);
        CHECK_FALSE(object_of(response.body).contains("stored"));
    }
}

TEST_CASE("a search that was cut says how far it got", "[api]") {
    auto api = api_over(SearchAnswer{{}, false, true, EnvelopeSeq{50'001}});
    const auto body = object_of(api.answer(request("/v1/documents?subject=rare")).body);
    CHECK(body.at("documents").as_array().empty());
    CHECK(body.at("is_cut").as_bool());
    CHECK_FALSE(body.at("has_more").as_bool());
    CHECK(body.at("searched_down_to").to_number<int>() == 50'001);
}

TEST_CASE("an answer is UTF-8 whatever was asked", "[api]") {
    TrialHub hub;
    CHECK(text_at(hub.ask("/v1/documents?state=%FF%C4x", 400), "detail") == "\uFFFD\uFFFDx");
    CHECK(text_at(hub.ask("/v1/documents?%C4%90%E1%BB=1", 400), "field") == "Đ\uFFFD\uFFFD");
    // Cut in the middle of a letter.
    const auto cut = text_at(hub.ask("/v1/documents?since=x" + repeated("%C4%90", 300), 400), "detail");
    CHECK(cut == "x" + repeated("Đ", 149) + "\uFFFD");
    auto other = request("/v1/status");
    other.host = "\xE1\xBB.example";
    CHECK(text_at(object_of(hub.answer(other).body), "detail") == "\uFFFD\uFFFD.example");
}

TEST_CASE("what has not changed is not sent again", "[api]") {
    TrialHub hub;
    auto with = request("/v1/agencies");
    const auto first = hub.answer(with);
    const std::string tag = test::field_of(first, "ETag");
    CHECK(tag.size() == 34);
    for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string{"*"}}) {
        with.if_none_match = known;
        const auto again = hub.answer(with);
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(test::field_of(again, "ETag") == tag);
    }
    with.if_none_match = "\"other\"";
    CHECK(hub.answer(with).status == 200);
    with.method = "HEAD";
    CHECK(hub.answer(with).status == 200);
    CHECK(test::field_of(hub.answer(with), "ETag") == tag);
    CHECK(test::field_of(hub.get("/v1/documents/99"), "ETag").empty());
}

TEST_CASE("who asks too often waits, others do not", "[api]") {
    TrialHub hub;
    auto with = request("/v1/session");
    std::vector<unsigned> statuses;
    for (int i = 0; i < 501; ++i)
        statuses.push_back(hub.answer(with).status);
    CHECK(std::count(statuses.begin(), statuses.end(), 200u) == 500);
    const auto refused = hub.answer(with);
    CHECK(refused.status == 429);
    CHECK(test::field_of(refused, "Retry-After") == "1");
    CHECK(text_at(object_of(refused.body), "code") == "too_many_requests");
    with.address = "192.0.2.8";
    CHECK(hub.answer(with).status == 200);
    with.address.clear();
    hub.status.now += std::chrono::seconds{1};
    CHECK(hub.answer(with).status == 200);
}

TEST_CASE("the type of a problem leads to its words, for everybody", "[api]") {
    TrialHub hub;
    auto wrong = request("/v1/documents/nothing");
    wrong.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const auto body = object_of(hub.answer(wrong).body);
    CHECK(text_at(body, "trace_id") == "4bf92f3577b34da6a3ce929d0e0e4736");
    const auto page = hub.get(text_at(body, "type"));
    CHECK(page.status == 200);
    CHECK(page.content_type == "text/plain; charset=utf-8");
    CHECK(page.body.find(std::string{words_of(Errc::field_invalid).remedy_vi}) != std::string::npos);
    CHECK(page.body.find(std::string{words_of(Errc::field_invalid).remedy_en}) != std::string::npos);
    CHECK(hub.get("/problems/not_late").status == 200);
    CHECK(hub.get("/problems/no_such_code").status == 404);
    auto put = request("/v1/documents");
    put.method = "PUT";
    CHECK(text_at(object_of(hub.answer(put).body), "code") == "method_not_allowed");
}
