#pragma once
// What a command leaves behind: text for people or one JSON document, and its exit code.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hub::ctl {

struct Style {
    bool is_json = false;
    Lang lang = Lang::vi;
    bool is_jsonl = false;                ///< Rows one a line; what has no rows, and a problem, is one line.
    std::vector<std::string> fields{};    ///< Of each row only these keys, in this order; empty: as the command has it.
};

using Text = std::string (*)(const boost::json::value&, Lang);

/// On standard error, or as JSON on standard output. The problem's exit code.
int fail(const Problem& problem, const Style& style);
/// On standard output. 0.
int print(const boost::json::value& value, Text text, const Style& style);
/// The same of an answer whose rows are in `value[rows]`. That it is not all is said beside the rows: on standard error. Style::fields make columns of
/// keys also for people; one that no row has is a mistake of usage.
int print_rows(const boost::json::value& value, std::string_view rows, Text text, const Style& style);
/// The same, or why there is none.
int tell_rows(const Outcome<boost::json::value>& answer, std::string_view rows, Text text, const Style& style);

}  // namespace hub::ctl
