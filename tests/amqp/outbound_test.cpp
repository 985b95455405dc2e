// What the hub hands to the broker, and what it is told about it.

#include "tests/amqp/province.hpp"
#include "tests/amqp/raw_channel.hpp"

#include "hub/amqp/outbound.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>

using namespace hub;
using namespace hub::test;

namespace {

using amqp::LinkState;

/// The outbound side of a hub, connected.
struct Sender {
    explicit Sender(std::string ledger_id) : Sender(std::move(ledger_id), make_province()) {}
    Sender(std::string ledger_id, const Province& province,
           std::function<Bytes(const PublishEnvelope&)> attach = nullptr)
        : outbound{{.address = BrokerNode::running().address("hub"),
                    .ledger_id = std::move(ledger_id),
                    .hub_code = code("H43.LGSP"),
                    .count_every = std::chrono::hours{1},
                    .attach = std::move(attach),
                    .receivers = [](const PublishEnvelope& effect) { return "told " + effect.inbox.text(); }},
                   province.directory,
                   province.hub,
                   events.queue()} {
        outbound.start();
        up = events.next<BusUp>();
    }

    PublishId publish(const std::string& receiver, bool is_urgent = false,
                      std::shared_ptr<const Bytes> frame = frame_of(10)) {
        ++last;
        outbound.publish(PublishEnvelope{.id = PublishId{last},
                                         .connection = up.connection,
                                         .inbox = code(receiver),
                                         .is_urgent = is_urgent,
                                         .urgency = is_urgent ? Urgency::express : Urgency::normal,
                                         .envelope = {},
                                         .envelope_id = envelope_id(last),
                                         .delivery = {},
                                         .frame = std::move(frame)});
        return PublishId{last};
    }
    static std::shared_ptr<const Bytes> frame_of(std::size_t octets) {
        return std::make_shared<const Bytes>(octets, 'f');
    }
    static EnvelopeId envelope_id(std::uint64_t n) { return EnvelopeId::make(n, {}); }

    EventLog events;
    amqp::Outbound outbound;
    BusUp up;
    std::uint64_t last = 0;
};

/// The ids of the next events, which must all be confirms.
std::set<PublishId> next_confirmed(EventLog& events, std::size_t count) {
    std::set<PublishId> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.insert(events.next<Confirmed>().id);
    return ids;
}

/// Something else inside the node, for as long as this lives.
class Restored {
public:
    Restored(BrokerNode& node, const std::string& other, std::string usual) : node_{node}, usual_{std::move(usual)} {
        node_.ctl({"eval", other});
    }
    ~Restored() { node_.ctl({"eval", usual_}); }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;

private:
    BrokerNode& node_;
    const std::string usual_;
};

amqp::Session consumer_of(const std::string& queue) {
    amqp::Session session = amqp::Session::open(BrokerNode::running().address("hub")).value();
    session.consume(queue).value();
    return session;
}

}  // namespace

TEST_CASE("an envelope goes to the inbox of its receiver and is confirmed") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    Sender sender{"envelopes"};
    const std::set<PublishId> sent{sender.publish("H43.01"), sender.publish("H43.02", true)};
    CHECK(next_confirmed(sender.events, 2) == sent);
    CHECK(sender.outbound.link().state == LinkState::up);
    CHECK(sender.outbound.link().trouble.empty());

    amqp::Session normal = consumer_of("inbox.H43.01");
    const amqp::Incoming first = receive(normal);
    CHECK(first.message_id == Sender::envelope_id(1).text());
    CHECK(first.content_type == wire::envelope_media_type);
    CHECK(first.body == Bytes(10, 'f'));
    CHECK(std::ranges::count(first.headers,
                             std::pair<std::string, std::string>{"cloudEvents:id", first.message_id}) == 1);
    CHECK(std::ranges::count(first.headers, std::pair<std::string, std::string>{"lgsp-receivers", "told H43.01"})
          == 1);
    amqp::Session urgent = consumer_of("inbox.H43.02.urgent");
    CHECK(receive(urgent).message_id == Sender::envelope_id(2).text());
}

