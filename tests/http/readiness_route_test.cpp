// /livez and /readyz, as whatever watches the hub asks them.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace std::chrono_literals;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

const std::string all_good = "[+] broker up\n[+] ledger writable\n[+] disk roomy\n[+] contents none\n[+] clock sane\n"
                             "[+] certificate valid\n[+] axis none\nready\n";

struct Row {
    std::string_view name;
    std::string_view begins;                  ///< The check's line.
    std::string_view ends;
    bool is_ready;
    std::function<void(http::HubStatus&)> change;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> made{
        {"broker", "[-] broker connecting: Look at", " (BROKER_DOWN)", false, [](auto& s) { s.broker = "connecting"; }},
        {"broker", "[-] broker blocked: Free", " (BROKER_BLOCKED)", false, [](auto& s) { s.broker = "blocked"; }},
        {"ledger", "[-] ledger full: Free", " (LEDGER_FULL)", false, [](auto& s) { s.is_ledger_full = true; }},
        {"ledger", "[-] ledger busy: Find the program", " (LEDGER_BUSY)", false, [](auto& s) { s.is_ledger_busy = true; }},
        {"disk", "[!] disk short: Free", " (DISK_SHORT)", true, [](auto& s) { s.disk_free_bytes = 1'999'999'999; }},
        {"disk", "[!] disk short: Free", " (DISK_SHORT)", true, [](auto& s) { s.contents.emplace().disk_free_bytes = 1; }},
        {"contents", "[!] contents full: Free", " (CONTENTS_FULL)", true,
         [](auto& s) { s.contents = {true, 5'000'000'000}; }},
        {"contents", "[!] contents unusable: Look at", " (CONTENTS_UNUSABLE)", true,
         [](auto& s) { s.contents = {.is_full = false, .disk_free_bytes = 5'000'000'000, .is_unusable = true}; }},
        {"contents", "[+] contents writable", "writable", true, [](auto& s) { s.contents = {false, 5'000'000'000}; }},
        {"clock", "[-] clock behind: Check", " (CLOCK_SET)", false, [](auto& s) { s.started_at = s.now + 61s; }},
        {"clock", "[+] clock sane", "sane", true, [](auto& s) { s.started_at = s.now + 60s; }},
        {"clock", "[!] clock doubtful: Check", " (CLOCK_BEHIND)", true, [](auto& s) { s.written_until = s.now + 61s; }},
        {"clock", "[+] clock sane", "sane", true, [](auto& s) { s.written_until = s.now + 60s; }},
        {"certificate", "[!] certificate ending: Issue", " (CERTIFICATE_ENDS)", true,
         [](auto& s) { s.now = test::at(0) + std::chrono::days{336}; }},
        {"certificate", "[-] certificate ended: Issue", " (CERTIFICATE_ENDED)", false,
         [](auto& s) { s.now = test::at(0) + std::chrono::days{365}; }},
        {"axis", "[!] axis down: Look at the network", " (AXIS_DOWN)", true,
         [](auto& s) { s.relay.axis[test::code("00.43.W00")] = {s.now, s.now, {}}; }},
        {"axis", "[!] axis unread: Look at the service lgsp-axis", " (AXIS_UNREAD)", true,
         [](auto& s) { s.relay.axis[test::code("00.43.W00")] = {{}, {}, s.now - 20s}; }},
        {"axis", "[+] axis up", "up", true, [](auto& s) { s.relay.axis[test::code("00.43.W00")] = {s.now, {}, {}}; }},
        {"axis", "[+] axis none", "none", true,
         [](auto& s) { s.relay.axis[test::code("00.43.W00")] = {s.now - 61s, {}, {}}; }},
        {"axis", "[+] axis none", "none", true,
         [](auto& s) { s.relay.axis[test::code("00.43.W00")] = {s.now - 61s, s.now - 1h, {}}; }}};
    return made;
}

std::string line_of(const std::string& body, std::string_view name) {
    const auto at = body.find("] " + std::string{name} + " ");
    REQUIRE(at != std::string::npos);
    const auto begin = at - 2;
    return body.substr(begin, body.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("each check tells its name, how it stands and what to do", "[api][readiness]") {
    const auto good = TrialHub{}.get("/readyz?verbose");
    CHECK(good.status == 200);
    CHECK(good.content_type == "text/plain; charset=utf-8");
    CHECK(good.body == all_good);
    for (const Row& row : rows()) {
        TrialHub hub;
        row.change(hub.status);
        const auto told = hub.get("/readyz?verbose");
        const std::string line = line_of(told.body, row.name);
        INFO(row.begins << "\n" << told.body);
        CHECK(line.starts_with(row.begins));
        CHECK(line.ends_with(row.ends));
        CHECK(std::count(told.body.begin(), told.body.end(), '\n') == 8);
        CHECK(told.body.ends_with(row.is_ready ? "\nready\n" : "\nnot ready\n"));
        CHECK(told.status == (row.is_ready ? 200u : 503u));
        CHECK(hub.get("/readyz").status == told.status);
        // In words, too, for who has set it so.
        const auto vi = hub.get("/readyz?verbose", "vi");
        CHECK(vi.status == told.status);
        CHECK((line.starts_with("[+]") || line_of(vi.body, row.name) != line));
    }
}

TEST_CASE("without verbose what has failed is named, and no more", "[api][readiness]") {
    TrialHub hub;
    hub.status.disk_free_bytes = 1;
    CHECK(hub.get("/readyz").body == "broker up\nledger writable\n");
    CHECK(hub.get("/readyz?verbose=false").body == "broker up\nledger writable\n");
    hub.status.now = test::at(0) + std::chrono::days{365};
    CHECK(hub.get("/readyz").body == "broker up\nledger writable\ncertificate ended\n");
    CHECK(hub.get("/readyz?exclude=broker&exclude=ledger").body == "certificate ended\n");
    CHECK(hub.get("/readyz?exclude=broker&exclude=ledger&exclude=certificate").body == "ready\n");
}

TEST_CASE("a check that is excluded does not count", "[api][readiness]") {
    for (const Row& row : rows()) {
        TrialHub hub;
        row.change(hub.status);
        const std::string excluded = "exclude=" + std::string{row.name};
        const auto told = hub.get("/readyz?verbose=true&" + excluded);
        INFO(told.body);
        CHECK(told.status == 200);
        CHECK(told.body.find("[ ] " + std::string{row.name} + " excluded\n") != std::string::npos);
        CHECK(hub.get("/readyz?" + excluded + "&" + excluded).status == 200);
        const std::string_view other = row.name == "broker" ? "ledger" : "broker";
        CHECK(hub.get("/readyz?exclude=" + std::string{other}).status == (row.is_ready ? 200u : 503u));
    }
}

TEST_CASE("a name that is none is refused, and those that there are told", "[api][readiness]") {
    TrialHub hub;
    for (const std::string name : {"", "nonsense", "Broker", "broker,ledger", "http"}) {
        INFO(name);
        const auto refused = hub.get("/readyz?exclude=" + name);
        CHECK(refused.status == 400);
        const auto said = object_of(refused.body);
        CHECK(text_at(said, "code") == "field_invalid");
        CHECK(text_at(said, "field") == "exclude");
        CHECK(text_at(said, "detail") == name + ": broker, ledger, disk, contents, clock, certificate, axis");
    }
    CHECK(hub.get("/readyz?exclude=" + std::string(5000, 'x')).body.size() < 1000);
    for (const std::string query : {"?verbose=1", "?nonsense", "?nonsense=1", "?Verbose"})
        CHECK(hub.get("/readyz" + query).status == 400);
    for (const std::string query : {"?", "?verbose", "?verbose=", "?verbose&"})
        CHECK(hub.get("/readyz" + query).status == 200);
}

TEST_CASE("who asks from outside is told no secret, and need not sign in", "[api][readiness]") {
    TrialHub hub{"0123456789abcdef"};
    hub.status.broker = "connecting";
    hub.status.broker_trouble = "10.1.2.3:5672 user hub: refused";
    for (const char* target : {"/readyz", "/readyz?verbose"}) {
        const auto told = hub.answer({.method = "GET", .target = target, .host = "127.0.0.1"});
        CHECK(told.status == 503);
        CHECK(told.body.find("10.1.2.3") == std::string::npos);
    }
}

TEST_CASE("the hub lives as long as it answers", "[api][readiness]") {
    TrialHub hub;
    hub.status.broker = "connecting";
    hub.status.is_ledger_full = true;
    CHECK(hub.get("/livez").body == "ok\n");
    CHECK(hub.get("/livez?verbose").body == "[+] http turns\nok\n");
    CHECK(hub.get("/livez?verbose&exclude=http").body == "[ ] http excluded\nok\n");
    CHECK(hub.get("/livez?exclude=broker").status == 400);
}

TEST_CASE("whoever finds a weakness finds whom to tell", "[api]") {
    TrialHub hub{"a token that nobody shows"};
    const auto told = hub.answer({.method = "GET", .target = "/.well-known/security.txt", .host = "127.0.0.1:7780"});
    CHECK(told.status == 200);
    CHECK(told.content_type == "text/plain; charset=utf-8");
    CHECK(told.body.starts_with("Contact: mailto:security@h43.example\nExpires: "));
    CHECK(told.body.ends_with("T00:00:00.000Z\nPreferred-Languages: vi, en\n"));
}
