#include "hub/ledger/sqlite_tellings.hpp"

namespace hub::ledger {
namespace {

Result<void> prepare_once(Database& database, std::optional<Statement>& statement, std::string_view sql) {
    if (statement)
        return {};
    auto prepared = database.prepare(sql);
    if (!prepared)
        return prepared.error();
    statement = std::move(*prepared);
    return {};
}

}  // namespace

Result<void> TellingWriter::write(const ContentTelling& telling) {
    if (telling.is_over) {
        if (auto made = prepare_once(database_, forget_, "DELETE FROM content_tellings WHERE digest = ?1"); !made)
            return made;
        return forget_->bind_octets(1, telling.digest.bytes()).run();
    }
    constexpr std::string_view noted =
        "INSERT INTO content_tellings (digest, kind, through, until, is_mixed) VALUES (?1,?2,?3,?4,?5)"
        " ON CONFLICT (digest) DO UPDATE SET kind = ?2, through = ?3, until = ?4, is_mixed = ?5";
    if (auto made = prepare_once(database_, note_, noted); !made)
        return made;
    return note_->bind_octets(1, telling.digest.bytes())
        .bind(2, static_cast<int>(telling.kind))
        .bind(3, number(telling.through))
        .bind(4, number(telling.until))
        .bind(5, telling.is_mixed ? 1 : 0)
        .run();
}

Result<std::vector<ContentTelling>> read_tellings(Database& database) {
    auto row = database.prepare("SELECT digest, kind, through, until, is_mixed FROM content_tellings ORDER BY digest");
    if (!row)
        return row.error();
    std::vector<ContentTelling> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        const auto digest = Digest::from_bytes(row->octets(0));
        if (!digest)
            return Fault{Errc::ledger_corrupt, "content_tellings", {}};
        found.push_back({*digest, static_cast<EntryKind>(row->integer(1)), EnvelopeSeq{row->number(2)},
                         EnvelopeSeq{row->number(3)}, row->integer(4) != 0, false});
    }
}

}  // namespace hub::ledger
