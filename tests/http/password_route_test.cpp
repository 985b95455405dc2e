// Which passwords are refused where they are set. Which ones are guessable: tests/access/guessable_test.cpp.

#include "hub/access/secret.hpp"
#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

constexpr const char* settings_token = "0123456789abcdef";

http::Response ask(TrialHub& hub, std::string target, std::string body, bool is_known = true) {
    return hub.answer({.method = "POST",
                       .target = std::move(target),
                       .host = "127.0.0.1:7780",
                       .authorization = is_known ? std::string{"Bearer "} + settings_token : "",
                       .accept_language = "vi",
                       .address = "127.0.0.1",
                       .request_mark = "1",
                       .content_type = "application/json",
                       .body = std::move(body)});
}

void check_refused(const http::Response& response) {
    INFO(response.body);
    CHECK(response.status == 400);
    const auto problem = object_of(response.body);
    CHECK(text_at(problem, "code") == "password_guessable");
    CHECK(text_at(problem, "field") == "password");
    CHECK(text_at(problem, "title") == "Mật khẩu này dễ đoán");
}

}  // namespace

TEST_CASE("a password that everybody tries first is not set anywhere", "[api][access]") {
    TrialHub hub{settings_token};
    const std::string good = R"(","role":"viewer","password":"một câu của riêng tôi"})";
    REQUIRE(ask(hub, "/v1/users", R"({"name":"hoang.nam)" + good).status == 200);
    check_refused(ask(hub, "/v1/users", R"({"name":"e","role":"viewer","password":"matkhau123456"})"));
    check_refused(ask(hub, "/v1/users", R"({"name":"le.hoa","role":"viewer","password":"xin-le.hoa-9x41"})"));
    check_refused(ask(hub, "/v1/users", R"({"name":"e","role":"viewer","password":"tram 000.00.00.h43"})"));
    CHECK(hub.access().user("e").value() == std::nullopt);
    for (const char* password : {"VietNam@2024!", "password1234", "Hoang.Nam-1980"})
        check_refused(ask(hub, "/v1/users/hoang.nam/password", std::string{R"({"password":")"} + password + "\"}"));
    CHECK(ask(hub, "/v1/users/hoang.nam/password", R"({"password":"trời mưa ở Hà Nội"})").status == 200);
}

TEST_CASE("nor by a code of the host, which stays good", "[api][access]") {
    TrialHub hub;
    const std::string code = access::make_code();
    REQUIRE(hub.access().add_code(sha256(access::normalised_code(code)), hub.status.now).has_value());
    const auto sign_in = [&](const std::string& password) {
        return ask(hub, "/v1/session", R"({"name":"an","code":")" + code + R"(","password":")" + password + "\"}", false);
    };
    check_refused(sign_in("quantrivien2026"));
    CHECK(sign_in("một câu của riêng tôi").status == 200);
}