TEST_CASE(
    "as many as the relay may have under way are confirmed, each once, and lie in the inbox in their order") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    Sender sender{"many"};
    const auto small = Sender::frame_of(100), large = Sender::frame_of(200'000);
    std::set<PublishId> sent;
    for (std::size_t i = 0; i < limits::publishes_unconfirmed_max; ++i)
        sent.insert(sender.publish("H43.01", false, i % 100 == 0 ? large : small));
    CHECK(next_confirmed(sender.events, sent.size()) == sent);
    amqp::Session inbox = consumer_of("inbox.H43.01");
    for (std::uint64_t n = 1; n <= sent.size(); ++n)
        REQUIRE(receive(inbox).message_id == Sender::envelope_id(n).text());
    sender.outbound.stop();
    sender.events.next<BusDown>();
    CHECK(sender.events.count() == 0);
}

TEST_CASE("receipts for an agency come as one envelope that the hub has signed") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    const Province province = make_province();
    Sender sender{"receipts", province};
    Entry entry{.seq = EntrySeq{41}, .at = {}, .kind = EntryKind::refused, .envelope = {}};
    entry.addressee = code("H43.01");
    entry.code = "receiver_unknown";
    sender.outbound.publish(
        PublishReceipts{PublishId{5}, sender.up.connection, code("H43.01"), {{.entry = entry}}});
    CHECK(sender.events.next<Confirmed>().id == PublishId{5});

    amqp::Session inbox = consumer_of("inbox.H43.01");
    const amqp::Incoming incoming = receive(inbox);
    const auto envelope = wire::decode_envelope(incoming.body).value();
    CHECK(envelope.header->kind == Kind::receipt);
    CHECK(envelope.header->sender == code("H43.LGSP"));
    CHECK(envelope.header->receivers == std::vector{code("H43.01")});
    CHECK(envelope.header->id.text() == incoming.message_id);
    REQUIRE(envelope.signatures.size() == 1);
    const Signature& signature = envelope.signatures.front();
    CHECK(province.hub.certificate()
              .verify(signature.algorithm, envelope.header_bytes, signature.value)
              .has_value());
    CHECK(wire::check_digests(envelope).has_value());
    const auto receipts = wire::decode_receipts(envelope.inline_parts.at(0)).value();
    REQUIRE(receipts.size() == 1);
    CHECK(receipts[0].entry == EntrySeq{41});
    CHECK(receipts[0].code == "receiver_unknown");
}

TEST_CASE("what cannot be decoded waits in the dead queue with the reason") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    Sender sender{"dead"};
    sender.outbound.publish(DeadLetter{PublishId{9}, sender.up.connection, code("H43.02"),
                                       std::make_shared<const Bytes>("\xA5\xA5"),
                                       Fault{Errc::envelope_malformed, "header", "foreign words"}});
    CHECK(sender.events.next<Confirmed>().id == PublishId{9});
    amqp::Session dead = consumer_of("dead");
    const amqp::Incoming incoming = receive(dead);
    CHECK(incoming.body == "\xA5\xA5");
    CHECK(incoming.headers == amqp::Headers{{"lgsp-code", "envelope_malformed"},
                                            {"lgsp-field", "header"},
                                            {"lgsp-queue", "submit.H43.02"}});
}

TEST_CASE("what no queue takes shows as returned, its neighbours as confirmed") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    Sender sender{"returned"};
    std::map<PublishId, bool> is_taken;
    for (int i = 0; i < 50; ++i) {
        is_taken.emplace(sender.publish("H43.01"), true);
        is_taken.emplace(sender.publish("H43.99"), false);
    }
    std::map<PublishId, bool> told;
    while (told.size() < is_taken.size()) {
        std::vector<Event> taken;
        REQUIRE(sender.events.queue().pop(taken, 1, patience) == 1);
        if (const auto* confirmed = std::get_if<Confirmed>(&taken.front()))
            REQUIRE(told.emplace(confirmed->id, true).second);
        else
            REQUIRE(told.emplace(std::get<Returned>(taken.front()).id, false).second);
    }
    CHECK(told == is_taken);
    CHECK(ready_in("inbox.H43.01") == 50);
}

