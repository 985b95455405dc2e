#include "hub/access/store.hpp"

#include "hub/ledger/migrations.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hub::access {
namespace {

using ledger::Database;
using ledger::Statement;

/// When a session was seen last need not be known better than that.
constexpr std::chrono::seconds seen_again_after{10};

std::int64_t ms_of(Instant at) noexcept { return at.time_since_epoch().count(); }
Instant instant_of(std::int64_t ms) noexcept { return Instant{std::chrono::milliseconds{ms}}; }

void put(Statement& statement, int index, std::string_view value) { statement.bind_text(index, value); }
void put(Statement& statement, int index, const Digest& value) { statement.bind_octets(index, value.bytes()); }
void put(Statement& statement, int index, Instant value) { statement.bind(index, ms_of(value)); }
void put(Statement& statement, int index, std::int64_t value) { statement.bind(index, value); }
void put(Statement& statement, int index, Role value) { statement.bind(index, static_cast<int>(value)); }
void put(Statement& statement, int index, bool value) { statement.bind(index, value ? 1 : 0); }
void put(Statement& statement, int index, const std::optional<AgencyCode>& value) {
    value ? statement.bind_text(index, value->text()) : statement.bind_null(index);
}

std::optional<AgencyCode> agency_at(const Statement& row, int column) {
    const auto code = AgencyCode::parse(row.text(column));
    return code ? std::optional{*code} : std::nullopt;
}

/// For its owner alone from its first moment. Made by root, it belongs to whoever the folder belongs to.
Result<void> make_file(const std::filesystem::path& path) {
    const auto fail = [&] { return Fault{Errc::setting_invalid, path.string(), std::strerror(errno)}; };
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail();
    struct stat folder {};
    bool is_done = ::fchmod(fd, 0600) == 0 && ::stat(path.parent_path().c_str(), &folder) == 0;
    if (is_done && ::geteuid() == 0)
        is_done = ::fchown(fd, folder.st_uid, folder.st_gid) == 0;
    const auto failed = is_done ? Result<void>{} : Result<void>{fail()};
    (void)::close(fd);
    return failed;
}

User user_at(const Statement& row) {
    User user{std::string{row.text(0)}, static_cast<Role>(row.integer(1)), agency_at(row, 2), row.integer(3) != 0,
              instant_of(row.integer(4)), std::nullopt, false};
    if (!row.is_null(5))
        user.signed_in_at = instant_of(row.integer(5));
    user.has_second_factor = row.integer(6) != 0;
    return user;
}

constexpr std::string_view user_columns =
    "SELECT name, role, agency, disabled, made_at, signed_in_at,"
    " EXISTS (SELECT 1 FROM second_factors f WHERE f.user = name AND f.confirmed = 1) FROM users ";

}  // namespace

// Generated from schemas/access/sqlite.
std::span<const char* const> access_migrations() noexcept;

bool is_name(std::string_view name) noexcept {
    constexpr std::size_t bytes_max = 64;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    // The audit calls whoever acts on the host itself by that name.
    return name != "host" && !name.empty() && name.size() <= bytes_max && is_letter(name.front())
           && std::ranges::all_of(name, [&](char c) { return is_letter(c) || c == '.' || c == '_' || c == '-'; });
}

template <class... Values>
Result<Statement> AccessStore::ask(std::string_view sql, const Values&... values) {
    auto statement = database_.prepare(sql);
    int index = 0;
    if (statement)
        (put(*statement, ++index, values), ...);
    return statement;
}

template <class... Values>
Result<void> AccessStore::run(std::string_view sql, const Values&... values) {
    auto statement = ask(sql, values...);
    return statement ? statement->run() : Result<void>{statement.error()};
}

