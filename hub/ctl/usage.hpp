#pragma once
// What is wrong with a command line that could not be understood, and what was probably meant.

#include "hub/ctl/outcome.hpp"

#include <CLI/CLI.hpp>

namespace hub::ctl {

/// `error` is what `app` threw.
Problem usage_problem(const CLI::ParseError& error, const CLI::App& app, Lang lang);

}  // namespace hub::ctl
