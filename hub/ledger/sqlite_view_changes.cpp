// The view's part in what recalls, updates and replacements are about.

#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_changes.hpp"
#include "hub/ledger/sqlite_ledger_view.hpp"

#include <algorithm>

namespace hub::ledger {

Result<std::optional<EnvelopeSeq>> SqliteLedgerView::document(const std::optional<AgencyCode>& sender,
                                                              std::string_view document_id, std::string_view issuer) {
    auto row = ask(Question::document_of);
    if (!row)
        return row.error();
    std::optional<std::int64_t> agency;
    if (sender) {
        const auto number = agencies_.number(*database_, *sender);
        if (!number)
            return number.error();
        agency = *number;
    }
    if (document_id.empty() || (sender && !agency))
        return std::optional<EnvelopeSeq>{};
    const ResetOnExit reset{**row};
    (*row)->bind_text(1, document_id).bind_text(3, issuer);
    agency ? (*row)->bind(2, *agency) : (*row)->bind_null(2);
    const auto step = (*row)->step();
    if (!step)
        return step.error();
    return *step ? std::optional{EnvelopeSeq{(*row)->number(0)}} : std::nullopt;
}

Result<std::optional<EnvelopeSeq>> SqliteLedgerView::numbered_document(const AgencyCode& sender,
                                                                       const AnsweredName& name) {
    std::optional<EnvelopeSeq> updated;
    auto row = ask(Question::numbered);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, sender);
    if (!agency)
        return agency.error();
    if (name.full_number.empty() || !*agency)
        return updated;
    const ResetOnExit reset{**row};
    (*row)->bind_text(1, name.full_number).bind(2, **agency);
    (*row)->bind(3, static_cast<std::uint64_t>(limits::names_examined_max));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return updated;
        if (!name.allows((*row)->text(1)) || !name.is_of((*row)->text(2)))
            continue;
        const EnvelopeSeq seq{(*row)->number(0)};
        if (static_cast<Business>((*row)->integer(3)) != Business::update)
            return std::optional{seq};
        if (!updated)
            updated = (*row)->is_null(4) ? seq : EnvelopeSeq{(*row)->number(4)};
    }
}

Result<std::optional<DocumentName>> SqliteLedgerView::document_name(EnvelopeSeq document) {
    auto row = ask(Question::name_of_document);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind(1, number(document)).step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<DocumentName>{};
    const auto text = [&](int column) { return std::string{(*row)->text(column)}; };
    return std::optional{DocumentName{text(0), text(1), text(2), text(3), text(4), text(5), text(6)}};
}

Result<std::vector<DeliveryRecord>> SqliteLedgerView::first_update(EnvelopeSeq document, const AgencyCode& inbox) {
    auto row = ask(Question::first_update);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    (*row)->bind(1, number(document)).bind(2, static_cast<std::uint64_t>(limits::names_examined_max));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return std::vector<DeliveryRecord>{};
        auto found = deliveries(EnvelopeSeq{(*row)->number(0)}, inbox);
        if (!found || !found->empty())
            return found;
    }
}

Result<std::vector<EnvelopeSeq>> SqliteLedgerView::early_questions(const AgencyCode& sender, const AnsweredName& name) {
    std::vector<EnvelopeSeq> found;
    auto row = ask(Question::early);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, sender);
    if (!agency)
        return agency.error();
    if (!*agency)
        return found;
    for (const std::string& key : early_keys(name.document_id, name.full_number, name.promulgated_on)) {
        const ResetOnExit reset{**row};
        (*row)->bind(1, **agency).bind_text(2, key).bind_text(3, name.issuer);
        (*row)->bind(4, static_cast<std::uint64_t>(limits::early_questions_max));
        for (;;) {
            const auto step = (*row)->step();
            if (!step)
                return step.error();
            if (!*step)
                break;
            found.push_back(EnvelopeSeq{(*row)->number(0)});
        }
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

}  // namespace hub::ledger
