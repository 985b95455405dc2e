// Who may do what through the real API over a real ledger: roles, agencies, sessions, tokens, and everything that a
// stranger or a page of another site may try.

#include "hub/access/secret.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/door.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub;
using namespace std::chrono_literals;
using test::at;
using test::code;
using test::field_of;
using test::id;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace json = boost::json;

namespace {

const std::string good_password = "mật khẩu đủ dài";

struct AccessHub : TrialHub {
    explicit AccessHub(bool is_tls = false) : TrialHub{{}, is_tls}, is_tls_{is_tls} {
        // 1: from H43 to H43.01; 2: from H43.02 to the axis; 3: from H43.01 to both; 4: refused, from H43.02.
        writer().accept("H43", 1, {"H43.01"});
        writer().accept("H43.02", 2, {"00.43.W00"});
        writer().accept("H43.01", 3, {"H43", "G22@00.43.W00"});
        writer().refuse("H43.02", 4, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
        REQUIRE(writer().commit().has_value());
    }

    /// A user with a session, whose secret is "NAME's secret".
    void add(const std::string& name, Role role, std::optional<std::string> agency = std::nullopt) {
        const access::User user{name, role, agency ? std::optional{code(*agency)} : std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    http::Request request(std::string method, std::string target, std::string body = {}) const {
        return {.method = std::move(method),
                .target = std::move(target),
                .host = "127.0.0.1:7780",
                .accept_language = "en",
                .address = "192.0.2.7",
                .content_type = body.empty() ? "" : "application/json",
                .body = std::move(body)};
    }
    http::Response as(const std::string& user, std::string method, std::string target, std::string body = {}) {
        auto made = request(std::move(method), std::move(target), std::move(body));
        made.cookie = std::string{http::cookie_name(is_tls_)} + "=" + user + "'s secret";
        made.request_mark = "1";
        return answer(made);
    }
    http::Response sign_in(const std::string& body, const std::string& address = "192.0.2.7") {
        auto made = request("POST", "/v1/session", body);
        made.request_mark = "1";
        made.address = address;
        return answer(made);
    }
    std::string code_of_host() {
        const std::string made = access::make_code();
        REQUIRE(access().add_code(sha256(access::normalised_code(made)), status.now).has_value());
        return made;
    }
    void add_with_password(const std::string& name, Role role) {
        REQUIRE(access().add({name, role, std::nullopt, false, status.now, {}}, access::hash_password(good_password)).has_value());
    }

private:
    bool is_tls_;
};

std::string body_of(std::initializer_list<std::pair<std::string_view, json::value>> pairs) {
    json::object object;
    for (const auto& [key, value] : pairs)
        object[json::string{key}] = value;
    return json::serialize(object);
}

std::string name_and_password(const std::string& name, const std::string& password) {
    return body_of({{"name", json::string{name}}, {"password", json::string{password}}});
}

std::set<std::string> found_by(AccessHub& hub, const std::string& user, const std::string& target) {
    const auto response = hub.as(user, "GET", target);
    INFO(response.body);
    REQUIRE(response.status == 200);
    std::set<std::string> found;
    const json::object body = object_of(response.body);
    for (const auto& document : body.at("documents").as_array())
        found.insert(std::to_string(document.at("seq").to_number<int>()));
    return found;
}

}  // namespace

TEST_CASE("each role at each route", "[api][access]") {
    AccessHub hub;
    hub.add("viewer", Role::viewer);
    hub.add("clerk", Role::clerk, "H43.01");
    hub.add("operator", Role::operator_);
    hub.add("admin", Role::administrator);
    hub.add("other", Role::administrator);
    struct Row {
        std::string method, target, body;
        std::string_view statuses;            ///< Of viewer, clerk, operator, administrator: 2 done, 3 not allowed.
    };
    const std::string hold = "/v1/documents/" + id(1).text() + "/hold?reason=x";
    const std::string release = "/v1/documents/" + id(1).text() + "/release?reason=x";
    const std::vector<Row> rows{
        {"GET", "/v1/status", "", "2222"},
        {"GET", "/v1/queues", "", "2222"}, {"GET", "/v1/queues/H43.01", "", "2222"},
        {"GET", "/v1/agencies", "", "2222"},
        {"GET", "/v1/events", "", "2222"},
        {"GET", "/v1/directory?text=H43", "", "2222"},
        {"GET", "/v1/documents", "", "2222"}, {"GET", "/v1/documents/1", "", "2222"},
        {"GET", "/v1/explain?receiver=H43.01", "", "2222"}, {"GET", "/v1/reports", "", "2222"},
        {"GET", "/v1/session", "", "2222"}, {"GET", "/v1/sessions", "", "2222"},
        {"GET", "/v1/configuration", "", "3332"},
        {"POST", hold, "", "3322"}, {"POST", release, "", "3322"},
        {"GET", "/v1/users", "", "3332"},
        {"PATCH", "/v1/users/other", R"({"role":"viewer"})", "3332"},
        {"POST", "/v1/users/other/password", R"({"password":"some new sentence"})", "3332"},
        {"GET", "/v1/users/other", "", "3332"}, {"GET", "/v1/tokens", "", "3332"},
        {"POST", "/v1/tokens", R"({"name":"backup","role":"viewer"})", "3332"},
        {"GET", "/v1/tokens/backup", "", "3332"}, {"DELETE", "/v1/tokens/backup", "", "3332"},
        {"POST", "/v1/users", R"({"name":"new","role":"viewer","password":"some new sentence"})", "3332"}};
    const std::vector<std::string> users{"viewer", "clerk", "operator", "admin"};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < users.size(); ++i) {
            hub.status.now += 1s;
            const std::size_t acts = hub.acts.size() + hub.holds.size();
            const auto response = hub.as(users[i], row.method, row.target, row.body);
            INFO(users[i] << " " << row.method << " " << row.target << "\n" << response.body);
            CHECK(response.status == (row.statuses[i] == '2' ? 200u : 403u));
            if (row.statuses[i] == '3')
                CHECK(text_at(object_of(response.body), "code") == "not_allowed");
            const bool is_change = row.method != "GET" && row.statuses[i] == '2';
            // What was not allowed has left no trace, what was allowed one.
            CHECK(hub.acts.size() + hub.holds.size() == acts + (is_change ? 1 : 0));
        }
        // Nobody knows a stranger, whatever the path.
        const auto stranger = hub.answer(hub.request(row.method, row.target, row.body));
        INFO(row.method << " " << row.target);
        CHECK(stranger.status == 401);
    }
    for (const Act& act : hub.acts) {
        CHECK(act.actor == "admin");
        CHECK(act.role == Role::administrator);
        CHECK(act.address == "192.0.2.7");
        CHECK(act.detail.find("password") == std::string::npos);
    }
    CHECK(hub.holds[0].act.actor == "operator");
    CHECK(hub.holds[0].act.verb == Verb::hold);
    CHECK(hub.holds[0].act.object == id(1).text());
}

TEST_CASE("a clerk sees what its agency sent or received, and cannot tell what else there is", "[api][access]") {
    AccessHub hub;
    hub.add("viewer", Role::viewer);
    const std::vector<std::pair<std::string, std::set<std::string>>> clerks{
        {"H43", {"1", "3"}}, {"H43.01", {"1", "3"}}, {"H43.02", {"2", "4"}}, {"00.43.W00", {"2", "3"}}, {"H43.03", {}}};
    const auto found_all = found_by(hub, "viewer", "/v1/documents");
    CHECK(found_all == std::set<std::string>{"1", "2", "3", "4"});
    for (const auto& [agency, seen] : clerks) {
        const std::string clerk = "clerk-" + std::to_string(hub.access().users().value().size());
        hub.add(clerk, Role::clerk, agency);
        INFO(agency);
        CHECK(found_by(hub, clerk, "/v1/documents") == seen);
        for (const std::string one : {"1", "2", "3", "4"}) {
            hub.status.now += 1s;
            const std::set<std::string> wanted = seen.contains(one) ? std::set{one} : std::set<std::string>{};
            // By every door: a number, an id, words, a sender, a receiver, a station, a page.
            const std::string sender = one == "1" ? "H43" : one == "3" ? "H43.01" : "H43.02";
            const std::string number = one;
            CHECK(found_by(hub, clerk, "/v1/documents?number=" + number) == wanted);
            CHECK(found_by(hub, clerk, "/v1/documents?text=" + number) == wanted);
            CHECK(found_by(hub, clerk, "/v1/documents?id=" + id(std::stoul(one)).text()) == wanted);
            CHECK(found_by(hub, clerk, "/v1/documents?number=" + number + "&sender=" + sender) == wanted);
            CHECK(found_by(hub, clerk, "/v1/documents?number=" + number + "&agency=" + sender) == wanted);
            CHECK(found_by(hub, clerk, "/v1/documents?before=" + std::to_string(std::stoi(one) + 1) + "&count=1").size()
                  <= 1);
            // Nor by how far the search went.
            if (!seen.contains(one))
                for (const std::string& by : {"number=" + one, "text=" + one, "id=" + id(std::stoul(one)).text(), "sender=" + sender})
                    if (const auto found = object_of(hub.as(clerk, "GET", "/v1/documents?" + by).body);
                        found.at("documents").as_array().empty())
                        CHECK(found.at("searched_down_to").to_number<int>() == 0);
            for (const std::string& name : {one, id(std::stoul(one)).text()}) {
                const auto response = hub.as(clerk, "GET", "/v1/documents/" + name);
                CHECK(response.status == (seen.contains(one) ? 200u : 404u));
                if (seen.contains(one))
                    continue;
                // As if it had never been.
                const std::string absent = name == one ? "99" : id(99).text();
                auto other = hub.as(clerk, "GET", "/v1/documents/" + absent).body;
                other.replace(other.find(absent), absent.size(), name);
                CHECK(response.body == other);
            }
        }
        const auto queues = object_of(hub.as(clerk, "GET", "/v1/queues").body).at("queues").as_array();
        for (const auto& queue : queues)
            CHECK(queue.at("agency").as_string() == agency);
        CHECK(queues.size() == (agency == "H43.02" || agency == "H43.03" ? 0u : 1u));
    }
}

TEST_CASE("the first administrator comes by a code of the host", "[api][access]") {
    AccessHub hub;
    CHECK(hub.get("/v1/status").status == 200);
    const std::string one_time = hub.code_of_host();
    const auto with = [&](const std::string& given, const std::string& password = good_password) {
        return hub.sign_in(body_of({{"name", "an"}, {"password", json::string{password}}, {"code", json::string{given}}}));
    };
    CHECK(with("ABCDE-ABCDE-ABCDE-ABCDE").status == 401);
    CHECK(with(one_time, "short").status == 400);
    CHECK_FALSE(hub.access().has_users());
    const auto signed_in = with(one_time);
    REQUIRE(signed_in.status == 200);
    CHECK(text_at(object_of(signed_in.body), "role") == "administrator");
    const std::string cookie = field_of(signed_in, "Set-Cookie");
    CHECK(cookie.starts_with("lgsp="));
    for (const char* word : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
        CHECK(cookie.find(word) != std::string::npos);
    CHECK(cookie.find("Secure") == std::string::npos);
    CHECK(with(one_time).status == 401);
    // From now on everybody signs in.
    CHECK(hub.get("/v1/status").status == 401);
    CHECK(hub.get("/livez").status == 200);
    CHECK(hub.sign_in(name_and_password("an", good_password)).status == 200);
    // And who forgot the password is let in by another code.
    CHECK(with(hub.code_of_host(), "một mật khẩu khác").status == 200);
    CHECK(hub.sign_in(name_and_password("an", good_password)).status == 401);
    std::vector<std::string_view> verbs;
    for (const Act& act : hub.acts)
        verbs.push_back(name_of(act.verb));
    CHECK(verbs == std::vector<std::string_view>{"sign_in_refused", "user_add", "sign_in", "sign_in_refused", "sign_in",
                                                 "password_change", "sign_in", "sign_in_refused"});
}

TEST_CASE("with TLS nobody is let in without signing in, and the cookie is for this host alone", "[api][access]") {
    AccessHub hub{true};
    CHECK(hub.get("/v1/status").status == 401);
    hub.add_with_password("an", Role::viewer);
    auto made = hub.request("POST", "/v1/session", name_and_password("an", good_password));
    made.request_mark = "1";
    made.host = "hub.example:7780";
    made.origin = "https://hub.example:7780";
    made.fetch_site = "same-origin";
    const auto signed_in = hub.answer(made);
    REQUIRE(signed_in.status == 200);
    const std::string cookie = field_of(signed_in, "Set-Cookie");
    CHECK(cookie.starts_with("__Host-lgsp="));
    CHECK(cookie.ends_with("; Secure"));
    auto with = hub.request("GET", "/v1/session");
    with.cookie = "a=b; " + cookie.substr(0, cookie.find(';')) + "; lgsp=x";
    CHECK(text_at(object_of(hub.answer(with).body), "name") == "an");
    with.cookie = "lgsp=" + cookie.substr(12, cookie.find(';') - 12);
    CHECK(hub.answer(with).status == 401);
}

TEST_CASE("a session as a token, for the command line", "[api][access]") {
    AccessHub hub;
    hub.add_with_password("an", Role::operator_);
    const auto signed_in = hub.sign_in(
        body_of({{"name", "an"}, {"password", json::string{good_password}}, {"bearer", true}}));
    REQUIRE(signed_in.status == 200);
    CHECK(field_of(signed_in, "Set-Cookie").empty());
    auto with = hub.request("GET", "/v1/session");
    with.authorization = "Bearer " + text_at(object_of(signed_in.body), "token");
    const auto me = object_of(hub.answer(with).body);
    CHECK(text_at(me, "name") == "an");
    CHECK(json::serialize(me.at("rights")) == R"(["read","hold","operate","remind","audit"])");
    CHECK(me.at("signed_in").as_bool());
    // A bearer token comes with no request by itself: no mark is wanted.
    with.method = "DELETE";
    CHECK(hub.answer(with).status == 200);
    with.method = "GET";
    CHECK(hub.answer(with).status == 401);
    CHECK(hub.acts.back().verb == Verb::sign_out);
}

TEST_CASE("pages of other sites change nothing", "[api][access]") {
    AccessHub hub;
    hub.add("admin", Role::administrator);
    hub.add_with_password("an", Role::viewer);
    struct Row {
        std::string mark, origin, site;
        bool is_own;
    };
    const std::vector<Row> rows{{"1", "", "", true},
                                {"1", "http://127.0.0.1:7780", "same-origin", true},
                                {"", "", "", false},
                                {"0", "", "", false},
                                {"1, 1", "", "", false},
                                {"", "http://127.0.0.1:7780", "same-origin", false},
                                {"1", "http://127.0.0.1:7781", "", false},
                                {"1", "https://127.0.0.1:7780", "", false},
                                {"1", "http://localhost:7780", "", false},
                                {"1", "null", "", false},
                                {"1", "http://evil.example", "", false},
                                {"1", "http://127.0.0.1:7780.evil.example", "", false},
                                {"1", "http://127.0.0.1:7780", "same-site", false},
                                {"1", "", "cross-site", false},
                                {"1", "", "none", false},
                                {"1", "", "SAME-ORIGIN", false}};
    const std::string hold = "/v1/documents/" + id(1).text() + "/hold?reason=x";
    const std::vector<std::tuple<std::string, std::string, std::string>> changes{
        {"POST", hold, ""},
        {"POST", "/v1/tokens", R"({"name":"x","role":"viewer"})"},
        {"DELETE", "/v1/tokens/x", ""},
        {"PATCH", "/v1/users/an", R"({"role":"viewer"})"},
        {"POST", "/v1/session", name_and_password("an", good_password)}};
    for (const auto& [method, target, body] : changes) {
        for (const Row& row : rows) {
            auto made = hub.request(method, target, body);
            made.cookie = "lgsp=admin's secret";
            made.request_mark = row.mark;
            made.origin = row.origin;
            made.fetch_site = row.site;
            hub.status.now += 1min;
            const std::size_t before = hub.acts.size() + hub.holds.size();
            const auto response = hub.answer(made);
            INFO(method << " " << target << " " << row.mark << "|" << row.origin << "|" << row.site << "\n" << response.body);
            CHECK((response.status == 403) == !row.is_own);
            if (!row.is_own)
                CHECK(hub.acts.size() + hub.holds.size() == before);
        }
    }
    // Nor may one that has no body type that a form cannot send.
    for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                   "application/jsonp"}) {
        auto made = hub.request("POST", "/v1/tokens", R"({"name":"y","role":"viewer"})");
        made.cookie = "lgsp=admin's secret";
        made.request_mark = "1";
        made.content_type = type;
        CHECK(hub.answer(made).status == 400);
    }
}

