// One connection: what comes, in which order, and how it ends.

#include "tests/amqp/province.hpp"
#include "tests/amqp/raw_channel.hpp"

#include "tests/support/fresh_folder.hpp"

#include "hub/amqp/wake.hpp"
#include "hub/core/limits.hpp"
#include "hub/ctl/dev_pki.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

using namespace hub;
using namespace hub::test;

namespace {

constexpr const char* trial_queue = "trial";

amqp::Session open_as_hub() { return amqp::Session::open(BrokerNode::running().address("hub")).value(); }

/// An empty queue, reached through the default exchange.
amqp::Session open_with_queue() {
    REQUIRE(RawChannel{BrokerNode::running().address("hub")}.delete_queue(trial_queue).empty());
    amqp::Session session = open_as_hub();
    session.declare_queue(trial_queue, {}).value();
    return session;
}

amqp::Message trial_message(const std::string& message_id, BytesView body) {
    amqp::Message message = submission("hub", message_id, body);
    message.exchange = "";
    message.routing_key = trial_queue;
    return message;
}

/// A port of this machine on which nobody listens, or one on which somebody listens and says nothing.
class LocalPort {
public:
    explicit LocalPort(bool is_listening) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE((!is_listening || ::listen(fd_, 1) == 0));
        REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        number_ = ntohs(address.sin_port);
    }
    ~LocalPort() { ::close(fd_); }
    LocalPort(const LocalPort&) = delete;
    LocalPort& operator=(const LocalPort&) = delete;
    std::uint16_t number() const noexcept { return number_; }

private:
    int fd_;
    std::uint16_t number_ = 0;
};

Fault fault_of_opening(const amqp::Address& address) {
    const auto session = amqp::Session::open(address);
    REQUIRE(session.has_error());
    return session.error();
}

}  // namespace

TEST_CASE("what was asked for without waiting is there once it has settled") {
    REQUIRE(RawChannel{BrokerNode::running().address("hub")}.delete_queue(trial_queue).empty());
    amqp::Session session = open_as_hub();
    session.declare_exchange("settled", "direct", amqp::Await::nothing).value();
    session.declare_queue(trial_queue, {}, amqp::Await::nothing).value();
    session.bind(trial_queue, "settled", "key", amqp::Await::nothing).value();
    session.consume(trial_queue, amqp::Await::nothing).value();
    session.settle().value();
    amqp::Message message = trial_message("m", "x");
    message.exchange = "settled";
    message.routing_key = "key";
    session.publish(message).value();
    CHECK(std::get<amqp::Incoming>(session.wait(patience).value()).message_id == "m");
}

TEST_CASE("what the broker would not do shows when it settles") {
    amqp::Session session = open_with_queue();
    session.declare_exchange("amq.direct", "fanout", amqp::Await::nothing).value();
    session.declare_queue("never", {}, amqp::Await::nothing).value();
    const auto settled = session.settle();
    REQUIRE(settled.has_error());
    CHECK(settled.error().code == Errc::broker_unreachable);
    CHECK_THAT(settled.error().peer_text, Catch::Contains("amq.direct"));
    CHECK_FALSE(open_as_hub().queue_exists("never").value());
}

TEST_CASE("each publish is confirmed, however many are outstanding") {
    amqp::Session session = open_with_queue();
    session.enable_confirms().value();
    constexpr std::uint64_t count = 3000;
    std::set<std::uint64_t> outstanding;
    for (std::uint64_t i = 1; i <= count; ++i) {
        REQUIRE(session.publish(trial_message(std::to_string(i), "x")).value() == i);
        outstanding.insert(i);
    }
    while (!outstanding.empty()) {
        const amqp::Arrival arrival = session.wait(patience).value();
        const auto* confirm = std::get_if<amqp::Confirm>(&arrival);
        REQUIRE(confirm);
        CHECK_FALSE(confirm->is_negative);
        REQUIRE(outstanding.contains(confirm->publish_tag));
        const auto own = outstanding.find(confirm->publish_tag);
        outstanding.erase(confirm->is_multiple ? outstanding.begin() : own, std::next(own));
    }
    CHECK(ready_in(trial_queue) == count);
}

