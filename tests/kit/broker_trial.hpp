#pragma once
// A kit between a real broker and a store over TLS: the test is the hub at the other end of both.

#include "adapters/kit/kit.hpp"

#include "hub/amqp/receipt_message.hpp"
#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"
#include "hub/wire/attached_parts.hpp"
#include "hub/wire/receipt_chain.hpp"
#include "tests/amqp/province.hpp"
#include "tests/kit/scripted_store.hpp"

#include <deque>
#include <set>

namespace hub::test {

inline Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

struct Recorder final : kit::Handler {
    Result<void> on_envelope(const kit::Received& envelope) override {
        if (trouble)
            return *trouble;
        order.push_back(envelope.header->document->number);
        receivers = envelope.receivers;
        if (!envelope.contents.front().file.empty())
            large.push_back(read_file(envelope.contents.front().file));
        return {};
    }
    bool acknowledges_later() const override { return is_handing_on; }
    Result<void> on_receipt(const wire::Receipt& receipt) override {
        if (trouble)
            return *trouble;
        receipts.push_back(receipt);
        return {};
    }
    std::optional<Fault> trouble;                   ///< Why nothing can be stored.
    bool is_handing_on = false;
    std::vector<std::string> order;                 ///< Document numbers.
    std::vector<Bytes> large;
    std::vector<wire::Receipt> receipts;
    std::vector<wire::AddressedReceiver> receivers; ///< Of the last one.
};

/// H43.01 with its kit, and the hub in the test's hands.
struct Trial : StoreTrial {
    BrokerNode& node = BrokerNode::running();
    const Province province = make_province();
    const KeyPair hub_pair = make_key(KeyKind::p256, "hub");
    const Signer hub_signer = Signer::parse(hub_pair.certificate_pem, hub_pair.key_pem).value();
    const Bytes large = some_octets(3 * limits::envelope_bytes_max);
    Recorder recorder;
    std::unique_ptr<kit::Kit> kit;
    std::optional<amqp::Session> hub;
    std::vector<wire::DecodedEnvelope> seen;        ///< Documents from the agency; their frames are in `frames`.
    std::deque<Bytes> frames;
    std::set<EnvelopeId> acknowledged, held, failed;
    std::vector<std::string> failed_with;           ///< Codes and details.
    std::size_t acknowledgements = 0;
    std::vector<EntrySeq> asked;                    ///< For receipts behind these.
    std::uint64_t entry = 0;
    bool is_chained = false;                        ///< Receipts say which one they follow.
    EntrySeq told{};

    Trial() {
        make_fresh_topology(node, *province.directory);
        write_file(*this / "hub.pem", hub_pair.certificate_pem);
        write_file(*this / "vb.edxml", large);
        hub.emplace(amqp::Session::open(node.address("hub")).value());
        hub->enable_confirms().value();
        hub->consume(amqp::submit_name(code("H43.01"))).value();
        open();
    }
    std::string contents_url = store.url();

    void open() {
        kit.reset();
        kit::Settings settings{.agency = code("H43.01"),
                               .broker = node.address("H43.01"),
                               .certificate_file = *this / "agency.pem",
                               .key_file = *this / "agency.key",
                               .hub_certificate_file = *this / "hub.pem",
                               .journal_folder = *this / "journal",
                               .receipts_reported_after = std::chrono::milliseconds{50}};
        settings.contents_url = contents_url;
        settings.contents_ca_file = *this / "server.pem";
        kit = kit::Kit::open(std::move(settings)).value();
    }
    kit::Outgoing letter(const std::string& sender, const std::string& number) const {
        kit::Outgoing out{.id = {}, .kind = Kind::document, .sender = code(sender)};
        out.receivers = {code(sender == "H43.01" ? "H43.02" : "H43.01")};
        out.document = DocumentName{.issuer = sender, .number = number};
        return out;
    }
    EnvelopeId submit_large() {
        kit::Outgoing out = letter("H43.01", "12");
        out.contents = {{"vb.edxml", "application/edxml+xml", {}, *this / "vb.edxml"}};
        return kit->submit(out).value();
    }
    /// Both ends a turn each.
    void turn() {
        constexpr std::chrono::milliseconds at_most{20};
        (void)kit->poll(at_most, recorder);
        amqp::Arrival arrival = hub->wait(at_most).value();
        auto* incoming = std::get_if<amqp::Incoming>(&arrival);
        if (!incoming)
            return;
        hub->acknowledge(incoming->delivery_tag, false).value();
        const auto envelope = wire::decode_envelope(incoming->body).value();
        if (envelope.header->kind != Kind::acknowledgement) {
            frames.push_back(incoming->body);
            seen.push_back(wire::decode_envelope(frames.back()).value());
            return;
        }
        ++acknowledgements;
        if (wire::are_receipts_missing(envelope.inline_parts.front()))
            asked.push_back(wire::decode_acknowledgement(envelope.inline_parts.front()).value().receipts_through);
        for (const auto& item : wire::decode_acknowledgement(envelope.inline_parts.front()).value().items)
            if ((item.is_held ? held : item.is_stored ? acknowledged : failed).insert(item.envelope).second
                && !item.is_stored)
                failed_with.push_back(item.code + " " + item.detail);
        refuses ? answer(envelope.header->id, EntryKind::refused, *refuses)
                : answer(envelope.header->id, EntryKind::accepted);
    }
    std::optional<Errc> refuses;                    ///< What the agency acknowledges.
    template <class Condition>
    bool turns_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            turn();
        return condition();
    }
    void publish(const AgencyCode& to, BytesView frame, const std::string& receivers = {}, std::uint32_t attempt = 1) {
        const std::string queue = amqp::inbox_queue(to, false);
        hub->publish({.exchange = std::string{amqp::deliver_exchange},
                      .routing_key = queue,
                      .message_id = "any",
                      .content_type = std::string{wire::envelope_media_type},
                      .headers = {{std::string{wire::receivers_header}, receivers},
                                  {std::string{amqp::attempt_header}, std::to_string(attempt)}},
                      .body = frame})
            .value();
    }
    void answer(const EnvelopeId& id, EntryKind kind, Errc why = Errc::internal) {
        Entry answer = entry_of(kind, EnvelopeSeq{1});
        answer.seq = EntrySeq{++entry};
        answer.at = now();
        if (kind == EntryKind::refused)
            answer.code = name_of(why);
        const PublishReceipts receipts{
            PublishId{}, 0, code("H43.01"), {{answer, id, code("H43.01"), {}, {code("H43.02")}}},
            is_chained ? told : EntrySeq{}};
        told = answer.seq;
        publish(code("H43.01"),
                amqp::receipt_message(kit::new_envelope_id().value(), now(), code("H43"), receipts, hub_signer)
                    .value());
    }
    kit::Sealed from_second(const std::string& number, const Bytes& content) const {
        kit::Outgoing out = letter("H43.02", number);
        out.contents = {{"vb.edxml", "application/edxml+xml", content, {}}};
        return kit::seal(out, std::chrono::hours{24}, province.second, {true, {}}).value();
    }
};

}  // namespace hub::test