TEST_CASE("an inbox that was deleted is back for the next try") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    Sender sender{"deleted"};
    REQUIRE(RawChannel{node.address("hub")}.delete_queue("inbox.H43.02.urgent").empty());
    const PublishId lost = sender.publish("H43.02", true);
    CHECK(sender.events.next<Returned>().id == lost);
    const PublishId again = sender.publish("H43.02", true);
    CHECK(sender.events.next<Confirmed>().id == again);
    CHECK(ready_in("inbox.H43.02.urgent") == 1);
}

TEST_CASE("an exchange that was deleted costs one connection") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    Sender sender{"exchange"};
    REQUIRE(RawChannel{node.address("hub")}.delete_exchange("deliver").empty());
    sender.publish("H43.01");
    sender.events.next<BusDown>();
    sender.up = sender.events.next<BusUp>();
    const PublishId again = sender.publish("H43.01");
    CHECK(sender.events.next<Confirmed>().id == again);
}

TEST_CASE("what was meant for another connection is dropped") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    Sender sender{"connections"};
    const std::uint64_t own = std::exchange(sender.up.connection, 99);
    sender.publish("H43.01");
    sender.outbound.publish(MarkBroker{99});
    sender.up.connection = own;
    const PublishId good = sender.publish("H43.01");
    CHECK(sender.events.next<Confirmed>().id == good);
    CHECK(ready_in("inbox.H43.01") == 1);
    CHECK(Sender{"connections"}.up.is_wiped);
}

TEST_CASE("the mark tells a broker that has lost everything from one that has not") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    {
        Sender sender{"marked"};
        CHECK(sender.up.is_wiped);
        CHECK(sender.up.connection == 1);
        sender.outbound.publish(MarkBroker{sender.up.connection});
        // One after the other on one connection: when this is confirmed the mark stands.
        sender.publish("H43.01");
        sender.events.next<Confirmed>();
    }
    CHECK_FALSE(Sender{"marked"}.up.is_wiped);
    CHECK(Sender{"another ledger"}.up.is_wiped);
}

TEST_CASE("the broker is killed, comes back, is wiped, comes back") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    Sender sender{"killed"};
    sender.outbound.publish(MarkBroker{sender.up.connection});
    for (int i = 0; i < 100; ++i)
        sender.publish("H43.01");
    next_confirmed(sender.events, 100);
    // A declaration is answered before it is on the disk, up to two seconds later; without it all is sent again.
    node.ctl({"eval", "mnesia:sync_log()."});

    node.kill();
    sender.events.next<BusDown>();
    CHECK(eventually([&] { return !sender.outbound.link().trouble.empty(); }));
    CHECK(sender.outbound.link().state == LinkState::connecting);
    sender.publish("H43.01");  // Nowhere to go: the relay composes it again.
    node.start();
    sender.up = sender.events.next<BusUp>();
    CHECK_FALSE(sender.up.is_wiped);
    CHECK(sender.up.connection == 2);
    CHECK(sender.outbound.link().trouble.empty());
    CHECK(ready_in("inbox.H43.01") == 100);
    const PublishId after_kill = sender.publish("H43.01");
    CHECK(sender.events.next<Confirmed>().id == after_kill);

    node.wipe();
    sender.events.next<BusDown>();
    node.start();
    sender.up = sender.events.next<BusUp>();
    CHECK(sender.up.is_wiped);
    CHECK(sender.up.connection == 3);
    CHECK(ready_in("inbox.H43.01") == 0);
    const PublishId after_wipe = sender.publish("H43.01");
    CHECK(sender.events.next<Confirmed>().id == after_wipe);
}

TEST_CASE("a broker short of memory shows as blocked, and nothing is lost when it has room again") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    Sender sender{"blocked"};
    MemoryAlarm alarm{node};
    std::set<PublishId> sent;
    while (sent.size() < limits::publishes_unconfirmed_max)
        sent.insert(sender.publish("H43.01"));
    CHECK(eventually([&] { return sender.outbound.link().state == LinkState::blocked; }));
    CHECK_THAT(sender.outbound.link().trouble, Catch::Contains("memory"));
    alarm.end();
    CHECK(next_confirmed(sender.events, sent.size()) == sent);
    CHECK(sender.outbound.link().state == LinkState::up);
    CHECK(ready_in("inbox.H43.01") == sent.size());
}

