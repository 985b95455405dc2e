// Bodies are closed: who may open one, what must be said for it, what is on record first, and that nothing else gives an
// octet of one.

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::field_of;
using test::id;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

const std::string secret_text = "QUYẾT-ĐỊNH-chưa-công-bố-7f3a91";
const std::string because = R"({"reason":"Công văn 12/TTr"})";

/// 1: from H43 to H43.01, with two parts. 2: from H43.02 to the axis, with one. 3: refused. 4: retired.
struct RevealHub : TrialHub {
    RevealHub() {
        with_parts(writer().accept("H43", 1, {"H43.01"}, {}, "frame with " + secret_text), {"Công văn.pdf", "../b.xml"});
        with_parts(writer().accept("H43.02", 2, {"00.43.W00"}), {"c.pdf"});
        writer().refuse("H43", 3, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
        with_parts(writer().batch.envelopes.back(), {"d.pdf"});
        with_parts(writer().accept("H43", 4, {"H43.01"}), {"e.pdf"});
        writer().batch.retired.push_back({EnvelopeSeq{4}, test::at(9000)});
        REQUIRE(writer().commit().has_value());
        for (const std::uint64_t envelope : {1u, 2u, 3u, 4u})
            parts[{EnvelopeSeq{envelope}, 0}] = secret_text;
        parts[{EnvelopeSeq{1}, 1}] = std::string("\0<script>", 9);
        add("viewer", Role::viewer);
        add("clerk", Role::clerk, "H43.01");
        add("operator", Role::operator_);
        add("admin", Role::administrator);
    }
    static void with_parts(EnvelopeRecord& record, const std::vector<std::string>& names) {
        EnvelopeHeader header = *record.header;
        for (const std::string& name : names)
            header.parts.push_back({"cid", name, "text/html", secret_text.size(), sha256(secret_text), true});
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    }
    void add(const std::string& name, Role role, std::optional<std::string> agency = std::nullopt) {
        const access::User user{name, role, agency ? std::optional{code(*agency)} : std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    http::Request request(const std::string& user, std::string method, std::string target, std::string body = {}) const {
        return {.method = std::move(method),
                .target = std::move(target),
                .host = "127.0.0.1:7780",
                .accept_language = "en",
                .address = "192.0.2.7",
                .cookie = "lgsp=" + user + "'s secret",
                .request_mark = "1",
                .content_type = body.empty() ? "" : "application/json",
                .body = std::move(body)};
    }
    http::Response as(const std::string& user, std::string method, std::string target, std::string body = {}) {
        status.now += 1s;
        return answer(request(user, std::move(method), std::move(target), std::move(body)));
    }
    /// Asked by `user`, the hub says this code and gives no octet.
    void expect_refusal(const std::string& user, const std::string& target, const std::string& body, Errc code,
                        std::string_view field) {
        const std::size_t before = acts.size();
        const auto response = as(user, "POST", target, body);
        INFO(user << " " << target << " " << body.substr(0, 60) << "\n" << response.body);
        CHECK(response.status >= 400);
        CHECK_FALSE(response.octets);
        CHECK(text_at(object_of(response.body), "code") == name_of(code));
        CHECK(text_at(object_of(response.body), "field") == field);
        CHECK(acts.size() == before);
    }
};

std::string reveal_target(std::string_view document = "1", std::string_view part = "1") {
    return "/v1/documents/" + std::string{document} + "/parts/" + std::string{part} + "/reveal";
}

/// Some of the body, as it is or as base64 of it, from whichever octet on.
bool gives_away(const std::string& text) {
    constexpr std::string_view forms[]{"QUYẾT", "chưa-công", "7f3a91", "N2YzYTkx", "dmM2E5M", "3ZjNhOT"};
    return std::ranges::any_of(forms, [&](std::string_view form) { return text.find(form) != std::string::npos; });
}

/// As answer(), of what need not stand in the API's document.
http::Response unnoted(RevealHub& hub, const http::Request& request) {
    auto begun = hub.begin(request);
    if (const auto* response = std::get_if<http::Response>(&begun))
        return *response;
    if (const auto* work = std::get_if<http::Work>(&begun))
        return (*work)();
    if (const auto* work = std::get_if<http::LongWork>(&begun))
        return work->work();
    return {200, "text/event-stream", std::get<http::Stream>(begun).hearing->next().value_or(""), {}};
}

}  // namespace

TEST_CASE("a part is revealed to who says why, as a file to save", "[api][reveal]") {
    RevealHub hub;
    for (const std::string& name : {std::string{"1"}, id(1).text()}) {
        const auto response = hub.as("admin", "POST", reveal_target(name), because);
        INFO(response.body);
        REQUIRE(response.status == 200);
        CHECK(response.content_type == "application/octet-stream");
        CHECK(field_of(response, "Content-Disposition")
              == "attachment; filename=\"C_ng v_n.pdf\"; filename*=UTF-8''C%C3%B4ng%20v%C4%83n.pdf");
        CHECK(field_of(response, "Content-Security-Policy") == "sandbox; default-src 'none'");
        CHECK(field_of(response, "ETag").empty());
        REQUIRE(response.octets);
        CHECK(test::all_of(*response.octets) == secret_text);
        REQUIRE_FALSE(hub.acts.empty());
        const Act& act = hub.acts.back();
        CHECK(act.actor == "admin");
        CHECK(act.role == Role::administrator);
        CHECK(act.address == "192.0.2.7");
        CHECK(act.verb == Verb::reveal);
        CHECK(act.object == id(1).text());
        CHECK(act.reason == "Công văn 12/TTr");
        CHECK(act.detail
              == "part 1 of 2, Công văn.pdf, " + std::to_string(secret_text.size()) + " bytes, sha256 "
                     + sha256(secret_text).text());
    }
    const auto second = hub.as("clerk", "POST", reveal_target("1", "2"), because);
    REQUIRE(second.octets);
    CHECK(test::all_of(*second.octets) == std::string("\0<script>", 9));
    CHECK(field_of(second, "Content-Disposition") == "attachment; filename=\"b.xml\"; filename*=UTF-8''b.xml");
    CHECK(hub.acts.back().actor == "clerk");
    CHECK(hub.acts.size() == 3);
}

TEST_CASE("each role at the parts of a document", "[api][access][reveal]") {
    RevealHub hub;
    for (const std::string user : {"viewer", "operator"})
        for (const std::string document : {"1", "2", "99"})
            hub.expect_refusal(user, reveal_target(document), because, Errc::not_allowed, "reveal");
    for (const auto& [user, status] : {std::pair{"clerk", 200u}, std::pair{"admin", 200u}})
        CHECK(hub.as(user, "POST", reveal_target(), because).status == status);
    CHECK(hub.acts.size() == 2);
    // For a clerk what its agency neither sent nor received is not there, as what never was.
    auto other = hub.as("clerk", "POST", reveal_target("2"), because);
    auto absent = hub.as("clerk", "POST", reveal_target("99"), because);
    CHECK(other.status == 404);
    CHECK(absent.body.replace(absent.body.find("99"), 2, "2") == other.body);
    CHECK(hub.as("clerk", "POST", reveal_target(id(2).text()), because).status == 404);
    CHECK(hub.as("admin", "POST", reveal_target("2"), because).status == 200);
    auto stranger = hub.request("nobody", "POST", reveal_target(), because);
    CHECK(hub.answer(stranger).status == 401);
    // Not even where people may look without signing in.
    TrialHub open;
    open.parts[{EnvelopeSeq{1}, 0}] = secret_text;
    CHECK(open.answer({.method = "POST", .target = reveal_target(), .host = "127.0.0.1", .content_type = "application/json",
                       .body = because}).status == 403);
}

TEST_CASE("no link, prefetch or page of another site reveals anything", "[api][reveal]") {
    RevealHub hub;
    for (const std::string method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
        const auto response = hub.as("admin", method, reveal_target(), because);
        CHECK(response.status == 405);
        CHECK(field_of(response, "Allow") == "POST");
    }
    const auto refused = [&](const std::function<void(http::Request&)>& change) {
        auto request = hub.request("admin", "POST", reveal_target(), because);
        change(request);
        const auto response = hub.answer(request);
        CHECK_FALSE(response.octets);
        return response.status;
    };
    CHECK(refused([](auto& r) { r.request_mark.clear(); }) == 403);
    CHECK(refused([](auto& r) { r.origin = "http://evil.example"; }) == 403);
    CHECK(refused([](auto& r) { r.fetch_site = "cross-site"; }) == 403);
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
        CHECK(refused([&](auto& r) { r.content_type = type; }) == 400);
    CHECK(hub.acts.empty());
}

TEST_CASE("a reason is wanted, bounded and readable, and nothing beside it", "[api][reveal]") {
    RevealHub hub;
    const std::string longest(limits::fault_text_bytes_max, 'x');
    for (const std::string& body :
         {std::string{}, std::string{"{}"}, std::string{R"({"reason":""})"}, std::string{R"({"reason":" \t "})"},
          std::string{R"({"reason":7})"}, std::string{R"({"reason":null})"}, std::string{R"({"reason":"a\u0000b"})"},
          R"({"reason":")" + longest + "x\"}"})
        hub.expect_refusal("admin", reveal_target(), body, Errc::field_invalid, "reason");
    hub.expect_refusal("admin", reveal_target(), R"({"reason":"a","part":1})", Errc::field_invalid, "part");
    hub.expect_refusal("admin", reveal_target(), "[", Errc::field_invalid, "body");
    CHECK(hub.as("admin", "POST", reveal_target(), R"({"reason":")" + longest + "\"}").status == 200);
}