Result<std::unique_ptr<AccessStore>> AccessStore::open(const std::filesystem::path& folder) {
    const auto path = folder / "access.db";
    if (auto made = make_file(path); !made)
        return made.error();
    auto database = Database::open(path.string(), Database::Mode::shared);
    if (!database)
        return database.error();
    if (auto migrated = ledger::migrate(*database, access_migrations()); !migrated)
        return migrated.error();
    std::unique_ptr<AccessStore> store{new AccessStore{std::move(*database)}};
    const auto any = store->database_.ask("SELECT 1 FROM users LIMIT 1");
    if (!any)
        return any.error();
    store->has_users_ = any->has_value();
    return store;
}

// ---- Users

Result<std::vector<User>> AccessStore::users() {
    const std::scoped_lock lock{mutex_};
    auto row = ask(std::string{user_columns} + "ORDER BY name");
    if (!row)
        return row.error();
    std::vector<User> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        found.push_back(user_at(*row));
    }
}

Result<std::optional<User>> AccessStore::user(std::string_view name) {
    const std::scoped_lock lock{mutex_};
    auto row = ask(std::string{user_columns} + "WHERE name = ?1", name);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    return *step ? std::optional{user_at(*row)} : std::nullopt;
}

Result<std::string> AccessStore::password_of(std::string_view name) {
    const std::scoped_lock lock{mutex_};
    auto row = ask("SELECT password FROM users WHERE name = ?1 AND disabled = 0", name);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    return *step ? std::string{row->text(0)} : std::string{};
}

Result<void> AccessStore::add(const User& user, std::string_view password_hash) {
    const std::scoped_lock lock{mutex_};
    auto added = run("INSERT INTO users (name, role, agency, password, disabled, made_at) VALUES (?1,?2,?3,?4,?5,?6)"
                     " ON CONFLICT DO NOTHING",
                     user.name, user.role, user.agency, password_hash, user.is_disabled, user.made_at);
    if (added && database_.rows_changed() == 0)
        return Fault{Errc::name_in_use, "name", user.name};
    if (added)
        has_users_ = true;
    return added;
}

Result<bool> AccessStore::has_other_administrator(std::string_view name) {
    auto row = ask("SELECT 1 FROM users WHERE role = ?1 AND disabled = 0 AND name <> ?2 LIMIT 1", Role::administrator,
                   name);
    return row ? row->step() : Result<bool>{row.error()};
}

Result<void> AccessStore::may_change(const User& user) {
    const std::scoped_lock lock{mutex_};
    return keeps_an_administrator(user);
}

Result<void> AccessStore::keeps_an_administrator(const User& user) {
    if (user.role == Role::administrator && !user.is_disabled)
        return {};
    const auto has_other = has_other_administrator(user.name);
    if (!has_other)
        return has_other.error();
    return *has_other ? Result<void>{} : Fault{Errc::last_administrator, "name", user.name};
}

Result<void> AccessStore::change(const User& user) {
    const std::scoped_lock lock{mutex_};
    if (auto kept = keeps_an_administrator(user); !kept)
        return kept;
    auto changed = run("UPDATE users SET role = ?2, agency = ?3, disabled = ?4 WHERE name = ?1", user.name, user.role,
                       user.agency, user.is_disabled);
    if (changed && database_.rows_changed() == 0)
        return Fault{Errc::not_found, "name", user.name};
    if (changed && user.is_disabled)
        return run("DELETE FROM sessions WHERE user = ?1", user.name);
    return changed;
}

Result<void> AccessStore::set_password(std::string_view name, std::string_view password_hash, const Digest* kept) {
    const std::scoped_lock lock{mutex_};
    auto changed = run("UPDATE users SET password = ?2 WHERE name = ?1", name, password_hash);
    if (!changed)
        return changed;
    if (database_.rows_changed() == 0)
        return Fault{Errc::not_found, "name", std::string{name}};
    return run("DELETE FROM sessions WHERE user = ?1 AND id <> ?2", name, kept ? *kept : Digest{});
}

// ---- Second factors

