#include "hub/ledger/sqlite_view.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_ledger_view.hpp"
#include "hub/ledger/sqlite_queues.hpp"
#include "hub/ledger/sqlite_tellings.hpp"

#include <array>

namespace hub::ledger {
namespace {

constexpr std::array<const char*, SqliteLedgerView::question_count> sql{
    "SELECT (SELECT max(seq) FROM envelopes), (SELECT max(seq) FROM deliveries), (SELECT max(seq) FROM entries),"
    " (SELECT at FROM entries ORDER BY seq DESC LIMIT 1), (SELECT max(seq) FROM operations)",
    "SELECT number, receipts_confirmed, receipts_acknowledged FROM agencies WHERE receipts_confirmed IS NOT NULL",
    "SELECT seq, header_digest, first_delivery, receivers FROM envelopes WHERE id = ?1 AND sender = ?2 AND refusal_code IS NULL",
    "SELECT seq FROM (SELECT * FROM envelopes INDEXED BY envelopes_refused WHERE id = ?1 AND refusal_code IS NOT NULL"
    "  ORDER BY seq DESC LIMIT ?2) WHERE sender = ?3 AND header_digest = ?4 AND refusal_code = ?5"
    " AND coalesce(refusal_field, '') = ?6 AND coalesce(refusal_text, '') = ?7 LIMIT 1",
    "SELECT d.seq, d.envelope, e.id, e.sender, d.receiver, d.station, d.carriage, d.change_kind, d.change_state,"
    " iif(e.kind = 2 AND e.status_code = '13', 1, e.business), e.changes, d.attempt, d.turned_by,"
    " d.asked_by, d.kind_before, d.state_before FROM envelopes e JOIN deliveries d"
    " ON d.seq >= e.first_delivery AND d.seq < e.first_delivery + e.receivers"
    " WHERE e.seq = ?1 AND coalesce(d.inbox, d.receiver) = ?2 ORDER BY d.seq",
    // Newest first; a document that was sent many times under one name is looked at so many times and no more.
    "SELECT seq, promulgated_on, issuer FROM envelopes INDEXED BY envelopes_by_document_id"
    " WHERE document_id = ?1 AND sender = ?2 AND kind = 1 AND refusal_code IS NULL AND (business IN (0, 3)) = ?3"
    " ORDER BY seq DESC LIMIT ?4",
    "SELECT seq, promulgated_on, issuer FROM envelopes INDEXED BY envelopes_by_full_number"
    " WHERE number || CASE WHEN notation IS NULL THEN '' ELSE '/' || notation END = ?1 AND sender = ?2 AND kind = 1"
    " AND refusal_code IS NULL AND (business IN (0, 3)) = ?3 ORDER BY seq DESC LIMIT ?4",
    "SELECT coalesce(CASE business WHEN 2 THEN changes END, seq) FROM envelopes INDEXED BY envelopes_by_document_id"
    " WHERE document_id = ?1 AND (?2 IS NULL OR sender = ?2) AND kind = 1 AND refusal_code IS NULL AND business <> 1"
    " AND (?3 = '' OR issuer = ?3) ORDER BY business = 2, seq DESC LIMIT 1",
    "SELECT seq, promulgated_on, issuer, business, changes FROM envelopes INDEXED BY envelopes_by_full_number"
    " WHERE number || CASE WHEN notation IS NULL THEN '' ELSE '/' || notation END = ?1 AND sender = ?2 AND kind = 1"
    " AND refusal_code IS NULL AND business <> 1 ORDER BY seq DESC LIMIT ?3",
    "SELECT issuer, number, notation, promulgated_on, document_id, subject, type_name FROM envelopes"
    " WHERE seq = ?1 AND kind = 1 AND refusal_code IS NULL AND business IN (0, 3)",
    "SELECT seq FROM envelopes INDEXED BY envelopes_by_changes WHERE changes = ?1 AND kind = 1 AND business = 2"
    " AND refusal_code IS NULL ORDER BY seq LIMIT ?2",
    "SELECT envelope FROM early_questions WHERE sender = ?1 AND name = ?2 AND issuer = ?3 ORDER BY envelope LIMIT ?4",
    "SELECT d.seq, d.envelope, e.sender, d.receiver, e.id, e.kind, e.urgency, d.station, d.carriage, e.bytes,"
    " e.position, e.checksum, d.inbox, d.receivers, d.attempt FROM deliveries d INDEXED BY deliveries_due JOIN envelopes e ON e.seq = d.envelope"
    " WHERE d.carriage = 0 AND d.seq > ?1 AND d.seq <= ?2"
    " AND coalesce(d.inbox, d.receiver) NOT IN (SELECT value FROM json_each(?4)) ORDER BY d.seq LIMIT ?3",
    "SELECT d.seq, d.envelope, e.sender, d.receiver, e.id, e.kind, e.urgency, d.station, d.carriage, e.bytes,"
    " e.position, e.checksum, d.inbox, d.receivers, d.attempt FROM deliveries d JOIN envelopes e ON e.seq = d.envelope"
    " WHERE d.seq > ?1 AND d.seq <= ?2 AND d.carriage < 2"
    " AND coalesce(d.inbox, d.receiver) NOT IN (SELECT value FROM json_each(?4)) ORDER BY d.seq LIMIT ?3",
    "SELECT count(*), max(seq) FROM (SELECT seq FROM deliveries INDEXED BY deliveries_due"
    "  WHERE carriage = 0 AND seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3)",
    "SELECT d.seq, d.envelope, e.sender, d.receiver, e.id, e.kind, e.urgency, d.station, d.carriage, e.bytes,"
    " e.position, e.checksum, d.inbox, d.receivers, d.attempt FROM deliveries d INDEXED BY deliveries_held JOIN envelopes e ON e.seq = d.envelope"
    " WHERE d.carriage = 0 AND coalesce(d.inbox, d.receiver) = ?1 AND d.seq > ?2 ORDER BY d.seq LIMIT ?3",
    "SELECT count(*) FROM (SELECT 1 FROM deliveries d INDEXED BY deliveries_waiting WHERE d.carriage < 2"
    " AND coalesce(d.inbox, d.receiver) = ?1 AND d.carriage = 1 AND d.station <> 2 AND d.changed_at < ?2 LIMIT ?3)",
    "SELECT is_refused FROM (SELECT seq, kind, refusal_code IS NOT NULL AS is_refused FROM envelopes INDEXED BY"
    "  envelopes_by_sender WHERE sender = ?1 ORDER BY seq DESC LIMIT ?2) WHERE kind = 3 ORDER BY seq DESC LIMIT 1",
    "SELECT n.seq, n.at, n.kind, n.envelope, n.event, n.receiver, n.addressee, n.code, n.field, n.text, e.id,"
    " e.sender, e.issuer, e.number, e.notation, e.promulgated_on, e.document_id, e.subject, e.type_name,"
    " e.first_delivery, e.receivers, e.refusal_code, e.kind FROM entries n LEFT JOIN envelopes e ON e.seq = n.envelope"
    " WHERE n.seq > ?1 ORDER BY n.seq LIMIT ?2",
    "SELECT receiver FROM deliveries WHERE seq >= ?1 AND seq < ?1 + ?2 ORDER BY seq",
    "SELECT position, bytes, checksum FROM envelopes WHERE seq = ?1 AND retired_at IS NULL",
    "SELECT digest, bytes, copy, state, put_by, changed_at FROM contents WHERE digest = ?1",
    "SELECT 1 FROM content_parties WHERE digest = ?1 AND agency = ?2",
    "SELECT e.seq, e.id, e.sender FROM content_uses u JOIN envelopes e ON e.seq = u.envelope WHERE u.digest = ?1"
    " AND u.envelope > ?2 ORDER BY u.envelope LIMIT ?3",
    "SELECT digest, bytes, copy, state, put_by, changed_at FROM contents INDEXED BY contents_kept"
    " WHERE state <> 2 AND digest > ?1 ORDER BY digest LIMIT ?2",
    "SELECT digest, bytes, copy, state, put_by, changed_at FROM contents INDEXED BY contents_damaged"
    " WHERE state = 1 AND digest > ?1 ORDER BY digest LIMIT ?2",
    "SELECT c.digest, c.bytes, c.copy, c.state, c.put_by, c.changed_at,"
    " EXISTS (SELECT 1 FROM content_uses u WHERE u.digest = c.digest) FROM contents c INDEXED BY contents_kept"
    " WHERE c.state <> 2 AND c.digest > ?1 ORDER BY c.digest LIMIT ?2",
    "SELECT e.seq, e.sender, e.kind, e.accepted_at, e.held, NOT EXISTS (SELECT 1 FROM deliveries d WHERE"
    " d.seq >= e.first_delivery AND d.seq < e.first_delivery + e.receivers AND d.carriage <> 2)"
    " FROM envelopes e INDEXED BY envelopes_kept WHERE e.retired_at IS NULL AND e.position IS NOT NULL AND e.seq > ?1"
    " ORDER BY e.seq LIMIT ?2",
    "SELECT seq, held, retired_at IS NOT NULL OR position IS NULL FROM envelopes WHERE id = ?1 AND refusal_code IS NULL"
    " ORDER BY seq LIMIT ?2",
    "SELECT put_by, sum(bytes) FROM contents WHERE state <> 2 GROUP BY put_by",
};

std::uint32_t attempt_at(const Statement& row, int column) noexcept {
    return row.is_null(column) ? 1 : static_cast<std::uint32_t>(row.integer(column));
}

Asking asking_at(const Statement& row, int column) noexcept {
    return {EnvelopeSeq{row.number(column)},
            {static_cast<Business>(row.integer(column + 1)), static_cast<ChangeState>(row.integer(column + 2))}};
}

}  // namespace

Result<void> SqliteLedgerView::connect() {
    if (database_)
        return {};
    auto opened = Database::open((folder_ / "ledger.sqlite").string(), Database::Mode::read_only);
    if (!opened)
        return opened.error();
    database_ = std::move(*opened);
    return {};
}

Result<std::optional<Unit>> SqliteLedgerView::unit(const AgencyCode& code) {
    if (auto connected = connect(); !connected)
        return connected.error();
    return units_.unit(*database_, code);
}

Result<Statement*> SqliteLedgerView::ask(Question question) {
    if (auto connected = connect(); !connected)
        return connected.error();
    auto& statement = statements_[static_cast<std::size_t>(question)];
    if (!statement) {
        auto prepared = database_->prepare(sql[static_cast<std::size_t>(question)]);
        if (!prepared)
            return prepared.error();
        statement = std::move(*prepared);
    }
    return &*statement;
}

Result<Heads> SqliteLedgerView::heads() {
    Heads heads;
    auto row = ask(Question::head_rows);
    if (!row)
        return row.error();
    {
        const ResetOnExit reset{**row};
        if (const auto step = (*row)->step(); !step)
            return step.error();
        heads.envelope = EnvelopeSeq{(*row)->number(0)};
        heads.delivery = DeliverySeq{(*row)->number(1)};
        heads.entry = EntrySeq{(*row)->number(2)};
        heads.last_entry_at = instant_of((*row)->integer(3));
        heads.operation = OperationSeq{(*row)->number(4)};
    }
    auto operations = open_operations();
    if (!operations)
        return operations.error();
    heads.operations = std::move(*operations);
    auto queues = read_queues(*database_, agencies_);
    if (!queues)
        return queues.error();
    heads.queues = std::move(*queues);
    auto tellings = read_tellings(*database_);
    if (!tellings)
        return tellings.error();
    heads.tellings = std::move(*tellings);
    auto pass = units_.pass(*database_);
    if (!pass)
        return pass.error();
    heads.units = *pass;
    auto cursor = ask(Question::cursors);
    if (!cursor)
        return cursor.error();
    const ResetOnExit reset{**cursor};
    for (;;) {
        const auto step = (*cursor)->step();
        if (!step)
            return step.error();
        if (!*step)
            return heads;
        const auto code = agencies_.code(*database_, (*cursor)->integer(0));
        if (!code)
            return code.error();
        heads.cursors.push_back({*code, EntrySeq{(*cursor)->number(1)}, EntrySeq{(*cursor)->number(2)}});
    }
}

Result<std::optional<KnownEnvelope>> SqliteLedgerView::known(const AgencyCode& sender, const EnvelopeId& id) {
    auto row = ask(Question::known);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, sender);
    if (!agency)
        return agency.error();
    if (!*agency)
        return std::optional<KnownEnvelope>{};
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind_octets(1, id.bytes()).bind(2, **agency).step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<KnownEnvelope>{};
    const auto digest = Digest::from_bytes((*row)->octets(1));
    if (!digest)
        return Fault{Errc::ledger_corrupt, "envelopes.header_digest", {}};
    auto codes = receivers((*row)->integer(2), (*row)->integer(3));
    if (!codes)
        return codes.error();
    return std::optional{KnownEnvelope{EnvelopeSeq{(*row)->number(0)}, *digest, std::move(*codes)}};
}