TEST_CASE("a broker short of memory shows as blocked while there is nothing to publish") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    MemoryAlarm alarm{node};
    Sender sender{"idle"};
    CHECK(eventually([&] { return sender.outbound.link().state == LinkState::blocked; }));
    alarm.end();
    CHECK(eventually([&] { return sender.outbound.link().state == LinkState::up; }));
    // The probe has left nothing behind.
    const PublishId id = sender.publish("H43.01");
    CHECK(sender.events.next<Confirmed>().id == id);
    CHECK(ready_in("inbox.H43.01") == 1);
}

TEST_CASE("large envelopes that wait for a blocked broker do not hide that it is blocked") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    // One frame for all: they come at once, far more than the sockets of a new connection hold.
    const auto frame = Sender::frame_of(limits::envelope_bytes_max);
    for (int round = 0; round < 3; ++round) {
        MemoryAlarm alarm{node};
        Sender sender{"large"};
        std::set<PublishId> sent;
        while (sent.size() < limits::publish_bytes_unconfirmed_max / limits::envelope_bytes_max)
            sent.insert(sender.publish("H43.01", false, frame));
        REQUIRE(eventually([&] { return sender.outbound.link().state == LinkState::blocked; }));
        alarm.end();
        REQUIRE(next_confirmed(sender.events, sent.size()) == sent);
    }
}

TEST_CASE("inboxes are counted in turn, and one that was deleted is there again") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    EventLog events;
    amqp::Outbound outbound{{.address = node.address("hub"),
                             .ledger_id = "counted",
                             .hub_code = code("H43.LGSP"),
                             .count_every = std::chrono::milliseconds{10}},
                            province.directory,
                            province.hub,
                            events.queue()};
    outbound.start();
    const BusUp up = events.next<BusUp>();
    const auto counted = [&](const std::string& agency) {
        for (;;)
            if (auto event = events.next<InboxCounted>(); event.agency == code(agency))
                return event;
    };
    CHECK(counted("H43.01").ready == 0);
    amqp::Session consumer = consumer_of("inbox.H43.02");
    CHECK(eventually([&] { return counted("H43.02").consumers == 1; }));
    amqp::Message delivery = submission("hub", "m", "x");
    delivery.exchange = "deliver";
    delivery.routing_key = "inbox.H43.01.urgent";
    publish_all(node.address("hub"), {delivery});
    CHECK(eventually([&] { return counted("H43.01").ready == 1; }));
    for (const std::string queue : {"inbox.H43.01", "inbox.H43.01.urgent"})
        REQUIRE(RawChannel{node.address("hub")}.delete_queue(queue).empty());
    CHECK(eventually([&] { return counted("H43.01").ready == 0; }));
    publish_all(node.address("hub"), {delivery});
    CHECK(eventually([&] { return counted("H43.01").ready == 1; }));
    CHECK(up.connection == 1);
    CHECK(outbound.link().state == LinkState::up);
}

TEST_CASE("what is attached goes behind the frame, and no more of it than agreed is under way") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    constexpr std::size_t each = 8 * 1024 * 1024;
    constexpr std::size_t count = 3 * limits::attached_bytes_unconfirmed_max / each;
    std::atomic<std::size_t> asked = 0;
    Sender sender{"attached", make_province({"H43.01"}), [&](const PublishEnvelope& effect) {
                      ++asked;
                      return *effect.frame + Bytes(each, 'a');
                  }};
    {
        // It takes what is on its way, and answers nothing.
        std::optional<BrokerNode::Frozen> frozen{BrokerNode::running()};
        for (std::size_t i = 0; i < count; ++i)
            sender.publish("H43.01");
        CHECK(eventually([&] { return asked > 0; }));
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        CHECK(asked <= limits::attached_bytes_unconfirmed_max / each);
    }
    const PublishId last = sender.publish("H43.02");
    std::set<PublishId> ids = next_confirmed(sender.events, count + 1);
    CHECK(ids.size() == count + 1);
    CHECK(ids.contains(last));
    CHECK(asked == count);
    amqp::Session plain = consumer_of("inbox.H43.02");
    CHECK(receive(plain).body == Bytes(10, 'f'));
    amqp::Session inbox = consumer_of("inbox.H43.01");
    inbox.keep_body_bytes(2 * each);
    CHECK(receive(inbox).body == Bytes(10, 'f') + Bytes(each, 'a'));
}

