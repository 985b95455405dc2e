// What comes and goes with a kit, over a real broker.

#include "tests/kit/broker_trial.hpp"

using namespace hub;
using namespace hub::test;

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

TEST_CASE("a second attempt that does not read is no word about what the adapter holds", "[kit]") {
    Trial trial;
    trial.recorder.is_handing_on = true;
    const auto first = trial.from_second("1", "octets"), behind = trial.from_second("2", "<edXML/>");
    trial.publish(code("H43.01"), first.frame);
    REQUIRE(trial.turns_until([&] { return trial.held.contains(first.id); }));

    const auto header_bytes = wire::encode_header(*wire::decode_envelope(first.frame).value().header);
    const auto signature = trial.province.second.sign(header_bytes).value();
    const BytesView other = "OCTETS";
    trial.publish(code("H43.01"), wire::encode_envelope(header_bytes, {&signature, 1}, {&other, 1}), {}, 2);
    trial.publish(code("H43.01"), behind.frame);
    REQUIRE(trial.turns_until([&] { return trial.held.contains(behind.id); }));
    REQUIRE(trial.kit->acknowledge({code("H43.02"), first.id, true, {}, {}}).has_value());
    REQUIRE(trial.turns_until([&] { return trial.acknowledged.contains(first.id); }));
    CHECK(trial.failed.empty());
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

TEST_CASE("an envelope that an earlier hub took and that does not read any more is told as failed", "[kit]") {
    Trial trial;
    EnvelopeHeader header = *wire::decode_envelope(trial.from_second("1", "<edXML/>").frame).value().header;
    header.parts.clear();
    const auto header_bytes = wire::encode_header(header);
    const auto signature = trial.province.second.sign(header_bytes).value();
    trial.publish(code("H43.01"), wire::encode_envelope(header_bytes, {&signature, 1}, {}));
    REQUIRE(trial.turns_until([&] { return trial.failed.contains(header.id); }));
    CHECK(trial.recorder.order.empty());
    CHECK(trial.failed_with == std::vector<std::string>{"part_missing parts a document has at least one"});

    // An acknowledgement that was lost is said again.
    trial.failed.clear();
    trial.publish(code("H43.01"), wire::encode_envelope(header_bytes, {&signature, 1}, {}));
    REQUIRE(trial.turns_until([&] { return trial.failed.contains(header.id); }));

    EnvelopeHeader altered = *wire::decode_envelope(trial.from_second("2", "octets").frame).value().header;
    const auto altered_bytes = wire::encode_header(altered);
    const BytesView other = "OCTETS";
    trial.publish(code("H43.01"), wire::encode_envelope(altered_bytes, {&signature, 1}, {&other, 1}));
    REQUIRE(trial.turns_until([&] { return trial.failed.contains(altered.id); }));
    CHECK(trial.failed_with.back().starts_with("part_digest_mismatch parts[0].sha256"));
    CHECK(trial.recorder.order.empty());
}
