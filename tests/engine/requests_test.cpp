// Who asks from outside of the broker: answered, given up, turned away.

#include "hub/content_desk.hpp"

#include "hub/core/limits.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace hub;
using namespace std::chrono_literals;

namespace {

struct Trial {
    BoundedQueue<Event> events{limits::inbox_events_max};
    Requests requests{events};

    Result<void> ask(std::chrono::milliseconds at_most) {
        return requests.ask(
            [](Ticket ticket) { return HoldAsked{ticket, EnvelopeId::make(1, {1}), true, {.reason = "why"}}; }, at_most);
    }
    /// Those whose events wait in the inbox, in the order in which they asked.
    std::vector<Ticket> asked(std::chrono::milliseconds at_most = 0ms) {
        std::vector<Event> taken;
        events.pop(taken, limits::inbox_events_max, at_most);
        std::vector<Ticket> tickets;
        for (const Event& event : taken)
            tickets.push_back(std::get<HoldAsked>(event).ticket);
        return tickets;
    }
};

}  // namespace

TEST_CASE("whoever asks gets the answer to that question", "[requests]") {
    Trial trial;
    for (const auto& fault : {std::optional<Fault>{}, std::optional<Fault>{Fault{Errc::not_found, "id", "x"}}}) {
        std::jthread hub{[&] {
            const auto tickets = trial.asked(60s);
            trial.requests.answer({Ticket{999'999}, Fault{Errc::internal, "another", {}}});
            trial.requests.answer({tickets.at(0), fault});
        }};
        const auto answer = trial.ask(60s);
        CHECK(answer.has_value() == !fault);
        if (fault)
            CHECK(answer.error().code == Errc::not_found);
    }
}

TEST_CASE("what was given up counts until it is answered: the inbox has room for no more", "[requests]") {
    Trial trial;
    for (std::size_t i = 0; i < limits::requests_waiting_max; ++i)
        REQUIRE(trial.ask(0ms).error().code == Errc::timed_out);
    CHECK(trial.ask(0ms).error().code == Errc::timed_out);
    auto tickets = trial.asked();
    REQUIRE(tickets.size() == limits::requests_waiting_max);

    trial.requests.answer({tickets.front(), std::nullopt});
    REQUIRE(trial.ask(0ms).error().code == Errc::timed_out);
    CHECK(trial.asked().size() == 1);
}

TEST_CASE("nobody waits for a hub that stops", "[requests]") {
    Trial trial;
    std::jthread hub{[&] {
        (void)trial.asked(60s);
        trial.requests.stop();
    }};
    CHECK(trial.ask(60s).error().code == Errc::timed_out);
    CHECK(trial.ask(60s).error().code == Errc::timed_out);
    CHECK(trial.asked().empty());
}
