#pragma once
// /v1/receipts: documents against each of their receivers, and what these owe; the same as lines for a spreadsheet.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// Lines of one file. A last line says when there were more, or when not all was looked at.
inline constexpr std::size_t receipt_lines_max = 2000;
/// Pages of search_rows_max documents that are looked at for them.
inline constexpr std::size_t receipt_pages_max = 4;

/// `sources` must outlive the routes.
std::vector<Route> receipt_routes(Sources& sources);

}  // namespace hub::http
