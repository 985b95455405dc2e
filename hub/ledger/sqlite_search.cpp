#include "hub/ledger/sqlite_search.hpp"

#include "hub/core/limits.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/exact_form.hpp"
#include "hub/ledger/sqlite_owed.hpp"
#include "hub/ledger/sqlite_question.hpp"
#include "hub/ledger/sqlite_queues.hpp"
#include "hub/ledger/sqlite_story.hpp"
#include "hub/ledger/sqlite_units.hpp"

#include <algorithm>
#include <array>

namespace hub::ledger {
namespace {

constexpr std::string_view envelope_columns =
    "e.seq, e.id, e.sender, e.kind, e.urgency, e.business, e.accepted_at, e.first_delivery, e.receivers, e.issuer,"
    " e.number, e.notation, e.promulgated_on, e.document_id, e.subject, e.type_name, e.status_code, e.refusal_code,"
    " e.refusal_field, e.refusal_text, e.parts, e.held, e.retired_at, e.signed_by_gateway";

class Search final : public LedgerSearch {
public:
    Search(std::filesystem::path folder, std::int64_t rows_max) : folder_{std::move(folder)}, rows_max_{rows_max} {}

    Result<SearchAnswer> find(const SearchQuery& query) override;
    Result<Story> story(const EnvelopeId& id, const Scope& scope) override;
    Result<Story> story(EnvelopeSeq seq, const Scope& scope) override;
    Result<std::vector<QueueAge>> queues(const Scope& scope) override;
    Result<std::optional<Instant>> last_retrieved_at(const AgencyCode& agency) override;
    Result<std::vector<QueueControl>> queue_controls(const Scope& scope) override;
    Result<LedgerCounts> counts() override;
    Result<std::uint64_t> damaged_contents_due(std::size_t count) override;
    Result<std::vector<Overdue>> overdue(const std::vector<LateSpan>& spans) override {
        auto connected = connect();
        return connected ? read_overdue(*database_, agencies_, spans) : connected.error();
    }
    Result<std::vector<OverdueDelivery>> overdue_of(const AgencyCode& agency, const LateSpan& span,
                                                    std::size_t count) override {
        auto connected = connect();
        return connected ? read_overdue_of(*database_, agencies_, agency, span, count) : connected.error();
    }
    Result<std::optional<Unit>> unit(const AgencyCode& code) override;
    Result<FoundUnits> find_units(const std::string& text, std::size_t count) override;
    Result<UnitTotals> unit_totals() override;

private:
    Result<void> connect();
    Result<SearchAnswer> find_as(const SearchQuery& query, Reading reading);
    Result<std::optional<DocumentSummary>> summary(EnvelopeSeq seq, const SearchConditions& conditions);
    Result<DocumentSummary> read_summary(Statement& row);
    Result<std::vector<DeliverySummary>> deliveries(std::int64_t first, std::int64_t count);