Result<std::optional<SecondFactor>> AccessStore::second_factor(std::string_view name) {
    const std::scoped_lock lock{mutex_};
    auto row = ask("SELECT secret, confirmed FROM second_factors WHERE user = ?1", name);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    return *step ? std::optional{SecondFactor{std::string{row->octets(0)}, row->integer(1) != 0}} : std::nullopt;
}

Result<void> AccessStore::offer_second_factor(std::string_view name, std::string_view secret) {
    const std::scoped_lock lock{mutex_};
    auto row = database_.prepare("INSERT INTO second_factors (user, secret, confirmed, last_step) VALUES (?1,?2,0,0)"
                                 " ON CONFLICT (user) DO UPDATE SET secret = ?2, last_step = 0 WHERE confirmed = 0");
    if (!row)
        return row.error();
    row->bind_text(1, name).bind_octets(2, secret);
    auto offered = row->run();
    if (offered && database_.rows_changed() == 0)
        return Fault{Errc::name_in_use, "second_factor", std::string{name}};
    return offered;
}

Result<bool> AccessStore::use_second_factor(std::string_view name, std::int64_t step) {
    const std::scoped_lock lock{mutex_};
    const auto used = run("UPDATE second_factors SET confirmed = 1, last_step = ?2 WHERE user = ?1 AND last_step < ?2", name,
                          step);
    return used ? Result<bool>{database_.rows_changed() > 0} : used.error();
}

Result<void> AccessStore::remove_second_factor(std::string_view name) {
    const std::scoped_lock lock{mutex_};
    auto removed = run("DELETE FROM second_factors WHERE user = ?1", name);
    if (removed && database_.rows_changed() == 0)
        return Fault{Errc::not_found, "second_factor", std::string{name}};
    return removed;
}

// ---- Sessions

Result<void> AccessStore::begin(const Digest& id, const Session& session, Instant now) {
    const std::scoped_lock lock{mutex_};
    if (auto cleared = run("DELETE FROM sessions WHERE ends_at <= ?1 OR seen_at + idle <= ?1", now); !cleared)
        return cleared;
    if (auto made = run("INSERT INTO sessions (id, user, seen_at, idle, ends_at, began_at, address, bearer)"
                        " VALUES (?1,?2,?3,?4,?5,?3,?6,?7)",
                        id, session.user, now, std::int64_t{session.idle.count()}, session.ends_at, session.address,
                        session.is_bearer);
        !made)
        return made;
    if (auto cleared = run("DELETE FROM sessions WHERE user = ?1 AND id NOT IN (SELECT id FROM sessions WHERE user = ?1"
                           " ORDER BY seen_at DESC LIMIT ?2)",
                           session.user, std::int64_t{sessions_per_user_max});
        !cleared)
        return cleared;
    return run("UPDATE users SET signed_in_at = ?2 WHERE name = ?1", session.user, now);
}

Result<void> AccessStore::end(const Digest& id) {
    const std::scoped_lock lock{mutex_};
    return run("DELETE FROM sessions WHERE id = ?1", id);
}

Result<void> AccessStore::end_others(std::string_view name, const Digest& kept) {
    const std::scoped_lock lock{mutex_};
    return run("DELETE FROM sessions WHERE user = ?1 AND id <> ?2", name, kept);
}

std::string AccessStore::handle_of(const Digest& id) {
    constexpr std::size_t digits = 16;
    return id.text().substr(0, digits);
}

Result<std::vector<AccessStore::ShownSession>> AccessStore::sessions(std::string_view name, Instant now) {
    const std::scoped_lock lock{mutex_};
    auto row = ask("SELECT lower(substr(hex(id), 1, 16)), began_at, seen_at, ends_at, address, bearer FROM sessions"
                   " WHERE user = ?1 AND ends_at > ?2 AND seen_at + idle > ?2 ORDER BY seen_at DESC, id",
                   name, now);
    if (!row)
        return row.error();
    std::vector<ShownSession> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        const std::int64_t began_at = row->integer(1);
        found.push_back({std::string{row->text(0)}, began_at == 0 ? std::nullopt : std::optional{instant_of(began_at)},
                         instant_of(row->integer(2)), instant_of(row->integer(3)), std::string{row->text(4)},
                         row->integer(5) != 0});
    }
}