Result<std::optional<EnvelopeSeq>> SqliteLedgerView::refused_before(const EnvelopeRecord& refused) {
    std::optional<EnvelopeSeq> found;
    if (!is_same_refusal(refused, refused))
        return found;
    auto row = ask(Question::refused);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, refused.sender);
    if (!agency)
        return agency.error();
    if (!*agency)
        return found;
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind_octets(1, refused.id->bytes())
                          .bind(2, static_cast<std::uint64_t>(limits::names_examined_max))
                          .bind(3, **agency)
                          .bind_octets(4, refused.header_digest.bytes())
                          .bind_text(5, name_of(refused.refusal->code))
                          .bind_text(6, refused.refusal->field)
                          .bind_text(7, refused.refusal->peer_text)
                          .step();
    if (!step)
        return step.error();
    if (*step)
        found = EnvelopeSeq{(*row)->number(0)};
    return found;
}

Result<std::vector<DeliveryRecord>> SqliteLedgerView::deliveries(EnvelopeSeq envelope, const AgencyCode& inbox) {
    std::vector<DeliveryRecord> found;
    auto row = ask(Question::deliveries_to);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, inbox);
    if (!agency)
        return agency.error();
    if (!*agency)
        return found;
    const ResetOnExit reset{**row};
    (*row)->bind(1, number(envelope)).bind(2, **agency);
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        const auto id = EnvelopeId::from_bytes((*row)->octets(2));
        const auto sender = agencies_.code(*database_, (*row)->integer(3));
        const auto receiver = agencies_.code(*database_, (*row)->integer(4));
        if (!id || !sender || !receiver)
            return Fault{Errc::ledger_corrupt, "envelopes", {}};
        found.push_back({DeliverySeq{(*row)->number(0)}, EnvelopeSeq{(*row)->number(1)}, *id, *sender, *receiver,
                         static_cast<Station>((*row)->integer(5)), static_cast<Carriage>((*row)->integer(6)),
                         {static_cast<Business>((*row)->integer(7)), static_cast<ChangeState>((*row)->integer(8))},
                         static_cast<Business>((*row)->integer(9)), EnvelopeSeq{(*row)->number(10)},
                         attempt_at(**row, 11), EntrySeq{(*row)->number(12)}, asking_at(**row, 13)});
    }
}

