// What the hub declares, and what an agency may do with it.

#include "tests/amqp/province.hpp"
#include "tests/amqp/raw_channel.hpp"

#include "hub/amqp/outbound.hpp"
#include "hub/amqp/topology.hpp"

#include <boost/json.hpp>

#include <functional>
#include <set>
#include <tuple>

using namespace hub;
using namespace hub::test;

namespace {

std::string text_at(const boost::json::value& object, std::string_view key) {
    return std::string{object.at(key).as_string()};
}

/// The first words of refusal after a publish; empty when the broker took the message.
std::string refusal_of(amqp::Session& session, const amqp::Message& message) {
    session.publish(message).value();
    const auto arrival = session.wait(patience);
    return arrival ? std::string{} : arrival.error().peer_text;
}

std::string refusal_of(const Result<void>& answer) {
    return answer ? std::string{} : answer.error().peer_text;
}

amqp::Message message_to(const std::string& exchange, const std::string& routing_key) {
    amqp::Message message = submission("H43.01", "m", "x");
    message.exchange = exchange;
    message.routing_key = routing_key;
    return message;
}

}  // namespace

TEST_CASE("once the hub is up, every name of the contract exists") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    EventLog events;
    amqp::Outbound outbound{{node.address("hub"), false, "names", code("H43.LGSP")},
                            province.directory,
                            province.hub,
                            events.queue()};
    outbound.start();
    events.next<BusUp>();

    std::set<std::pair<std::string, std::string>> exchanges{{"deliver", "direct"}, {"dead", "direct"}};
    std::set<std::pair<std::string, std::string>> queues{{"dead", "classic"}};
    std::set<std::tuple<std::string, std::string, std::string>> bindings{{"dead", "dead", "dead"}};
    for (const std::string agency : {"H43.01", "H43.02", "H43x01"}) {
        exchanges.emplace("submit." + agency, "direct");
        queues.insert({{"submit." + agency, "classic"},
                       {"inbox." + agency, "classic"},
                       {"inbox." + agency + ".urgent", "classic"}});
        bindings.insert({{"submit." + agency, "submit." + agency, "submit." + agency},
                         {"deliver", "inbox." + agency, "inbox." + agency},
                         {"deliver", "inbox." + agency + ".urgent", "inbox." + agency + ".urgent"}});
    }
    const auto all = boost::json::parse(node.definitions());
    decltype(exchanges) exchanges_found;
    for (const auto& exchange : all.at("exchanges").as_array()) {
        CHECK(exchange.at("durable").as_bool());
        exchanges_found.emplace(text_at(exchange, "name"), text_at(exchange, "type"));
    }
    decltype(queues) queues_found;
    for (const auto& queue : all.at("queues").as_array()) {
        CHECK(queue.at("durable").as_bool());
        const bool is_inbox = text_at(queue, "name").starts_with("inbox.");
        CHECK(queue.at("arguments").as_object().contains("x-single-active-consumer") == is_inbox);
        queues_found.emplace(text_at(queue, "name"), text_at(queue, "type"));
    }
    decltype(bindings) bindings_found;
    for (const auto& binding : all.at("bindings").as_array())
        bindings_found.emplace(text_at(binding, "source"), text_at(binding, "destination"),
                               text_at(binding, "routing_key"));
    CHECK(exchanges_found == exchanges);
    CHECK(queues_found == queues);
    CHECK(bindings_found == bindings);
}

TEST_CASE("an agency may write what it submits and read its inboxes") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    publish_all(node.address("H43.01"), {submission("H43.01", "from H43.01", "x")});
    CHECK(ready_in("submit.H43.01") == 1);

    for (const std::string inbox : {"inbox.H43.01", "inbox.H43.01.urgent"}) {
        amqp::Message delivery = submission("hub", "to " + inbox, "x");
        delivery.exchange = "deliver";
        delivery.routing_key = inbox;
        publish_all(node.address("hub"), {delivery});
        amqp::Session session = amqp::Session::open(node.address("H43.01")).value();
        session.consume(inbox).value();
        CHECK(receive(session).message_id == "to " + inbox);
    }
}

