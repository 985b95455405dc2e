// What a report of a month and of a year costs beside a year of a province: documents, their deliveries, and the statuses
// that lie between them.

#include "hub/core/signature.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/bench/arguments.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>

namespace {

using namespace hub;
using Clock = std::chrono::steady_clock;

constexpr std::size_t documents_per_commit = 250;
constexpr std::uint64_t deliveries_of_each = 4;
constexpr std::chrono::local_days first_day{std::chrono::year{2026} / 1 / 1};

AgencyCode code(std::uint64_t n) { return AgencyCode::parse("H43." + std::to_string(n % 300)).value(); }

class Year {
public:
    Year(ledger::SqliteLedger& ledger, std::uint64_t documents) : ledger_{ledger}, step_{std::chrono::days{364} / documents} {
        const auto heads = ledger.view()->heads().value();
        seq_ = number(heads.envelope);
        delivery_ = number(heads.delivery);
    }

    void fill(std::uint64_t documents) {
        for (std::uint64_t done = 0; done < documents; done += documents_per_commit) {
            Batch batch;
            for (std::size_t i = 0; i < documents_per_commit; ++i) {
                add(batch, Kind::document, deliveries_of_each);
                for (std::uint64_t d = 0; d < deliveries_of_each; ++d)
                    move(batch, delivery_ - d);
                for (std::uint64_t status = 0; status < deliveries_of_each; ++status)
                    add(batch, Kind::status, 1);
            }
            ledger_.commit(batch).value();
        }
    }

private:
    void add(Batch& batch, Kind kind, std::uint64_t receivers) {
        ++seq_;
        now_ += kind == Kind::document ? step_ : std::chrono::milliseconds{};
        EnvelopeHeader header{.id = EnvelopeId::make(1'700'000'000'000 + seq_, {1}), .kind = kind, .sender = code(random_()),
                              .receivers = {}, .created_at = now_, .expires_at = now_, .urgency = Urgency::normal,
                              .document = std::nullopt, .business = Business::fresh, .business_refers_to = {},
                              .business_reason = {}, .status = std::nullopt, .parts = {}, .traceparent = {},
                              .refusal = std::nullopt, .secrecy = {}};
        EnvelopeRecord record{.seq = EnvelopeSeq{seq_}, .sender = header.sender, .id = header.id,
                              .header = std::make_shared<const EnvelopeHeader>(header), .frame = frame_,
                              .header_digest = sha256(std::to_string(seq_)), .accepted_at = now_, .refusal = std::nullopt,
                              .first_delivery = DeliverySeq{delivery_ + 1}, .receivers = {}};
        const std::uint64_t first = random_();
        for (std::uint64_t i = 0; i < receivers; ++i)
            record.receivers.push_back({code(first + i), code(first + i)});
        delivery_ += receivers;
        batch.envelopes.push_back(std::move(record));
    }
    /// One in eight is still waiting, the others have come through each station, some late.
    void move(Batch& batch, std::uint64_t delivery) {
        if (random_() % 8 == 0)
            return;
        Instant at = now_;
        for (const Station station : {Station::retrieved, Station::arrived, Station::finished}) {
            at += std::chrono::minutes{random_() % 600};
            batch.stations.push_back({DeliverySeq{delivery}, station, at, Carriage::taken});
        }
    }

    ledger::SqliteLedger& ledger_;
    const std::chrono::milliseconds step_;
    const std::shared_ptr<const Bytes> frame_ = std::make_shared<const Bytes>(100, 'x');
    Instant now_ = Instant{first_day.time_since_epoch()};
    std::uint64_t seq_ = 0, delivery_ = 0;
    std::mt19937_64 random_{7};
};

void measure(ledger::SqliteLedger& ledger, const char* name, std::chrono::local_days from, std::chrono::local_days to, ReportBy by) {
    const auto reports = ledger.reports();
    for (const char* temperature : {"first", "again"}) {
        const auto began = Clock::now();
        const auto report = reports->report({.from = from, .to = to, .by = by, .agency = {},
                                             .now = Instant{(first_day + std::chrono::days{365}).time_since_epoch()}}, {}).value();
        std::uint64_t documents = 0, deliveries = 0;
        for (const ReportRow& row : report.rows) {
            documents += row.sent.documents;
            deliveries += row.received.deliveries;
        }
        std::cout << name << "_" << temperature << "_ms "
                  << std::chrono::duration<double, std::milli>(Clock::now() - began).count() << " (" << documents << " documents, "
                  << deliveries << " deliveries, " << report.rows.size() << " rows" << (report.counted_until ? ", cut" : "") << ")\n";
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t documents = 700'000;
    std::string folder;
    hub::bench::Arguments arguments{"What a report costs."};
    arguments.need("folder", folder);
    arguments.take("--documents", documents, "of the year, written first; 0: what is there");
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    const auto ledger = ledger::SqliteLedger::open(folder).value();
    if (documents > 0) {
        const auto began = Clock::now();
        Year{*ledger, documents}.fill(documents);
        std::cout << "fill_s " << std::chrono::duration<double>(Clock::now() - began).count() << std::endl;
    }
    using namespace std::chrono;
    measure(*ledger, "month", first_day + days{59}, first_day + days{89}, ReportBy::day);
    measure(*ledger, "year", first_day, first_day + days{364}, ReportBy::month);
    return 0;
}
