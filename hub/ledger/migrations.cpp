#include "hub/ledger/migrations.hpp"

namespace hub::ledger {

Result<void> migrate(Database& database) { return migrate(database, migrations()); }

Result<void> migrate(Database& database, std::span<const char* const> all) {
    const auto version = database.ask("PRAGMA user_version");
    if (!version)
        return version.error();
    const auto present = static_cast<std::uint64_t>(version->value_or(0));
    if (present > all.size())
        return Fault{Errc::ledger_version_unsupported, "user_version", std::to_string(present)};
    for (auto next = static_cast<std::size_t>(present); next < all.size(); ++next) {
        const std::string sql = std::string{"BEGIN IMMEDIATE;"} + all[next] + "PRAGMA user_version = "
                                + std::to_string(next + 1) + "; COMMIT;";
        if (auto done = database.execute(sql.c_str()); !done) {
            if (database.is_in_transaction())
                (void)database.execute("ROLLBACK");
            return done.error();
        }
    }
    return {};
}

}  // namespace hub::ledger
