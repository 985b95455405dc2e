// The part of the ledger's view that is about operations.

#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_ledger_view.hpp"
#include "hub/ledger/sqlite_operations.hpp"

namespace hub::ledger {

Result<std::vector<Operation>> SqliteLedgerView::open_operations() {
    return read_operations(*database_, agencies_, open_condition, [](Statement& row) { row.bind(1, 0); },
                           limits::operations_open_max);
}

Result<std::optional<Operation>> SqliteLedgerView::operation(std::string_view key) {
    if (auto connected = connect(); !connected)
        return connected.error();
    auto found = read_operations(*database_, agencies_, "WHERE key = ?1",
                                 [&](Statement& row) { row.bind_text(1, key); }, 1);
    if (!found)
        return found.error();
    return found->empty() ? std::nullopt : std::optional{std::move(found->front())};
}

Result<SelectedPage> SqliteLedgerView::selected(const Selection& selection, const Horizon& seen, DeliverySeq after,
                                                std::size_t count) {
    if (auto connected = connect(); !connected)
        return connected.error();
    SelectedPage page;
    page.through = after;
    const auto sql = sql_of(selection, *database_, agencies_);
    if (!sql)
        return sql.error();
    page.is_last = sql->is_impossible;
    if (sql->is_impossible)
        return page;
    auto row = database_->prepare("SELECT d.seq, d.envelope, coalesce(d.inbox, d.receiver), e.kind, e.urgency, e.bytes, "
                                  + sql->fits + " FROM (" + sql->walk + ") s CROSS JOIN deliveries d CROSS JOIN envelopes e"
                                  " WHERE d.seq = s.seq AND e.seq = d.envelope");
    if (!row)
        return row.error();
    SelectionSql::bind(*row, selection, seen, after);
    row->bind(5, static_cast<std::uint64_t>(count));
    std::size_t looked_at = 0;
    for (;; ++looked_at) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        page.through = DeliverySeq{row->number(0)};
        if (row->integer(6) == 0)
            continue;
        const auto inbox = agencies_.code(*database_, row->integer(2));
        if (!inbox)
            return inbox.error();
        page.deliveries.push_back({page.through, EnvelopeSeq{row->number(1)}, *inbox, static_cast<Kind>(row->integer(3)),
                                   static_cast<Urgency>(row->integer(4)), static_cast<std::uint32_t>(row->integer(5))});
    }
    page.is_last = looked_at < count;
    return page;
}

}  // namespace hub::ledger
