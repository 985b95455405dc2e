// Large contents over a real broker and a store over TLS: the test is the hub at the other end of both.

#include "adapters/kit/kit.hpp"

#include "hub/amqp/receipt_message.hpp"
#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"
#include "hub/wire/attached_parts.hpp"
#include "tests/amqp/province.hpp"
#include "tests/kit/scripted_store.hpp"

#include <deque>
#include <set>

namespace {

using namespace hub;
using namespace hub::test;

Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

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
    std::size_t acknowledgements = 0;
    std::uint64_t entry = 0;

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
        for (const auto& item : wire::decode_acknowledgement(envelope.inline_parts.front()).value().items)
            (item.is_held ? held : item.is_stored ? acknowledged : failed).insert(item.envelope);
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
    void publish(const AgencyCode& to, BytesView frame, const std::string& receivers = {}) {
        const std::string queue = amqp::inbox_queue(to, false);
        hub->publish({.exchange = std::string{amqp::deliver_exchange},
                      .routing_key = queue,
                      .message_id = "any",
                      .content_type = std::string{wire::envelope_media_type},
                      .headers = {{std::string{wire::receivers_header}, receivers}},
                      .body = frame})
            .value();
    }
    void answer(const EnvelopeId& id, EntryKind kind, Errc why = Errc::internal) {
        Entry told = entry_of(kind, EnvelopeSeq{1});
        told.seq = EntrySeq{++entry};
        told.at = now();
        if (kind == EntryKind::refused)
            told.code = name_of(why);
        const PublishReceipts receipts{
            PublishId{}, 0, code("H43.01"), {{told, id, code("H43.01"), {}, {code("H43.02")}}}};
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

}  // namespace

TEST_CASE("an envelope is sent when all its contents are in the store, and again when they were lost", "[kit]") {
    Trial trial;
    trial.store.answer({"PATCH", 503, "", {}});
    const EnvelopeId id = trial.submit_large();
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 1; }));
    const Digest digest = sha256(trial.large);
    CHECK(trial.store.content(digest) == trial.large);
    CHECK(trial.seen[0].header->id == id);
    CHECK_FALSE(trial.seen[0].header->parts.front().is_inline);
    CHECK(trial.seen[0].header->parts.front().digest == digest);
    CHECK(trial.seen[0].inline_parts.empty());

    trial.store.lose(digest);
    trial.answer(id, EntryKind::refused, Errc::part_not_uploaded);
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 2; }));
    CHECK(trial.store.content(digest) == trial.large);
    CHECK(trial.frames[0] == trial.frames[1]);
    CHECK(trial.recorder.receipts.empty());
    CHECK(trial.kit->unanswered() == 1);

    trial.answer(id, EntryKind::accepted);
    REQUIRE(trial.turns_until([&] { return !trial.recorder.receipts.empty(); }));
    CHECK(trial.recorder.receipts.front().what == "accepted");
    CHECK(trial.kit->unanswered() == 0);
    // The last to go is the acknowledgement of the receipts.
    CHECK(trial.turns_until([&] { return names_in(trial / "journal/outgoing").empty(); }));
}

TEST_CASE("a content that cannot be put is told with the hub's refusal, by its cause", "[kit]") {
    Trial trial;
    trial.store.answer({"PATCH", 413, "part_too_large", {}});
    const EnvelopeId id = trial.submit_large();
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 1; }));
    trial.answer(id, EntryKind::refused, Errc::part_not_uploaded);
    REQUIRE(trial.turns_until([&] { return !trial.recorder.receipts.empty(); }));
    CHECK(trial.recorder.receipts.front().what == "refused");
    CHECK(trial.recorder.receipts.front().code == "part_too_large");
    CHECK(trial.kit->unanswered() == 0);
}

TEST_CASE("a large content that does not come keeps no small one waiting, and is taken once", "[kit]") {
    Trial trial;
    const auto large = trial.from_second("1", trial.large);
    const auto small = trial.from_second("2", "<edXML/>");
    trial.publish(code("H43.01"), large.frame);
    trial.publish(code("H43.01"), small.frame);
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(small.id); }));
    CHECK(trial.recorder.order == std::vector<std::string>{"2"});
    CHECK(trial.kit->transfers().size() == 1);
    CHECK_FALSE(trial.acknowledged.contains(large.id));

    // The broker was told that it was taken: from here on it comes from the journal's folder alone.
    trial.open();
    trial.publish(code("H43.01"), large.frame);
    trial.store.put(trial.large);
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(large.id); }));
    CHECK(trial.recorder.order == std::vector<std::string>{"2", "1"});
    CHECK(trial.recorder.large == std::vector<Bytes>{trial.large});
    CHECK(names_in(trial / "journal/incoming").empty());
    CHECK(names_in(trial / "journal/spool").empty());

    // The hub did not hear it.
    trial.acknowledged.clear();
    trial.publish(code("H43.01"), large.frame);
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(large.id); }));
    CHECK(trial.recorder.order.size() == 2);
}

