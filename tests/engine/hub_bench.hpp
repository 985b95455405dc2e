#pragma once
// A hub on the bench: the real engine and relay over the memory ledger, a bus that only records, commits that
// finish when the test says so.

#include "hub/engine.hpp"
#include "hub/ledger/memory_ledger.hpp"
#include "tests/support/codes.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hub::test {

inline EnvelopeId id(std::uint8_t n) { return EnvelopeId::make(n, {n}); }

struct RecordingBus final : Bus {
    std::vector<PublishEnvelope> envelopes;
    std::vector<PublishReceipts> receipts;
    std::vector<DeadLetter> dead;
    std::vector<AcknowledgeInbound> acknowledged;
    int marks = 0;
    std::size_t receipts_confirmed = 0;

    void perform(PublishEnvelope effect) override { envelopes.push_back(std::move(effect)); }
    void perform(PublishReceipts effect) override { receipts.push_back(std::move(effect)); }
    void perform(DeadLetter effect) override { dead.push_back(std::move(effect)); }
    void perform(MarkBroker) override { ++marks; }
    void perform(AcknowledgeInbound effect) override { acknowledged.push_back(effect); }

    bool is_silent() const { return envelopes.empty() && receipts.empty() && dead.empty() && acknowledged.empty(); }
    void clear() { *this = {}; }
};

struct RecordingDesk final : Desk {
    std::vector<Answer> answers;
    std::vector<RemoveCopy> removed;
    void perform(Answer effect) override { answers.push_back(std::move(effect)); }
    void perform(RemoveCopy effect) override { removed.push_back(std::move(effect)); }
};

struct HeldCommitter final : Committer {
    const Batch* pending = nullptr;
    void begin(const Batch& batch) override { pending = &batch; }
};

class HubBench {
public:
    explicit HubBench(RetentionRules given = {}) : rules{std::move(given)} { start(); }

    void start() {
        view = ledger.view();
        relay = std::make_unique<Relay>(directory, rules, *view, view->heads().value(), AxisRules{}, operation_rules);
        engine = std::make_unique<Engine>(*relay, *view, committer, bus, desk);
    }
    /// The process is gone; a commit under way was lost.
    void crash() {
        committer.pending = nullptr;
        bus.clear();
        start();
    }
    Result<void> take(const Event& event) { return engine->take({&event, 1}, now); }
    Result<void> commit() {
        HUB_ASSERT(committer.pending != nullptr);
        const Batch* batch = std::exchange(committer.pending, nullptr);
        if (auto committed = ledger.commit(*batch); !committed)
            return take(LedgerCommitted{committed.error()});
        return take(LedgerCommitted{});
    }
    void settle() {
        while (committer.pending)
            (void)commit();
    }

    /// The broker takes every message of receipts; what waited behind them follows.
    void confirm_receipts() {
        while (bus.receipts_confirmed < bus.receipts.size()) {
            HUB_ASSERT(take(Confirmed{bus.receipts[bus.receipts_confirmed++].id}).has_value());
            settle();
        }
    }

    static EnvelopeHeader document(std::uint8_t n, std::vector<AgencyCode> receivers) {
        return {.id = id(n),
                .kind = Kind::document,
                .sender = code("H43"),
                .receivers = std::move(receivers),
                .created_at = Instant{std::chrono::seconds{1}},
                .expires_at = Instant{std::chrono::seconds{1'000'000}},
                .urgency = Urgency::normal,
                .document = DocumentName{"H43", std::to_string(n), "UBND", "2026-11-24", "H43,2026/11/24," + std::to_string(n),
                                         "V/v họp", "Công văn"},
                .business = Business::fresh,
                .business_refers_to = {},
                .business_reason = {},
                .status = std::nullopt,
                .parts = {},
                .traceparent = {},
                .refusal = std::nullopt,
                .secrecy = {}};
    }
    Delivered delivered(EnvelopeHeader header, std::string frame = "frame", std::string queue = "H43") {
        Verdict verdict;
        verdict.header_digest = sha256(frame);
        verdict.header = std::make_shared<const EnvelopeHeader>(std::move(header));
        verdict.signer_valid_from = Instant{};
        verdict.signer_valid_until = Instant{std::chrono::seconds{2'000'000}};
        verdict.signer_agency = code(queue);
        return {InboundTag{1, ++tag}, code(queue), queue, verdict.header->id.text(),
                std::make_shared<const Bytes>(std::move(frame)), std::move(verdict)};
    }

    std::shared_ptr<const Directory> directory = std::make_shared<const Directory>(
        Directory::build({{.code = code("H43")},
                          {.code = code("H43.01")},
                          {.code = code("H43.02")},
                          {.code = code("H43.09"), .closed_at = Instant{std::chrono::seconds{5}}}},
                         {code("H43")})
            .value());
    RetentionRules rules;
    Instant now{std::chrono::seconds{100}};
    std::uint64_t tag = 0;
    ledger::MemoryLedger ledger;
    std::unique_ptr<LedgerView> view;
    OperationRules operation_rules;                  ///< From the next start on.
    std::unique_ptr<Relay> relay;
    HeldCommitter committer;
    RecordingBus bus;
    RecordingDesk desk;
    std::unique_ptr<Engine> engine;
};

}  // namespace hub::test