TEST_CASE("an agency may do nothing else") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    const amqp::Address address = node.address("H43.01");
    using Attempt = std::function<std::string(amqp::Session&)>;
    std::vector<std::pair<std::string, Attempt>> attempts{
        {"declare an exchange", [](auto& s) { return refusal_of(s.declare_exchange("mine", "fanout")); }},
        {"declare a queue", [](auto& s) { return refusal_of(s.declare_queue("mine", {})); }},
        {"bind its inbox",
         [](auto& s) { return refusal_of(s.bind("inbox.H43.01", "deliver", "inbox.H43.02")); }},
        {"bind to what it submits",
         [](auto& s) { return refusal_of(s.bind("inbox.H43.01", "submit.H43.02", "x")); }},
        {"purge another inbox", [](auto& s) { return refusal_of(s.purge_queue("inbox.H43.02")); }}};
    for (const std::string name : {"submit.H43.01", "deliver", "dead"})
        attempts.emplace_back("declare " + name,
                              [name](auto& s) { return refusal_of(s.declare_exchange(name, "direct")); });
    for (const std::string name :
         {"inbox.H43.02", "inbox.H43.02.urgent", "inbox.H43x01", "submit.H43.01", "dead"})
        attempts.emplace_back("read " + name, [name](auto& s) { return refusal_of(s.consume(name)); });
    for (const std::string name : {"deliver", "dead", "submit.H43.02", "submit.H43x01", ""})
        attempts.emplace_back("write to " + name,
                              [name](auto& s) { return refusal_of(s, message_to(name, "inbox.H43.02")); });
    for (const auto& [what, attempt] : attempts) {
        INFO(what);
        amqp::Session session = amqp::Session::open(address).value();
        session.enable_confirms().value();
        CHECK_THAT(attempt(session), Catch::StartsWith("ACCESS_REFUSED"));
    }
    CHECK_THAT(RawChannel{address}.delete_queue("inbox.H43.01"), Catch::StartsWith("ACCESS_REFUSED"));
    CHECK_THAT(RawChannel{address}.delete_exchange("submit.H43.01"), Catch::StartsWith("ACCESS_REFUSED"));
    CHECK_THAT(RawChannel{address}.unbind("inbox.H43.01", "deliver", "inbox.H43.01"),
               Catch::StartsWith("ACCESS_REFUSED"));
}

TEST_CASE("nobody submits under another's name") {
    BrokerNode& node = BrokerNode::running();
    make_fresh_topology(node, *make_province().directory);
    amqp::Session session = amqp::Session::open(node.address("H43.01")).value();
    session.enable_confirms().value();
    amqp::Message message = submission("H43.01", "m", "x");
    message.user_id = "H43.02";
    CHECK_THAT(refusal_of(session, message), Catch::StartsWith("PRECONDITION_FAILED"));
    CHECK(ready_in("submit.H43.01") == 0);
}

TEST_CASE("a cluster's queues are declared as quorum queues") {
    BrokerNode& node = BrokerNode::running();
    amqp::Session session = amqp::Session::open(node.address("hub")).value();
    session.declare_queue("trial.quorum", {.is_quorum = true}).value();
    // The broker compares: a queue that is there already with another type is refused.
    CHECK_THAT(refusal_of(session.declare_queue("trial.quorum", {})), Catch::Contains("x-queue-type"));
    CHECK(RawChannel{node.address("hub")}.delete_queue("trial.quorum").empty());
}

TEST_CASE("who looks into an agency's inboxes restores its way into the hub") {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    amqp::Session hub = amqp::Session::open(node.address("hub")).value();
    amqp::declare_topology(hub, *province.directory, false).value();
    REQUIRE(RawChannel{node.address("hub")}.delete_exchange("submit.H43.01").empty());
    REQUIRE(RawChannel{node.address("hub")}.delete_queue("submit.H43.01").empty());
    amqp::count_inboxes(hub, code("H43.01"), false).value();
    hub.settle().value();
    amqp::Session agency = amqp::Session::open(node.address("H43.01")).value();
    agency.enable_confirms().value();
    CHECK(refusal_of(agency, message_to("submit.H43.01", "submit.H43.01")).empty());
    CHECK(ready_in("submit.H43.01") == 1);
    REQUIRE(RawChannel{node.address("hub")}.delete_queue("submit.H43.01").empty());
}
