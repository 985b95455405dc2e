#include "hub/http/content_request.hpp"

#include <catch2/catch.hpp>

namespace hub::test {
namespace {

const std::string hex(64, 'a');

std::string range_text(std::string_view range, std::uint64_t bytes) {
    const auto found = http::range_of(range, bytes);
    return found ? std::to_string(found->first) + "+" + std::to_string(found->count) : "none";
}

}  // namespace

TEST_CASE("a content has one spelling", "[contents]") {
    CHECK(http::content_of_target("/v1/contents/" + hex)->text() == hex);
    for (const std::string& target :
         {"/v1/contents/" + std::string(64, 'A'), "/v1/contents/" + hex + "/", "/v1/contents/" + hex + "?x=1",
          "/v1/contents/" + hex + "#x", "/v1/contents//" + hex, "//v1/contents/" + hex,
          "/v1/contents/../contents/" + hex, "/v1/contents/%61" + std::string(63, 'a'),
          "/v1/contents/" + std::string(63, 'a'), "/v1/contents/" + std::string(65, 'a'),
          "/v1/contents/" + std::string(63, 'a') + "g", "/V1/contents/" + hex,
          "https://hub/v1/contents/" + hex, std::string{"/v1/contents/"}, std::string{"/"}, std::string{"*"},
          std::string{}}) {
        CAPTURE(target);
        CHECK_FALSE(http::content_of_target(target).has_value());
    }
}

TEST_CASE("one range, as it is written in docs/contents.md", "[contents]") {
    CHECK(range_text("bytes=0-", 10) == "0+10");
    CHECK(range_text("bytes=9-", 10) == "9+1");
    CHECK(range_text("bytes=0-0", 10) == "0+1");
    CHECK(range_text("bytes=2-5", 10) == "2+4");
    CHECK(range_text("bytes=2-999", 10) == "2+8");
    CHECK(range_text("bytes=0-9223372036854775807", 10) == "0+10");
    for (const std::string_view range :
         {"bytes=10-", "bytes=5-4", "bytes=-5", "bytes=-", "bytes=", "bytes=0-1,3-4", "bytes=0-1-2",
          "bytes= 0-1", "bytes=0 -1", "bytes=+0-1", "bytes=a-b", "bytes=0x0-1", "octets=0-1", "Bytes=0-1",
          "0-1", "", "bytes=9223372036854775808-", "bytes=0-99999999999999999999999"}) {
        CAPTURE(range);
        CHECK(range_text(range, 10) == "none");
    }
    CHECK(range_text("bytes=0-", 0) == "none");
}

TEST_CASE("numbers are digits", "[contents]") {
    CHECK(http::whole_number("0") == 0);
    CHECK(http::whole_number("9223372036854775807") == INT64_MAX);
    for (const std::string_view text :
         {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "9223372036854775808", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(http::whole_number(text).has_value());
    }
}

}  // namespace hub::test