TEST_CASE("guesses are refused alike, bounded, and strangers lock nobody out", "[api][access]") {
    AccessHub hub;
    hub.add_with_password("an", Role::viewer);
    // The user has signed in from here before.
    REQUIRE(hub.sign_in(name_and_password("an", good_password), "192.0.2.1").status == 200);
    const auto unknown = hub.sign_in(name_and_password("nobody", good_password), "192.0.2.2");
    const auto wrong = hub.sign_in(name_and_password("an", "wrong password"), "192.0.2.2");
    CHECK(unknown.status == 401);
    CHECK(unknown.body == wrong.body);
    CHECK(text_at(object_of(wrong.body), "code") == "sign_in_refused");
    CHECK(wrong.body.find("wrong password") == std::string::npos);
    int refused = 0;
    for (int i = 0; i < 12; ++i) {
        const auto guess = hub.sign_in(name_and_password("an", "wrong password"), "192.0.2." + std::to_string(10 + i));
        refused += guess.status == 429;
        if (guess.status == 429)
            CHECK(std::stoi(field_of(guess, "Retry-After")) > 0);
    }
    CHECK(refused == 8);
    // Not even with the right one, from a new place; from the familiar one yes.
    CHECK(hub.sign_in(name_and_password("an", good_password), "192.0.2.99").status == 429);
    CHECK(hub.sign_in(name_and_password("an", good_password), "192.0.2.1").status == 200);
    // The ledger is not filled by it.
    std::size_t entries = 0;
    for (const Act& act : hub.acts)
        entries += act.verb == Verb::sign_in_refused;
    CHECK(entries <= 10);
    hub.status.now += 10min;
    CHECK(hub.sign_in(name_and_password("an", good_password), "192.0.2.99").status == 200);
}