TEST_CASE("what is not there is not revealed, and not on record", "[api][reveal]") {
    RevealHub hub;
    for (const std::string part : {"0", "3", "18446744073709551615"})
        hub.expect_refusal("admin", reveal_target("1", part), because, Errc::not_found, "part");
    for (const std::string part : {"x", "-1", "1%2F2", "99999999999999999999999"})
        hub.expect_refusal("admin", reveal_target("1", part), because, Errc::field_invalid, "part");
    hub.expect_refusal("admin", reveal_target("nonsense"), because, Errc::field_invalid, "id");
    hub.expect_refusal("admin", reveal_target("3"), because, Errc::not_found, "part");
    hub.expect_refusal("admin", reveal_target("4"), because, Errc::envelope_retired, "id");
    hub.parts.clear();
    hub.expect_refusal("admin", reveal_target(), because, Errc::not_found, "contents");
}

TEST_CASE("what cannot be put on record is not revealed", "[api][reveal]") {
    RevealHub hub;
    for (const auto& [fault, status] : {std::pair{Errc::ledger_full, 503u}, std::pair{Errc::timed_out, 503u}}) {
        hub.record_answer = Fault{fault, "hub", {}};
        const auto response = hub.as("admin", "POST", reveal_target(), because);
        CHECK(response.status == status);
        CHECK_FALSE(response.octets);
        CHECK_FALSE(gives_away(response.body));
    }
}

