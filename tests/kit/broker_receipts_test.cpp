// The hub's receipts, over a real broker.

#include "tests/kit/broker_trial.hpp"

using namespace hub;
using namespace hub::test;

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

TEST_CASE("receipts behind lost ones wait until those are told again, and none comes twice", "[kit]") {
    Trial trial;
    trial.is_chained = true;
    std::vector<EnvelopeId> ids;
    for (int i = 0; i < 4; ++i)
        ids.push_back(kit::new_envelope_id().value());
    const auto told = [&] {
        std::vector<EnvelopeId> found;
        for (const wire::Receipt& receipt : trial.recorder.receipts)
            if (std::ranges::find(ids, *receipt.envelope) != ids.end())
                found.push_back(*receipt.envelope);
        return found;
    };
    const auto is_missing = [&] { return std::filesystem::exists(trial / "journal/receipts-missing"); };
    const auto is_idle = [&] { return trial.acknowledgements > 0 && names_in(trial / "journal/outgoing").empty(); };
    trial.answer(ids[0], EntryKind::accepted);
    REQUIRE(trial.turns_until(is_idle));
    const EntrySeq has = trial.told;
    const std::uint64_t first = number(has) + 1;
    CHECK(trial.asked.empty());

    // The first two of these are purged.
    trial.entry = first + 1;
    trial.told = EntrySeq{trial.entry};
    trial.answer(ids[3], EntryKind::accepted);
    REQUIRE(trial.turns_until(is_missing));
    REQUIRE(trial.turns_until([&] { return !trial.asked.empty() && is_idle(); }));
    CHECK(trial.asked == std::vector{has});
    CHECK(told() == std::vector{ids[0]});

    const std::uint64_t last = trial.entry;
    trial.entry = first - 1;
    trial.told = has;
    for (const EnvelopeId& id : {ids[1], ids[2], ids[3]})
        trial.answer(id, EntryKind::accepted);
    trial.entry = std::max(trial.entry, last);
    REQUIRE(trial.turns_until([&] { return told().size() >= ids.size(); }));
    CHECK(told() == ids);
    CHECK_FALSE(is_missing());
}

TEST_CASE("that receipts are missing outlasts the process", "[kit]") {
    Trial trial;
    trial.kit.reset();
    write_file(trial / "journal/receipts-missing", "");
    trial.open();
    REQUIRE(trial.turns_until([&] { return !trial.asked.empty(); }));
    CHECK(trial.asked == std::vector{EntrySeq{0}});
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
