#include "adapters/gateway/mailbox.hpp"

#include "adapters/gateway/mailbox_schema.hpp"
#include "adapters/kit/durable_file.hpp"

#include "hub/core/signature.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hub::gateway {
namespace {

constexpr std::size_t prune_rows = 500;

std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }
template <class Enumeration>
std::int64_t value_of(Enumeration value) {
    return static_cast<std::int64_t>(value);
}

Result<int> lock(const std::filesystem::path& folder) {
    const auto file = folder / "mailbox.lock";
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    const Fault fault = errno == EWOULDBLOCK
                            ? Fault{Errc::setting_invalid, file.string(), "in use by another gateway"}
                            : kit::file_fault_at_start(errno, file);
    if (fd >= 0)
        (void)::close(fd);
    return fault;
}

Result<Connection> open_writer(const std::filesystem::path& file) {
    auto database = ledger::Database::open(file.string(), ledger::Database::Mode::read_write);
    if (!database)
        return database.error();
    const auto version = database->ask("PRAGMA user_version");
    if (!version)
        return version.error();
    if (version->value_or(0) > mailbox_version)
        return Fault{Errc::ledger_version_unsupported, file.string(), std::to_string(version->value_or(0))};
    for (auto from = version->value_or(0); from < mailbox_version; ++from)
        if (auto made = database->execute(mailbox_schemas[static_cast<std::size_t>(from)]); !made)
            return made.error();
    return Connection{std::move(*database)};
}

/// Of the code's highest unit, in either form: H43 of H43.01 and of 000.00.01.H43; empty for an irregular code.
std::string_view top_of(std::string_view code) {
    const auto parsed = AgencyCode::parse(code);
    if (!parsed || parsed->form() == AgencyCode::Form::irregular)
        return {};
    return parsed->form() == AgencyCode::Form::old_form ? code.substr(code.rfind('.') + 1)
                                                        : code.substr(0, code.find('.'));
}

/// All belong to another highest unit than `agency`: the hub has one way to them.
bool are_outside(const std::vector<std::string>& codes, std::string_view agency) {
    const std::string_view own = top_of(agency);
    return !own.empty() && std::ranges::all_of(codes, [&](const std::string& code) {
        const std::string_view top = top_of(code);
        return !top.empty() && top != own;
    });
}

/// Codes of units outside stand in no file here. One that is left on both sides is the same one. Of several the first
/// is the first only if all go to one inbox: the hub names its receivers by inbox.
Result<void> name_receivers(Connection& connection, const EnvelopeId& id, std::vector<std::string> own_codes) {
    if (own_codes.empty())
        return {};
    std::vector<std::string> unnamed;
    bool has_places = true;
    std::string agency;
    auto asked = connection.ask(
        "SELECT own_code, place, agency FROM sent_to JOIN sent USING (doc_id) WHERE doc_id = ?1 ORDER BY place",
        [&](const ledger::Statement& row) {
            agency = row.text(2);
            if (std::erase(own_codes, row.text(0)) == 0) {
                unnamed.emplace_back(row.text(0));
                has_places = has_places && !row.is_null(1);
            }
            return true;
        },
        id.text());
    // All have a row: what is left are second names of some of them.
    if (own_codes.empty())
        for (const std::string& each : unnamed)
            if (asked)
                asked = connection.run("DELETE FROM sent_to WHERE doc_id = ?1 AND own_code = ?2", id.text(), each);
    const bool is_in_order = has_places && are_outside(unnamed, agency) && are_outside(own_codes, agency);
    if (unnamed.size() != own_codes.size() || (unnamed.size() > 1 && !is_in_order))
        return asked;
    for (std::size_t i = 0; asked && i < unnamed.size(); ++i)
        asked = connection.run("UPDATE sent_to SET own_code = ?3 WHERE doc_id = ?1 AND own_code = ?2", id.text(),
                               unnamed[i], own_codes[i]);
    return asked;
}

}  // namespace

std::string doc_id_of(const AgencyCode& agency, const AgencyCode& sender, const EnvelopeId& envelope) {
    return sha256(agency.text() + "/" + sender.text() + "/" + envelope.text()).text().substr(0, 32);
}

Mailbox::Mailbox(std::filesystem::path folder, Connection writer, int lock_fd, std::uint64_t reserve_bytes)
    : folder_{std::move(folder)}, lock_fd_{lock_fd}, reserve_bytes_{reserve_bytes}, commits_{std::move(writer)} {}