TEST_CASE("the parts of a document are listed, closed, for who may read", "[api][reveal]") {
    RevealHub hub;
    for (const std::string user : {"viewer", "clerk", "operator", "admin"}) {
        const auto story = object_of(hub.as(user, "GET", "/v1/documents/1").body);
        const auto& parts = story.at("parts").as_array();
        REQUIRE(parts.size() == 2);
        CHECK(parts[1].at("part").to_number<int>() == 2);
        CHECK(parts[0].at("name").as_string() == "Công văn.pdf");
        CHECK(parts[0].at("size_bytes").to_number<std::size_t>() == secret_text.size());
    }
}

TEST_CASE("no route of the API gives an octet of a body to who only reads", "[api][reveal]") {
    RevealHub hub;
    const std::string by_text = "cong+bo";
    std::size_t asked = 0, answered = 0;
    for (const http::Route& known : hub.routes()) {
        if (known.method != "GET")
            continue;
        std::set<std::string> targets;
        for (const std::string& place : {std::string{"1"}, id(1).text(), std::string{"viewer"}}) {
            std::string target{known.pattern};
            if (const auto from = target.find('{'); from != target.npos)
                target.replace(from, target.find('}') - from + 1, place);
            for (const std::string& query :
                 {std::string{}, "?text=" + by_text, "?subject=" + by_text, "?id=" + id(1).text(), std::string{"?receiver=H43.01"},
                  std::string{"?agency=H43.01&duty=retrieval"}, std::string{"?format=csv"}, std::string{"?verbose"}})
                targets.insert(target + query);
        }
        for (const std::string& target : targets)
            for (const std::string user : {"viewer", "clerk", "operator", "admin"}) {
                hub.status.now += 1s;
                const auto response = unnoted(hub, hub.request(user, "GET", target));
                INFO(user << " GET " << target);
                ++asked;
                answered += response.status == 200;
                CHECK_FALSE(response.octets);
                CHECK_FALSE(gives_away(response.body));
                for (const http::Field& field : response.fields)
                    CHECK_FALSE(gives_away(field.value));
            }
    }
    CHECK(asked > 300);
    CHECK(answered > 50);
    CHECK(hub.acts.empty());
}

TEST_CASE("that a document is damaged is told to more than who looked into it", "[api][reveal]") {
    RevealHub hub;
    for (const Errc other : {Errc::not_found, Errc::part_damaged, Errc::ledger_busy}) {
        hub.part_answer = Fault{other, "contents", {}};
        CHECK(hub.as("admin", "POST", "/v1/documents/1/parts/1/reveal", because).status >= 400);
    }
    CHECK(hub.damages.empty());
    hub.part_answer = Fault{Errc::ledger_corrupt, "part", {}};
    const auto refused = hub.as("admin", "POST", "/v1/documents/1/parts/1/reveal", because);
    CHECK(refused.status == 500);
    CHECK(text_at(object_of(refused.body), "code") == "ledger_corrupt");
    CHECK(hub.damages == std::vector<EnvelopeSeq>{EnvelopeSeq{1}});
    REQUIRE(hub.acts.size() == 1);
    CHECK(hub.acts[0].verb == Verb::reveal);
    CHECK(hub.acts[0].object == id(1).text());
    CHECK(hub.acts[0].detail.ends_with(", damaged in the ledger: nothing was revealed"));
    // Its caller is told what it is even where nothing can be written.
    hub.record_answer = Fault{Errc::ledger_full, "ledger", {}};
    CHECK(text_at(object_of(hub.as("admin", "POST", "/v1/documents/1/parts/1/reveal", because).body), "code") == "ledger_corrupt");
}
