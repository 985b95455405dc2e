// The way to the national axis as text.

#include "hub/ctl/axis_text.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::has;

namespace json = boost::json;

TEST_CASE("what the connector does is told, and what it has not said", "[report][axis]") {
    json::value answer = json::parse(R"({"axis": [{"agency": "00.43.W00", "name": "Trục quốc gia", "state": "down",
        "heard_at": "2026-11-24T09:02:03.000Z", "down_since": "2026-11-24T08:00:00.000Z", "unread_since": null,
        "queue": {"count": 7, "oldest_at": null}, "connector": {"calls": {
            "list": {"succeeded_at": "2026-11-24T07:59:00.000Z", "failed_at": "2026-11-24T09:02:00.000Z"},
            "get": {"succeeded_at": null, "failed_at": null}, "send": {"succeeded_at": null, "failed_at": null},
            "acknowledge": {"succeeded_at": null, "failed_at": null}},
        "unclear": {"count": 2, "oldest_at": "2026-11-24T07:00:00.000Z"}, "out": {"count": 5, "oldest_at": null},
        "in": {"count": 0, "oldest_at": null, "not_given": 1}, "clock_ahead_seconds": -3}}]})");
    const std::string en = axis_text(answer, Lang::en);
    for (const char* words :
         {"00.43.W00  Trục quốc gia: THE AXIS DOES NOT ANSWER, since 2026-11-24 15:00:00\n", "In its queue           7\n",
          "2026-11-24 14:59:00", "2026-11-24 16:02:00", "Waits for the axis     5\n",
          "Sent, outcome unknown  2, the oldest of 2026-11-24 14:00:00\n", "Listed by the axis and not given: 1\n",
          "ahead by (seconds): -3\n"})
        CHECK(has(en, words));
    CHECK(has(axis_text(answer, Lang::vi), "Gửi mà chưa rõ kết quả 2, cũ nhất từ 2026-11-24 14:00:00\n"));
    answer.at("axis").at(0).as_object()["connector"] = nullptr;
    CHECK(has(axis_text(answer, Lang::en), "The connector says no figures"));
    CHECK(axis_text(json::parse(R"({"axis": []})"), Lang::en) == "The directory has no national axis.\n");
    // An older or newer hub ends no program.
    CHECK_FALSE(axis_text(json::value(nullptr), Lang::vi).empty());
}
