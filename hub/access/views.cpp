#include "hub/access/store.hpp"

namespace hub::access {

Result<std::vector<View>> AccessStore::views(std::string_view user) {
    const std::scoped_lock lock{mutex_};
    auto row = database_.prepare("SELECT page, name, query, kept_at FROM views WHERE user = ?1 ORDER BY page, name");
    if (!row)
        return row.error();
    row->bind_text(1, user);
    std::vector<View> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        found.push_back({std::string{row->text(0)}, std::string{row->text(1)}, std::string{row->text(2)},
                         Instant{std::chrono::milliseconds{row->integer(3)}}});
    }
}

Result<bool> AccessStore::keep(std::string_view user, const View& view) {
    const std::scoped_lock lock{mutex_};
    auto kept = database_.prepare("INSERT INTO views (user, page, name, query, kept_at) SELECT ?1,?2,?3,?4,?5"
                                  " WHERE (SELECT count(*) FROM views WHERE user = ?1 AND NOT (page = ?2 AND name = ?3)) < ?6"
                                  " ON CONFLICT (user, page, name) DO UPDATE SET query = ?4, kept_at = ?5");
    if (!kept)
        return kept.error();
    kept->bind_text(1, user).bind_text(2, view.page).bind_text(3, view.name).bind_text(4, view.query);
    kept->bind(5, view.kept_at.time_since_epoch().count()).bind(6, views_per_user_max);
    if (auto done = kept->run(); !done)
        return done.error();
    return database_.rows_changed() > 0;
}

Result<void> AccessStore::drop_view(std::string_view user, std::string_view page, std::string_view name) {
    const std::scoped_lock lock{mutex_};
    auto dropped = database_.prepare("DELETE FROM views WHERE user = ?1 AND page = ?2 AND name = ?3");
    if (!dropped)
        return dropped.error();
    if (auto done = dropped->bind_text(1, user).bind_text(2, page).bind_text(3, name).run(); !done)
        return done.error();
    return database_.rows_changed() > 0 ? Result<void>{} : Result<void>{Fault{Errc::not_found, "name", std::string{name}}};
}

}  // namespace hub::access
