// What agencies submit, on its way to the core.

#include "tests/amqp/province.hpp"
#include "tests/amqp/raw_channel.hpp"

#include "hub/amqp/inbound.hpp"
#include "hub/amqp/verify_pool.hpp"
#include "hub/core/limits.hpp"

#include <map>

using namespace hub;
using namespace hub::test;

namespace {

using amqp::LinkState;

/// The inbound side of a hub.
struct Listener {
    explicit Listener(const Province& province)
        : inbound{{BrokerNode::running().address("hub"), false, 4}, province.directory, events.queue()} {
        inbound.start();
    }

    /// The next `count` of them, in their order.
    std::vector<Delivered> next(std::size_t count) {
        std::vector<Delivered> taken;
        while (taken.size() < count)
            taken.push_back(events.next<Delivered>());
        return taken;
    }

    EventLog events;
    amqp::Inbound inbound;
};

/// Submits `count` messages named 1, 2 … whose bodies are of no use but differ in size, so that judging them
/// takes different times.
void submit_numbered(const std::string& agency, std::size_t count, std::size_t first = 1) {
    const Bytes body(60'000, 'x');
    std::vector<std::string> names;
    for (std::size_t i = first; i < first + count; ++i)
        names.push_back(std::to_string(i));
    std::vector<amqp::Message> messages;
    for (const std::string& name : names)
        messages.push_back(submission(agency, name, BytesView{body}.substr(0, messages.size() % 7 * 10'000)));
    publish_all(BrokerNode::running().address(agency), messages);
}

std::vector<std::string> names_of(const std::vector<Delivered>& all) {
    std::vector<std::string> names;
    for (const Delivered& delivered : all)
        names.push_back(delivered.message_id);
    return names;
}

}  // namespace

TEST_CASE("each message comes with what was found out about it") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    const kit::Sealed good = seal_document(province.first);
    const kit::Sealed by_stranger = seal_document(province.stranger);
    const kit::Sealed by_second = seal_document(province.second);
    Bytes altered = good.frame;
    altered[altered.rfind("<x/>") + 1] ^= 1;
    const Bytes garbage(500, '\xA5');
    const Bytes oversized(limits::envelope_bytes_max + 1, 'x');
    amqp::Message nameless = submission("H43.01", "without user", good.frame);
    nameless.user_id.clear();
    Listener receiver{province};
    publish_all(
        node.address("H43.01"),
        {submission("H43.01", "good", good.frame), submission("H43.01", "stranger", by_stranger.frame),
         submission("H43.01", "second", by_second.frame), submission("H43.01", "altered", altered),
         submission("H43.01", "garbage", garbage), submission("H43.01", "oversized", oversized), nameless});

    const std::vector<Delivered> all = receiver.next(7);
    CHECK(names_of(all) == std::vector<std::string>{"good", "stranger", "second", "altered", "garbage",
                                                    "oversized", "without user"});
    for (const Delivered& delivered : all) {
        CHECK(delivered.queue == code("H43.01"));
        CHECK(delivered.tag.connection == 1);
    }
    CHECK(all[0].user_id == "H43.01");
    CHECK((*all[0].frame == good.frame));
    CHECK_FALSE(all[0].verdict.fault);
    REQUIRE(all[0].verdict.header);
    CHECK(all[0].verdict.header->id == good.id);
    CHECK(all[0].verdict.signer_agency == code("H43.01"));
    CHECK(all[0].verdict.signer_valid_until == province.first.certificate().valid_until());
    CHECK(all[1].verdict.fault.value().code == Errc::signer_unknown);
    // Known, but not the sender: that is the relay's to judge.
    CHECK_FALSE(all[2].verdict.fault);
    CHECK(all[2].verdict.signer_agency == code("H43.02"));
    CHECK(all[3].verdict.fault.value().code == Errc::part_digest_mismatch);
    CHECK(all[3].verdict.header);
    CHECK(all[4].verdict.fault.value().code == Errc::envelope_malformed);
    CHECK_FALSE(all[4].verdict.header);
    CHECK(all[5].verdict.fault.value().code == Errc::envelope_too_large);
    CHECK(all[6].user_id.empty());
}

TEST_CASE("a sender's messages keep their order, however many threads judge them") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    constexpr std::size_t count = 400;
    // Good ones cost a signature check, garbage costs next to nothing: without care they would overtake.
    const kit::Sealed sealed = seal_document(province.first, "H43.01", 100'000);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(std::to_string(i));
    for (const std::string agency : {"H43.01", "H43.02", "H43x01"}) {
        std::vector<amqp::Message> messages;
        for (const std::string& name : names)
            messages.push_back(
                submission(agency, name, messages.size() % 5 == 0 ? BytesView{sealed.frame} : "x"));
        publish_all(node.address(agency), messages);
    }
    Listener receiver{province};
    std::map<AgencyCode, std::vector<std::string>> came;
    InboundTag last;
    for (std::size_t i = 0; i < 3 * count; ++i) {
        const auto delivered = receiver.events.next<Delivered>();
        REQUIRE(last < delivered.tag);
        last = delivered.tag;
        came[delivered.queue].push_back(delivered.message_id);
        receiver.inbound.acknowledge(last);
    }
    for (const AgencyCode& agency : trial_codes())
        CHECK(came[agency] == names);
}

TEST_CASE("no more is taken than the core can hold, and acknowledging makes room") {
    const Province province = make_province();
    make_fresh_topology(BrokerNode::running(), *province.directory);
    const std::size_t count = limits::prefetch_deliveries + 10;
    submit_numbered("H43.01", count);
    Listener receiver{province};
    const std::vector<Delivered> taken = receiver.next(limits::prefetch_deliveries);
    CHECK(ready_in("submit.H43.01") == 10);
    CHECK(receiver.events.count() == 0);
    receiver.inbound.acknowledge(taken[4].tag);
    receiver.next(5);
    CHECK(ready_in("submit.H43.01") == 5);
}

TEST_CASE("what is not acknowledged comes again on the next connection") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    submit_numbered("H43.01", 10);

    SECTION("after the hub was stopped") {
        Listener receiver{province};
        receiver.inbound.acknowledge(receiver.next(10)[3].tag);
        receiver.inbound.stop();
        Listener next{province};
        CHECK(names_of(next.next(6)) == std::vector<std::string>{"5", "6", "7", "8", "9", "10"});
    }
    SECTION("after the broker was killed") {
        Listener receiver{province};
        const std::vector<Delivered> before = receiver.next(10);
        receiver.inbound.acknowledge(before[3].tag);
        REQUIRE(eventually([&] { return receiver.inbound.link().state == LinkState::up; }));
        node.kill();
        REQUIRE(eventually([&] { return receiver.inbound.link().state == LinkState::connecting; }));
        node.start();
        // The kill may have come before the acknowledgement: then all ten come again, never fewer than six.
        std::vector<Delivered> again = receiver.next(6);
        while (again.back().message_id != "10")
            again.push_back(receiver.events.next<Delivered>());
        CHECK((again.size() == 6 || again.size() == 10));
        CHECK(again.back().tag.connection == 2);
        // An acknowledgement that comes too late must not take these from the queue.
        receiver.inbound.acknowledge(before[9].tag);
        receiver.inbound.stop();
        CHECK(eventually([&] { return ready_in("submit.H43.01") == again.size(); }));
    }
}

TEST_CASE("after the intake has stopped the rest stays in the queue") {
    const Province province = make_province();
    make_fresh_topology(BrokerNode::running(), *province.directory);
    const std::size_t before = 2 * limits::prefetch_deliveries;
    submit_numbered("H43.01", before);
    Listener receiver{province};
    std::vector<Delivered> taken = receiver.next(10);
    receiver.inbound.acknowledge(taken.back().tag);
    receiver.inbound.stop_intake();
    CHECK(eventually([] {
        return RawChannel{BrokerNode::running().address("hub")}.count_consumers("submit.H43.01") == 0;
    }));
    submit_numbered("H43.01", 20, before + 1);
    while (receiver.events.count() > 0)
        taken.push_back(receiver.events.next<Delivered>());
    // What the core took before is acknowledged still, which must not make room for more.
    const std::size_t acknowledged = taken.size();
    receiver.inbound.acknowledge(taken.back().tag);
    receiver.inbound.stop();
    CHECK(acknowledged + receiver.events.count() <= 10 + limits::prefetch_deliveries);
    CHECK(eventually([&] { return ready_in("submit.H43.01") == before + 20 - acknowledged; }));

    Listener next{province};
    CHECK(next.events.next<Delivered>().message_id == std::to_string(acknowledged + 1));
}

TEST_CASE("a submit queue that is deleted comes back, and the intake goes on for all") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    Listener receiver{province};
    submit_numbered("H43.02", 1);
    receiver.inbound.acknowledge(receiver.events.next<Delivered>().tag);
    REQUIRE(RawChannel{node.address("hub")}.delete_queue("submit.H43.02").empty());
    submit_numbered("H43.01", 1);
    // The old connection may still have brought it before it heard of the queue.
    auto delivered = receiver.events.next<Delivered>();
    while (delivered.tag.connection == 1)
        delivered = receiver.events.next<Delivered>();
    CHECK(delivered.queue == code("H43.01"));
    CHECK(receiver.inbound.link().state == LinkState::up);
    submit_numbered("H43.02", 1);
    CHECK(receiver.events.next<Delivered>().queue == code("H43.02"));
}

TEST_CASE("an intake that the broker does not let in says why") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    Listener receiver{province};
    REQUIRE(eventually([&] { return receiver.inbound.link().state == LinkState::up; }));
    CHECK(receiver.inbound.link().trouble.empty());
    node.ctl({"set_user_limits", "hub", R"({"max-connections": 0})"});
    node.ctl({"close_all_user_connections", "hub", "for the test"});
    CHECK(eventually([&] { return receiver.inbound.link().trouble.find("limit") != std::string::npos; }));
    CHECK(receiver.inbound.link().state == LinkState::connecting);
    node.ctl({"clear_user_limits", "hub", "all"});
    CHECK(eventually([&] { return receiver.inbound.link().state == LinkState::up; }));
    CHECK(receiver.inbound.link().trouble.empty());
}