Mailbox::~Mailbox() { (void)::close(lock_fd_); }

bool Mailbox::has_room() const {
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    return error || space.available >= reserve_bytes_;
}

Result<std::unique_ptr<Mailbox>> Mailbox::open(const std::filesystem::path& folder, std::uint64_t reserve_bytes) {
    for (const auto* name : {"packets", "spool"}) {
        std::error_code error;
        std::filesystem::create_directories(folder / name, error);
        if (error)
            return kit::file_fault_at_start(error.value(), folder / name);
    }
    const auto locked = lock(folder);
    if (!locked)
        return locked.error();
    auto writer = open_writer(folder / "mailbox.db");
    if (!writer) {
        (void)::close(*locked);
        return writer.error();
    }
    std::unique_ptr<Mailbox> mailbox{new Mailbox{folder, std::move(*writer), *locked, reserve_bytes}};
    for (int i = 0; i < 256; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        const std::string name{digits[static_cast<std::size_t>(i) / 16],
                               digits[static_cast<std::size_t>(i) % 16]};
        std::error_code error;
        std::filesystem::create_directories(folder / "packets" / name, error);
        if (error)
            return kit::file_fault_at_start(error.value(), folder / "packets" / name);
    }
    if (auto synced = kit::sync_folder(folder / "packets"); !synced)
        return synced.error();
    if (auto swept = mailbox->sweep(); !swept)
        return swept.error();
    return mailbox;
}

/// Files that an earlier run put in their place and could not note any more, or has noted as over.
Result<void> Mailbox::sweep() {
    auto reader = borrow();
    if (!reader)
        return reader.error();
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_ / "packets", error}) {
        if (!entry.is_regular_file(error))
            continue;
        const auto needed = is_needed(**reader, entry.path().stem().string());
        if (!needed)
            return needed.error();
        if (!*needed)
            std::filesystem::remove(entry.path(), error);
    }
    give_back(std::move(*reader));
    return {};
}

Result<bool> Mailbox::is_needed(Connection& reader, const std::string& doc_id) const {
    bool is = false;
    const auto asked = reader.ask(
        "SELECT 1 FROM sent WHERE doc_id = ?1 AND state = 0 "
        "UNION ALL SELECT 1 FROM received WHERE doc_id = ?1",
        [&](const ledger::Statement&) {
            is = true;
            return false;
        },
        doc_id);
    if (!asked)
        return asked.error();
    return is;
}

std::filesystem::path Mailbox::file_of(const std::string& doc_id) const {
    // The end of an id is random, the beginning of a UUIDv7 is a time.
    return folder_ / "packets" / doc_id.substr(doc_id.size() < 2 ? 0 : doc_id.size() - 2) /
           (doc_id + ".edxml");
}

Result<void> Mailbox::take_file(const std::filesystem::path& from, const std::string& doc_id) const {
    return kit::link_durably(from, file_of(doc_id));
}

void Mailbox::remove_file(const std::string& doc_id) const {
    std::error_code ignored;
    std::filesystem::remove(file_of(doc_id), ignored);
}

Result<EnvelopeId> Mailbox::add_sent(const SentPacket& packet, const std::optional<EnvelopeId>& ended) {
    EnvelopeId id = packet.id;
    auto written = commits_.perform([&](Connection& connection) -> Result<void> {
        const std::string content = packet.content.text();
        bool is_known = false;
        if (ended)
            if (auto freed = connection.run("UPDATE sent SET content = NULL WHERE doc_id = ?1 AND content = ?2",
                                            ended->text(), content);
                !freed)
                return freed;
        auto asked = connection.ask(
            "SELECT doc_id FROM sent WHERE agency = ?1 AND content = ?2",
            [&](const ledger::Statement& row) {
                id = EnvelopeId::parse(row.text(0)).value();
                is_known = true;
                return false;
            },
            packet.agency.text(), content);
        if (!asked || is_known)
            return asked;
        auto added = connection.run(
            "INSERT INTO sent (doc_id, agency, sender, kind, title, number, sent_at, bytes, content, state, "
            "issued_on, document_id, traceparent, packet, answers) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?9, ?13)",
            packet.id.text(), packet.agency.text(), packet.from, value_of(packet.kind), packet.title,
            packet.number, ms_of(packet.sent_at), static_cast<std::int64_t>(packet.bytes), content,
            packet.issued_on, packet.document_id, packet.traceparent,
            packet.answers ? packet.answers->text() : std::string{});
        std::int64_t place = 0;
        for (const SentReceiver& each : packet.receivers) {
            if (!added)
                return added;
            added = connection.run(
                "INSERT OR IGNORE INTO sent_to (doc_id, own_code, code, station, text, changed_at, place) "
                "VALUES (?1, ?2, ?3, 0, '', ?4, ?5)",
                packet.id.text(), each.own_code, each.code, ms_of(packet.sent_at), place++);
        }
        return added;
    });
    if (!written)
        return written.error();
    return id;
}

