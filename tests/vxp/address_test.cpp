#include "adapters/vxp/http_call.hpp"
#include "adapters/vxp/http_date.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::vxp;

TEST_CASE("addresses of an axis", "[vxp]") {
    const auto adapter = AxisAddress::parse("http://10.0.0.1:8080/XrdAdapter/adapter/").value();
    CHECK_FALSE(adapter.is_tls);
    CHECK(adapter.host == "10.0.0.1");
    CHECK(adapter.port == "8080");
    CHECK(adapter.path == "/XrdAdapter/adapter");
    const auto plain = AxisAddress::parse("https://axis.example.vn").value();
    CHECK(plain.is_tls);
    CHECK(plain.port == "443");
    CHECK(plain.path.empty());
    CHECK(AxisAddress::parse("http://[::1]:80/x").value().host == "::1");
    for (const auto* wrong : {"", "axis", "ftp://axis", "http://", "http://:80", "http://axis:0", "http://axis:x", "http://axis:",
                              "http://axis:99999", "http://axis/a b", "http://axis/?x", "http://u@axis", "http://axis\r\nX: y"}) {
        INFO(wrong);
        CHECK(AxisAddress::parse(wrong).has_error());
    }
}

TEST_CASE("a CA file that is none is a setting", "[vxp]") {
    const auto trust = TlsTrust::load("no-such-file.pem");
    REQUIRE(trust.has_error());
    CHECK(trust.error().code == Errc::setting_invalid);
    CHECK(trust.error().field == "no-such-file.pem");
}

TEST_CASE("dates of HTTP", "[vxp]") {
    // date -u -d @1795764150
    const Instant at{std::chrono::seconds{1795764150}};
    CHECK(http_date(at) == "Fri, 27 Nov 2026 07:22:30 GMT");
    CHECK(parse_http_date("Fri, 27 Nov 2026 07:22:30 GMT") == at);
    for (const auto* wrong : {"", "Fri, 27 Nov 2026 07:22:30 UTC", "Fri, 27 Xyz 2026 07:22:30 GMT",
                              "Fri, 31 Feb 2026 07:22:30 GMT", "Fri, 27 Nov 2026 25:22:30 GMT", "Fri, -7 Nov 2026 07:22:30 GMT"})
        CHECK_FALSE(parse_http_date(wrong).has_value());
}
