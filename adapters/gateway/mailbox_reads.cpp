// What can be asked of the mailbox: each question on a read-only connection of its own.

#include "adapters/gateway/mailbox_reader.hpp"

#include <limits>

namespace hub::gateway {
namespace {

using Row = ledger::Statement;

Instant instant(const Row& row, int column) {
    return Instant{std::chrono::milliseconds{row.integer(column)}};
}

/// Columns as in `sent_columns`.
SentPacket sent_packet(const Row& row) {
    return {.id = EnvelopeId::parse(row.text(0)).value(),
            .agency = AgencyCode::parse(row.text(1)).value(),
            .from = std::string{row.text(2)},
            .kind = static_cast<Kind>(row.integer(3)),
            .title = std::string{row.text(4)},
            .number = std::string{row.text(5)},
            .issued_on = std::string{row.text(6)},
            .document_id = std::string{row.text(7)},
            .sent_at = instant(row, 8),
            .bytes = row.number(9),
            .content = {},
            .receivers = {},
            .state = static_cast<SendState>(row.integer(10)),
            .refusal = {std::string{row.text(11)}, std::string{row.text(12)}, std::string{row.text(13)}},
            .traceparent = std::string{row.text(14)},
            .answers = row.text(15).empty() ? std::nullopt : std::optional{EnvelopeId::parse(row.text(15)).value()}};
}

/// Columns as in `received_columns`.
ReceivedPacket received_packet(const Row& row) {
    return {.doc_id = std::string{row.text(0)},
            .agency = AgencyCode::parse(row.text(1)).value(),
            .envelope = EnvelopeId::parse(row.text(2)).value(),
            .sender = AgencyCode::parse(row.text(3)).value(),
            .to = std::string{row.text(4)},
            .kind = static_cast<Kind>(row.integer(5)),
            .title = std::string{row.text(6)},
            .number = std::string{row.text(7)},
            .at = instant(row, 8),
            .changed_at = instant(row, 9),
            .bytes = row.number(10),
            .state = static_cast<HoldState>(row.integer(11)),
            .description = std::string{row.text(12)},
            .is_signed_by_gateway = row.integer(13) != 0,
            .traceparent = std::string{row.text(14)},
            .content = {},
            .seq = row.number(15)};
}

#define LGSP_SENT_COLUMNS                                                                                    \
    "doc_id, agency, sender, kind, title, number, issued_on, document_id, sent_at, bytes, state, "             \
    "code, field, text, traceparent, answers"
#define LGSP_RECEIVED_COLUMNS                                                                                \
    "doc_id, agency, envelope, sender, receiver, kind, title, number, at, changed_at, bytes, state, "        \
    "description, "                                                                                          \
    "is_signed_by_gateway, traceparent, seq"

Result<void> add_receivers(Connection& connection, SentPacket& packet) {
    return connection.ask(
        "SELECT code, own_code, station, text, changed_at, asked, asked_state FROM sent_to WHERE doc_id = ?1",
        [&](const Row& row) {
            packet.receivers.push_back({std::string{row.text(0)}, std::string{row.text(1)},
                                        static_cast<Station>(row.integer(2)), std::string{row.text(3)},
                                        instant(row, 4),
                                        {static_cast<Business>(row.integer(5)),
                                         static_cast<ChangeState>(row.integer(6))}});
            return true;
        },
        packet.id.text());
}

template <class Value, class Read>
auto into(std::vector<Value>& found, std::size_t count, Read read) {
    return [&found, count, read](const Row& row) {
        found.push_back(read(row));
        return found.size() < count;
    };
}

}  // namespace

Result<std::unique_ptr<Connection>> Mailbox::borrow() {
    {
        const std::scoped_lock lock{readers_mutex_};
        if (!readers_.empty()) {
            auto reader = std::move(readers_.back());
            readers_.pop_back();
            return reader;
        }
    }
    auto database =
        ledger::Database::open((folder_ / "mailbox.db").string(), ledger::Database::Mode::read_only);
    if (!database)
        return database.error();
    return std::make_unique<Connection>(std::move(*database));
}

void Mailbox::give_back(std::unique_ptr<Connection> reader) {
    const std::scoped_lock lock{readers_mutex_};
    readers_.push_back(std::move(reader));
}

Result<std::vector<SentPacket>> Mailbox::sendings(const AgencyCode& agency, const Digest& content) {
    std::vector<SentPacket> found;
    Reader reader{*this};
    auto asked = reader.ask("SELECT " LGSP_SENT_COLUMNS " FROM sent WHERE agency = ?1 AND packet = ?2 AND state <> 2 "
                            "ORDER BY content IS NULL, sent_at DESC, doc_id DESC",
                            into(found, listed_max, sent_packet), agency.text(), content.text());
    for (SentPacket& each : found)
        if (asked)
            asked = add_receivers(reader.connection(), each);
    if (!asked)
        return asked.error();
    return found;
}

Result<std::vector<SentPacket>> Mailbox::sent_documents(const AgencyCode& agency, const std::string& document_id) {
    std::vector<SentPacket> found;
    if (document_id.empty())
        return found;
    Reader reader{*this};
    auto asked = reader.ask("SELECT " LGSP_SENT_COLUMNS " FROM sent WHERE agency = ?1 AND document_id = ?2 AND "
                            "document_id <> '' AND state = 1 ORDER BY sent_at DESC, doc_id DESC",
                            into(found, listed_max, sent_packet), agency.text(), document_id);
    for (SentPacket& each : found)
        if (asked)
            asked = add_receivers(reader.connection(), each);
    if (!asked)
        return asked.error();
    return found;
}

Result<std::vector<EnvelopeId>> Mailbox::unanswered(const AgencyCode& agency, std::size_t count) {
    std::vector<EnvelopeId> found;
    const auto asked = Reader{*this}.ask(
        "SELECT doc_id FROM sent WHERE agency = ?1 AND state = 0 ORDER BY sent_at",
        into(found, count, [](const Row& row) { return EnvelopeId::parse(row.text(0)).value(); }),
        agency.text());
    if (!asked)
        return asked.error();
    return found;
}

Result<SentPacket> Mailbox::find_sent(const AgencyCode& agency, const EnvelopeId& id) {
    std::vector<SentPacket> found;
    Reader reader{*this};
    auto asked = reader.ask("SELECT " LGSP_SENT_COLUMNS " FROM sent WHERE doc_id = ?1 AND agency = ?2",
                            into(found, 1, sent_packet), id.text(), agency.text());
    if (asked && found.empty())
        return Fault{Errc::not_found, "docId", id.text()};
    if (asked)
        asked = add_receivers(reader.connection(), found.front());
    if (!asked)
        return asked.error();
    return std::move(found.front());
}

Result<std::vector<SentPacket>> Mailbox::sent(const AgencyCode& agency, Kind kind) {
    std::vector<SentPacket> found;
    Reader reader{*this};
    auto asked = reader.ask(
        "SELECT " LGSP_SENT_COLUMNS " FROM sent WHERE agency = ?1 AND kind = ?2 ORDER BY sent_at DESC",
        into(found, listed_max, sent_packet), agency.text(), static_cast<std::int64_t>(kind));
    std::size_t receivers = 0;
    std::size_t listed = 0;
    for (; asked && listed < found.size() && receivers < receivers_listed_max; ++listed) {
        asked = add_receivers(reader.connection(), found[listed]);
        receivers += found[listed].receivers.size();
    }
    if (!asked)
        return asked.error();
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(listed), found.end());
    return found;
}

