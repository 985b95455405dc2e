// Many deliveries that failed for one cause: how long the list of failures, a preview and the retry of all take, on the
// real ledger with the real engine.

#include "hub/core/signature.hpp"
#include "hub/engine.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "tests/bench/arguments.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace {

using namespace hub;
using Clock = std::chrono::steady_clock;

constexpr std::size_t rows_per_commit = 500;
const Cause no_room{"ledger_full", "no room"};
const Cause refused_there{"not_stored", "no register"};

double ms_since(Clock::time_point began) {
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

AgencyCode code(std::size_t n) { return AgencyCode::parse("H43." + std::to_string(n % 300 + 1)).value(); }

Instant at(std::uint64_t ms) { return Instant{std::chrono::milliseconds{1'700'000'000'000 + static_cast<std::int64_t>(ms)}}; }

/// The hub takes it apart when it publishes it.
Bytes some_frame() {
    const Bytes header(600, 'h'), part(1400, 'x');
    const Signature signature{sha256("key"), Algorithm::ecdsa_p256_sha256, Bytes(71, 's')};
    return wire::encode_envelope(header, std::array{signature}, std::array{BytesView{part}});
}

/// Of `documents` every `step`th has failed for one cause, the one after it for another.
void fill(ledger::SqliteLedger& ledger, std::size_t documents, std::size_t failed) {
    const auto frame = std::make_shared<const Bytes>(some_frame());
    const std::size_t step = std::max<std::size_t>(documents / failed, 1);
    std::uint64_t entry = 0;
    for (std::size_t done = 0; done < documents; done += rows_per_commit) {
        Batch batch;
        for (std::size_t i = done; i < std::min(documents, done + rows_per_commit); ++i) {
            const std::uint64_t seq = i + 1;
            const std::string number_text = std::to_string(seq);
            EnvelopeHeader header{.id = EnvelopeId::make(1'700'000'000'000 + seq, {static_cast<std::uint8_t>(seq)}),
                                  .kind = Kind::document,
                                  .sender = code(i),
                                  .receivers = {code(i + 1)},
                                  .created_at = Instant{},
                                  .expires_at = Instant{},
                                  .document = DocumentName{code(i).text(), number_text, "VP", "2026-11-24",
                                                           code(i).text() + "," + number_text, "V/v " + number_text, "Công văn"},
                                  .status = std::nullopt,
                                  .refusal = std::nullopt};
            batch.envelopes.push_back({.seq = EnvelopeSeq{seq},
                                       .sender = code(i),
                                       .id = header.id,
                                       .header = std::make_shared<const EnvelopeHeader>(header),
                                       .frame = frame,
                                       .header_digest = {},
                                       .accepted_at = at(seq),
                                       .refusal = std::nullopt,
                                       .first_delivery = DeliverySeq{seq},
                                       .receivers = {{code(i + 1), code(i + 1)}}});
            batch.entries.push_back({.seq = EntrySeq{++entry}, .at = at(seq), .kind = EntryKind::accepted,
                                     .envelope = EnvelopeSeq{seq}, .addressee = code(i)});
            const bool has_failed = i % step < 2;
            StationChange change{DeliverySeq{seq}, has_failed ? Station::failed : Station::retrieved, at(seq),
                                 has_failed ? Carriage::failed : Carriage::taken};
            batch.entries.push_back({.seq = EntrySeq{++entry}, .at = at(seq), .kind = EntryKind::station,
                                     .envelope = EnvelopeSeq{seq},
                                     .event = has_failed ? ReceiptEvent::not_stored : ReceiptEvent::stored,
                                     .receiver = code(i + 1), .addressee = code(i)});
            if (has_failed)
                change.turn = Turn{1, EntrySeq{entry}, i % step == 0 ? no_room : refused_there, {}};
            batch.stations.push_back(std::move(change));
        }
        ledger.commit(batch).value();
    }
}

struct CountingBus final : Bus {
    void perform(PublishEnvelope effect) override {
        ++published;
        events.emplace_back(Confirmed{effect.id});
    }
    void perform(PublishReceipts effect) override { events.emplace_back(Confirmed{effect.id}); }
    void perform(DeadLetter) override {}
    void perform(MarkBroker) override {}
    void perform(AcknowledgeInbound) override {}
    std::vector<Event> events;
    std::size_t published = 0;
};
struct NoDesk final : Desk {
    void perform(Answer) override {}
    void perform(RemoveCopy) override {}
};
struct HeldCommitter final : Committer {
    const Batch* pending = nullptr;
    void begin(const Batch& batch) override { pending = &batch; }
};

/// Until the operation is done and all is published. Time is virtual: the rate does not slow it down.
void retry_all(ledger::SqliteLedger& ledger, const Operation& wanted) {
    const auto view = ledger.view();
    std::vector<Agency> agencies;
    for (std::size_t i = 0; i < 300; ++i)
        agencies.push_back({.code = code(i)});
    const auto directory = std::make_shared<const Directory>(
        Directory::build(std::move(agencies), {AgencyCode::parse("H43").value()}).value());
    Relay relay{directory, {}, *view, view->heads().value()};
    HeldCommitter committer;
    CountingBus bus;
    NoDesk desk;
    Engine engine{relay, *view, committer, bus, desk};
    Instant now = at(1'000'000'000);
    double slowest_ms = 0;
    const auto take = [&](std::vector<Event> events) {
        const auto began = Clock::now();
        engine.take(events, now).value();
        slowest_ms = std::max(slowest_ms, ms_since(began));
        if (const Batch* batch = std::exchange(committer.pending, nullptr)) {
            ledger.commit(*batch).value();
            bus.events.emplace_back(LedgerCommitted{});
        }
    };
    const auto began = Clock::now();
    take({Started{}, BusUp{false, 1}, OperationAsked{Ticket{1}, wanted, {.actor = "bench", .verb = Verb::operation_run}}});
    while (bus.published < wanted.expected && ms_since(began) < 600'000) {
        std::vector<Event> events = std::exchange(bus.events, {});
        now += std::chrono::milliseconds{100};
        events.emplace_back(Tick{});
        take(std::move(events));
    }
    const double seconds = ms_since(began) / 1000;
    const Operation done = view->operation(wanted.key).value().value();
    std::cout << "retry_done " << done.done << "\nretry_published " << bus.published << "\nretry_s " << seconds
              << "\nretry_per_s " << static_cast<double>(bus.published) / seconds << "\nretry_slowest_step_ms "
              << slowest_ms << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t documents = 300'000, failed = 100'000, measured = 1;
    std::string folder;
    hub::bench::Arguments arguments{"Failures, previews and a retry of many."};
    arguments.need("folder", folder);
    arguments.take("--documents", documents);
    arguments.take("--failed", failed);
    arguments.take("--measured", measured, "0: only fill the ledger");
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    const auto ledger = ledger::SqliteLedger::open(folder).value();
    fill(*ledger, documents, failed);
    if (measured == 0)
        return 0;
    Selection by_cause;
    by_cause.cause = fingerprint_of(no_room);
    Selection by_sender = by_cause;
    by_sender.sender = code(0);
    Preview preview;
    // A book of its own each time: nothing of the one before is in its cache.
    for (const auto& [name, selection] : {std::pair{"cause", by_cause}, {"all", Selection{}}, {"sender", by_sender}}) {
        const auto book = ledger->book();
        auto began = Clock::now();
        const Preview first = book->preview(selection).value();
        std::cout << "preview_" << name << "_count " << first.count << "\npreview_" << name << "_ms " << ms_since(began);
        began = Clock::now();
        (void)book->preview(selection).value();
        std::cout << "\npreview_" << name << "_again_ms " << ms_since(began) << "\n";
        if (selection == by_cause)
            preview = first;
    }
    const auto began = Clock::now();
    const std::size_t groups = ledger->book()->failures().value().groups.size();
    std::cout << "failures_groups " << groups << "\nfailures_ms " << ms_since(began) << std::endl;
    Operation wanted;
    wanted.key = "bench";
    wanted.act = DeliveryAct::retry;
    wanted.selection = by_cause;
    wanted.seen = preview.seen;
    wanted.expected = preview.count;
    wanted.per_second = limits::operation_per_second_max;
    retry_all(*ledger, wanted);
    return 0;
}
