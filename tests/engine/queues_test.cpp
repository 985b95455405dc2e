// What operators do with all that goes to one agency: pause it, let it go, limit it.

#include "tests/engine/operated_hub.hpp"

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::id;

namespace {

struct QueueHub : test::OperatedHub {
    std::optional<Errc> turn_queue(QueueAct wanted, std::string_view agency = "H43.01", std::uint32_t per_minute = 0) {
        Act said = act(Verb::queue_pause);
        said.reason = "disk full";
        REQUIRE(take(QueueTurned{Ticket{++ticket}, code(agency), wanted, per_minute, said}).has_value());
        settle();
        REQUIRE(desk.answers.back().ticket == Ticket{ticket});
        const auto& fault = desk.answers.back().fault;
        return fault ? std::optional{fault->code} : std::nullopt;
    }
    void pause(std::string_view agency = "H43.01") { REQUIRE_FALSE(turn_queue(QueueAct::pause, agency)); }
    void resume(std::string_view agency = "H43.01") { REQUIRE_FALSE(turn_queue(QueueAct::resume, agency)); }
    void limit(std::uint32_t per_minute, std::string_view agency = "H43.01") {
        REQUIRE_FALSE(turn_queue(QueueAct::limit, agency, per_minute));
    }
    std::vector<QueueControl> controls() const { return view->heads().value().queues; }
    /// Ticks until nothing moves any more, each confirmed.
    void run(int ticks = 12) {
        for (int i = 0; i < ticks; ++i) {
            tick();
            confirm();
            confirm_receipts();
        }
    }
    void lose_bus(bool is_wiped) {
        REQUIRE(take(BusDown{}).has_value());
        bus.clear();
        envelopes_confirmed = 0;
        REQUIRE(take(BusUp{is_wiped, ++connection}).has_value());
        settle();
        confirm();
    }
    std::size_t sent_to(std::string_view agency) const {
        return static_cast<std::size_t>(
            std::ranges::count(bus.envelopes, code(agency), &PublishEnvelope::inbox));
    }
    void accept_urgent(std::uint8_t n) {
        EnvelopeHeader header = document(n, {code("H43.01")});
        header.urgency = Urgency::urgent;
        REQUIRE(take(delivered(std::move(header), "frame" + std::to_string(n))).has_value());
        settle();
        confirm();
    }
};

}  // namespace

TEST_CASE("what goes to a paused queue waits in the ledger, and its sender is answered", "[queues]") {
    QueueHub hub;
    hub.pause();
    hub.accept(1);
    hub.accept(2, "H43.02");
    hub.accept_urgent(3);
    hub.run();
    CHECK(hub.sent_to("H43.01") == 0);
    CHECK(hub.sent_to("H43.02") == 1);
    CHECK(hub.delivery(1).carriage == Carriage::held);
    CHECK(hub.view->known(code("H43"), id(1)).value().has_value());
    CHECK(std::ranges::any_of(hub.bus.receipts, [](const PublishReceipts& each) { return each.addressee == code("H43"); }));

    hub.resume();
    hub.run();
    CHECK(hub.published()[id(1)].first == 1);
    CHECK(hub.published()[id(3)].first == 1);
    CHECK(hub.delivery(1).carriage == Carriage::in_inbox);
    CHECK(hub.controls().empty());
}

TEST_CASE("what was held goes out in the order in which it came, through a crash too", "[queues]") {
    QueueHub hub;
    hub.pause();
    for (std::uint8_t n = 1; n <= 20; ++n)
        hub.accept(n);
    SECTION("in this run") {}
    SECTION("after another start") { hub.restart(); }
    hub.resume();
    // What comes now is behind all of these.
    hub.accept(21);
    hub.run();
    std::vector<EnvelopeId> sent;
    for (const PublishEnvelope& each : hub.bus.envelopes)
        if (each.inbox == code("H43.01"))
            sent.push_back(each.envelope_id);
    REQUIRE(sent.size() == 21);
    for (std::uint8_t n = 1; n <= 21; ++n)
        CHECK(sent[n - 1u] == id(n));
}

TEST_CASE("who turned a queue stands in the audit with the reason, and what changed nothing does not", "[queues]") {
    struct Turn { QueueAct act; std::uint32_t per_minute; };
    QueueHub hub;
    for (const auto [wanted, per_minute] : {Turn{QueueAct::pause, 0}, Turn{QueueAct::pause, 0}, Turn{QueueAct::limit, 30},
                                            Turn{QueueAct::resume, 0}, Turn{QueueAct::limit, 0}})
        REQUIRE(hub.take(QueueTurned{Ticket{++hub.ticket}, code("H43.01"), wanted, per_minute,
                                     QueueHub::act(Verb::queue_pause)})
                    .has_value());
    std::vector<std::pair<Verb, std::string>> acts;
    while (hub.committer.pending) {
        for (const Entry& entry : hub.committer.pending->entries) {
            REQUIRE(entry.act);
            CHECK(entry.act->object == "H43.01");
            CHECK(entry.act->actor == "an");
            CHECK(entry.text == "wait");
            acts.emplace_back(entry.act->verb, entry.act->detail);
        }
        REQUIRE(hub.commit().has_value());
    }
    CHECK(acts
          == std::vector<std::pair<Verb, std::string>>{{Verb::queue_pause, ""},
                                                       {Verb::queue_limit, "30/min"},
                                                       {Verb::queue_resume, ""},
                                                       {Verb::queue_limit, "none"}});
}

