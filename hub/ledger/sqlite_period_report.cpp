#include "hub/ledger/sqlite_period_report.hpp"

#include "hub/ledger/agency_numbers.hpp"

namespace hub::ledger {
namespace {

constexpr std::string_view documents_sql =
    "SELECT accepted_at, sender, urgency, business, refusal_code, first_delivery, receivers"
    " FROM envelopes INDEXED BY envelopes_reported WHERE kind < 2 AND accepted_at >= ?1 AND accepted_at < ?2"
    " ORDER BY accepted_at";
constexpr std::string_view duties_sql =
    "SELECT coalesce(inbox, receiver), station, change_state, retrieved_at, arrived_at, decided_at"
    " FROM deliveries WHERE seq >= ?1 AND seq < ?1 + ?2";

std::optional<Instant> time_at(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional{instant_of(row.integer(column))};
}

class Reports final : public LedgerReports {
public:
    explicit Reports(std::filesystem::path folder) : folder_{std::move(folder)} {}

    Result<PeriodReport> report(const ReportQuery& query, const DeadlineRules& rules, std::stop_token stop) override {
        if (auto sound = check(query); !sound)
            return sound.error();
        if (auto connected = connect(); !connected)
            return connected.error();
        std::optional<std::int64_t> only;
        if (query.agency) {
            const auto number = agencies_.number(*database_, *query.agency);
            if (!number)
                return number.error();
            // No agency has the number 0: one that the ledger does not know has nothing to report.
            only = number->value_or(0);
        }
        ReportTally tally{query, rules, only};
        // A statement that is open keeps the log from being written back: none is for longer than a day takes.
        for (Instant day = tally.from(); day < tally.until(); day += std::chrono::days{1}) {
            const auto is_whole = add_day(tally, day, stop);
            if (!is_whole)
                return is_whole.error();
            if (!*is_whole)
                break;
        }
        return tally.report([&](std::int64_t number) { return agencies_.code(*database_, number); });
    }

private:
    Result<void> connect() {
        if (database_)
            return {};
        auto opened = Database::open((folder_ / "ledger.sqlite").string(), Database::Mode::read_only);
        if (!opened)
            return opened.error();
        auto documents = opened->prepare(documents_sql);
        auto deliveries = opened->prepare(duties_sql);
        if (!documents || !deliveries)
            return documents ? deliveries.error() : documents.error();
        database_ = std::move(*opened);
        documents_ = std::move(*documents);
        deliveries_ = std::move(*deliveries);
        return {};
    }

    /// False: the bound was reached.
    Result<bool> add_day(ReportTally& tally, Instant day, const std::stop_token& stop) {
        Statement& row = *documents_;
        const ResetOnExit reset{row};
        row.bind(1, ms_of(day)).bind(2, ms_of(day + std::chrono::days{1}));
        for (;;) {
            const auto step = row.step();
            if (!step)
                return step.error();
            if (!*step)
                return true;
            if (stop.stop_requested())
                return Fault{Errc::timed_out, "reports", {}};
            if (!tally.add(ReportedDocument{instant_of(row.integer(0)), row.integer(1), row.integer(2) != 0,
                                            static_cast<Business>(row.integer(3)), row.text(4)}))
                return false;
            if (auto added = add_deliveries(tally, row.integer(5), row.integer(6)); !added)
                return added.error();
        }
    }

    Result<void> add_deliveries(ReportTally& tally, std::int64_t first, std::int64_t count) {
        Statement& row = *deliveries_;
        const ResetOnExit reset{row};
        row.bind(1, first).bind(2, count);
        for (;;) {
            const auto step = row.step();
            if (!step)
                return step.error();
            if (!*step)
                return {};
            tally.add(ReportedDelivery{row.integer(0), static_cast<Station>(row.integer(1)),
                                       static_cast<ChangeState>(row.integer(2)), time_at(row, 3), time_at(row, 4),
                                       time_at(row, 5)});
        }
    }

    const std::filesystem::path folder_;
    std::optional<Database> database_;
    std::optional<Statement> documents_, deliveries_;
    AgencyNumbers agencies_;
};

}  // namespace

std::unique_ptr<LedgerReports> open_reports(std::filesystem::path folder) {
    return std::make_unique<Reports>(std::move(folder));
}

}  // namespace hub::ledger
