// What operators did with many deliveries, as text.

#include "hub/ctl/operation_text.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::has;

namespace json = boost::json;

TEST_CASE("what is parked is listed beside what failed, with who parked it and how it goes on", "[report][parked]") {
    const json::value answer = json::parse(R"({"failures": [], "is_cut": false, "parked_are_cut": false, "parked": [
        {"cause": "00112233445566ff", "code": "ledger_full", "detail": "", "title_vi": "Hết đĩa", "title_en": "No room",
         "count": 33, "first_at": "2026-11-24T09:02:03.000Z", "last_at": "2026-11-24T09:02:04.000Z",
         "receivers": [{"agency": "H43.01", "count": 33}], "receiver_count": 1, "act_count": 1,
         "acts": [{"operation": 2, "actor": "an", "reason": "đổi đĩa", "asked_at": "2026-11-24T09:02:03.000Z", "count": 33}]},
        {"cause": "none", "code": "", "detail": "", "title_vi": "", "title_en": "", "count": 1,
         "first_at": "2026-11-24T09:02:03.000Z", "last_at": "2026-11-24T09:02:03.000Z", "receivers": [],
         "receiver_count": 0, "acts": [], "act_count": 0}]})");
    const std::string en = failures_text(answer, Lang::en);
    CHECK(has(en, "Nothing has failed.\n"));
    CHECK(has(en, "\n33  ledger_full: No room\n"));
    CHECK(has(en, "an, 2026-11-24 16:02:03 (33): đổi đĩa\n"));
    CHECK(has(en, "lgsp release --where cause=00112233445566ff --dry-run\n"));
    CHECK(has(en, "\n1  parked before it failed\n"));
    CHECK(has(failures_text(answer, Lang::vi), "Đang để riêng\n33  ledger_full: Hết đĩa\n"));
    CHECK(parked_text(json::parse(R"({"parked": []})"), Lang::en) == "Nothing is parked.\n");
}

TEST_CASE("an operation says where its deliveries are now", "[report]") {
    const json::value operation = json::parse(R"({"operation": 3, "act": "retry", "state": "done", "done": 31,
        "expected": 31, "left_alone": 0, "per_second": 500, "actor": "an", "reason": "x", "filter": {},
        "asked_at": "2026-11-24T09:02:03.000Z", "outcome": {"counted": 31, "is_cut": false, "arrived": 1, "waiting": 0,
        "at_adapter": 0, "failed": 30, "parked": 0}})");
    CHECK(has(operation_text(operation, Lang::en), "\nNow           arrived 1, FAILED AGAIN 30\n"));
    CHECK(has(operation_text(operation, Lang::vi), "\nNay đang ở    bên nhận đã có 1, LỖI LẠI 30\n"));
}

TEST_CASE("an operation that has not begun says what it waits for, and who decided", "[report]") {
    json::value operation = json::parse(R"({"operation": 3, "act": "retry", "state": "waiting", "done": 0, "expected": 31,
        "left_alone": null, "per_second": 500, "actor": "an", "reason": "x", "filter": {}, "decided_by": null,
        "decision": null, "decided_at": null, "count": 30,
        "starts_at": "2026-11-24T09:02:13.000Z", "asked_at": "2026-11-24T09:02:03.000Z"})");
    json::object& o = operation.as_object();
    CHECK(has(operation_text(operation, Lang::en), "Begins at     2026-11-24 16:02:13; undo: lgsp operation cancel 3\n"));
    o["state"] = "needs_approval";
    CHECK(has(operation_text(operation, Lang::en), "lgsp operation approve 3 --expect 30\n"));
    CHECK(has(operation_text(operation, Lang::vi), "chờ người khác duyệt"));
    o["state"] = "cancelled";
    o["decided_by"] = "an";
    o["decided_at"] = "2026-11-24T09:02:05.000Z";
    o["decision"] = "chọn nhầm";
    CHECK(has(operation_text(operation, Lang::en), ", undone, 0/31"));
    o["decided_by"] = "binh";
    CHECK(has(operation_text(operation, Lang::en), ", undone, 0/31"));
    o["starts_at"] = nullptr;
    CHECK(has(operation_text(operation, Lang::en), ", refused, 0/31"));
    CHECK(has(operation_text(operation, Lang::en), "Cancelled by  binh, 2026-11-24 16:02:05: chọn nhầm\n"));
    o["state"] = "running";
    CHECK(has(operation_text(operation, Lang::vi), "Người duyệt   binh"));
    o["state"] = "lapsed";
    CHECK(has(operation_text(operation, Lang::en), "nobody approved it"));
}