TEST_CASE("receipts for what a paused agency has sent go on", "[queues]") {
    QueueHub hub;
    hub.pause("H43");
    hub.accept(1);
    hub.run(2);
    hub.confirm_receipts();
    CHECK(std::ranges::any_of(hub.bus.receipts, [](const PublishReceipts& each) { return each.addressee == code("H43"); }));
}

TEST_CASE("who paused a queue, when and why is in the ledger", "[queues]") {
    QueueHub hub;
    hub.pause();
    const Instant at = hub.now;
    hub.now += 1h;
    hub.pause();
    REQUIRE(hub.controls().size() == 1);
    const QueueControl control = hub.controls()[0];
    CHECK(control.agency == code("H43.01"));
    CHECK(control.paused == std::optional{QueueWord{"an", at, "disk full"}});
    hub.limit(30);
    hub.resume();
    REQUIRE(hub.controls().size() == 1);
    CHECK(hub.controls()[0].limit->per_minute == 30);
    CHECK_FALSE(hub.controls()[0].paused);
    hub.limit(0);
    CHECK(hub.controls().empty());

    CHECK(hub.turn_queue(QueueAct::pause, "H43.77") == Errc::not_found);
    CHECK(hub.turn_queue(QueueAct::limit, "H43.01", limits::queue_per_minute_max + 1) == Errc::field_invalid);
    CHECK(hub.controls().empty());
}

TEST_CASE("a paused queue is paused after a crash too", "[queues]") {
    QueueHub hub;
    hub.pause();
    hub.accept(1);
    hub.restart();
    hub.accept(2);
    hub.run();
    CHECK(hub.sent_to("H43.01") == 0);
    SECTION("let go") { hub.resume(); }
    SECTION("let go, and down before anything is sent") {
        hub.resume();
        hub.restart();
    }
    hub.run();
    CHECK(hub.published()[id(1)].first == 1);
    CHECK(hub.published()[id(2)].first == 1);
}

TEST_CASE("a pause that was not committed is none", "[queues]") {
    QueueHub hub;
    REQUIRE(hub.take(QueueTurned{Ticket{1}, code("H43.01"), QueueAct::pause, 0, QueueHub::act(Verb::queue_pause)}).has_value());
    CHECK(hub.desk.answers.empty());
    hub.restart();
    hub.accept(1);
    CHECK(hub.published()[id(1)].first == 1);
}

TEST_CASE("what was to go out when the queue was paused stays", "[queues]") {
    QueueHub hub;
    REQUIRE(hub.take(BusDown{}).has_value());
    for (std::uint8_t n = 1; n <= 3; ++n)
        hub.accept(n);
    hub.pause();
    REQUIRE(hub.take(BusUp{false, ++hub.connection}).has_value());
    hub.settle();
    hub.run();
    CHECK(hub.sent_to("H43.01") == 0);
    hub.resume();
    hub.run();
    CHECK(hub.sent_to("H43.01") == 3);
}

TEST_CASE("a broker that lost everything does not fill a paused inbox until it is let go", "[queues]") {
    QueueHub hub;
    hub.accept(1);
    hub.accept(2, "H43.02");
    hub.pause();
    hub.lose_bus(true);
    hub.run();
    CHECK(hub.sent_to("H43.01") == 0);
    CHECK(hub.sent_to("H43.02") == 1);
    // The others have theirs: the broker is not filled again because of this one.
    CHECK(hub.bus.marks == 1);
    REQUIRE(hub.controls().size() == 1);
    CHECK(hub.controls()[0].is_refill_owed);
    SECTION("in this run") {}
    SECTION("after another start") { hub.restart(); }
    hub.resume();
    hub.run();
    CHECK(hub.published()[id(1)].first == 1);
    CHECK(hub.controls().empty());
}

TEST_CASE("an inbox that is lost while it is paused is filled once it is let go", "[queues]") {
    QueueHub hub;
    hub.accept(1);
    hub.pause();
    hub.forget_sent();
    for (int minute = 0; minute < 30; ++minute) {
        hub.now += 1min;
        REQUIRE(hub.take(InboxCounted{code("H43.01"), 0, 0}).has_value());
        hub.run(1);
    }
    CHECK(hub.sent_to("H43.01") == 0);
    hub.resume();
    for (int minute = 0; minute < 3; ++minute) {
        hub.now += 1min;
        REQUIRE(hub.take(InboxCounted{code("H43.01"), 0, 0}).has_value());
        hub.run(2);
    }
    CHECK(hub.published()[id(1)].first == 1);
}

