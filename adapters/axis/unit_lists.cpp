#include "adapters/axis/unit_lists.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

using ledger::Database;
using vxp::Called;
using vxp::CallFailure;

constexpr std::uint64_t always_believed = 100;

// `listed_units` and `listed_agencies`: the lists as they came. `present`: what they say together, by present code.
// `told`: what the hub has confirmed. `to_tell`: what it is to hear, in the order of the pages, numbered from 1 without
// gaps.
constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS listed_units (
    code TEXT PRIMARY KEY, id TEXT NOT NULL, parent_id TEXT NOT NULL, name TEXT NOT NULL, closed INTEGER NOT NULL,
    version INTEGER NOT NULL, modified_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listed_agencies (
    code TEXT PRIMARY KEY, old_code TEXT, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listed_agencies_by_old_code ON listed_agencies (old_code) WHERE old_code IS NOT NULL;
CREATE TABLE IF NOT EXISTS present (
    code TEXT PRIMARY KEY, old_code TEXT, name TEXT NOT NULL, parent TEXT, closed INTEGER NOT NULL,
    version INTEGER NOT NULL, modified_at TEXT NOT NULL, id TEXT, parent_id TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS present_by_old_code ON present (old_code) WHERE old_code IS NOT NULL;
CREATE INDEX IF NOT EXISTS present_by_id ON present (id) WHERE id IS NOT NULL;
CREATE TABLE IF NOT EXISTS told (
    code TEXT PRIMARY KEY, old_code TEXT, name TEXT NOT NULL, parent TEXT, closed INTEGER NOT NULL,
    version INTEGER NOT NULL, modified_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS to_tell (
    number INTEGER PRIMARY KEY, code TEXT NOT NULL, old_code TEXT, name TEXT NOT NULL, parent TEXT,
    closed INTEGER NOT NULL, version INTEGER NOT NULL, modified_at TEXT NOT NULL) STRICT;
)sql";

// Which form a list writes as `code` is documented nowhere: what stands as somebody's old form is his, and else it is
// the present one. Nothing is computed from the letters.
constexpr const char* join_lists = R"sql(
DELETE FROM present;
INSERT INTO present (code, old_code, name, closed, version, modified_at, id, parent_id)
    SELECT coalesce(u.now, u.code), CASE WHEN u.now IS NULL THEN u.had ELSE u.code END, u.name, u.closed, u.version,
           u.modified_at, u.id, u.parent_id
    FROM (SELECT l.*, a.old_code AS had,
                 CASE WHEN a.old_code IS NULL THEN (SELECT min(o.code) FROM listed_agencies o WHERE o.old_code = l.code
                                                GROUP BY o.old_code HAVING count(*) = 1) END AS now
          FROM listed_units l LEFT JOIN listed_agencies a ON a.code = l.code) u
    WHERE true
    ON CONFLICT (code) DO UPDATE SET old_code = coalesce(excluded.old_code, old_code), name = excluded.name,
        closed = excluded.closed, version = excluded.version, modified_at = excluded.modified_at, id = excluded.id,
        parent_id = excluded.parent_id
        WHERE (excluded.closed, -excluded.version) < (closed, -version);
INSERT INTO present (code, old_code, name, closed, version, modified_at)
    SELECT a.code, a.old_code, a.name, 0, 0, '' FROM listed_agencies a
    WHERE NOT EXISTS (SELECT 1 FROM present p WHERE p.code = a.code OR p.old_code = a.code);
-- The lists that know both forms name open units only.
UPDATE present SET old_code = (SELECT t.old_code FROM told t WHERE t.code = present.code)
    WHERE closed = 1 AND old_code IS NULL;
UPDATE present SET parent = (SELECT p.code FROM present p WHERE p.id = present.parent_id AND p.code <> present.code LIMIT 1)
    WHERE parent_id IS NOT NULL;
DELETE FROM listed_units;
DELETE FROM listed_agencies;
)sql";

constexpr const char* gone = "FROM told t WHERE t.closed = 0 AND NOT EXISTS (SELECT 1 FROM present p WHERE p.code = t.code)";

std::string fill_to_tell(bool is_full) {
    std::string sql = "DELETE FROM to_tell;"
                      "INSERT INTO to_tell (code, old_code, name, parent, closed, version, modified_at)"
                      " SELECT p.code, p.old_code, p.name, p.parent, p.closed, p.version, p.modified_at FROM present p";
    if (!is_full)
        sql += " LEFT JOIN told t ON t.code = p.code WHERE t.code IS NULL OR (p.version >= t.version AND"
               " (p.old_code, p.name, p.parent, p.closed, p.version, p.modified_at)"
               " IS NOT (t.old_code, t.name, t.parent, t.closed, t.version, t.modified_at))";
    return sql + ";INSERT INTO to_tell (code, old_code, name, parent, closed, version, modified_at)"
                 " SELECT t.code, t.old_code, t.name, t.parent, 1, t.version, t.modified_at "
           + gone + ";DELETE FROM present;";
}

/// What the axis lists as a name, as the hub takes it.
std::string plain(std::string_view text) {
    std::string out = utf8_prefix(text, limits::unit_text_bytes_max);
    std::ranges::replace_if(out, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }, ' ');
    return out;
}

/// `part` of `whole` is more than may be.
Result<void> check_share(Database& database, const std::string& part, const std::string& whole, unsigned percent_max,
                         std::string_view what) {
    const auto all = database.ask("SELECT count(*) " + whole);
    if (!all)
        return all.error();
    const auto lost = database.ask("SELECT " + part);
    if (!lost)
        return lost.error();
    const auto before = static_cast<std::uint64_t>(all->value_or(0)), fewer = static_cast<std::uint64_t>(lost->value_or(0));
    if (before < always_believed || fewer * 100 <= before * percent_max)
        return {};
    return Fault{Errc::field_invalid, "units",
                 std::string{what} + " " + std::to_string(fewer) + " of " + std::to_string(before)};
}

Result<void> check_believable(Database& database, unsigned closing_percent_max) {
    const auto listed = database.ask("SELECT count(*) FROM present");
    if (!listed)
        return listed.error();
    // A list call with nothing to tell is answered with an empty body.
    if (listed->value_or(0) == 0)
        return Fault{Errc::field_invalid, "units", "the lists are empty"};
    const std::string closing =
        "(SELECT count(*) FROM told t JOIN present p ON p.code = t.code WHERE t.closed = 0 AND p.closed = 1"
        " AND p.version >= t.version) + (SELECT count(*) "
        + std::string{gone} + ")";
    if (auto few = check_share(database, closing, "FROM told WHERE closed = 0", closing_percent_max, "would close"); !few)
        return few;
    return check_share(database,
                       "count(*) FROM told t JOIN present p ON p.code = t.code WHERE t.old_code IS NOT NULL"
                       " AND p.old_code IS NULL AND p.closed = 0",
                       "FROM told WHERE old_code IS NOT NULL", closing_percent_max, "would lose the old code of");
}

}  // namespace