Result<void> AccessStore::end(std::string_view name, std::string_view handle) {
    const std::scoped_lock lock{mutex_};
    auto ended = run("DELETE FROM sessions WHERE user = ?1 AND lower(substr(hex(id), 1, 16)) = ?2", name, handle);
    if (ended && database_.rows_changed() == 0)
        return Fault{Errc::not_found, "session", {}};
    return ended;
}

Result<std::optional<Known>> AccessStore::session(const Digest& id, Instant now, bool is_seen) {
    auto row = ask("SELECT u.name, u.role, u.agency, s.seen_at, s.ends_at, EXISTS (SELECT 1 FROM second_factors f"
                   " WHERE f.user = u.name AND f.confirmed = 1), s.idle FROM sessions s JOIN users u ON u.name = s.user"
                   " WHERE s.id = ?1 AND s.ends_at > ?2 AND s.seen_at + s.idle > ?2 AND u.disabled = 0",
                   id, now);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<Known>{};
    Known known{std::string{row->text(0)}, static_cast<Role>(row->integer(1)), agency_at(*row, 2),
                instant_of(row->integer(4)), row->integer(5) != 0,
                std::chrono::duration_cast<std::chrono::seconds>(std::chrono::milliseconds{row->integer(6)})};
    const Instant seen_at = instant_of(row->integer(3));
    row->reset();
    if (is_seen && now - seen_at >= seen_again_after)
        // A disk that takes no write locks nobody out: the session only ends as if it had been idle.
        (void)run("UPDATE sessions SET seen_at = ?2 WHERE id = ?1", id, now);
    return std::optional{std::move(known)};
}

Result<std::optional<Known>> AccessStore::token(const Digest& id, Instant now) {
    auto row = ask("SELECT name, role, agency, ends_at FROM tokens WHERE id = ?1 AND ends_at > ?2 AND revoked_at IS NULL", id,
                   now);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    if (!*step)
        return std::optional<Known>{};
    return std::optional{Known{"token:" + std::string{row->text(0)}, static_cast<Role>(row->integer(1)),
                               agency_at(*row, 2), instant_of(row->integer(3)), false}};
}

Result<std::optional<Known>> AccessStore::known(const Digest& id, Instant now) {
    const std::scoped_lock lock{mutex_};
    auto found = session(id, now, true);
    return found && !*found ? token(id, now) : std::move(found);
}

Result<std::optional<Known>> AccessStore::still_known(const Digest& id, Instant now) {
    const std::scoped_lock lock{mutex_};
    auto found = session(id, now, false);
    return found && !*found ? token(id, now) : std::move(found);
}

// ---- Tokens and codes

Result<std::vector<Token>> AccessStore::tokens() {
    const std::scoped_lock lock{mutex_};
    auto row = ask("SELECT name, role, agency, made_by, made_at, ends_at, revoked_at FROM tokens ORDER BY name");
    if (!row)
        return row.error();
    std::vector<Token> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        found.push_back({std::string{row->text(0)}, static_cast<Role>(row->integer(1)), agency_at(*row, 2),
                         std::string{row->text(3)}, instant_of(row->integer(4)), instant_of(row->integer(5)),
                         row->is_null(6) ? std::nullopt : std::optional{instant_of(row->integer(6))}});
    }
}

