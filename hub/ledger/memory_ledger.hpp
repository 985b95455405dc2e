#pragma once
// The ledger in memory, for the simulation and for tests of what lies above it. Keeps the same promises as the
// SQLite ledger, except that nothing outlives the process. One thread.

#include "hub/core/ledger.hpp"
#include "hub/core/period_report.hpp"

#include <map>
#include <set>

namespace hub::ledger {

class MemoryLedger final : public Ledger {
public:
    Result<void> commit(const Batch& batch) override;
    std::unique_ptr<LedgerView> view() override;
    std::unique_ptr<LedgerReports> reports();

private:
    class View;
    class Reports;
    struct Delivery {
        EnvelopeSeq envelope{};
        Receiver receiver;
        std::uint32_t receivers = 0;                     ///< As of DueDelivery.
        Station station{};
        Carriage carriage{};
        Instant changed_at;
        Change change;
        Asking asking;
        std::uint32_t attempt = 1;
        EntrySeq turned_by{};
        std::string cause;                               ///< Fingerprint.
        std::optional<Instant> retrieved_at, arrived_at, decided_at;
    };

    const EnvelopeRecord& envelope(EnvelopeSeq seq) const { return envelopes_.at(number(seq) - 1); }
    const Delivery& delivery(DeliverySeq seq) const { return deliveries_.at(number(seq) - 1); }
    DeliveryRecord record(DeliverySeq seq) const;
    void commit_contents(const Batch& batch);
    void commit_units(const UnitsTaken& taken);
    void commit_operations(const Batch& batch);
    DueDelivery due(DeliverySeq seq) const;
    bool is_meant(const Delivery& delivery, const Selection& selection, const Horizon& seen) const;
    SelectedPage selected(const Selection& selection, const Horizon& seen, DeliverySeq after, std::size_t count) const;

    std::vector<EnvelopeRecord> envelopes_;
    std::vector<Delivery> deliveries_;
    std::vector<Entry> entries_;
    std::map<AgencyCode, ReceiptCursor> cursors_;
    std::map<std::pair<AgencyCode, EnvelopeId>, EnvelopeSeq> accepted_;
    std::map<Digest, ContentRecord> contents_;
    std::set<std::pair<Digest, AgencyCode>> content_parties_;
    std::set<std::pair<Digest, EnvelopeSeq>> content_uses_;
    std::map<Digest, ContentTelling> tellings_;
    std::set<EnvelopeSeq> held_;
    std::vector<EarlyQuestion> early_;
    struct NamedUnit {
        Unit unit;
        EnvelopeSeq named_by{};
    };
    std::map<AgencyCode, NamedUnit> units_;
    UnitPass unit_pass_;
    std::map<OperationSeq, Operation> operations_;
    std::map<AgencyCode, QueueControl> queues_;
};

}  // namespace hub::ledger
