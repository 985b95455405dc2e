#include "hub/ledger/sqlite_units.hpp"

#include "hub/core/fold.hpp"
#include "hub/ledger/search_match.hpp"
#include "hub/ledger/unit_choice.hpp"

#include <algorithm>
#include <array>

namespace hub::ledger {
namespace {

constexpr std::string_view columns = "code, old_code, name, parent, closed, version, modified_at";

std::string words_of(std::string_view name, std::string_view code, std::string_view old_code) {
    return fold(name) + ' ' + fold(code) + ' ' + fold(old_code);
}

std::string_view text_of(const std::optional<AgencyCode>& code) noexcept {
    return code ? std::string_view{code->text()} : std::string_view{};
}

Result<std::optional<AgencyCode>> code_at(Statement& row, int column) {
    if (row.is_null(column))
        return std::optional<AgencyCode>{};
    auto code = AgencyCode::parse(row.text(column));
    if (!code)
        return Fault{Errc::ledger_corrupt, "units", code.error().peer_text};
    return std::optional{std::move(*code)};
}

Result<Unit> unit_at(Statement& row) {
    auto code = code_at(row, 0), old_code = code_at(row, 1), parent = code_at(row, 3);
    for (const auto* each : {&code, &old_code, &parent})
        if (!*each)
            return each->error();
    if (!*code)
        return Fault{Errc::ledger_corrupt, "units", {}};
    return Unit{std::move(**code),        std::move(*old_code), std::string{row.text(2)}, std::move(*parent),
                row.integer(4) != 0, row.integer(5),       std::string{row.text(6)}};
}

}  // namespace

Result<void> UnitWriter::prepare() {
    if (statements_)
        return {};
    constexpr std::array sql{
        "SELECT number, name, code, old_code, version FROM units WHERE code = ?1",
        "INSERT INTO units (code, old_code, name, parent, closed, version, modified_at, named_by)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8) RETURNING number",
        "UPDATE units SET old_code = iif(?5, coalesce(?2, old_code), ?2), name = ?3, parent = ?4, closed = ?5, version = ?6, modified_at = ?7,"
        " named_by = ?8 WHERE code = ?1",
        "UPDATE units SET named_by = ?2 WHERE code = ?1",
        "INSERT INTO units_search (rowid, words) VALUES (?1,?2)",
        "INSERT INTO units_search (units_search, rowid, words) VALUES ('delete',?1,?2)",
        "UPDATE units SET closed = 1 WHERE closed = 0 AND named_by < ?1",
        "INSERT INTO unit_pass (one, id, pages, is_full, is_over, first, ended_at, full_ended_at)"
        " VALUES (1,?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (one) DO UPDATE SET id = ?1, pages = ?2, is_full = ?3, is_over = ?4,"
        " first = ?5, ended_at = ?6, full_ended_at = ?7",
    };
    std::vector<Statement> made;
    for (const char* text : sql) {
        auto statement = database_.prepare(text);
        if (!statement)
            return statement.error();
        made.push_back(std::move(*statement));
    }
    statements_.emplace(Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]), std::move(made[3]),
                                   std::move(made[4]), std::move(made[5]), std::move(made[6]), std::move(made[7])});
    return {};
}

Result<void> UnitWriter::write(const UnitsTaken& taken) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    for (const Unit& unit : taken.page->units)
        if (auto written = write(unit, taken.envelope); !written)
            return written;
    if (taken.pass.is_full && taken.pass.is_over)
        if (auto closed = statements_->close_unnamed.bind(1, number(taken.pass.first)).run(); !closed)
            return closed;
    return write(taken.pass);
}

Result<void> UnitWriter::write(const Unit& unit, EnvelopeSeq envelope) {
    Statement& known = statements_->known;
    const ResetOnExit reset{known};
    const auto is_known = known.bind_text(1, unit.code.text()).step();
    if (!is_known)
        return is_known.error();
    if (*is_known && known.integer(4) > unit.version)
        return statements_->name_again.bind_text(1, unit.code.text()).bind(2, number(envelope)).run();
    // The lists that know both forms name open units only: a connector that has forgotten what it told says none.
    const bool keeps_old_code = *is_known && unit.is_closed && !unit.old_code;
    const std::string words =
        words_of(unit.name, unit.code.text(), keeps_old_code ? known.text(3) : text_of(unit.old_code));
    Statement& row = *is_known ? statements_->change : statements_->add;
    const ResetOnExit reset_row{row};
    row.bind_text(1, unit.code.text())
        .bind_text_or_null(2, text_of(unit.old_code))
        .bind_text(3, unit.name)
        .bind_text_or_null(4, text_of(unit.parent))
        .bind(5, unit.is_closed ? 1 : 0)
        .bind(6, unit.version)
        .bind_text(7, unit.modified_at)
        .bind(8, number(envelope));
    if (!*is_known) {
        const auto added = row.step();
        if (!added)
            return added.error();
        const std::int64_t given = row.integer(0);
        row.reset();
        return statements_->index.bind(1, given).bind_text(2, words).run();
    }
    const std::int64_t given = known.integer(0);
    const std::string before = words_of(known.text(1), known.text(2), known.text(3));
    if (auto changed = row.run(); !changed || before == words)
        return changed;
    if (auto gone = statements_->unindex.bind(1, given).bind_text(2, before).run(); !gone)
        return gone;
    return statements_->index.bind(1, given).bind_text(2, words).run();
}