Result<void> AccessStore::add(const Token& token, const Digest& id) {
    const std::scoped_lock lock{mutex_};
    auto added = run("INSERT INTO tokens (name, id, role, agency, made_by, made_at, ends_at) VALUES (?1,?2,?3,?4,?5,?6,?7)"
                     " ON CONFLICT DO NOTHING",
                     token.name, id, token.role, token.agency, token.made_by, token.made_at, token.ends_at);
    if (added && database_.rows_changed() == 0)
        return Fault{Errc::name_in_use, "name", token.name};
    return added;
}

Result<void> AccessStore::revoke(std::string_view name, Instant now) {
    const std::scoped_lock lock{mutex_};
    auto revoked = run("UPDATE tokens SET revoked_at = ?2 WHERE name = ?1 AND revoked_at IS NULL", name, now);
    if (revoked && database_.rows_changed() == 0)
        return Fault{Errc::not_found, "name", std::string{name}};
    return revoked;
}

Result<void> AccessStore::add_code(const Digest& id, Instant now) {
    const std::scoped_lock lock{mutex_};
    // Whoever makes another one has lost the first, or would not have it used.
    if (auto dropped = run("DELETE FROM codes WHERE id <> ?1", id); !dropped)
        return dropped;
    return run("INSERT INTO codes (id, ends_at) VALUES (?1, ?2)", id, now + code_lasts);
}

Result<bool> AccessStore::take_code(const Digest& id, Instant now) {
    const std::scoped_lock lock{mutex_};
    if (auto cleared = run("DELETE FROM codes WHERE ends_at <= ?1", now); !cleared)
        return cleared.error();
    if (auto taken = run("DELETE FROM codes WHERE id = ?1", id); !taken)
        return taken.error();
    return database_.rows_changed() > 0;
}

// ---- What was asked with a key

Result<std::optional<Asked>> AccessStore::ask_once(const Digest& id, std::string_view caller, std::string_view request,
                                                   Instant now) {
    const std::scoped_lock lock{mutex_};
    if (auto cleared = run("DELETE FROM asked WHERE asked_at <= ?1", now - asked_kept); !cleared)
        return cleared.error();
    if (auto asked = run("INSERT INTO asked (id, caller, request, state, status, answer, asked_at)"
                         " VALUES (?1,?2,?3,0,0,'',?4) ON CONFLICT DO NOTHING",
                         id, caller, request, now);
        !asked)
        return asked.error();
    if (database_.rows_changed() > 0) {
        auto cleared = run("DELETE FROM asked WHERE caller = ?1 AND id NOT IN (SELECT id FROM asked WHERE caller = ?1"
                           " ORDER BY asked_at DESC LIMIT ?2)",
                           caller, std::int64_t{asked_per_caller_max});
        return cleared ? Result<std::optional<Asked>>{std::nullopt} : cleared.error();
    }
    auto row = ask("SELECT request, state, status, answer FROM asked WHERE id = ?1", id);
    if (!row)
        return row.error();
    const auto step = row->step();
    if (!step)
        return step.error();
    return std::optional{Asked{std::string{row->text(0)}, static_cast<Asked::State>(row->integer(1)),
                               static_cast<unsigned>(row->integer(2)), std::string{row->text(3)}}};
}

Result<void> AccessStore::set_asked(const Digest& id, const Asked& asked) {
    const std::scoped_lock lock{mutex_};
    return run("UPDATE asked SET state = ?2, status = ?3, answer = ?4 WHERE id = ?1", id,
               std::int64_t{static_cast<int>(asked.state)}, std::int64_t{asked.status}, asked.answer);
}

Result<void> AccessStore::forget_asked(const Digest& id) {
    const std::scoped_lock lock{mutex_};
    return run("DELETE FROM asked WHERE id = ?1", id);
}

Result<void> AccessStore::give_up_asked() {
    const std::scoped_lock lock{mutex_};
    return run("UPDATE asked SET state = ?1 WHERE state = ?2", std::int64_t{static_cast<int>(Asked::State::unknown)},
               std::int64_t{static_cast<int>(Asked::State::under_way)});
}

}  // namespace hub::access
