#include "adapters/axis/sent_list.hpp"
#include "tests/axis/departures.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace hub::axis::test;
using What = Sighting::What;

Departure attempted() {
    Departure found = departure(7, "12/SNV-VP");
    found.attempted_at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + std::chrono::hours{2}};
    found.anchor = "before";
    return found;
}

vxp::SentPacket row(const std::string& doc_id, const std::string& notation, const std::string& sent_at) {
    return {.sender_doc_id = doc_id,
            .receiver_doc_id = doc_id + "/1",
            .from = "H43.01",
            .to = "H99",
            .title = "Trích yếu " + notation,
            .notation = notation,
            .sent_at = sent_at};
}

const vxp::SentPacket anchor = row("before", "11/SNV-VP", "2026/05/04 08:59:00");
/// 02:00 UTC is 09:00 in Vietnam.
const std::string after_call = "2026/05/04 09:00:01";

}  // namespace

TEST_CASE("a packet that arrived is found by sender and number, also with many receivers", "[axis][sent]") {
    const std::vector rows{row("new", "12/SNV-VP", after_call), row("new", "12/SNV-VP", after_call), anchor};
    CHECK(look_up(attempted(), rows, {"before"}, {}) == Sighting{What::found, "new"});
    // Found is found, whether the list reaches back or not.
    CHECK(look_up(attempted(), std::vector{rows[0]}, {}, {}) == Sighting{What::found, "new"});
}

TEST_CASE("a list with what was there before, and without the packet, says that it did not arrive", "[axis][sent]") {
    CHECK(look_up(attempted(), std::vector{anchor}, {"before"}, {}).what == What::absent);
    SECTION("another sender's number") {
        auto other = row("x", "13/SNV-VP", after_call);
        other.from = "H43.02";
        CHECK(look_up(attempted(), std::vector{other, anchor}, {"before"}, {}).what == What::absent);
    }
    SECTION("another packet of ours that is under way") {
        CHECK(look_up(attempted(), std::vector{row("x", "13/SNV-VP", after_call), anchor}, {"before"},
                      {{"H43.01", "13/SNV-VP"}})
                  .what == What::absent);
    }
    SECTION("the same number, as an older packet of ours") {
        const std::vector rows{row("older", "12/SNV-VP", after_call), anchor};
        CHECK(look_up(attempted(), rows, {"before", "older"}, {}).what == What::absent);
    }
    SECTION("the same number, sent the day before") {
        const std::vector rows{row("old", "12/SNV-VP", "2026/05/03 23:00:00"), anchor};
        CHECK(look_up(attempted(), rows, {"before"}, {}).what == What::absent);
    }
}

TEST_CASE("a list that does not reach back to the call says nothing", "[axis][sent]") {
    CHECK(look_up(attempted(), {}, {}, {}).what == What::unclear);
    CHECK(look_up(attempted(), std::vector{row("x", "13/SNV-VP", after_call)}, {}, {}).what == What::unclear);
    Departure first = attempted();
    first.anchor.clear();
    CHECK(look_up(first, {}, {}, {}).what == What::absent);
}

TEST_CASE("what may be the packet in other words is no proof that it did not arrive", "[axis][sent]") {
    auto other = row("x", "12/SNV-VP", after_call);
    SECTION("the sender by another code") { other.from = "000.00.01.H43"; }
    SECTION("neither title nor number") { other.title = other.notation = {}; }
    SECTION("the number in another way") { other.notation = "SNV-VP"; }
    SECTION("the time in another zone") { other.sent_at = "2026/05/04 02:00:01"; }
    CHECK(look_up(attempted(), std::vector{other, anchor}, {"before"}, {}).what == What::unclear);
}

TEST_CASE("two packets that could be it are one too many", "[axis][sent]") {
    const std::vector rows{row("x", "12/SNV-VP", after_call), row("y", "12/SNV-VP", after_call), anchor};
    CHECK(look_up(attempted(), rows, {"before"}, {}).what == What::unclear);
}

TEST_CASE("without a number the title counts, without a readable time any time", "[axis][sent]") {
    auto named = row("new", "12/SNV-VP", "hôm nay");
    named.notation.clear();
    named.title = attempted().title;
    CHECK(look_up(attempted(), std::vector{named, anchor}, {"before"}, {}) == Sighting{What::found, "new"});
    CHECK(parse_listed_time("2026/05/04 09:00:00") == attempted().attempted_at);
    CHECK_FALSE(parse_listed_time("04/05/2026 09:00:00"));
    CHECK_FALSE(parse_listed_time(""));
}
