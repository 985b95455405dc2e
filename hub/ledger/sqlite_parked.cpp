#include "hub/ledger/sqlite_parked.hpp"

#include "hub/core/limits.hpp"

#include <algorithm>
#include <map>

namespace hub::ledger {
namespace {

static_assert(static_cast<int>(Carriage::parked) == 3 && static_cast<int>(Carriage::parked_failed) == 6);

/// Of one cause: who has it, who parked it, and since which entries. By numbers of the tables.
struct Pile {
    std::uint64_t count = 0;
    std::uint64_t first = UINT64_MAX, last = 0;
    std::map<std::int64_t, std::uint64_t> receivers, operations;
};
using Piles = std::map<std::int64_t, Pile>;

/// 0: they had not failed.
Result<Piles> piles_of(Database& database, bool& is_cut) {
    auto row = database.prepare(
        "SELECT why, operation, receiver, count(*), min(turned_by), max(turned_by) FROM ("
        " SELECT iif(d.carriage = 6, coalesce(d.cause, 0), 0) AS why, coalesce(d.operation, 0) AS operation,"
        "  coalesce(d.inbox, d.receiver) AS receiver, coalesce(d.turned_by, 0) AS turned_by"
        "  FROM deliveries d INDEXED BY deliveries_aside WHERE d.carriage > 2 AND d.carriage IN (3, 6) LIMIT ?1)"
        " GROUP BY why, operation, receiver");
    if (!row)
        return row.error();
    row->bind(1, parked_deliveries_counted);
    Piles piles;
    std::uint64_t counted = 0;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        Pile& pile = piles[row->integer(0)];
        const std::uint64_t count = row->number(3);
        counted += count;
        pile.count += count;
        pile.first = std::min(pile.first, row->number(4));
        pile.last = std::max(pile.last, row->number(5));
        pile.operations[row->integer(1)] += count;
        pile.receivers[row->integer(2)] += count;
    }
    is_cut = counted >= parked_deliveries_counted;
    return piles;
}

Result<Instant> time_of_entry(Database& database, std::uint64_t entry) {
    const auto at = database.ask("SELECT at FROM entries WHERE seq = " + std::to_string(entry));
    if (!at)
        return at.error();
    return instant_of(at->value_or(0));
}

Result<void> add_cause(ParkedGroup& group, std::int64_t cause, Database& database) {
    group.fingerprint = no_cause;
    if (cause == 0)
        return {};
    auto row = database.prepare("SELECT fingerprint, code, detail FROM causes WHERE number = ?1");
    if (!row)
        return row.error();
    const auto step = row->bind(1, cause).step();
    if (!step)
        return step.error();
    if (*step) {
        group.fingerprint = row->text(0);
        group.cause = Cause{std::string{row->text(1)}, std::string{row->text(2)}};
    }
    return {};
}

Result<void> add_receivers(ParkedGroup& group, const Pile& pile, Database& database, AgencyNumbers& agencies) {
    std::vector<std::pair<std::int64_t, std::uint64_t>> receivers{pile.receivers.begin(), pile.receivers.end()};
    std::ranges::stable_sort(receivers, std::greater{}, &std::pair<std::int64_t, std::uint64_t>::second);
    group.receiver_count = receivers.size();
    receivers.resize(std::min(receivers.size(), failure_receivers_shown));
    for (const auto& [receiver, count] : receivers) {
        auto code = agencies.code(database, receiver);
        if (!code)
            return code.error();
        group.receivers.emplace_back(std::move(*code), count);
    }
    return {};
}

Result<void> add_acts(ParkedGroup& group, const Pile& pile, Database& database) {
    group.act_count = pile.operations.size();
    auto row = database.prepare("SELECT actor, reason, asked_at FROM operations WHERE seq = ?1");
    if (!row)
        return row.error();
    for (auto it = pile.operations.rbegin(); it != pile.operations.rend() && group.acts.size() < parked_acts_shown; ++it) {
        row->reset();
        const auto step = row->bind(1, it->first).step();
        if (!step)
            return step.error();
        if (*step)
            group.acts.push_back({OperationSeq{static_cast<std::uint64_t>(it->first)}, std::string{row->text(0)},
                                  std::string{row->text(1)}, instant_of(row->integer(2)), it->second});
    }
    return {};
}

Result<ParkedGroup> group_of(std::int64_t cause, const Pile& pile, Database& database, AgencyNumbers& agencies) {
    ParkedGroup group;
    group.count = pile.count;
    const auto first_at = time_of_entry(database, pile.first), last_at = time_of_entry(database, pile.last);
    if (!first_at || !last_at)
        return first_at ? last_at.error() : first_at.error();
    group.first_at = *first_at;
    group.last_at = *last_at;
    if (auto added = add_cause(group, cause, database); !added)
        return added.error();
    if (auto added = add_receivers(group, pile, database, agencies); !added)
        return added.error();
    if (auto added = add_acts(group, pile, database); !added)
        return added.error();
    return group;
}

}  // namespace

Result<ParkedReport> read_parked(Database& database, AgencyNumbers& agencies) {
    ParkedReport report;
    const auto piles = piles_of(database, report.is_cut);
    if (!piles)
        return piles.error();
    // What is left out is the smallest.
    std::vector<std::pair<std::int64_t, const Pile*>> largest;
    for (const auto& [cause, pile] : *piles)
        largest.emplace_back(cause, &pile);
    std::ranges::stable_sort(largest, std::greater{}, [](const auto& each) { return each.second->count; });
    report.is_cut = report.is_cut || largest.size() > limits::failure_causes_max;
    largest.resize(std::min(largest.size(), limits::failure_causes_max));
    for (const auto& [cause, pile] : largest) {
        auto group = group_of(cause, *pile, database, agencies);
        if (!group)
            return group.error();
        report.groups.push_back(std::move(*group));
    }
    return report;
}

Result<std::uint64_t> read_parked_count(Database& database) {
    const auto count = database.ask("SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_aside"
                                    " WHERE carriage > 2 AND carriage IN (3, 6) LIMIT "
                                    + std::to_string(parked_deliveries_counted) + ")");
    if (!count)
        return count.error();
    return static_cast<std::uint64_t>(count->value_or(0));
}

Result<OperationOutcome> read_outcome(Database& database, OperationSeq operation) {
    // Of several units behind one inbox the first stands for all.
    auto row = database.prepare(
        "SELECT carriage, count(*) FROM (SELECT d.carriage AS carriage FROM deliveries d INDEXED BY deliveries_by_operation"
        "  WHERE d.operation = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.seq = d.seq - 1"
        "   AND b.envelope = d.envelope AND coalesce(b.inbox, b.receiver) = coalesce(d.inbox, d.receiver))"
        "  ORDER BY d.seq DESC LIMIT ?2) GROUP BY carriage");
    if (!row)
        return row.error();
    row->bind(1, number(operation)).bind(2, outcome_deliveries_counted);
    OperationOutcome outcome;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        const std::uint64_t count = row->number(1);
        outcome.counted += count;
        const auto standing = standing_of(static_cast<Carriage>(row->integer(0)));
        (!standing                          ? outcome.arrived
         : *standing == Standing::waiting    ? outcome.waiting
         : *standing == Standing::failed     ? outcome.failed
         : *standing == Standing::parked     ? outcome.parked
                                             : outcome.at_adapter) += count;
    }
    outcome.is_cut = outcome.counted >= outcome_deliveries_counted;
    return outcome;
}

}  // namespace hub::ledger
