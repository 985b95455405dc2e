#pragma once
// That a receiver was reminded of what it is late with: by telephone or by mail, so it is people who do it, and the hub
// keeps that it was done. The audit is where it stands: an act on the agency, with duty, means and note.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <atomic>

namespace hub::http {

/// One reminder, out of the audit.
struct Reminder {
    AgencyCode agency;                        ///< Own code.
    Duty duty{};
    std::string by;                           ///< "phone", "mail", "message", "other"
    std::uint64_t documents = 0;              ///< So many it was late with, at most limits::overdue_counted_max a kind.
    Instant at;
    std::string actor;
    std::string note;
};

struct Reminders {
    std::vector<Reminder> found;              ///< Newest first; at most limits::search_rows_max.
    bool has_more = false;                    ///< There are older ones that were not looked at.
};

/// Of all agencies, from `since` on.
Result<Reminders> reminders_since(Sources& sources, Instant since);

/// For a row of those that are late: how often this agency was reminded of that since `since`, and when last.
boost::json::object reminded_row(const Reminders& reminders, const AgencyCode& agency, Duty duty, Instant since);

/// Of the agencies that take a document, each as long as it owed something for it.
Result<Reminders> reminders_of(Sources& sources, const Story& story);
/// The same in the story. Notes are for those who see all documents.
boost::json::array reminder_rows(const Reminders& reminders, const Sources& sources, const Scope& scope);

/// "retrieval", "arrival", "decision", "change_answer".
std::optional<Duty> parse_duty(std::string_view name);

/// `sources` must outlive the routes. `is_news` is set, from any thread, when one more is on record.
std::vector<Route> reminder_routes(Sources& sources, std::shared_ptr<std::atomic<bool>> is_news);

}  // namespace hub::http
