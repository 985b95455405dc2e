// Fills a hub's ledger and content store with contents, each named by a document that its receiver has got: what a
// hub looks like after years. Every receipt of them has been taken long ago.

#include "hub/core/signature.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/bench/arguments.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

using namespace hub;

constexpr std::size_t documents_per_commit = 500;

AgencyCode code(std::size_t n) { return AgencyCode::parse("H43." + std::to_string(n % 300)).value(); }

class Filler {
public:
    Filler(ledger::SqliteLedger& ledger, std::filesystem::path store) : ledger_{ledger}, store_{std::move(store)} {
        const auto heads = ledger.view()->heads().value();
        seq_ = number(heads.envelope);
        entry_ = number(heads.entry);
    }

    void write(std::size_t count) {
        for (std::size_t done = 0; done < count;) {
            Batch batch;
            for (std::size_t i = 0; i < documents_per_commit && done < count; ++i, ++done)
                add(batch);
            ledger_.commit(batch).value();
        }
    }

private:
    Part put(Batch& batch, const AgencyCode& sender, Instant at) {
        const std::string octets = "content " + std::to_string(seq_);
        const Digest digest = sha256(octets);
        char copy[17];
        std::snprintf(copy, sizeof copy, "%016llx", static_cast<unsigned long long>(seq_));
        const auto folder = store_ / digest.text().substr(0, 2);
        std::filesystem::create_directories(folder);
        std::ofstream{folder / (digest.text() + "." + copy), std::ios::binary} << octets;
        batch.contents.push_back({digest, octets.size(), CopyId{seq_}, ContentState::whole, sender, at});
        return {"1", "ban-ve.edxml", "application/edxml+xml", octets.size(), digest, false};
    }

    void add(Batch& batch) {
        ++seq_;
        const AgencyCode sender = code(seq_ * 7);
        const AgencyCode receiver = code(seq_ * 11 + 1);
        const Instant at{std::chrono::milliseconds{1'700'000'000'000 + static_cast<std::int64_t>(seq_)}};
        const std::string number_text = std::to_string(seq_);
        const auto header = std::make_shared<const EnvelopeHeader>(EnvelopeHeader{
            .id = EnvelopeId::make(1'700'000'000'000 + seq_, {static_cast<std::uint8_t>(seq_)}),
            .kind = Kind::document,
            .sender = sender,
            .receivers = {receiver},
            .created_at = at,
            .expires_at = at,
            .urgency = Urgency::normal,
            .document = DocumentName{sender.text(), number_text, "BV", "2026-11-24", sender.text() + "," + number_text,
                                     "V/v bản vẽ", "Công văn"},
            .business = Business::fresh,
            .business_refers_to = {},
            .business_reason = {},
            .status = std::nullopt,
            .parts = {put(batch, sender, at)},
            .traceparent = {},
            .refusal = std::nullopt,
            .secrecy = {}});
        batch.entries.push_back({.seq = EntrySeq{++entry_}, .at = at, .kind = EntryKind::accepted,
                                 .envelope = EnvelopeSeq{seq_}});
        batch.stations.push_back({DeliverySeq{seq_}, Station::retrieved, at, Carriage::taken});
        batch.entries.push_back({.seq = EntrySeq{++entry_}, .at = at, .kind = EntryKind::station,
                                 .envelope = EnvelopeSeq{seq_}, .event = ReceiptEvent::stored,
                                 .receiver = receiver});
        batch.envelopes.push_back({.seq = EnvelopeSeq{seq_},
                                   .sender = sender,
                                   .id = header->id,
                                   .header = header,
                                   .frame = std::make_shared<const Bytes>(2000, 'x'),
                                   .header_digest = {},
                                   .accepted_at = at,
                                   .refusal = std::nullopt,
                                   .first_delivery = DeliverySeq{seq_},
                                   .receivers = {{receiver, receiver}}});
    }

    ledger::SqliteLedger& ledger_;
    const std::filesystem::path store_;
    std::uint64_t seq_ = 0;
    std::uint64_t entry_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    std::string ledger, store;
    std::size_t count = 100'000;
    hub::bench::Arguments arguments{"Fills a hub's ledger and content store with contents that documents name."};
    arguments.need("ledger", ledger);
    arguments.need("store", store);
    arguments.take("--count", count);
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    Filler{*ledger::SqliteLedger::open(ledger).value(), store}.write(count);
    return 0;
}
