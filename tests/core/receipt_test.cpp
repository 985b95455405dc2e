#include "hub/core/receipt.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

using namespace hub;

namespace {

constexpr std::array events{
    ReceiptEvent::confirmed, ReceiptEvent::stored,    ReceiptEvent::not_stored, ReceiptEvent::status_01,
    ReceiptEvent::status_02, ReceiptEvent::status_03, ReceiptEvent::status_04,  ReceiptEvent::status_05,
    ReceiptEvent::status_06, ReceiptEvent::status_13, ReceiptEvent::status_15,  ReceiptEvent::status_16,
    ReceiptEvent::status_other, ReceiptEvent::recall_asked, ReceiptEvent::update_asked, ReceiptEvent::replace_asked,
    ReceiptEvent::retried, ReceiptEvent::parked, ReceiptEvent::unparked, ReceiptEvent::change_failed,
};
constexpr std::array stations{
    Station::accepted, Station::queued,  Station::failed,   Station::retrieved, Station::arrived,  Station::registered,
    Station::assigned, Station::in_hand, Station::rejected, Station::finished,  Station::withdrawn,
};

Station run(const std::vector<ReceiptEvent>& order) {
    Station state = Station::accepted;
    for (const ReceiptEvent event : order)
        state = next(state, event).value_or(state);
    return state;
}

}  // namespace

TEST_CASE("every state and every event: forward or nothing", "[receipt]") {
    for (const Station state : stations)
        for (const ReceiptEvent event : events) {
            const auto moved = next(state, event);
            if (moved) {
                CHECK(rank_of(*moved) > rank_of(state));
                CHECK(moved == station_of(event));
            } else if (const auto reported = station_of(event)) {
                CHECK(rank_of(*reported) <= rank_of(state));
            }
        }
}

TEST_CASE("ranks tell the stations apart", "[receipt]") {
    for (const Station a : stations)
        for (const Station b : stations)
            CHECK((rank_of(a) == rank_of(b)) == (a == b));
}

TEST_CASE("all 720 orders of six statuses end in the same state", "[receipt]") {
    std::vector order{ReceiptEvent::stored,    ReceiptEvent::status_01, ReceiptEvent::status_03,
                      ReceiptEvent::status_04, ReceiptEvent::status_05, ReceiptEvent::status_06};
    std::ranges::sort(order);
    int orders = 0;
    do {
        CHECK(run(order) == Station::finished);
        ++orders;
    } while (std::ranges::next_permutation(order).found);
    CHECK(orders == 720);
}

TEST_CASE("a refusal stands against late reports, whatever their order", "[receipt]") {
    std::vector order{ReceiptEvent::confirmed, ReceiptEvent::stored, ReceiptEvent::status_01, ReceiptEvent::status_02,
                      ReceiptEvent::status_16};
    std::ranges::sort(order);
    do {
        CHECK(run(order) == Station::rejected);
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("codes and names lead back to what they stand for", "[receipt]") {
    for (const Station station : stations)
        CHECK(parse_station(name_of(station)) == station);
    CHECK(parse_station("nonsense") == std::nullopt);
    CHECK(status_event("03") == ReceiptEvent::status_03);
    CHECK(status_event("09") == ReceiptEvent::status_other);
    CHECK(status_event("") == ReceiptEvent::status_other);
    CHECK(status_event("queued") == ReceiptEvent::status_other);
}

TEST_CASE("every change and every event", "[receipt]") {
    using enum ChangeState;
    struct Row {
        Change before;
        ReceiptEvent event;
        std::optional<Change> after;
    };
    std::vector<Row> moves;
    for (const Business kind : {Business::fresh, Business::recall, Business::update, Business::replace})
        for (const ChangeState state : {none, asked, agreed, declined}) {
            if ((kind == Business::fresh) != (state == none))
                continue;
            const Change before{kind, state};
            const auto can_ask = [&, kind = kind, state = state](Business asks) {
                const bool overtakes = state == asked && asks == Business::recall && kind != Business::recall;
                return state == none || state == declined || (state == agreed && kind != Business::recall) || overtakes;
            };
            for (const auto& [event, asks] : {std::pair{ReceiptEvent::status_13, Business::recall},
                                              {ReceiptEvent::recall_asked, Business::recall},
                                              {ReceiptEvent::update_asked, Business::update},
                                              {ReceiptEvent::replace_asked, Business::replace}})
                moves.push_back({before, event, can_ask(asks) ? std::optional{Change{asks, asked}} : std::nullopt});
            moves.push_back({before, ReceiptEvent::status_15,
                             state == asked || state == declined ? std::optional{Change{kind, agreed}} : std::nullopt});
            moves.push_back({before, ReceiptEvent::status_16,
                             state == asked ? std::optional{Change{kind, declined}} : std::nullopt});
            // Whatever it was before: as before is told by a declined update.
            moves.push_back({before, ReceiptEvent::change_failed,
                             state == asked ? std::optional{Change{Business::update, declined}} : std::nullopt});
            for (const ReceiptEvent event : {ReceiptEvent::confirmed, ReceiptEvent::stored, ReceiptEvent::status_06,
                                             ReceiptEvent::status_other})
                moves.push_back({before, event, std::nullopt});
        }
    CHECK(moves.size() == 110);
    for (const Row& row : moves) {
        INFO(name_of(row.before.kind) << " " << name_of(row.before.state) << ", " << name_of(row.event));
        CHECK(next(row.before, row.event, Change{Business::update, declined}) == row.after);
    }
}