Result<void> Mailbox::note_accepted(const EnvelopeId& id, const std::vector<std::string>& own_codes) {
    return commits_.perform([&](Connection& connection) {
        auto noted = connection.run("UPDATE sent SET state = 1 WHERE doc_id = ?1 AND state = 0", id.text());
        return noted ? name_receivers(connection, id, own_codes) : noted;
    });
}

Result<void> Mailbox::note_refused(const EnvelopeId& id, const RefusalNote& refusal) {
    return commits_.perform([&](Connection& connection) {
        return connection.run("UPDATE sent SET state = 2, content = NULL, code = ?2, field = ?3, text = ?4 "
                              "WHERE doc_id = ?1 AND state = 0",
                              id.text(), refusal.code, refusal.field, refusal.text);
    });
}

Result<void> Mailbox::note_station(const EnvelopeId& id, const SentReceiver& receiver, bool is_durable) {
    auto work = [id, receiver](Connection& connection) -> Result<void> {
        std::optional<Station> known;
        auto asked = connection.ask(
            "SELECT station FROM sent_to WHERE doc_id = ?1 AND own_code = ?2",
            [&](const ledger::Statement& row) {
                known = static_cast<Station>(row.integer(0));
                return false;
            },
            id.text(), receiver.own_code);
        if (!asked || (known && rank_of(receiver.station) <= rank_of(*known)))
            return asked;
        // Whom the directory has added, e.g. the agency that serves a unit below it, stands in no packet.
        return connection.run(
            "INSERT INTO sent_to (doc_id, own_code, code, station, text, changed_at) "
            "SELECT ?1, ?2, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM sent WHERE doc_id = ?1) "
            "ON CONFLICT DO UPDATE SET station = ?3, text = ?4, changed_at = ?5",
            id.text(), receiver.own_code, value_of(receiver.station), receiver.text,
            ms_of(receiver.changed_at));
    };
    if (is_durable)
        return commits_.perform(std::move(work));
    commits_.perform_later(std::move(work));
    return {};
}

Result<void> Mailbox::note_change(const EnvelopeId& id, const std::string& own_code, ReceiptEvent event) {
    return commits_.perform([&](Connection& connection) -> Result<void> {
        std::optional<Change> moved;
        auto asked = connection.ask(
            "SELECT asked, asked_state FROM sent_to WHERE doc_id = ?1 AND own_code = ?2",
            [&](const ledger::Statement& row) {
                const Change before{static_cast<Business>(row.integer(0)), static_cast<ChangeState>(row.integer(1))};
                // What could not be delivered was not asked.
                moved = event == ReceiptEvent::change_failed ? Change{} : next(before, event);
                return false;
            },
            id.text(), own_code);
        if (!asked || !moved)
            return asked;
        return connection.run("UPDATE sent_to SET asked = ?3, asked_state = ?4 WHERE doc_id = ?1 AND own_code = ?2",
                              id.text(), own_code, value_of(moved->kind), value_of(moved->state));
    });
}

Result<void> Mailbox::add_received(const ReceivedPacket& packet) {
    return commits_.perform([&](Connection& connection) {
        auto placed = connection.run("UPDATE last_received SET seq = seq + 1");
        return placed ? connection.run("INSERT OR IGNORE INTO received (doc_id, agency, envelope, sender, receiver, "
                                       "kind, title, number, at, changed_at, bytes, state, description, "
                                       "is_signed_by_gateway, traceparent, content, seq) "
                                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, 0, '', ?11, ?12, ?13, "
                                       "(SELECT seq FROM last_received))",
                                       packet.doc_id, packet.agency.text(), packet.envelope.text(),
                                       packet.sender.text(), packet.to, value_of(packet.kind), packet.title,
                                       packet.number, ms_of(packet.at), static_cast<std::int64_t>(packet.bytes),
                                       std::int64_t{packet.is_signed_by_gateway}, packet.traceparent,
                                       packet.content.text())
                      : placed;
    });
}