TEST_CASE("what no queue takes is returned before it is confirmed") {
    amqp::Session session = open_with_queue();
    session.enable_confirms().value();
    const Bytes body(300'000, 'b');  // Returned with its body, in several frames.
    amqp::Message lost = trial_message("lost", body);
    lost.routing_key = "nobody";
    session.publish(trial_message("taken", body)).value();
    session.publish(lost).value();
    amqp::Message careless = lost;
    careless.is_mandatory = false;
    session.publish(careless).value();

    std::set<std::uint64_t> confirmed;
    bool was_returned = false;
    while (confirmed.size() < 3) {
        const amqp::Arrival arrival = session.wait(patience).value();
        if (const auto* message = std::get_if<amqp::ReturnedMessage>(&arrival)) {
            CHECK_FALSE(was_returned);
            was_returned = true;
            CHECK(message->message_id == "lost");
            CHECK(message->routing_key == "nobody");
            CHECK(message->exchange.empty());
        } else {
            const auto& confirm = std::get<amqp::Confirm>(arrival);
            for (std::uint64_t tag = confirm.is_multiple ? 1 : confirm.publish_tag;
                 tag <= confirm.publish_tag; ++tag)
                confirmed.insert(tag);
            CHECK((was_returned || !confirmed.contains(2)));
        }
    }
    CHECK(was_returned);
}

TEST_CASE("a message arrives as it was sent") {
    amqp::Session session = open_with_queue();
    session.consume(trial_queue).value();
    constexpr std::size_t frame_payload_max = 131072 - 8;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, frame_payload_max, frame_payload_max + 1,
                                   limits::envelope_bytes_max}) {
        INFO("octets: " << size);
        Bytes body(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            body[i] = static_cast<char>(i % 251);
        amqp::Message message = trial_message("số 7", body);
        message.headers = {{"cloudEvents:id", "số 7"}, {"traceparent", "00-1"}};
        session.publish(message).value();
        const amqp::Incoming incoming = receive(session);
        CHECK(incoming.message_id == "số 7");
        CHECK(incoming.consumer_tag == trial_queue);
        CHECK(incoming.content_type == message.content_type);
        CHECK(incoming.user_id == "hub");
        CHECK(incoming.headers == message.headers);
        CHECK_FALSE(incoming.is_redelivered);
        CHECK((incoming.body == body));
    }
}

TEST_CASE("of a body beyond any envelope only so much is kept that it can be refused") {
    amqp::Session session = open_with_queue();
    session.consume(trial_queue).value();
    session.publish(trial_message("huge", Bytes(5 * limits::envelope_bytes_max, 'h'))).value();
    session.publish(trial_message("next", "n")).value();
    const amqp::Incoming huge = receive(session);
    CHECK(huge.message_id == "huge");
    CHECK(huge.body.size() > limits::envelope_bytes_max);
    CHECK(huge.body.size() <= 2 * limits::envelope_bytes_max);
    CHECK(receive(session).body == "n");
}

TEST_CASE("waiting ends when the owner is woken, but not before what has come is taken") {
    amqp::Session session = open_with_queue();
    const amqp::Wake wake;
    constexpr std::chrono::hours longer_than_the_test_may_run{1};

    SECTION("woken already") {
        wake.signal();
        CHECK(std::holds_alternative<amqp::Nothing>(
            session.wait(longer_than_the_test_may_run, wake.fd()).value()));
    }
    SECTION("woken by another thread") {
        std::jthread other{[&] { wake.signal(); }};
        CHECK(std::holds_alternative<amqp::Nothing>(
            session.wait(longer_than_the_test_may_run, wake.fd()).value()));
    }
    SECTION("messages first") {
        publish_all(BrokerNode::running().address("hub"), {trial_message("a", "x"), trial_message("b", "x")});
        session.consume(trial_queue).value();
        CHECK(receive(session).message_id == "a");
        wake.signal();
        // The second may be on its way still: then the wake comes first, as it should.
        bool has_come = false;
        CHECK(eventually([&] {
            const amqp::Arrival arrival = session.wait(longer_than_the_test_may_run, wake.fd()).value();
            has_come = std::holds_alternative<amqp::Incoming>(arrival);
            return has_come;
        }));
        CHECK(has_come);
    }
    SECTION("nobody wakes") {
        CHECK(std::holds_alternative<amqp::Nothing>(session.wait(std::chrono::milliseconds{0}).value()));
    }
}

TEST_CASE("what is not acknowledged comes again") {
    amqp::Session session = open_with_queue();
    publish_all(BrokerNode::running().address("hub"), {trial_message("1", "x"), trial_message("2", "x"),
                                                       trial_message("3", "x"), trial_message("4", "x")});
    session.set_prefetch(3, true).value();
    session.consume(trial_queue).value();
    std::vector<std::uint64_t> tags;
    for (int i = 0; i < 3; ++i)
        tags.push_back(std::get<amqp::Incoming>(session.wait(patience).value()).delivery_tag);
    SECTION("up to a tag") {
        session.acknowledge(tags[1], true).value();
        CHECK(receive(session).message_id == "4");
        session.close();
        amqp::Session other = open_as_hub();
        other.consume(trial_queue).value();
        const amqp::Incoming again = receive(other);
        CHECK(again.message_id == "3");
        CHECK(again.is_redelivered);
    }
    SECTION("put back at once") {
        session.requeue(tags[2]).value();
        amqp::Incoming again = receive(session);
        // The broker may fill the free place with the next before it has put this one back.
        if (again.message_id == "4")
            again = receive(session);
        CHECK(again.message_id == "3");
        CHECK(again.is_redelivered);
    }
    SECTION("none after the consumer is cancelled") {
        session.cancel(trial_queue).value();
        session.acknowledge(tags[2], true).value();
        // A round trip: by its end the fourth would have come.
        CHECK(session.queue_exists(trial_queue).value());
        CHECK(std::holds_alternative<amqp::Nothing>(session.wait(std::chrono::milliseconds{0}).value()));
        CHECK(ready_in(trial_queue) == 1);
    }
}