TEST_CASE("a wrong body names its key and gives no secret back", "[api][access]") {
    AccessHub hub;
    hub.add("admin", Role::administrator);
    hub.add("binh", Role::viewer);
    struct Row {
        std::string method, target, body, field;
    };
    const std::string password = R"("password":"some new sentence")";
    const std::vector<Row> rows{
        {"POST", "/v1/users", "", "name"},
        {"POST", "/v1/users", "[]", "body"},
        {"POST", "/v1/users", "{", "body"},
        {"POST", "/v1/users", std::string(50'000, '['), "body"},
        {"POST", "/v1/users", "{\"name\":\"\xFF\"}", "body"},
        {"POST", "/v1/users", R"({"name":1})", "name"},
        {"POST", "/v1/users", R"({"name":"An","role":"viewer",)" + password + "}", "name"},
        {"POST", "/v1/users", R"({"name":"a b","role":"viewer",)" + password + "}", "name"},
        {"POST", "/v1/users", R"({"name":"token:x","role":"viewer",)" + password + "}", "name"},
        {"POST", "/v1/users", R"({"name":"<img src=x onerror=alert(1)>","role":"viewer",)" + password + "}", "name"},
        {"POST", "/v1/users", R"({"name":"c","role":"root",)" + password + "}", "role"},
        {"POST", "/v1/users", R"({"name":"c",)" + password + "}", "role"},
        {"POST", "/v1/users", R"({"name":"c","role":"clerk",)" + password + "}", "agency"},
        {"POST", "/v1/users", R"({"name":"c","role":"clerk","agency":"H99",)" + password + "}", "agency"},
        {"POST", "/v1/users", R"({"name":"c","role":"viewer","agency":"H43",)" + password + "}", "agency"},
        {"POST", "/v1/users", R"({"name":"c","role":"viewer","password":"hunter2-secret"})", ""},
        {"POST", "/v1/users", R"({"name":"c","role":"viewer","password":"short-pw"})", "password"},
        {"POST", "/v1/users", R"({"name":"d","role":"viewer","extra":1,)" + password + "}", "extra"},
        {"PATCH", "/v1/users/binh", R"({"disabled":"yes"})", "disabled"},
        {"PATCH", "/v1/users/binh", R"({"role":"clerk"})", "agency"},
        {"PATCH", "/v1/users/binh", R"({"name":"other"})", "name"},
        {"POST", "/v1/users/binh/password", R"({"password":"short-pw"})", "password"},
        {"POST", "/v1/users/binh/password", R"({"password":7})", "password"},
        {"POST", "/v1/tokens", R"({"name":"t","role":"viewer","days":0})", "days"},
        {"POST", "/v1/tokens", R"({"name":"t","role":"viewer","days":367})", "days"},
        {"POST", "/v1/tokens", R"({"name":"t","role":"viewer","days":1.5})", "days"},
        {"POST", "/v1/tokens", R"({"name":"../t","role":"viewer"})", "name"},
        {"POST", "/v1/session", R"({"name":"an"})", "password"},
        {"POST", "/v1/session", R"({"password":"x"})", "name"},
        {"POST", "/v1/session", R"({"name":"an\n","password":"x"})", "name"}};
    for (const Row& row : rows) {
        hub.status.now += 1min;
        const auto response = hub.as("admin", row.method, row.target, row.body);
        INFO(row.method << " " << row.target << " " << row.body.substr(0, 80) << "\n" << response.body);
        CHECK(response.status == (row.field.empty() ? 200u : 400u));
        CHECK(response.body.find("short-pw") == std::string::npos);
        CHECK(response.body.find("hunter2") == std::string::npos);
        if (!row.field.empty())
            CHECK(text_at(object_of(response.body), "field") == row.field);
    }
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"PATCH", "/v1/users/nobody"}, {"PATCH", "/v1/users/%3Cscript%3E"}, {"PATCH", "/v1/users/%FF"},
             {"PATCH", "/v1/users/..%2F..%2Fetc"}, {"DELETE", "/v1/tokens/nobody"}, {"DELETE", "/v1/tokens/%00"}})
        CHECK(hub.as("admin", method, target, method == "PATCH" ? "{}" : "").status == 404);
}

