// What agencies are told by webhooks, and by what they know their own requests again.

#include "adapters/gateway/mailbox_reader.hpp"

namespace hub::gateway {
namespace {

std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }

WebhookEvent event_of(const ledger::Statement& row) {
    WebhookEvent event{.seq = row.number(0),
                       .id = std::string{row.text(1)},
                       .type = std::string{row.text(2)},
                       .doc_id = std::string{row.text(3)},
                       .party = std::string{row.text(4)},
                       .station = std::nullopt,
                       .code = std::string{row.text(6)},
                       .at = Instant{std::chrono::milliseconds{row.integer(7)}},
                       .tries = static_cast<unsigned>(row.number(8))};
    if (event.type == "receiver.changed")
        event.station = static_cast<Station>(row.integer(5));
    return event;
}

}  // namespace

Result<Instant> Mailbox::first_asked(const AgencyCode& agency, const std::string& key, const Digest& content,
                                     Instant now) {
    Instant first = now;
    auto noted = commits_.perform([&](Connection& connection) -> Result<void> {
        std::optional<std::string> known;
        auto asked = connection.ask(
            "SELECT content, at FROM request WHERE agency = ?1 AND key = ?2",
            [&](const ledger::Statement& row) {
                known = row.text(0);
                first = Instant{std::chrono::milliseconds{row.integer(1)}};
                return false;
            },
            agency.text(), key);
        if (!asked)
            return asked;
        if (known)
            return *known == content.text() ? Result<void>{}
                                            : Result<void>{Fault{Errc::envelope_id_reused, "Idempotency-Key", key}};
        return connection.run("INSERT INTO request (agency, key, content, at) VALUES (?1, ?2, ?3, ?4)", agency.text(),
                              key, content.text(), ms_of(now));
    });
    if (!noted)
        return noted.error();
    return first;
}

Result<void> Mailbox::set_webhook_agencies(const std::vector<AgencyCode>& agencies) {
    return commits_.perform([&](Connection& connection) -> Result<void> {
        auto done = connection.run("DELETE FROM webhook_agency");
        for (const AgencyCode& each : agencies)
            if (done)
                done = connection.run("INSERT OR IGNORE INTO webhook_agency (agency) VALUES (?1)", each.text());
        if (done)
            done = connection.run("DELETE FROM webhook WHERE agency NOT IN (SELECT agency FROM webhook_agency)");
        return done;
    });
}

Result<std::set<AgencyCode>> Mailbox::agencies_with_events(Instant now) {
    std::set<AgencyCode> found;
    const auto asked = Reader{*this}.ask(
        "SELECT agency FROM webhook_agency WHERE EXISTS "
        "(SELECT 1 FROM webhook WHERE webhook.agency = webhook_agency.agency AND due_at <= ?1)",
        [&](const ledger::Statement& row) {
            found.insert(AgencyCode::parse(row.text(0)).value());
            return true;
        },
        ms_of(now));
    if (!asked)
        return asked.error();
    return found;
}

Result<std::vector<WebhookEvent>> Mailbox::due_events(const AgencyCode& agency, Instant now, std::size_t count) {
    std::vector<WebhookEvent> found;
    const auto asked = Reader{*this}.ask(
        "SELECT seq, id, type, doc_id, party, station, code, at, tries FROM webhook "
        "WHERE agency = ?1 AND due_at <= ?2 ORDER BY due_at, seq",
        [&](const ledger::Statement& row) {
            found.push_back(event_of(row));
            return found.size() < count;
        },
        agency.text(), ms_of(now));
    if (!asked)
        return asked.error();
    return found;
}

Result<void> Mailbox::forget_event(std::uint64_t seq) {
    return commits_.perform([&](Connection& connection) {
        return connection.run("DELETE FROM webhook WHERE seq = ?1", static_cast<std::int64_t>(seq));
    });
}

Result<void> Mailbox::postpone_event(std::uint64_t seq, Instant until) {
    return commits_.perform([&](Connection& connection) {
        return connection.run("UPDATE webhook SET tries = tries + 1, due_at = ?2 WHERE seq = ?1",
                              static_cast<std::int64_t>(seq), ms_of(until));
    });
}

}  // namespace hub::gateway