Result<std::vector<DeliveryRecord>> SqliteLedgerView::named_deliveries(const AgencyCode& sender,
                                                                       const AgencyCode& inbox,
                                                                       const AnsweredName& asked) {
    for (const bool is_by_id : {true, false})
        for (const bool is_document : {true, false}) {
            const std::string_view name = is_by_id ? asked.document_id : asked.full_number;
            if (name.empty())
                continue;
            auto row = ask(is_by_id ? Question::named_by_id : Question::named_by_number);
            if (!row)
                return row.error();
            const auto agency = agencies_.number(*database_, sender);
            if (!agency)
                return agency.error();
            if (!*agency)
                return std::vector<DeliveryRecord>{};
            const ResetOnExit reset{**row};
            (*row)->bind_text(1, name).bind(2, **agency).bind(3, is_document ? 1 : 0);
            (*row)->bind(4, static_cast<std::uint64_t>(limits::names_examined_max));
            for (;;) {
                const auto step = (*row)->step();
                if (!step)
                    return step.error();
                if (!*step)
                    break;
                if ((!is_by_id && !asked.allows((*row)->text(1))) || !asked.is_of((*row)->text(2)))
                    continue;
                auto found = deliveries(EnvelopeSeq{(*row)->number(0)}, inbox);
                if (!found || !found->empty())
                    return found;
            }
        }
    return std::vector<DeliveryRecord>{};
}