Result<void> Mailbox::set_state(const AgencyCode& agency, const std::string& doc_id, HoldState state,
                                const std::string& description, Instant at) {
    return commits_.perform([&](Connection& connection) -> Result<void> {
        std::optional<HoldState> known;
        auto asked = connection.ask(
            "SELECT state FROM received WHERE doc_id = ?1 AND agency = ?2",
            [&](const ledger::Statement& row) {
                known = static_cast<HoldState>(row.integer(0));
                return false;
            },
            doc_id, agency.text());
        if (!asked)
            return asked;
        if (!known)
            return Fault{Errc::not_found, "docId", doc_id};
        if (*known == HoldState::done || *known == HoldState::failed)
            return {};
        return connection.run(
            "UPDATE received SET state = ?2, description = ?3, changed_at = ?4 WHERE doc_id = ?1", doc_id,
            value_of(state), description, ms_of(at));
    });
}

Result<void> Mailbox::note_told(const std::string& doc_id) {
    return commits_.perform([&](Connection& connection) {
        return connection.run("UPDATE received SET is_told = 1 WHERE doc_id = ?1", doc_id);
    });
}

Result<void> Mailbox::tell_again(const std::string& doc_id) {
    return commits_.perform([&](Connection& connection) {
        return connection.run("UPDATE received SET is_told = 0 WHERE doc_id = ?1", doc_id);
    });
}

Result<void> Mailbox::offer_again(const std::string& doc_id, Instant at) {
    return commits_.perform([&](Connection& connection) -> Result<void> {
        std::string had;
        auto asked = connection.ask(
            "SELECT other.doc_id FROM received AS other JOIN received AS failed USING (agency, sender, content) "
            "WHERE failed.doc_id = ?1 AND failed.content <> '' AND other.content <> '' AND other.state <> 3",
            [&](const ledger::Statement& row) {
                had = row.text(0);
                return false;
            },
            doc_id);
        if (asked && !had.empty())
            return connection.run("UPDATE received SET state = 2, description = ?2, is_told = 0, changed_at = ?3 "
                                  "WHERE doc_id = ?1 AND state = 3",
                                  doc_id, "the same packet came as " + had, ms_of(at));
        if (asked)
            asked = connection.run("UPDATE last_received SET seq = seq + 1");
        return asked ? connection.run("UPDATE received SET state = 0, description = '', is_told = 0, changed_at = ?2, "
                                      "seq = (SELECT seq FROM last_received) WHERE doc_id = ?1 AND state = 3",
                                      doc_id, ms_of(at))
                     : asked;
    });
}

Result<bool> Mailbox::prune(Instant received_before, Instant sent_before) {
    std::vector<std::string> received;
    std::vector<std::string> sent;
    const auto into = [](std::vector<std::string>& ids) {
        return [&ids](const ledger::Statement& row) {
            ids.emplace_back(row.text(0));
            return ids.size() < prune_rows;
        };
    };
    auto done = commits_.perform([&](Connection& connection) -> Result<void> {
        auto found =
            connection.ask("SELECT doc_id FROM received WHERE state >= 2 AND is_told = 1 AND changed_at < ?1",
                           into(received), ms_of(received_before));
        if (found)
            found = connection.ask("SELECT doc_id FROM sent WHERE state <> 0 AND sent_at < ?1", into(sent),
                                   ms_of(sent_before));
        if (found)
            found = connection.run("DELETE FROM request WHERE at < ?1", ms_of(sent_before));
        for (const std::string& each : received)
            if (found)
                found = connection.run("DELETE FROM received WHERE doc_id = ?1", each);
        for (const std::string& each : sent) {
            if (found)
                found = connection.run("DELETE FROM sent_to WHERE doc_id = ?1", each);
            if (found)
                found = connection.run("DELETE FROM sent WHERE doc_id = ?1", each);
        }
        return found;
    });
    if (!done)
        return done.error();
    for (const std::string& each : received)
        remove_file(each);
    return received.size() == prune_rows || sent.size() == prune_rows;
}

}  // namespace hub::gateway