TEST_CASE("one changes one's own password with the one before it", "[api][access]") {
    AccessHub hub;
    hub.add_with_password("an", Role::viewer);
    REQUIRE(hub.access().begin(sha256("an's secret"), {"an", 12h, hub.status.now + 12h}, hub.status.now).has_value());
    const auto change = [&](const std::string& current) {
        return hub.as("an", "POST", "/v1/users/an/password",
                      body_of({{"password", "some new sentence"}, {"current", json::string{current}}})).status;
    };
    CHECK(change("wrong") == 403);
    CHECK(change("") == 403);
    CHECK(change(good_password) == 200);
    CHECK(change(good_password) == 403);
    CHECK(hub.sign_in(name_and_password("an", "some new sentence")).status == 200);
    // Whoever has stolen the session does not guess for long.
    for (int guesses = 4; guesses < 10; ++guesses)
        CHECK(change("guess") == 403);
    CHECK(change("guess") == 429);
    CHECK(change("some new sentence") == 429);
    hub.status.now += 31s;
    CHECK(change("some new sentence") == 200);
    // A viewer touches nobody else's.
    CHECK(hub.as("an", "POST", "/v1/users/other/password", R"({"password":"some new sentence"})").status == 403);
}

TEST_CASE("tokens work for what their role may, and end", "[api][access]") {
    AccessHub hub;
    hub.add("admin", Role::administrator);
    const auto made = object_of(hub.as("admin", "POST", "/v1/tokens", R"({"name":"ops","role":"operator","days":1})").body);
    auto with = hub.request("POST", "/v1/documents/" + id(1).text() + "/hold?reason=x");
    with.authorization = "Bearer " + text_at(made, "token");
    CHECK(hub.answer(with).status == 200);
    CHECK(hub.holds.back().act.actor == "token:ops");
    CHECK(hub.as("admin", "GET", "/v1/tokens").body.find(text_at(made, "token")) == std::string::npos);
    CHECK(hub.as("admin", "POST", "/v1/tokens", R"({"name":"ops","role":"viewer"})").status == 409);
    SECTION("revoked") { CHECK(hub.as("admin", "DELETE", "/v1/tokens/ops").status == 200); }
    SECTION("over") { hub.status.now += 24h; }
    CHECK(hub.answer(with).status == 401);
    // It is nobody's cookie.
    auto as_cookie = hub.request("GET", "/v1/status");
    as_cookie.cookie = "lgsp=" + text_at(made, "token");
    CHECK(hub.answer(as_cookie).status == 401);
}