TEST_CASE("asking for what is not there leaves the session usable") {
    amqp::Session session = open_with_queue();
    CHECK_FALSE(session.exchange_exists("absent").value());
    CHECK_FALSE(session.queue_exists("absent").value());
    CHECK(session.queue_exists(trial_queue).value());
    session.enable_confirms().value();
    CHECK(session.publish(trial_message("m", "x")).value() == 1);
    CHECK(std::get<amqp::Confirm>(session.wait(patience).value()).publish_tag == 1);
}

TEST_CASE("a purged queue is empty") {
    amqp::Session session = open_with_queue();
    publish_all(BrokerNode::running().address("hub"), {trial_message("m", "x")});
    session.purge_queue(trial_queue).value();
    CHECK(ready_in(trial_queue) == 0);
}

TEST_CASE("a channel that the broker closes ends the session in the broker's words") {
    amqp::Session session = open_as_hub();
    amqp::Message message = trial_message("m", "x");
    message.exchange = "absent";
    session.publish(message).value();
    const auto arrival = session.wait(patience);
    REQUIRE(arrival.has_error());
    CHECK(arrival.error().code == Errc::broker_unreachable);
    CHECK_THAT(arrival.error().peer_text, Catch::Contains("absent"));
}

TEST_CASE("a session that cannot be opened says why") {
    amqp::Address address = BrokerNode::running().address("hub");
    SECTION("wrong password") {
        address.password = "wrong";
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::broker_unreachable);
        CHECK(fault.field == "login");
        CHECK_THAT(fault.peer_text, Catch::StartsWith("ACCESS_REFUSED"));
    }
    SECTION("unknown vhost") {
        address.vhost = "absent";
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::broker_unreachable);
        CHECK_THAT(fault.peer_text, Catch::Contains("absent"));
    }
    SECTION("nobody listens") {
        const LocalPort port{false};
        address.port = port.number();
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::broker_unreachable);
        CHECK(fault.field == "connect");
        CHECK_FALSE(fault.peer_text.empty());
    }
    SECTION("somebody listens and never answers") {
        const LocalPort port{true};
        address.port = port.number();
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::broker_unreachable);
        CHECK(fault.field == "login");
        CHECK_FALSE(fault.peer_text.empty());
    }
    SECTION("the file of the authority is missing") {
        address.is_tls = true;
        address.ca_file = "/absent/ca.pem";
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::setting_invalid);
        CHECK(fault.field == "broker.ca_file");
    }
}

TEST_CASE("over TLS it is the same session") {
    const amqp::Address address = BrokerNode::running().tls_address("hub");
    REQUIRE(RawChannel{BrokerNode::running().address("hub")}.delete_queue(trial_queue).empty());
    amqp::Session session = amqp::Session::open(address).value();
    session.declare_queue(trial_queue, {}).value();
    session.enable_confirms().value();
    const Bytes body(limits::envelope_bytes_max, 'b');  // Many records of TLS, many frames.
    const auto tag = session.publish(trial_message("large", body)).value();
    const amqp::Arrival confirmed = session.wait(patience).value();
    CHECK(std::get<amqp::Confirm>(confirmed).publish_tag == tag);
    session.consume(trial_queue).value();
    const amqp::Arrival arrival = session.wait(patience).value();
    CHECK(std::get<amqp::Incoming>(arrival).body == body);
}

TEST_CASE("over TLS a broker must be the one that is meant") {
    const amqp::Address right = BrokerNode::running().tls_address("hub");
    amqp::Address other_authority = right;
    const FreshFolder folder;
    REQUIRE(ctl::make_pki({folder.path(), {}}, ctl::Lang::en).has_value());
    other_authority.ca_file = folder.path() / "ca.pem";
    amqp::Address other_name = right;
    other_name.host = "127.0.0.1";  // In its certificate as an address, which rabbitmq-c does not compare.
    amqp::Address plain = right;
    plain.port = BrokerNode::running().address("hub").port;
    for (const auto& [address, said] : {std::pair{other_authority, "peer cert verification"},
                                        {other_name, "hostname verification"}, {plain, "SSL handshake"}}) {
        const Fault fault = fault_of_opening(address);
        CHECK(fault.code == Errc::broker_unreachable);
        CHECK_THAT(fault.peer_text, Catch::Contains(said));
    }
}

TEST_CASE("a broker that falls silent is given up") {
    amqp::Session session = open_as_hub();
    const BrokerNode::Frozen frozen{BrokerNode::running()};
    const auto declared = session.declare_queue(trial_queue, {});
    REQUIRE(declared.has_error());
    CHECK(declared.error().code == Errc::broker_unreachable);
    // By the deadline of the call, long before the heartbeat would tell.
    CHECK(declared.error().peer_text == "request timed out");
}