TEST_CASE("an adapter hears from the hub for whom it gets an envelope, also after an end", "[kit]") {
    Trial trial;
    const std::vector expected{wire::AddressedReceiver{wire::AddressRule::own_code, {code("H43.01")}}};
    const auto small = trial.from_second("1", "<edXML/>");
    trial.publish(code("H43.01"), small.frame, "code:0");
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(small.id); }));
    CHECK(trial.recorder.receivers == expected);
    // What cannot be read says nothing.
    const auto other = trial.from_second("2", "<edXML/>");
    trial.publish(code("H43.01"), other.frame, "code:7");
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(other.id); }));
    CHECK(trial.recorder.receivers.empty());

    const auto large = trial.from_second("3", trial.large);
    trial.publish(code("H43.01"), large.frame, "code:0");
    REQUIRE(trial.turns_until([&] { return trial.kit->transfers().size() == 1; }));
    trial.open();
    trial.store.put(trial.large);
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(large.id); }));
    CHECK(trial.recorder.receivers == expected);
    CHECK(names_in(trial / "journal/incoming").empty());
}

TEST_CASE("an adapter that hands documents on tells later what became of them", "[kit]") {
    Trial trial;
    trial.recorder.is_handing_on = true;
    const auto small = trial.from_second("1", "<edXML/>");
    const auto large = trial.from_second("2", trial.large);
    trial.store.put(trial.large);
    trial.publish(code("H43.01"), small.frame);
    trial.publish(code("H43.01"), large.frame);
    REQUIRE(trial.turns_until([&] { return trial.held == std::set{small.id, large.id}; }));
    CHECK(trial.acknowledged.empty());

    trial.open();
    REQUIRE(trial.kit->acknowledge({code("H43.02"), small.id, true, {}, {}}).has_value());
    REQUIRE(trial.kit->acknowledge({code("H43.02"), large.id, false, "18", "no such unit"}).has_value());
    CHECK(trial.kit->acknowledge({code("H43.02"), kit::new_envelope_id().value(), true, {}, {}}).error().code
          == Errc::not_found);
    REQUIRE(trial.turns_until([&] { return trial.failed.size() == 1 && trial.acknowledged.size() == 1; }));
    CHECK(trial.acknowledged.contains(small.id));
    CHECK(trial.failed.contains(large.id));

    // The hub did not hear it.
    trial.acknowledged.clear();
    trial.publish(code("H43.01"), small.frame);
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(small.id); }));
    CHECK(trial.recorder.order == std::vector<std::string>{"1", "2"});
}

TEST_CASE("an agency at rest says nothing: the answer to an acknowledgement is not acknowledged", "[kit]") {
    Trial trial;
    kit::Outgoing out = trial.letter("H43.01", "12");
    out.contents = {{"vb.edxml", "application/edxml+xml", "<edXML/>", {}}};
    const EnvelopeId id = trial.kit->submit(out).value();
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 1; }));
    trial.answer(id, EntryKind::accepted);
    REQUIRE(trial.turns_until([&] { return trial.acknowledgements == 1; }));
    // Many times as long as it waits before it reports a receipt.
    const auto rest_until = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    REQUIRE(trial.turns_until([&] { return std::chrono::steady_clock::now() > rest_until; }));
    CHECK(trial.acknowledgements == 1);
}

TEST_CASE("receipts that a connection before still holds come before newer ones", "[kit]") {
    Trial trial;
    trial.kit.reset();
    // A machine that lost its power: the broker has not noticed yet.
    std::optional<amqp::Session> before{amqp::Session::open(trial.node.address("H43.01")).value()};
    before->set_prefetch(1, false).value();
    before->consume(amqp::inbox_queue(code("H43.01"), false)).value();
    const EnvelopeId first = kit::new_envelope_id().value();
    const EnvelopeId second = kit::new_envelope_id().value();
    trial.answer(first, EntryKind::accepted);
    REQUIRE(std::holds_alternative<amqp::Incoming>(before->wait(patience).value()));

    trial.open();
    trial.answer(second, EntryKind::accepted);
    for (int i = 0; i < 50; ++i)
        trial.turn();
    before.reset();
    REQUIRE(trial.turns_until([&] { return trial.recorder.receipts.size() == 2; }));
    CHECK(trial.recorder.receipts[0].envelope == first);
    CHECK(trial.recorder.receipts[1].envelope == second);
}

