#pragma once
// What a command leaves behind: text for people or one JSON document, and its exit code.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

namespace hub::ctl {

struct Style {
    bool is_json = false;
    Lang lang = Lang::vi;
};

using Text = std::string (*)(const boost::json::value&, Lang);

/// On standard error, or as JSON on standard output. The problem's exit code.
int fail(const Problem& problem, const Style& style);
/// On standard output. 0.
int print(const boost::json::value& value, Text text, const Style& style);

}  // namespace hub::ctl
