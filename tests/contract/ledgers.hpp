#pragma once
// The ledgers that must keep the contract, and rows to write into them.

#include "hub/core/signature.hpp"
#include "hub/ledger/memory_ledger.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/fresh_folder.hpp"

#include <memory>

namespace hub::test {

inline EnvelopeId id(std::uint64_t n) { return EnvelopeId::make(n, {static_cast<std::uint8_t>(n)}); }
inline Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

inline std::shared_ptr<const EnvelopeHeader> document(std::uint64_t n, const std::string& sender, DocumentName name) {
    return std::make_shared<const EnvelopeHeader>(EnvelopeHeader{.id = id(n),
                                                                 .kind = Kind::document,
                                                                 .sender = code(sender),
                                                                 .receivers = {},
                                                                 .created_at = at(1),
                                                                 .expires_at = at(2),
                                                                 .urgency = Urgency::urgent,
                                                                 .document = std::move(name),
                                                                 .business = Business::fresh,
                                                                 .business_refers_to = {},
                                                                 .business_reason = {},
                                                                 .status = std::nullopt,
                                                                 .parts = {},
                                                                 .traceparent = {},
                                                                 .refusal = std::nullopt,
                                                                 .secrecy = {}});
}

/// The two that keep the contract, for TEMPLATE_TEST_CASE.
struct Memory {
    ledger::MemoryLedger made;
    Ledger& ledger() { return made; }
    std::unique_ptr<LedgerReports> reports() { return made.reports(); }
};
struct Sqlite {
    FreshFolder folder;
    std::unique_ptr<ledger::SqliteLedger> made = ledger::SqliteLedger::open(folder.path()).value();
    Ledger& ledger() { return *made; }
    std::unique_ptr<LedgerReports> reports() { return made->reports(); }
};

/// Builds batches with the numbers that come next.
class Writer {
public:
    explicit Writer(Ledger& ledger) : ledger_{ledger} {
        const auto heads = ledger.view()->heads().value();
        envelope_ = number(heads.envelope);
        delivery_ = number(heads.delivery);
        entry_ = number(heads.entry);
    }

    EnvelopeRecord& accept(const std::string& sender, std::uint64_t n, std::vector<std::string> receivers,
                           DocumentName name = {}, std::string frame = {}) {
        if (name == DocumentName{})
            name = {sender, std::to_string(n), "UBND", "2026-11-24", sender + ",2026/11/24," + std::to_string(n),
                    "V/v họp số " + std::to_string(n), "Công văn"};
        if (frame.empty())
            frame = "frame " + std::to_string(n);
        EnvelopeRecord record{.seq = EnvelopeSeq{++envelope_},
                              .sender = code(sender),
                              .id = id(n),
                              .header = document(n, sender, std::move(name)),
                              .frame = std::make_shared<const Bytes>(std::move(frame)),
                              .header_digest = sha256(std::to_string(n)),
                              .accepted_at = at(1000 + static_cast<std::int64_t>(envelope_)),
                              .refusal = std::nullopt,
                              .first_delivery = DeliverySeq{delivery_ + 1},
                              .receivers = {}};
        // "G22@AXIS": G22, by the inbox of AXIS.
        for (const std::string& receiver : receivers) {
            const auto at_sign = receiver.find('@');
            record.receivers.push_back({code(receiver.substr(0, at_sign)), code(receiver.substr(at_sign + 1))});
        }
        delivery_ += receivers.size();
        batch.envelopes.push_back(std::move(record));
        entry({.kind = EntryKind::accepted, .envelope = EnvelopeSeq{envelope_}, .addressee = code(sender)});
        return batch.envelopes.back();
    }
    void refuse(const std::string& sender, std::uint64_t n, Fault fault) {
        accept(sender, n, {});
        EnvelopeRecord& record = batch.envelopes.back();
        record.frame.reset();
        record.refusal = fault;
        batch.entries.back().kind = EntryKind::refused;
        batch.entries.back().code = name_of(fault.code);
    }
    void entry(Entry made) {
        made.seq = EntrySeq{++entry_};
        made.at = at(1000 + static_cast<std::int64_t>(entry_));
        batch.entries.push_back(std::move(made));
    }
    void move(std::uint64_t delivery, Station station) {
        move(delivery, station, station >= Station::retrieved ? Carriage::taken : Carriage::in_inbox);
    }
    void move(std::uint64_t delivery, Station station, Carriage carriage) {
        batch.stations.push_back({DeliverySeq{delivery}, station, at(5000), carriage});
    }
    /// The receiver could not store it.
    void fail(std::uint64_t delivery, EnvelopeSeq envelope, const std::string& receiver, Cause cause) {
        entry({.kind = EntryKind::station, .envelope = envelope, .event = ReceiptEvent::not_stored,
               .receiver = code(receiver), .code = cause.code});
        StationChange change{DeliverySeq{delivery}, Station::failed, at(5000), Carriage::failed};
        change.turn = Turn{1, EntrySeq{entry_}, std::move(cause), {}};
        batch.stations.push_back(std::move(change));
    }
    Horizon seen() const { return {EntrySeq{entry_}, DeliverySeq{delivery_}}; }
    Result<void> commit() { return ledger_.commit(std::exchange(batch, {})); }

    Batch batch;

private:
    Ledger& ledger_;
    std::uint64_t envelope_ = 0;
    std::uint64_t delivery_ = 0;
    std::uint64_t entry_ = 0;
};

}  // namespace hub::test