TEST_CASE("what is attached keeps nobody waiting for more than one such message, and the urgent one goes first") {
    make_fresh_topology(BrokerNode::running(), *make_province().directory);
    constexpr std::size_t each = 8 * 1024 * 1024;
    constexpr std::size_t count = 3 * limits::attached_bytes_unconfirmed_max / each;
    std::mutex mutex;
    std::vector<PublishId> attached;
    Sender sender{"small beside large", make_province({"H43.01"}), [&](const PublishEnvelope& effect) {
                      const std::lock_guard lock{mutex};
                      attached.push_back(effect.id);
                      return *effect.frame + Bytes(each, 'a');
                  }};
    for (std::size_t i = 0; i < count; ++i)
        sender.publish("H43.01");
    const PublishId urgent = sender.publish("H43.01", true);
    const PublishId small = sender.publish("H43.02");
    std::set<PublishId> before;
    while (!before.contains(small))
        before.insert(sender.events.next<Confirmed>().id);
    CHECK(before.size() < count);
    CHECK(next_confirmed(sender.events, count + 2 - before.size()).size() == count + 2 - before.size());
    const std::lock_guard lock{mutex};
    REQUIRE(attached.size() == count + 1);
    CHECK(std::ranges::find(attached, urgent) - attached.begin() < 3);
}

TEST_CASE("what the broker finds too large is published by reference from then on") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    constexpr std::size_t too_large = 5 * 1024 * 1024, fits = 2 * 1024 * 1024;
    const Restored limit{node, "application:set_env(rabbit, max_message_size, 4194304).",
                         "application:set_env(rabbit, max_message_size, 134217728)."};
    Sender sender{"too large", make_province({"H43.01", "H43.02"}), [&](const PublishEnvelope& effect) {
                      return *effect.frame + Bytes(effect.inbox == code("H43.01") ? too_large : fits, 'a');
                  }};
    sender.publish("H43.01");
    sender.events.next<BusDown>();
    sender.up = sender.events.next<BusUp>();
    const std::set<PublishId> again{sender.publish("H43.01"), sender.publish("H43.02")};
    CHECK(next_confirmed(sender.events, 2) == again);
    amqp::Session large = consumer_of("inbox.H43.01");
    CHECK(receive(large).body == Bytes(10, 'f'));
    amqp::Session other = consumer_of("inbox.H43.02");
    other.keep_body_bytes(2 * fits);
    CHECK(receive(other).body.size() == 10 + fits);
}

TEST_CASE("a message far larger than the sockets does not hide that the broker is blocked, nor keep the hub from stopping") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    MemoryAlarm alarm{node};
    constexpr std::size_t each = 24 * 1024 * 1024;
    Sender sender{"larger", make_province({"H43.01", "H43.02"}),
                  [](const PublishEnvelope& effect) { return *effect.frame + Bytes(each, 'a'); }};
    const std::set<PublishId> sent{sender.publish("H43.01"), sender.publish("H43.02")};
    REQUIRE(eventually([&] { return sender.outbound.link().state == LinkState::blocked; }));
    SECTION("until it has room again") {
        alarm.end();
        CHECK(next_confirmed(sender.events, 2) == sent);
        CHECK(sender.outbound.link().state == LinkState::up);
        amqp::Session inbox = consumer_of("inbox.H43.01");
        inbox.keep_body_bytes(2 * each);
        CHECK(receive(inbox).body == Bytes(10, 'f') + Bytes(each, 'a'));
    }
    SECTION("until the hub stops") {
        const auto began = std::chrono::steady_clock::now();
        sender.outbound.stop();
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{10});
    }
}

TEST_CASE("what goes to a new agency finds its queues") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    make_fresh_topology(node, *province.directory);
    Sender sender{"ledger-new-agency", province};
    sender.outbound.use(changed_rules(province).directory);
    const std::set<PublishId> published{sender.publish("H43.07"), sender.publish("H43.07", true)};
    CHECK(next_confirmed(sender.events, 2) == published);
}
