// The part of the view that is about what is still to be brought to an inbox.

#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_ledger_view.hpp"

namespace hub::ledger {

Result<std::vector<DueDelivery>> SqliteLedgerView::due_rows(Statement& row) {
    std::vector<DueDelivery> found;
    for (;;) {
        const auto step = row.step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        const auto sender = agencies_.code(*database_, row.integer(2));
        const auto receiver = agencies_.code(*database_, row.integer(3));
        const auto id = EnvelopeId::from_bytes(row.octets(4));
        const auto inbox = row.is_null(12) ? receiver : agencies_.code(*database_, row.integer(12));
        if (!sender || !receiver || !inbox || !id)
            return Fault{Errc::ledger_corrupt, "deliveries", std::to_string(row.integer(0))};
        const auto bytes = static_cast<std::uint32_t>(row.integer(9));
        found.push_back({DeliverySeq{row.number(0)}, EnvelopeSeq{row.number(1)}, *sender, *receiver, *inbox, *id,
                         static_cast<Kind>(row.integer(5)), static_cast<Urgency>(row.integer(6)),
                         static_cast<Station>(row.integer(7)), static_cast<Carriage>(row.integer(8)), bytes,
                         row.is_null(13) ? 1 : static_cast<std::uint32_t>(row.integer(13)),
                         row.is_null(14) ? 1 : static_cast<std::uint32_t>(row.integer(14))});
        if (!row.is_null(10))
            due_places_[row.number(1)] = {row.number(10), bytes, static_cast<std::uint32_t>(row.integer(11))};
    }
}

Result<std::string> SqliteLedgerView::numbers_of(const std::vector<AgencyCode>& codes) {
    std::string list = "[";
    for (const AgencyCode& code : codes) {
        const auto number = agencies_.number(*database_, code);
        if (!number)
            return number.error();
        // Whom no row names yet, nothing goes to.
        if (*number)
            list += (list.size() > 1 ? "," : "") + std::to_string(**number);
    }
    return list + "]";
}

Result<std::optional<DeliverySeq>> SqliteLedgerView::end_of_look(DeliverySeq after_seq, DeliverySeq until) {
    auto row = ask(Question::due_ahead);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind(1, number(after_seq))
                          .bind(2, number(until))
                          .bind(3, static_cast<std::uint64_t>(limits::due_skipped_max))
                          .step();
    if (!step)
        return step.error();
    const bool is_all = (*row)->number(0) < limits::due_skipped_max;
    return is_all ? std::optional<DeliverySeq>{} : std::optional{DeliverySeq{(*row)->number(1)}};
}

Result<DuePage> SqliteLedgerView::due(DueScope scope, DeliverySeq after_seq, DeliverySeq until, std::size_t count,
                                      const std::vector<AgencyCode>& apart) {
    auto row = ask(scope == DueScope::held ? Question::due_held : Question::due_not_taken);
    if (!row)
        return row.error();
    const auto numbers = numbers_of(apart);
    if (!numbers)
        return numbers.error();
    const bool is_bounded = scope == DueScope::held && !apart.empty();
    const auto end = is_bounded ? end_of_look(after_seq, until) : Result<std::optional<DeliverySeq>>{std::nullopt};
    if (!end)
        return end.error();
    due_places_.clear();
    const ResetOnExit reset{**row};
    (*row)->bind(1, number(after_seq)).bind(2, number(end->value_or(until)));
    (*row)->bind(3, static_cast<std::uint64_t>(count)).bind_text(4, *numbers);
    auto found = due_rows(**row);
    if (!found)
        return found.error();
    DuePage page{std::move(*found), after_seq, false};
    const bool is_full = page.deliveries.size() == count;
    page.is_last = !is_full && !*end;
    if (!is_full && *end)
        page.through = **end;
    else if (!page.deliveries.empty())
        page.through = page.deliveries.back().seq;
    return page;
}

Result<DuePage> SqliteLedgerView::held(const AgencyCode& inbox, DeliverySeq after_seq, std::size_t count) {
    auto row = ask(Question::held_for);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, inbox);
    if (!agency)
        return agency.error();
    if (!*agency)
        return DuePage{{}, after_seq, true};
    if (due_places_.size() > limits::due_page_deliveries)
        due_places_.clear();
    const ResetOnExit reset{**row};
    (*row)->bind(1, **agency).bind(2, number(after_seq)).bind(3, static_cast<std::uint64_t>(count));
    auto found = due_rows(**row);
    if (!found)
        return found.error();
    DuePage page{std::move(*found), after_seq, false};
    page.is_last = page.deliveries.size() < count;
    if (!page.deliveries.empty())
        page.through = page.deliveries.back().seq;
    return page;
}

}  // namespace hub::ledger