TEST_CASE("a pause while an inbox is being filled leaves the rest for later", "[queues]") {
    QueueHub hub;
    hub.accept(1);
    REQUIRE(hub.take(BusDown{}).has_value());
    hub.bus.clear();
    hub.envelopes_confirmed = 0;
    REQUIRE(hub.take(BusUp{true, ++hub.connection}).has_value());
    hub.settle();
    // Under way again, and the broker has no room for it.
    REQUIRE(hub.sent_to("H43.01") == 1);
    hub.pause();
    REQUIRE(hub.take(Returned{hub.bus.envelopes.back().id}).has_value());
    hub.envelopes_confirmed = hub.bus.envelopes.size();
    hub.run();
    CHECK(hub.sent_to("H43.01") == 1);
    hub.resume();
    hub.run();
    CHECK(hub.sent_to("H43.01") == 2);
}

TEST_CASE("a limited queue gets so many in a minute and no more, the others what is theirs", "[queues]") {
    QueueHub hub;
    hub.limit(30);
    for (std::uint8_t n = 1; n <= 40; ++n)
        hub.accept(n, n % 2 ? "H43.01" : "H43.02");
    CHECK(hub.sent_to("H43.02") == 20);
    hub.run(10);
    CHECK(hub.sent_to("H43.01") == 5);
    hub.run(20);
    CHECK(hub.sent_to("H43.01") == 15);
    SECTION("the limit is over") {
        hub.limit(0);
        hub.run(3);
        CHECK(hub.sent_to("H43.01") == 20);
        CHECK(hub.controls().empty());
        hub.accept(41);
        CHECK(hub.published()[id(41)].first == 1);
    }
    SECTION("a crash") {
        hub.restart();
        CHECK(hub.sent_to("H43.01") == 0);
        hub.run(12);
        CHECK(hub.sent_to("H43.01") == 5);
    }
    SECTION("paused, too") {
        hub.pause();
        hub.run();
        CHECK(hub.sent_to("H43.01") == 15);
        hub.resume();
        hub.run(4);
        CHECK(hub.sent_to("H43.01") == 17);
    }
}

TEST_CASE("what is urgent waits for no limit", "[queues]") {
    QueueHub hub;
    hub.limit(1);
    for (std::uint8_t n = 1; n <= 5; ++n)
        hub.accept(n);
    hub.accept_urgent(6);
    CHECK(hub.published()[id(6)].first == 1);
    CHECK(hub.sent_to("H43.01") == 1);
}

TEST_CASE("a delivery that is tried again goes by its queue", "[queues]") {
    QueueHub hub;
    hub.fail(1);
    hub.pause();
    hub.bus.clear();
    hub.envelopes_confirmed = 0;
    REQUIRE_FALSE(hub.ask(hub.wanted(DeliveryAct::retry)));
    hub.run();
    CHECK(hub.delivery(1).carriage == Carriage::held);
    CHECK(hub.sent_to("H43.01") == 0);
    hub.resume();
    hub.run();
    CHECK(hub.published()[id(1)] == std::pair{1, 2u});
}

TEST_CASE("a long paused queue takes no room in memory and keeps nobody waiting", "[queues]") {
    constexpr std::size_t backlog = limits::publishes_unconfirmed_max + 2 * limits::queue_drawn_max;
    QueueHub hub;
    hub.pause();
    for (std::size_t n = 0; n < backlog; ++n) {
        EnvelopeHeader header = test::HubBench::document(1, {code("H43.01")});
        header.id = EnvelopeId::make(1'000 + n, {});
        REQUIRE(hub.take(hub.delivered(std::move(header), "frame" + std::to_string(n))).has_value());
        hub.settle();
        REQUIRE(hub.relay->counters().deliveries_due == 0);
    }
    hub.restart();
    CHECK(hub.relay->counters().deliveries_due == 0);
    CHECK_FALSE(hub.relay->counters().is_behind);
    hub.resume();
    CHECK(hub.sent_to("H43.01") <= limits::publishes_unconfirmed_max);
    CHECK(hub.relay->counters().deliveries_due <= limits::queue_drawn_max);
    // Another's is not behind all of these.
    REQUIRE(hub.take(hub.delivered(hub.document(200, {code("H43.02")}), "another")).has_value());
    hub.settle();
    for (std::size_t confirmed = 0; hub.sent_to("H43.02") == 0; ++confirmed) {
        REQUIRE(confirmed <= limits::queue_drawn_max + 2);
        REQUIRE(hub.take(Confirmed{hub.bus.envelopes[hub.envelopes_confirmed++].id}).has_value());
        hub.settle();
    }
    hub.run();
    CHECK(hub.sent_to("H43.01") == backlog);
}