TEST_CASE("many receipts come in turns, between which other things are done", "[kit]") {
    Trial trial;
    constexpr std::size_t count = 250;
    PublishReceipts receipts{PublishId{}, 0, code("H43.01"), {}};
    for (std::size_t i = 0; i < count; ++i) {
        Entry told = entry_of(EntryKind::accepted, EnvelopeSeq{1});
        told.seq = EntrySeq{++trial.entry};
        receipts.items.push_back({told, kit::new_envelope_id().value(), code("H43.01"), {}, {}});
    }
    trial.publish(code("H43.01"), amqp::receipt_message(kit::new_envelope_id().value(), now(), code("H43"), receipts,
                                                        trial.hub_signer)
                                      .value());
    std::set<std::size_t> seen;
    REQUIRE(trial.turns_until([&] {
        seen.insert(trial.recorder.receipts.size());
        return trial.recorder.receipts.size() == count;
    }));
    CHECK(seen == std::set<std::size_t>{0, 100, 200, 250});
    for (std::size_t i = 1; i < count; ++i)
        CHECK(trial.recorder.receipts[i - 1].entry < trial.recorder.receipts[i].entry);
}

TEST_CASE("why what comes cannot be stored is said, and ends when it can be", "[kit]") {
    Trial trial;
    trial.recorder.trouble = Fault{Errc::ledger_full, "disk", "no space"};
    SECTION("an envelope") { trial.publish(code("H43.01"), trial.from_second("12", "octets").frame); }
    SECTION("a receipt") { trial.answer(kit::new_envelope_id().value(), EntryKind::accepted); }
    std::optional<Fault> said;
    const auto poll = [&] {
        const auto polled = trial.kit->poll(std::chrono::milliseconds{20}, trial.recorder);
        said = polled ? std::nullopt : std::optional{polled.error()};
    };
    REQUIRE(trial.turns_until([&] {
        poll();
        return said && said->code == Errc::ledger_full;
    }));
    poll();
    CHECK(said == trial.recorder.trouble);
    trial.recorder.trouble.reset();
    REQUIRE(trial.turns_until([&] { return trial.recorder.order.size() + trial.recorder.receipts.size() >= 1; }));
    poll();
    CHECK_FALSE(said);
}

TEST_CASE("that the broker takes nothing is said, and what was sent goes on when it takes again", "[kit]") {
    Trial trial;
    // The broker blocks a connection once it publishes.
    MemoryAlarm alarm{trial.node};
    for (const char* number : {"1", "2", "3"}) {
        kit::Outgoing out = trial.letter("H43.01", number);
        out.contents = {{"vb.edxml", "application/edxml+xml", some_octets(1000), {}}};
        trial.kit->submit(out).value();
    }
    std::optional<Fault> said;
    REQUIRE(trial.turns_until([&] {
        const auto polled = trial.kit->poll(std::chrono::milliseconds{20}, trial.recorder);
        said = polled ? std::nullopt : std::optional{polled.error()};
        return said && said->code == Errc::broker_refused && said->field == "connection.blocked";
    }));
    CHECK(trial.seen.empty());
    CHECK(trial.kit->unanswered() == 3);
    alarm.end();
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 3; }));
    CHECK(trial.kit->poll(std::chrono::milliseconds{20}, trial.recorder).has_value());
}

TEST_CASE("that the hub refuses what is acknowledged is said", "[kit]") {
    Trial trial;
    trial.refuses = Errc::signer_unknown;
    trial.publish(code("H43.01"), trial.from_second("12", "octets").frame);
    std::optional<Fault> said;
    REQUIRE(trial.turns_until([&] {
        const auto polled = trial.kit->poll(std::chrono::milliseconds{20}, trial.recorder);
        said = polled ? std::nullopt : std::optional{polled.error()};
        return said && said->code == Errc::signer_unknown;
    }));
    CHECK(trial.acknowledgements == 1);
}