const char* unit_tables() noexcept { return tables; }

CallFailure ours(Fault fault) {
    CallFailure failure;
    failure.outcome = CallFailure::Outcome::ours;
    failure.fault = std::move(fault);
    return failure;
}

Called<std::uint64_t> put_lists(Database& database, UnitLists& lists, const std::string& qd20_level,
                                const std::stop_token& stop) {
    auto unit = database.prepare("INSERT INTO listed_units (code, id, parent_id, name, closed, version, modified_at)"
                                 " VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT (code) DO UPDATE SET id = ?2, parent_id = ?3,"
                                 " name = ?4, closed = ?5, version = ?6, modified_at = ?7 WHERE ?6 > version");
    if (!unit)
        return ours(unit.error());
    auto agency = database.prepare("INSERT INTO listed_agencies (code, old_code, name) VALUES (?1,?2,?3)"
                                   " ON CONFLICT (code) DO UPDATE SET old_code = coalesce(old_code, ?2)");
    if (!agency)
        return ours(agency.error());
    std::uint64_t skipped = 0;
    const auto is_code = [](const std::string& text) { return AgencyCode::parse(text).has_value(); };
    const auto put_agency = [&](const std::string& code, const std::string& old_code, const std::string& name) -> Result<void> {
        if (!is_code(code)) {
            ++skipped;
            return {};
        }
        const std::string shown = plain(name);
        agency->bind_text(1, code).bind_text(3, shown);
        is_code(old_code) && old_code != code ? agency->bind_text(2, old_code) : agency->bind_null(2);
        return agency->run();
    };
    const auto units = lists.units(
        [&](vxp::Unit&& each) -> Result<void> {
            if (!is_code(each.code)) {
                ++skipped;
                return {};
            }
            const std::string shown = plain(each.name), modified_at = plain(each.modified_at);
            return unit->bind_text(1, each.code)
                .bind_text(2, each.id)
                .bind_text(3, each.parent_id)
                .bind_text(4, shown)
                .bind(5, each.is_deleted ? 1 : 0)
                .bind(6, std::max<std::int64_t>(each.version, 0))
                .bind_text(7, modified_at)
                .run();
        },
        stop);
    if (!units)
        return units.error();
    // First: it is the one that says which form is which.
    const auto qd20 = lists.agencies_qd20(
        qd20_level, [&](vxp::AgencyQd20&& each) { return put_agency(each.code, each.code102, each.name); }, stop);
    if (!qd20)
        return qd20.error();
    const auto agencies = lists.agencies(
        [&](vxp::Agency&& each) { return put_agency(each.code, each.old_code, each.name); }, stop);
    if (!agencies)
        return agencies.error();
    return skipped;
}

Result<FetchedUnits> compare_lists(Database& database, bool is_full, unsigned closing_percent_max) {
    if (auto joined = database.execute(join_lists); !joined)
        return joined.error();
    if (auto believed = check_believable(database, closing_percent_max); !believed)
        return believed.error();
    FetchedUnits fetched;
    fetched.is_full = is_full;
    const auto listed = database.ask("SELECT count(*) FROM present");
    if (!listed)
        return listed.error();
    fetched.listed = static_cast<std::uint64_t>(listed->value_or(0));
    if (auto filled = database.execute(fill_to_tell(is_full).c_str()); !filled)
        return filled.error();
    const auto to_tell = database.ask("SELECT count(*) FROM to_tell");
    if (!to_tell)
        return to_tell.error();
    fetched.to_tell = static_cast<std::uint64_t>(to_tell->value_or(0));
    return fetched;
}

}  // namespace hub::axis