Result<void> UnitWriter::write(const UnitPass& pass) {
    Statement& row = statements_->pass;
    row.bind_octets(1, pass.id->bytes())
        .bind(2, std::uint64_t{pass.pages})
        .bind(3, pass.is_full ? 1 : 0)
        .bind(4, pass.is_over ? 1 : 0)
        .bind(5, number(pass.first));
    const auto bind_time = [&](int index, const std::optional<Instant>& at) {
        at ? row.bind(index, std::int64_t{at->time_since_epoch().count()}) : row.bind_null(index);
    };
    bind_time(6, pass.ended_at);
    bind_time(7, pass.full_ended_at);
    return row.run();
}

Result<std::vector<Unit>> UnitReader::named(Database& database, const AgencyCode& code) {
    if (!by_code_) {
        const std::string wanted{columns};
        // Of one old code two open ones are enough to know that it names none, and open ones come first.
        auto prepared = database.prepare("SELECT " + wanted + " FROM units WHERE code = ?1 UNION ALL SELECT * FROM (SELECT "
                                         + wanted + " FROM units WHERE old_code = ?1 AND code <> ?1"
                                                    " ORDER BY closed LIMIT 2)");
        if (!prepared)
            return prepared.error();
        by_code_ = std::move(*prepared);
    }
    std::vector<Unit> found;
    const ResetOnExit reset{*by_code_};
    by_code_->bind_text(1, code.text());
    for (;;) {
        const auto row = by_code_->step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        auto unit = unit_at(*by_code_);
        if (!unit)
            return unit.error();
        found.push_back(std::move(*unit));
    }
}

Result<std::optional<Unit>> UnitReader::unit(Database& database, const AgencyCode& code) {
    auto found = named(database, code);
    if (!found)
        return found.error();
    return meant_by(code, *found);
}

Result<UnitPass> UnitReader::pass(Database& database) {
    UnitPass pass;
    auto row = database.prepare("SELECT id, pages, is_full, is_over, first, ended_at, full_ended_at FROM unit_pass");
    if (!row)
        return row.error();
    const auto there = row->step();
    if (!there)
        return there.error();
    if (!*there)
        return pass;
    const auto id = EnvelopeId::from_bytes(row->octets(0));
    if (!id)
        return Fault{Errc::ledger_corrupt, "unit_pass", {}};
    pass.id = *id;
    pass.pages = static_cast<std::uint32_t>(row->integer(1));
    pass.is_full = row->integer(2) != 0;
    pass.is_over = row->integer(3) != 0;
    pass.first = EnvelopeSeq{row->number(4)};
    if (!row->is_null(5))
        pass.ended_at = instant_of(row->integer(5));
    if (!row->is_null(6))
        pass.full_ended_at = instant_of(row->integer(6));
    return pass;
}

Result<FoundUnits> UnitReader::find(Database& database, const std::string& text, std::size_t count) {
    FoundUnits found;
    if (const auto code = AgencyCode::parse(text); code) {
        auto exact = named(database, *code);
        if (!exact)
            return exact.error();
        found.units = std::move(*exact);
    }
    const std::string match = match_of_beginnings(text);
    if (match.empty())
        return found;
    auto row = database.prepare("SELECT " + std::string{columns} + " FROM units_search JOIN units ON units.number ="
                                " units_search.rowid WHERE units_search MATCH ?1 ORDER BY units_search.rowid LIMIT ?2");
    if (!row)
        return row.error();
    row->bind_text(1, match).bind(2, std::uint64_t{count + found.units.size() + 1});
    for (;;) {
        const auto there = row->step();
        if (!there)
            return there.error();
        if (!*there)
            break;
        auto unit = unit_at(*row);
        if (!unit)
            return unit.error();
        if (std::ranges::find(found.units, unit->code, &Unit::code) == found.units.end())
            found.units.push_back(std::move(*unit));
    }
    found.has_more = found.units.size() > count;
    if (found.has_more)
        found.units.erase(found.units.begin() + static_cast<std::ptrdiff_t>(count), found.units.end());
    return found;
}

}  // namespace hub::ledger
