#include "adapters/vxp/http_listener.hpp"
#include "tests/http/caller.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::vxp;
using namespace std::chrono_literals;

/// Takes any body, and says how it went.
class Taker final : public Site {
public:
    std::unique_ptr<Visit> visit() override { return std::make_unique<Taking>(); }
    Instant now() override { return {}; }

private:
    class Taking final : public Visit {
    public:
        std::optional<SiteReply> start(const RequestHead&) override { return std::nullopt; }
        std::optional<SiteReply> add(BytesView piece) override {
            taken_ += piece;
            return std::nullopt;
        }
        SiteReply finish() override { return text_reply(200, taken_); }
        SiteReply refuse(unsigned status) override { return text_reply(status, "refused"); }

    private:
        Bytes taken_;
    };
};

}  // namespace

TEST_CASE("a request that stands still is told 408, a connection that is idle nothing", "[vxp][listener]") {
    Taker site;
    ListenerSettings settings;
    settings.host = "127.0.0.1";
    settings.port = 0;
    settings.header_time = settings.stall_time = 500ms;
    const auto listener = HttpListener::start(settings, site).value();
    const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";
    hub::test::Caller in_header{listener->port()}, in_body{listener->port()}, silent{listener->port()},
        idle{listener->port()};
    REQUIRE(in_header.send("POST / HTTP/1.1\r\nHo"));
    REQUIRE(in_body.send(post + "ab"));
    REQUIRE(idle.send(post + "abcd"));
    const auto reply = idle.read();
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->body == "abcd");
    for (hub::test::Caller* const stalled : {&in_header, &in_body}) {
        const auto refused = stalled->read();
        REQUIRE(refused);
        CHECK(refused->status == 408);
        CHECK(refused->head.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(stalled->read_to_end().empty());
    }
    CHECK(silent.read_to_end().empty());
    CHECK(idle.read_to_end().empty());
}