Result<bool> SqliteLedgerView::has_more_in_inbox(const AgencyCode& inbox, std::uint64_t than, Instant before) {
    static_assert(static_cast<int>(Carriage::in_inbox) == 1 && static_cast<int>(Station::failed) == 2);
    auto row = ask(Question::in_inbox);
    if (!row)
        return row.error();
    const auto agency = agencies_.number(*database_, inbox);
    if (!agency)
        return agency.error();
    if (!*agency)
        return false;
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind(1, **agency).bind(2, before.time_since_epoch().count()).bind(3, than + 1).step();
    if (!step)
        return step.error();
    return *step && (*row)->number(0) > than;
}

Result<bool> SqliteLedgerView::is_last_acknowledgement_refused(const AgencyCode& agency) {
    static_assert(static_cast<int>(Kind::acknowledgement) == 3);
    auto row = ask(Question::last_acknowledgement);
    if (!row)
        return row.error();
    const auto sender = agencies_.number(*database_, agency);
    if (!sender)
        return sender.error();
    if (!*sender)
        return false;
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind(1, **sender).bind(2, static_cast<std::uint64_t>(limits::names_examined_max)).step();
    if (!step)
        return step.error();
    return *step && (*row)->number(0) != 0;
}

Result<std::optional<AgencyCode>> SqliteLedgerView::agency_at(Statement& row, int column) {
    if (row.is_null(column))
        return std::optional<AgencyCode>{};
    auto code = agencies_.code(*database_, row.integer(column));
    if (!code)
        return code.error();
    return std::optional{std::move(*code)};
}