TEST_CASE("no message is judged by the directory of the other side of a change") {
    const Province province = make_province();
    const auto frame = std::make_shared<const Bytes>(seal_document(province.first).frame);
    constexpr std::size_t before = 200, in_all = 400;
    EventLog events;
    amqp::VerifyPool pool{4, province.directory, events.queue()};
    for (std::size_t i = 0; i < in_all; ++i) {
        if (i == before)
            pool.change(changed_rules(province));
        pool.judge({Delivered{{1, i + 1}, code("H43.01"), "H43.01", std::to_string(i), frame, {}}});
    }
    for (std::size_t i = 0; i < in_all; ++i) {
        if (i == before)
            CHECK(events.next<RulesChanged>().directory->find(code("H43.07")));
        const auto delivered = events.next<Delivered>();
        INFO(i);
        CHECK(delivered.message_id == std::to_string(i));
        CHECK(delivered.verdict.fault.has_value() == (i >= before));
    }
}

TEST_CASE("a new agency's queue is read, and one that is taken out is not") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    Listener receiver{province};
    submit_numbered("H43.01", 1);
    receiver.inbound.acknowledge(receiver.next(1).front().tag);
    receiver.inbound.change(changed_rules(province));
    (void)receiver.events.next<RulesChanged>();
    amqp::Session session = amqp::Session::open(node.address("hub")).value();
    REQUIRE(eventually([&] { return session.queue_exists("submit.H43.07").value(); }));
    RawChannel channel{node.address("hub")};
    REQUIRE(eventually([&] { return channel.count_consumers("submit.H43.07") == 1; }));
    receiver.inbound.change({province.directory, {}, {}});
    (void)receiver.events.next<RulesChanged>();
    CHECK(eventually([&] { return channel.count_consumers("submit.H43.07") == 0; }));
    // The connection is the same, and the others are read as before.
    submit_numbered("H43.02", 1, 2);
    CHECK(receiver.next(1).front().tag.connection == 1);
    REQUIRE(channel.delete_queue("submit.H43.07").empty());
}