TEST_CASE("nothing is changed that the ledger does not know", "[api][access]") {
    AccessHub hub;
    hub.add("admin", Role::administrator);
    hub.add_with_password("an", Role::viewer);
    hub.record_answer = Fault{Errc::timed_out, "hub", {}};
    CHECK(hub.sign_in(name_and_password("an", good_password)).status == 503);
    CHECK(hub.as("admin", "POST", "/v1/tokens", R"({"name":"x","role":"viewer"})").status == 503);
    CHECK(hub.as("admin", "PATCH", "/v1/users/an", R"({"role":"operator"})").status == 503);
    CHECK(hub.as("admin", "POST", "/v1/users/an/password", R"({"password":"some new sentence"})").status == 503);
    CHECK(hub.as("admin", "DELETE", "/v1/session").status == 503);
    CHECK(hub.access().tokens().value().empty());
    CHECK(hub.access().user("an").value()->role == Role::viewer);
    CHECK(hub.as("admin", "GET", "/v1/session").status == 200);
}

TEST_CASE("the last administrator stays one", "[api][access]") {
    AccessHub hub;
    hub.add("admin", Role::administrator);
    const auto noted = hub.acts.size();
    const auto refused = hub.as("admin", "PATCH", "/v1/users/admin", R"({"disabled":true})");
    CHECK(text_at(object_of(refused.body), "code") == "last_administrator");
    CHECK(hub.acts.size() == noted);
    CHECK(hub.as("admin", "PATCH", "/v1/users/admin", R"({"role":"viewer"})").status == 409);
    CHECK(hub.as("admin", "GET", "/v1/users").status == 200);
}