Result<std::vector<AgencyCode>> SqliteLedgerView::receivers(std::int64_t first, std::int64_t count) {
    std::vector<AgencyCode> codes;
    auto row = ask(Question::receivers_of);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    (*row)->bind(1, first).bind(2, count);
    for (;;) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            return codes;
        auto code = agencies_.code(*database_, (*row)->integer(0));
        if (!code)
            return code.error();
        codes.push_back(std::move(*code));
    }
}

Result<ReceiptItem> SqliteLedgerView::item(Statement& row) {
    ReceiptItem item{.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}};
    Entry& entry = item.entry;
    entry.seq = EntrySeq{row.number(0)};
    entry.at = instant_of(row.integer(1));
    entry.kind = static_cast<EntryKind>(row.integer(2));
    entry.envelope = EnvelopeSeq{row.number(3)};
    if (!row.is_null(4))
        entry.event = static_cast<ReceiptEvent>(row.integer(4));
    auto receiver = agency_at(row, 5);
    auto addressee = agency_at(row, 6);
    auto sender = agency_at(row, 11);
    if (!receiver || !addressee || !sender)
        return Fault{Errc::ledger_corrupt, "entries", std::to_string(row.integer(0))};
    entry.receiver = std::move(*receiver);
    entry.addressee = std::move(*addressee);
    entry.code = row.text(7);
    entry.field = row.text(8);
    entry.text = row.text(9);
    item.envelope_sender = std::move(*sender);
    if (const auto id = EnvelopeId::from_bytes(row.octets(10)); id)
        item.envelope = *id;
    if (entry.kind == EntryKind::station || entry.envelope == EnvelopeSeq{})
        return item;
    constexpr auto document = static_cast<std::int64_t>(Kind::document);
    if (row.integer(22) == document || !row.is_null(21))
        item.document = {std::string{row.text(12)}, std::string{row.text(13)}, std::string{row.text(14)},
                         std::string{row.text(15)}, std::string{row.text(16)}, std::string{row.text(17)},
                         std::string{row.text(18)}};
    auto codes = receivers(row.integer(19), row.integer(20));
    if (!codes)
        return codes.error();
    item.receivers = std::move(*codes);
    return item;
}

Result<ReceiptPage> SqliteLedgerView::receipts(EntrySeq after_seq, std::size_t count) {
    auto row = ask(Question::entries);
    if (!row)
        return row.error();
    ReceiptPage page;
    page.through = after_seq;
    const ResetOnExit reset{**row};
    (*row)->bind(1, number(after_seq)).bind(2, static_cast<std::uint64_t>(count));
    std::size_t looked_at = 0;
    for (;; ++looked_at) {
        const auto step = (*row)->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        page.through = EntrySeq{(*row)->number(0)};
        if ((*row)->is_null(6))
            continue;
        auto made = item(**row);
        if (!made)
            return made.error();
        page.items.push_back(std::move(*made));
    }
    page.is_last = looked_at < count;
    return page;
}

Result<std::shared_ptr<const Bytes>> SqliteLedgerView::frame(EnvelopeSeq envelope) {
    if (const auto it = due_places_.find(number(envelope)); it != due_places_.end())
        return segments_.read(it->second);
    auto row = ask(Question::frame_place);
    if (!row)
        return row.error();
    const ResetOnExit reset{**row};
    const auto step = (*row)->bind(1, number(envelope)).step();
    if (!step)
        return step.error();
    if (!*step || (*row)->is_null(0))
        return Fault{Errc::ledger_corrupt, "envelopes.position", std::to_string(number(envelope))};
    return segments_.read({(*row)->number(0), static_cast<std::uint32_t>((*row)->integer(1)),
                           static_cast<std::uint32_t>((*row)->integer(2))});
}

std::unique_ptr<LedgerView> open_view(std::filesystem::path folder) {
    return std::make_unique<SqliteLedgerView>(std::move(folder));
}

std::string search_key(std::string_view document_id) {
    std::string key = fold(document_id);
    for (char& c : key)
        if (static_cast<unsigned char>(c) < 0x80 && !std::isalnum(static_cast<unsigned char>(c))
            && std::string_view{"/.,-_"}.find(c) == std::string_view::npos)
            c = '_';
    return key;
}

}  // namespace hub::ledger
