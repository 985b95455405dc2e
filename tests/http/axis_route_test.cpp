// /v1/axis: how the way to the national axis is, and what its connector says of its work.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

/// Of the axis participant that the trial's directory has.
boost::json::object only(TrialHub& hub) {
    const auto answer = hub.ask("/v1/axis");
    REQUIRE(answer.at("axis").as_array().size() == 1);
    return answer.at("axis").at(0).as_object();
}

}  // namespace

TEST_CASE("of an axis that nobody has told of nothing is known", "[api][axis]") {
    TrialHub hub;
    hub.status.now = monday;
    const auto axis = only(hub);
    CHECK(text_at(axis, "agency") == "00.43.W00");
    CHECK(text_at(axis, "state") == "unknown");
    CHECK(axis.at("heard_at").is_null());
    CHECK(axis.at("connector").is_null());
    CHECK(axis.at("queue").at("count").to_number<int>() == 0);
    CHECK(hub.get("/metrics").body.find("lgsp_axis_packets") == std::string::npos);
}

TEST_CASE("what the connector says is told, and counted", "[api][axis]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.writer().accept("H43", 1, {"00.43.W00"});
    REQUIRE(hub.writer().commit().has_value());
    AxisFigures figures;
    figures.of(AxisCall::list) = {monday - 5s, std::nullopt};
    figures.of(AxisCall::send) = {std::nullopt, monday - 2s};
    figures.unclear = {2, monday - 10min};
    figures.out = {5, monday - 20min};
    figures.clock_ahead = -90s;
    hub.status.relay.axis[code("00.43.W00")] = AxisLink{monday, {}, {}, figures};
    const auto axis = only(hub);
    CHECK(text_at(axis, "state") == "up");
    CHECK(axis.at("queue").at("count").to_number<int>() == 1);
    const auto& connector = axis.at("connector");
    CHECK(connector.at("calls").at("list").at("succeeded_at") == "1970-01-05T07:59:55.000Z");
    CHECK(connector.at("calls").at("list").at("failed_at").is_null());
    CHECK(connector.at("calls").at("get").at("succeeded_at").is_null());
    CHECK(connector.at("calls").at("send").at("failed_at") == "1970-01-05T07:59:58.000Z");
    CHECK(connector.at("unclear").at("count").to_number<int>() == 2);
    CHECK(connector.at("unclear").at("oldest_at") == "1970-01-05T07:50:00.000Z");
    CHECK(connector.at("in").at("not_given").to_number<int>() == 0);
    CHECK(connector.at("clock_ahead_seconds").to_number<int>() == -90);
    const std::string metrics = hub.get("/metrics").body;
    for (const char* line : {"lgsp_axis_call_timestamp_seconds{call=\"send\",result=\"failed\"} 374398",
                             "lgsp_axis_packets{what=\"unclear\"} 2", "lgsp_axis_oldest_seconds{what=\"out\"} 1200",
                             "lgsp_axis_oldest_seconds{what=\"in\"} 0", "lgsp_axis_clock_ahead_seconds -90"})
        CHECK(metrics.find("\n" + std::string{line} + "\n") != std::string::npos);
    // Its word holds for a minute.
    hub.status.now = monday + 61s;
    CHECK(text_at(only(hub), "state") == "unknown");
    CHECK(hub.get("/metrics").body.find("lgsp_axis_packets") == std::string::npos);
}

TEST_CASE("who sees one agency alone is not told of all that waits for the axis", "[api][axis]") {
    TrialHub hub{"0123456789abcdef"};
    access::Token clerk{.name = "clerk", .role = Role::clerk, .agency = code("H43.01"), .made_by = "an",
                        .made_at = at(0), .ends_at = at(0) + std::chrono::days{30}, .revoked_at = {}};
    REQUIRE(hub.access().add(clerk, sha256("secret-of-a-clerk-")).has_value());
    const auto refused = hub.answer({.method = "GET",
                                     .target = "/v1/axis",
                                     .host = "127.0.0.1",
                                     .authorization = "Bearer secret-of-a-clerk-"});
    CHECK(refused.status == 403);
}
