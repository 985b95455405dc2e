#include "hub/ledger/memory_ledger.hpp"

namespace hub::ledger {

class MemoryLedger::Reports final : public LedgerReports {
public:
    explicit Reports(const MemoryLedger& ledger) : ledger_{ledger} {}

    Result<PeriodReport> report(const ReportQuery& query, const DeadlineRules& rules, std::stop_token stop) override {
        if (auto sound = check(query); !sound)
            return sound.error();
        const auto only = query.agency ? std::optional{number_of(*query.agency)} : std::nullopt;
        ReportTally tally{query, rules, only};
        for (const EnvelopeRecord& e : ledger_.envelopes_) {
            if (stop.stop_requested())
                return Fault{Errc::timed_out, "reports", {}};
            const bool is_document = !e.header || e.header->kind == Kind::document;
            if (!is_document || e.accepted_at < tally.from() || e.accepted_at >= tally.until())
                continue;
            const std::string_view refusal = e.refusal ? name_of(e.refusal->code) : std::string_view{};
            if (!tally.add(ReportedDocument{e.accepted_at, number_of(e.sender),
                                            e.header && e.header->urgency != Urgency::normal,
                                            e.header ? e.header->business : Business::fresh, refusal}))
                break;
            for (std::size_t i = 0; i < e.receivers.size(); ++i) {
                const Delivery& d = ledger_.delivery(after(e.first_delivery, i));
                tally.add(ReportedDelivery{number_of(d.receiver.inbox), d.station, d.change.state, d.retrieved_at,
                                           d.arrived_at, d.decided_at});
            }
        }
        return tally.report([&](std::int64_t number) { return Result<AgencyCode>{codes_.at(static_cast<std::size_t>(number))}; });
    }

private:
    std::int64_t number_of(const AgencyCode& code) {
        const auto [it, is_new] = numbers_.try_emplace(code, static_cast<std::int64_t>(codes_.size()));
        if (is_new)
            codes_.push_back(code);
        return it->second;
    }

    const MemoryLedger& ledger_;
    std::map<AgencyCode, std::int64_t> numbers_;
    std::vector<AgencyCode> codes_;
};

std::unique_ptr<LedgerReports> MemoryLedger::reports() { return std::make_unique<Reports>(*this); }

}  // namespace hub::ledger