Result<std::vector<SentPacket>> Mailbox::sent_before(const AgencyCode& agency, Kind kind,
                                                     const std::optional<ListPlace>& before,
                                                     std::size_t count) {
    std::vector<SentPacket> found;
    Reader reader{*this};
    auto asked = reader.ask("SELECT " LGSP_SENT_COLUMNS
                            " FROM sent WHERE agency = ?1 AND kind = ?2 AND (sent_at, doc_id) < (?3, ?4) "
                            "ORDER BY sent_at DESC, doc_id DESC",
                            into(found, count, sent_packet), agency.text(), static_cast<std::int64_t>(kind),
                            before ? before->at.time_since_epoch().count()
                                   : std::numeric_limits<std::int64_t>::max(),
                            before ? before->doc_id : std::string{});
    for (SentPacket& each : found)
        if (asked)
            asked = add_receivers(reader.connection(), each);
    if (!asked)
        return asked.error();
    return found;
}

Result<std::vector<ReceivedPacket>> Mailbox::untold(const AgencyCode& agency, std::size_t count) {
    std::vector<ReceivedPacket> found;
    const auto asked = Reader{*this}.ask("SELECT " LGSP_RECEIVED_COLUMNS
                                         " FROM received WHERE agency = ?1 AND state >= 2 AND is_told = 0",
                                         into(found, count, received_packet), agency.text());
    if (!asked)
        return asked.error();
    return found;
}

Result<ReceivedPacket> Mailbox::find_received(const AgencyCode& agency, const std::string& doc_id) {
    std::vector<ReceivedPacket> found;
    const auto asked =
        Reader{*this}.ask("SELECT " LGSP_RECEIVED_COLUMNS " FROM received WHERE doc_id = ?1 AND agency = ?2",
                          into(found, 1, received_packet), doc_id, agency.text());
    if (!asked)
        return asked.error();
    if (found.empty())
        return Fault{Errc::not_found, "docId", doc_id};
    return std::move(found.front());
}

Result<std::vector<ReceivedPacket>> Mailbox::pending(const AgencyCode& agency, Kind kind) {
    std::vector<ReceivedPacket> found;
    const auto asked = Reader{*this}.ask(
        "SELECT " LGSP_RECEIVED_COLUMNS
        " FROM received WHERE agency = ?1 AND kind = ?2 AND state < 2 ORDER BY seq",
        into(found, listed_max, received_packet), agency.text(), static_cast<std::int64_t>(kind));
    if (!asked)
        return asked.error();
    return found;
}

Result<std::vector<ReceivedPacket>> Mailbox::pending_after(const AgencyCode& agency, Kind kind, std::uint64_t after,
                                                           std::size_t count) {
    std::vector<ReceivedPacket> found;
    const auto asked = Reader{*this}.ask(
        "SELECT " LGSP_RECEIVED_COLUMNS
        " FROM received WHERE agency = ?1 AND kind = ?2 AND state < 2 AND seq > ?3 ORDER BY seq",
        into(found, count, received_packet), agency.text(), static_cast<std::int64_t>(kind),
        static_cast<std::int64_t>(after));
    if (!asked)
        return asked.error();
    return found;
}

Result<std::uint64_t> Mailbox::count_pending(const AgencyCode& agency, Kind kind) {
    std::uint64_t count = 0;
    const auto asked = Reader{*this}.ask(
        "SELECT count(*) FROM received WHERE agency = ?1 AND kind = ?2 AND state < 2",
        [&](const Row& row) {
            count = row.number(0);
            return false;
        },
        agency.text(), static_cast<std::int64_t>(kind));
    if (!asked)
        return asked.error();
    return count;
}

}  // namespace hub::gateway