TEST_CASE("receipts of an unknown key stay in the broker until the settings know it", "[kit]") {
    Trial trial;
    const KeyPair changed = make_key(KeyKind::p256, "the hub's new key");
    const Signer new_signer = Signer::parse(changed.certificate_pem, changed.key_pem).value();
    const EnvelopeId id = kit::new_envelope_id().value();
    Entry told = entry_of(EntryKind::accepted, EnvelopeSeq{1});
    told.seq = EntrySeq{++trial.entry};
    const PublishReceipts receipts{PublishId{}, 0, code("H43.01"), {{told, id, code("H43.01"), {}, {}}}};
    trial.publish(code("H43.01"), amqp::receipt_message(kit::new_envelope_id().value(), now(), code("H43"), receipts,
                                                        new_signer)
                                      .value());
    std::optional<Fault> said;
    REQUIRE(trial.turns_until([&] {
        const auto polled = trial.kit->poll(std::chrono::milliseconds{20}, trial.recorder);
        said = polled ? std::nullopt : std::optional{polled.error()};
        return said && said->code == Errc::setting_invalid;
    }));
    CHECK(said->field == (trial / "hub.pem").string());
    CHECK(trial.recorder.receipts.empty());

    // During a change of keys the file holds both.
    write_file(trial / "hub.pem", trial.hub_pair.certificate_pem + changed.certificate_pem);
    trial.open();
    trial.answer(kit::new_envelope_id().value(), EntryKind::accepted);
    REQUIRE(trial.turns_until([&] { return trial.recorder.receipts.size() == 2; }));
    CHECK(trial.recorder.receipts[0].envelope == id);
}

TEST_CASE("a hub that counts from an older ledger is still heard about what waits for its answer", "[kit]") {
    Trial trial;
    trial.entry = 1000;
    trial.answer(kit::new_envelope_id().value(), EntryKind::accepted);
    REQUIRE(trial.turns_until([&] { return trial.recorder.receipts.size() == 1; }));
    kit::Outgoing out = trial.letter("H43.01", "12");
    out.contents = {{"vb.edxml", "application/edxml+xml", "<edXML/>", {}}};
    const EnvelopeId id = trial.kit->submit(out).value();
    REQUIRE(trial.turns_until([&] { return trial.seen.size() == 1; }));
    trial.entry = 500;
    trial.answer(id, EntryKind::accepted);
    trial.answer(id, EntryKind::accepted);
    REQUIRE(trial.turns_until([&] { return trial.kit->unanswered() == 0; }));
    for (int i = 0; i < 10; ++i)
        trial.turn();
    CHECK(trial.recorder.receipts.size() == 2);
}

namespace {

Bytes with_attached(Bytes frame, const Bytes& octets) {
    return std::move(frame) + wire::attached_part_head(0, octets.size()) + octets;
}

}  // namespace

TEST_CASE("an adapter without a content store takes large contents that come with the message", "[kit]") {
    Trial trial;
    trial.contents_url.clear();
    trial.open();
    // More than the agency may have in memory, were all of them there at once.
    const Bytes larger = some_octets(limits::attached_bytes_max / 4, 2);
    std::set<EnvelopeId> ids;
    for (int i = 0; i < 8; ++i) {
        const Bytes& content = i == 3 ? larger : trial.large;
        const auto sealed = trial.from_second(std::to_string(i), content);
        ids.insert(sealed.id);
        trial.publish(code("H43.01"), with_attached(sealed.frame, content));
    }
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.size() == ids.size(); }));
    CHECK(trial.acknowledged == ids);
    REQUIRE(trial.recorder.large.size() == ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
        CHECK(trial.recorder.large[i] == (trial.recorder.order[i] == "3" ? larger : trial.large));
    CHECK(trial.store.requests().empty());
    CHECK(names_in(trial / "journal/incoming").empty());
    CHECK(names_in(trial / "journal/spool").empty());
}

TEST_CASE("what is attached with a wrong digest is fetched from the store", "[kit]") {
    Trial trial;
    trial.store.put(trial.large);
    Bytes other = trial.large;
    other.back() ^= 1;
    const auto sealed = trial.from_second("1", trial.large);
    trial.publish(code("H43.01"), with_attached(sealed.frame, other));
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(sealed.id); }));
    CHECK(trial.recorder.large == std::vector<Bytes>{trial.large});
    CHECK(trial.store.count("GET") == 1);
}

TEST_CASE("what is attached and does not get onto the disk comes again from the broker", "[kit]") {
    Trial trial;
    trial.contents_url.clear();
    trial.open();
    const auto sealed = trial.from_second("1", trial.large);
    const auto small = trial.from_second("2", "<edXML/>");
    std::filesystem::remove_all(trial / "journal/spool");
    trial.publish(code("H43.01"), small.frame);
    trial.publish(code("H43.01"), with_attached(sealed.frame, trial.large));
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(small.id); }));
    for (int i = 0; i < 50; ++i)
        trial.turn();
    CHECK(trial.recorder.large.empty());
    CHECK(names_in(trial / "journal/incoming").empty());
    std::filesystem::create_directory(trial / "journal/spool");
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(sealed.id); }));
    CHECK(trial.recorder.large == std::vector<Bytes>{trial.large});
}