    const std::filesystem::path folder_;
    const std::int64_t rows_max_;
    std::optional<Database> database_;
    AgencyNumbers agencies_;
    UnitReader units_;
    std::string summary_sql_;
    std::optional<Statement> summary_;
    std::optional<Statement> deliveries_;
};

struct Attempt {
    SearchQuery query;
    Reading reading{};
    FoundBy found_by{};
    bool is_documents_only = false;
};

/// In the order in which they are made until one finds something.
std::vector<Attempt> attempts_at(const SearchQuery& query) {
    std::vector<Attempt> attempts;
    const auto add = [&](SearchQuery asked, Reading reading, FoundBy found_by) {
        const bool has_words = !asked.text.empty() || !asked.number.empty() || !asked.notation.empty() || !asked.subject.empty();
        // A document has a status of each receiver, again and again: they would bury it.
        if (has_words && !asked.kind && !asked.refused_only && asked.id.empty()) {
            attempts.push_back({asked, reading, found_by, true});
            attempts.back().query.kind = Kind::document;
        }
        attempts.push_back({std::move(asked), reading, found_by, false});
    };
    add(query, Reading::as_asked, FoundBy::words);
    if (query.text.empty())
        return attempts;
    // A text that is somebody's name is no document's.
    const bool is_name = query.named && !query.agency && query.named->rest.empty();
    if (!is_name)
        add(query, Reading::loose, FoundBy::loose_words);
    if (query.named && !query.agency) {
        SearchQuery of_agency = query;
        of_agency.agency = query.named->agency;
        of_agency.text = query.named->rest;
        add(of_agency, Reading::as_asked, FoundBy::agency);
        if (!of_agency.text.empty())
            add(of_agency, Reading::loose, FoundBy::agency);
    }
    return attempts;
}

Result<void> Search::connect() {
    if (database_)
        return {};
    auto opened = Database::open((folder_ / "ledger.sqlite").string(), Database::Mode::read_only);
    if (!opened)
        return opened.error();
    database_ = std::move(*opened);
    return {};
}

Result<SearchAnswer> Search::find(const SearchQuery& query) {
    if (auto connected = connect(); !connected)
        return connected.error();
    // Each has its bound. The first that finds something is the one that is meant, on all pages.
    Result<SearchAnswer> answer = SearchAnswer{};
    auto attempts = attempts_at(query);
    const std::size_t first = std::min(query.attempt.value_or(0), attempts.size() - 1);
    for (std::size_t i = first; i < attempts.size(); ++i) {
        // The page before was not of this one: it begins with the newest.
        if (query.attempt && i > first)
            attempts[i].query.before.reset();
        answer = find_as(attempts[i].query, attempts[i].reading);
        if (!answer)
            break;
        answer->found_by = attempts[i].found_by;
        answer->is_documents_only = attempts[i].is_documents_only;
        answer->attempt = i;
        if (!answer->documents.empty() || answer->is_cut || (query.attempt && query.has_found))
            break;
    }
    return answer;
}

Result<SearchAnswer> Search::find_as(const SearchQuery& query, Reading reading) {
    SearchAnswer answer;
    const auto conditions = conditions_of(query, *database_, agencies_);
    if (!conditions)
        return conditions.error();
    if (conditions->is_impossible)
        return answer;
    constexpr std::uint64_t highest = INT64_MAX;
    const auto below = static_cast<std::int64_t>(std::min(query.before ? number(*query.before) : highest, highest));
    std::string bound;
    auto candidate = candidates(query, reading, {below, rows_max_}, bound, *database_, agencies_);
    if (!candidate)
        return candidate.error();
    const std::size_t count = std::clamp<std::size_t>(query.count, 1, limits::search_rows_max);
    std::int64_t looked_at = 0;
    EnvelopeSeq last{};
    for (;; ++looked_at) {
        const auto step = candidate->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        const EnvelopeSeq seq{candidate->number(0)};
        // Once for each of its receivers that share an inbox.
        if (seq == last)
            continue;
        last = seq;
        auto found = summary(seq, *conditions);
        if (!found)
            return found.error();
        // How far it went would tell a clerk that others have such documents.
        if (*found || !query.scope)
            answer.searched_down_to = seq;
        if (!*found)
            continue;
        if (answer.documents.size() == count) {
            answer.has_more = true;
            answer.searched_down_to = answer.documents.back().seq;
            break;
        }
        answer.documents.push_back(std::move(**found));
    }
    answer.is_cut = !answer.has_more && looked_at >= rows_max_;
    if (answer.is_cut)
        answer.searched_down_to = last;
    put_exact_forms_first(query, answer.documents);
    return answer;
}

Result<std::optional<DocumentSummary>> Search::summary(EnvelopeSeq seq, const SearchConditions& conditions) {
    if (summary_sql_ != conditions.sql || !summary_) {
        auto prepared = database_->prepare("SELECT " + std::string{envelope_columns}
                                           + " FROM envelopes e WHERE e.seq = ?1" + conditions.sql);
        if (!prepared)
            return prepared.error();
        summary_ = std::move(*prepared);
        summary_sql_ = conditions.sql;
    }
    const ResetOnExit reset{*summary_};
    const auto step = summary_->bind(1, number(seq)).step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<DocumentSummary>{};
    auto read = read_summary(*summary_);
    if (!read)
        return read.error();
    return std::optional{std::move(*read)};
}

Result<DocumentSummary> Search::read_summary(Statement& row) {
    auto sender = agencies_.code(*database_, row.integer(2));
    if (!sender)
        return sender.error();
    DocumentSummary summary{.sender = std::move(*sender)};
    summary.seq = EnvelopeSeq{row.number(0)};
    if (const auto id = EnvelopeId::from_bytes(row.octets(1)); id)
        summary.id = *id;
    summary.kind = static_cast<Kind>(row.integer(3));
    summary.urgency = static_cast<Urgency>(row.integer(4));
    summary.business = static_cast<Business>(row.integer(5));
    summary.accepted_at = instant_of(row.integer(6));
    summary.document = {std::string{row.text(9)},  std::string{row.text(10)}, std::string{row.text(11)},
                        std::string{row.text(12)}, std::string{row.text(13)}, std::string{row.text(14)},
                        std::string{row.text(15)}};
    summary.status_code = row.text(16);
    if (!row.is_null(17))
        summary.refusal = Fault{parse_errc(row.text(17)).value_or(Errc::internal), std::string{row.text(18)},
                                std::string{row.text(19)}};
    summary.is_held = row.integer(21) != 0;
    if (!row.is_null(22))
        summary.retired_at = instant_of(row.integer(22));
    summary.is_signed_by_gateway = row.integer(23) != 0;
    auto rows = deliveries(row.integer(7), row.integer(8));
    if (!rows)
        return rows.error();
    summary.deliveries = std::move(*rows);
    return summary;
}

Result<std::vector<DeliverySummary>> Search::deliveries(std::int64_t first, std::int64_t count) {
    std::vector<DeliverySummary> found;
    if (!deliveries_) {
        auto prepared = database_->prepare(
            "SELECT receiver, station, changed_at, change_kind, change_state, carriage, owes, owed_since"
            " FROM deliveries"
            " WHERE seq >= ?1 AND seq < ?1 + ?2 ORDER BY seq");
        if (!prepared)
            return prepared.error();
        deliveries_ = std::move(*prepared);
    }
    const ResetOnExit reset{*deliveries_};
    deliveries_->bind(1, first).bind(2, count);
    for (;;) {
        const auto step = deliveries_->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        auto receiver = agencies_.code(*database_, deliveries_->integer(0));
        if (!receiver)
            return receiver.error();
        found.push_back({std::move(*receiver), static_cast<Station>(deliveries_->integer(1)),
                         instant_of(deliveries_->integer(2)),
                         {static_cast<Business>(deliveries_->integer(3)),
                          static_cast<ChangeState>(deliveries_->integer(4))},
                         standing_of(static_cast<Carriage>(deliveries_->integer(5))),
                         owing_of(deliveries_->integer(6), instant_of(deliveries_->integer(7)))});
    }
}

/// A clerk reads what its agency sent or answered: what other receivers wrote goes to the sender alone, and who acted at
/// the hub to its operators.
void keep_to(const AgencyCode& agency, const AgencyCode& sender, std::vector<Entry>& events) {
    for (Entry& event : events) {
        const bool is_of_another = sender != agency && event.receiver && *event.receiver != agency;
        if (is_of_another || event.act)
            event.text.clear();
        event.act.reset();
    }
}

Result<Story> Search::story(const EnvelopeId& id, const Scope& scope) {
    if (auto connected = connect(); !connected)
        return connected.error();
    const Fault not_found{Errc::not_found, "id", id.text()};
    const auto is_seen = scope ? party_condition(*scope, *database_, agencies_) : Result<std::optional<std::string>>{std::string{}};
    if (!is_seen)
        return is_seen.error();
    if (!*is_seen)
        return not_found;
    // What anybody sends under the id of an accepted envelope must not hide that one, which was there first.
    auto row = database_->prepare(
        "SELECT coalesce((SELECT min(seq) FROM envelopes e WHERE id = ?1 AND refusal_code IS NULL" + **is_seen + "),"
        " (SELECT max(seq) FROM envelopes e WHERE id = ?1 AND refusal_code IS NOT NULL" + **is_seen + "))");
    if (!row)
        return row.error();
    const auto step = row->bind_octets(1, id.bytes()).step();
    if (!step)
        return step.error();
    if (!*step || row->is_null(0))
        return not_found;
    return story(EnvelopeSeq{row->number(0)}, scope);
}

Result<Story> Search::story(EnvelopeSeq seq, const Scope& scope) {
    if (auto connected = connect(); !connected)
        return connected.error();
    const Fault not_found{Errc::not_found, "seq", std::to_string(number(seq))};
    const auto is_seen = scope ? party_condition(*scope, *database_, agencies_) : Result<std::optional<std::string>>{std::string{}};
    if (!is_seen)
        return is_seen.error();
    if (!*is_seen)
        return not_found;
    auto row = database_->prepare("SELECT " + std::string{envelope_columns} + " FROM envelopes e WHERE e.seq = ?1"
                                  + **is_seen);
    if (!row)
        return row.error();
    const auto step = row->bind(1, number(seq)).step();
    if (!step)
        return step.error();
    if (!*step)
        return not_found;
    auto summary = read_summary(*row);
    if (!summary)
        return summary.error();
    auto events = entries_of(*database_, agencies_, seq);
    if (!events)
        return events.error();
    if (scope)
        keep_to(*scope, summary->sender, *events);
    return Story{std::move(*summary), parts_of(row->text(20)), std::move(*events)};
}

Result<std::vector<QueueAge>> Search::queues(const Scope& scope) {
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto only = scope ? agencies_.number(*database_, *scope) : Result<std::optional<std::int64_t>>{std::nullopt};
    if (!only)
        return only.error();
    auto row = database_->prepare(
        "SELECT a.number, a.last_retrieved_at,"
        " (SELECT min(at) FROM (SELECT * FROM"
        "  (SELECT e.accepted_at AS at FROM deliveries d INDEXED BY deliveries_waiting JOIN envelopes e ON e.seq = d.envelope"
        "   WHERE d.carriage < 2 AND d.station <> 2 AND coalesce(d.inbox, d.receiver) = a.number ORDER BY d.seq LIMIT 1)"
        "  UNION ALL SELECT * FROM"
        "  (SELECT e.accepted_at FROM deliveries d INDEXED BY deliveries_at_adapter JOIN envelopes e ON e.seq = d.envelope"
        "   WHERE d.carriage = 5 AND d.station < 2 AND coalesce(d.inbox, d.receiver) = a.number ORDER BY d.seq LIMIT 1)))"
        "  AS oldest,"
        "  (SELECT count(*) FROM (SELECT 1 FROM deliveries d INDEXED BY deliveries_waiting"
        "   WHERE d.carriage < 2 AND d.station <> 2 AND coalesce(d.inbox, d.receiver) = a.number LIMIT 100000)),"
        "  (SELECT count(*) FROM (SELECT 1 FROM deliveries d INDEXED BY deliveries_at_adapter"
        "   WHERE d.carriage = 5 AND d.station < 2 AND coalesce(d.inbox, d.receiver) = a.number LIMIT 100000)),"
        " (SELECT count(*) FROM (SELECT 1 FROM deliveries d INDEXED BY deliveries_held"
        "  WHERE d.carriage = 0 AND coalesce(d.inbox, d.receiver) = a.number LIMIT 100000))"
        " FROM agencies a WHERE oldest IS NOT NULL AND (?1 IS NULL OR a.number = ?1) ORDER BY oldest");
    if (!row)
        return row.error();
    // No agency has the number 0: one that the ledger does not know has no queue.
    if (scope)
        row->bind(1, only->value_or(0));
    std::vector<QueueAge> queues;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return queues;
        auto agency = agencies_.code(*database_, row->integer(0));
        if (!agency)
            return agency.error();
        QueueAge age{.agency = std::move(*agency)};
        if (!row->is_null(1))
            age.last_retrieved_at = instant_of(row->integer(1));
        age.oldest_at = instant_of(row->integer(2));
        age.waiting = std::min<std::uint64_t>(row->number(3) + row->number(4), 100'000);
        age.unconfirmed = row->number(5);
        age.in_inbox = row->number(3) - std::min(row->number(3), row->number(5));
        queues.push_back(std::move(age));
    }
}

Result<std::optional<Instant>> Search::last_retrieved_at(const AgencyCode& agency) {
    if (auto connected = connect(); !connected)
        return connected.error();
    auto row = database_->prepare("SELECT last_retrieved_at FROM agencies WHERE code = ?1");
    if (!row)
        return row.error();
    const auto step = row->bind_text(1, agency.text()).step();
    if (!step)
        return step.error();
    return *step && !row->is_null(0) ? std::optional{instant_of(row->integer(0))} : std::nullopt;
}

Result<std::vector<QueueControl>> Search::queue_controls(const Scope& scope) {
    if (auto connected = connect(); !connected)
        return connected.error();
    auto controls = read_queues(*database_, agencies_);
    if (controls && scope)
        std::erase_if(*controls, [&](const QueueControl& control) { return control.agency != *scope; });
    return controls;
}

Result<LedgerCounts> Search::counts() {
    if (auto connected = connect(); !connected)
        return connected.error();
    LedgerCounts counts;
    const std::array<std::pair<const char*, std::uint64_t*>, 3> questions{
        std::pair{"SELECT max(seq) FROM envelopes", &counts.envelopes},
        std::pair{"SELECT max(seq) FROM deliveries", &counts.deliveries},
        std::pair{"SELECT max(seq) FROM entries", &counts.entries}};
    for (const auto& [question, count] : questions) {
        const auto asked = database_->ask(question);
        if (!asked)
            return asked.error();
        *count = static_cast<std::uint64_t>(asked->value_or(0));
    }
    return counts;
}

Result<std::uint64_t> Search::damaged_contents_due(std::size_t count) {
    if (auto connected = connect(); !connected)
        return connected.error();
    auto row = database_->prepare(
        // A content that no envelope names is a row as well: what is looked at has its bound whatever is found.
        "SELECT count(*) FROM (SELECT DISTINCT digest FROM ("
        "SELECT c.digest AS digest, d.carriage AS carriage, d.station AS station"
        " FROM contents c INDEXED BY contents_damaged LEFT JOIN content_uses u ON u.digest = c.digest"
        " LEFT JOIN envelopes e ON e.seq = u.envelope"
        " LEFT JOIN deliveries d ON d.seq >= e.first_delivery AND d.seq < e.first_delivery + e.receivers"
        " WHERE c.state = 1 LIMIT ?2)"
        // An adapter that holds it for its receiver may still have to fetch the part.
        " WHERE carriage < 2 OR (carriage = 5 AND station < 2) LIMIT ?1)");
    if (!row)
        return row.error();
    const auto found = row->bind(1, static_cast<std::uint64_t>(count)).bind(2, rows_max_).step();
    if (!found)
        return found.error();
    return row->number(0);
}

Result<std::optional<Unit>> Search::unit(const AgencyCode& code) {
    if (auto connected = connect(); !connected)
        return connected.error();
    return units_.unit(*database_, code);
}

Result<FoundUnits> Search::find_units(const std::string& text, std::size_t count) {
    if (auto connected = connect(); !connected)
        return connected.error();
    return units_.find(*database_, text, count);
}

Result<UnitTotals> Search::unit_totals() {
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto pass = units_.pass(*database_);
    if (!pass)
        return pass.error();
    // Rows are never removed.
    const auto units = database_->ask("SELECT max(number) FROM units");
    if (!units)
        return units.error();
    return UnitTotals{static_cast<std::uint64_t>(units->value_or(0)), pass->ended_at, pass->full_ended_at};
}

}  // namespace

std::unique_ptr<LedgerSearch> open_search(std::filesystem::path folder, std::int64_t rows_max) {
    return std::make_unique<Search>(std::move(folder), rows_max);
}

}  // namespace hub::ledger
