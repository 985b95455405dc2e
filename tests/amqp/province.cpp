#include "tests/amqp/province.hpp"

#include "tests/amqp/raw_channel.hpp"
#include "tests/support/throwaway_key.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>
#include <set>

namespace hub::test {

AgencyCode code(const std::string& text) { return AgencyCode::parse(text).value(); }

std::vector<AgencyCode> trial_codes() { return {code("H43.01"), code("H43.02"), code("H43x01")}; }

Province make_province(std::initializer_list<std::string_view> attached_for) {
    const auto signer = [](const std::string& name) {
        const KeyPair pair = make_key(KeyKind::p256, name);
        return Signer::parse(pair.certificate_pem, pair.key_pem).value();
    };
    Province province{nullptr, signer("hub"), signer("H43.01"), signer("H43.02"), signer("stranger")};
    std::vector<Agency> agencies;
    for (const AgencyCode& own : trial_codes())
        agencies.push_back({.code = own, .name = own.text()});
    for (Agency& agency : agencies)
        if (std::ranges::find(attached_for, agency.code.text()) != attached_for.end())
            agency.attached_bytes_max = limits::attached_bytes_max;
    agencies[0].certificates = {province.first.certificate()};
    agencies[1].certificates = {province.second.certificate()};
    province.directory =
        std::make_shared<const Directory>(Directory::build(std::move(agencies), {code("H43")}).value());
    return province;
}

RulesChanged changed_rules(const Province& province) {
    std::vector<Agency> agencies = province.directory->agencies();
    agencies[0].certificates.clear();
    agencies.push_back({.code = code("H43.07"), .name = "H43.07"});
    return {std::make_shared<const Directory>(Directory::build(std::move(agencies), {code("H43")}).value()), {}, {}};
}

kit::Sealed seal_document(const Signer& signer, const std::string& sender, std::size_t padding) {
    kit::Outgoing outgoing{
        .id = std::nullopt, .kind = Kind::document, .sender = code(sender), .receivers = {code("H43.02")}};
    outgoing.document =
        DocumentName{sender, "7", "UBND", "2026-11-20", sender + ",7", "V/v liên thông", "Công văn"};
    outgoing.contents.push_back({"van-ban.edxml", "application/edxml+xml", "<x/>" + Bytes(padding, ' ')});
    return kit::seal(outgoing, std::chrono::hours{24}, signer).value();
}

void make_fresh_topology(BrokerNode& node, const Directory& directory) {
    RawChannel channel{node.address("hub")};
    std::vector<std::string> queues{std::string{amqp::dead_queue}};
    for (const Agency& agency : directory.agencies())
        queues.insert(queues.end(), {amqp::submit_name(agency.code), amqp::inbox_queue(agency.code, false),
                                     amqp::inbox_queue(agency.code, true)});
    for (const std::string& queue : queues)
        REQUIRE(channel.delete_queue(queue).empty());
    amqp::Session session = amqp::Session::open(node.address("hub")).value();
    amqp::declare_topology(session, directory, false).value();
}

amqp::Message submission(const std::string& agency, const std::string& message_id, BytesView body) {
    return {.exchange = "submit." + agency,
            .routing_key = "submit." + agency,
            .is_mandatory = true,
            .message_id = message_id,
            .content_type = std::string{wire::envelope_media_type},
            .user_id = agency,
            .priority = 0,
            .headers = {},
            .body = body};
}

void publish_all(const amqp::Address& address, const std::vector<amqp::Message>& messages) {
    amqp::Session session = amqp::Session::open(address).value();
    session.enable_confirms().value();
    std::set<std::uint64_t> outstanding;
    for (const amqp::Message& message : messages)
        outstanding.insert(session.publish(message).value());
    while (!outstanding.empty()) {
        const amqp::Arrival arrival = session.wait(patience).value();
        const auto* confirm = std::get_if<amqp::Confirm>(&arrival);
        REQUIRE(confirm);
        REQUIRE_FALSE(confirm->is_negative);
        const auto last = outstanding.upper_bound(confirm->publish_tag);
        outstanding.erase(confirm->is_multiple ? outstanding.begin() : outstanding.find(confirm->publish_tag),
                          last);
    }
}

amqp::Incoming receive(amqp::Session& session) {
    amqp::Arrival arrival = session.wait(patience).value();
    REQUIRE(std::holds_alternative<amqp::Incoming>(arrival));
    amqp::Incoming incoming = std::get<amqp::Incoming>(std::move(arrival));
    session.acknowledge(incoming.delivery_tag, false).value();
    return incoming;
}

}  // namespace hub::test
