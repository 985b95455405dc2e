#include "hub/http/console.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace hub::http;
using test::field_of;

namespace {

Request get(std::string target, std::string accept_encoding = {}) {
    Request request;
    request.method = "GET";
    request.target = std::move(target);
    request.accept_encoding = std::move(accept_encoding);
    return request;
}

/// The file that the page names with this ending.
std::string named_in(const std::string& page, std::string_view ending) {
    const auto end = page.find(std::string{ending} + '"') + ending.size();
    const auto begin = page.rfind('"', end - 1) + 1;
    return page.substr(begin, end - begin);
}

}  // namespace

TEST_CASE("the console's page is asked for anew, its files are kept", "[console]") {
    const auto page = console_page(get("/?x=1"));
    REQUIRE(page);
    CHECK(page->status == 200);
    CHECK(page->content_type == "text/html; charset=utf-8");
    CHECK(field_of(*page, "Cache-Control") == "no-cache");
    for (const std::string_view ending : {".js", ".css", ".svg"}) {
        const std::string path = named_in(page->body, ending);
        INFO(path);
        const auto file = console_page(get(path));
        REQUIRE(file);
        CHECK(file->status == 200);
        CHECK_FALSE(file->body.empty());
        CHECK(field_of(*file, "Cache-Control").find("immutable") != std::string::npos);
    }
}

TEST_CASE("a file is compressed for who can read it, and has one tag", "[console]") {
    const std::string path = named_in(console_page(get("/"))->body, ".js");
    const auto plain = console_page(get(path));
    for (const char* accepted : {"gzip", "br, gzip;q=0.5", "deflate, gzip;q=1.0, *;q=0.5"}) {
        const auto packed = console_page(get(path, accepted));
        CHECK(field_of(*packed, "Content-Encoding") == "gzip");
        CHECK(packed->body.size() < plain->body.size() / 2);
        CHECK(field_of(*packed, "ETag") == field_of(*plain, "ETag"));
    }
    for (const char* accepted : {"", "br", "gzip;q=0", "gzip;q=0.000, br"})
        CHECK(field_of(*console_page(get(path, accepted)), "Content-Encoding").empty());
    Request again = get(path);
    again.if_none_match = "W/\"other\", " + field_of(*plain, "ETag");
    const auto same = console_page(again);
    CHECK(same->status == 304);
    CHECK(same->body.empty());
}

TEST_CASE("nothing else is the console's", "[console]") {
    CHECK(console_page(get("/console/none.js"))->status == 404);
    CHECK(console_page(get("/console/../v1/status"))->status == 404);
    for (const char* target : {"/v1/status", "/livez", "", "/consoles", "*"})
        CHECK_FALSE(console_page(get(target)));
    Request post = get("/");
    post.method = "POST";
    CHECK_FALSE(console_page(post));
}
