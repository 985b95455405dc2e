// The part of the view that is about large parts and retention.

#include "hub/ledger/sqlite_ledger_view.hpp"

namespace hub::ledger {

// ---- Contents

Result<ContentRecord> SqliteLedgerView::content_at(Statement& row) {
    const auto digest = Digest::from_bytes(row.octets(0));
    auto put_by = agencies_.code(*database_, row.integer(4));
    if (!digest || !put_by)
        return Fault{Errc::ledger_corrupt, "contents", {}};
    return ContentRecord{*digest, row.number(1), CopyId{row.number(2)}, static_cast<ContentState>(row.integer(3)),
                         std::move(*put_by), instant_of(row.integer(5))};
}

Result<std::optional<ContentRecord>> SqliteLedgerView::content(const Digest& digest) {
    auto row = ask(Question::content_of);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind_octets(1, digest.bytes()).step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<ContentRecord>{};
    auto content = content_at(**row);
    if (!content)
        return content.error();
    return std::optional{std::move(*content)};
}

Result<bool> SqliteLedgerView::is_content_party(const Digest& digest, const AgencyCode& agency) {
    auto row = ask(Question::is_party);
    if (!row)
        return row.error();
    const auto number = agencies_.number(*database_, agency);
    if (!number)
        return number.error();
    if (!*number)
        return false;
    const ResetOnExit reset{**row};
    return (*row)->bind_octets(1, digest.bytes()).bind(2, **number).step();
}

Result<std::vector<ContentUse>> SqliteLedgerView::content_uses(const Digest& digest, EnvelopeSeq after,
                                                               std::size_t count) {
    auto row = ask(Question::uses_of);
    if (!row)
        return row.error();
    std::vector<ContentUse> uses;
    const ResetOnExit reset{**row};
    (*row)->bind_octets(1, digest.bytes()).bind(2, number(after)).bind(3, static_cast<std::uint64_t>(count));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return uses;
        const auto id = EnvelopeId::from_bytes((*row)->octets(1));
        auto sender = agencies_.code(*database_, (*row)->integer(2));
        if (!id || !sender)
            return Fault{Errc::ledger_corrupt, "envelopes", {}};
        uses.push_back({EnvelopeSeq{(*row)->number(0)}, *id, std::move(*sender)});
    }
}

Result<std::vector<ContentRecord>> SqliteLedgerView::contents(const std::optional<Digest>& after, std::size_t count) {
    return contents_of(Question::contents_after, after, count);
}

Result<std::vector<ContentRecord>> SqliteLedgerView::damaged_contents(const std::optional<Digest>& after,
                                                                      std::size_t count) {
    return contents_of(Question::contents_damaged, after, count);
}

Result<std::vector<ContentRecord>> SqliteLedgerView::contents_of(Question question, const std::optional<Digest>& after,
                                                                 std::size_t count) {
    auto row = ask(question);
    if (!row)
        return row.error();
    std::vector<ContentRecord> found;
    const ResetOnExit reset{**row};
    (*row)->bind_octets(1, after ? after->bytes() : BytesView{}).bind(2, static_cast<std::uint64_t>(count));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        auto content = content_at(**row);
        if (!content)
            return content.error();
        found.push_back(std::move(*content));
    }
}

Result<std::vector<ContentRecord>> SqliteLedgerView::unnamed_contents(std::optional<Digest>& after, Instant before,
                                                          std::size_t count) {
    auto row = ask(Question::contents_unnamed);
    if (!row)
        return row.error();
    std::vector<ContentRecord> found;
    const ResetOnExit reset{**row};
    const std::optional<Digest> from = after;
    (*row)->bind_octets(1, from ? from->bytes() : BytesView{}).bind(2, static_cast<std::uint64_t>(count));
    std::size_t looked_at = 0;
    for (;; ++looked_at) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        auto content = content_at(**row);
        if (!content)
            return content.error();
        after = content->digest;
        if ((*row)->integer(6) == 0 && content->changed_at < before)
            found.push_back(std::move(*content));
    }
    if (looked_at < count)
        after.reset();
    return found;
}

// ---- Retention

Result<AgedPage> SqliteLedgerView::aged(EnvelopeSeq after_seq, Instant before, std::size_t count) {
    auto row = ask(Question::aged_envelopes);
    if (!row)
        return row.error();
    AgedPage page;
    const ResetOnExit reset{**row};
    (*row)->bind(1, number(after_seq)).bind(2, static_cast<std::uint64_t>(count));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        // Accepted in the order of their numbers: behind the first younger one all are younger.
        if (!*step || instant_of((*row)->integer(3)) >= before)
            break;
        auto sender = agencies_.code(*database_, (*row)->integer(1));
        if (!sender)
            return sender.error();
        const auto kind = (*row)->integer(2);
        page.envelopes.push_back({EnvelopeSeq{(*row)->number(0)}, std::move(*sender),
                                  kind == 0 ? std::nullopt : std::optional{static_cast<Kind>(kind)},
                                  instant_of((*row)->integer(3)), (*row)->integer(5) != 0, (*row)->integer(4) != 0});
    }
    page.is_last = page.envelopes.size() < count;
    return page;
}

Result<std::vector<Keeping>> SqliteLedgerView::keeping(const EnvelopeId& id, std::size_t count) {
    auto row = ask(Question::keeping_by_id);
    if (!row)
        return row.error();
    std::vector<Keeping> found;
    const ResetOnExit reset{**row};
    (*row)->bind_octets(1, id.bytes()).bind(2, static_cast<std::uint64_t>(count));
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        found.push_back({EnvelopeSeq{(*row)->number(0)}, (*row)->integer(1) != 0, (*row)->integer(2) != 0});
    }
}

Result<std::vector<std::pair<AgencyCode, std::uint64_t>>> SqliteLedgerView::content_usage() {
    auto row = ask(Question::usage);
    if (!row)
        return row.error();
    std::vector<std::pair<AgencyCode, std::uint64_t>> used;
    const ResetOnExit reset{**row};
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return used;
        auto agency = agencies_.code(*database_, (*row)->integer(0));
        if (!agency)
            return agency.error();
        used.emplace_back(std::move(*agency), (*row)->number(1));
    }
}

}  // namespace hub::ledger
