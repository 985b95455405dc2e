#pragma once
// Who is to be telephoned: a line for each document that a receiver is late with, for a spreadsheet.

#include "hub/http/reminders.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

inline constexpr std::size_t phone_list_lines_max = 2000;

/// For people who telephone: "2026-11-28 22:56", in Vietnam.
std::string hour_text(Instant at);

/// Of these rows of late_spans() at `now`. A last line says so when there were more.
Result<std::string> phone_list_of(const std::vector<Overdue>& overdue, const Reminders& reminders, Sources& sources,
                                  Instant now, bool is_vietnamese);

}  // namespace hub::http
