#pragma once
// A password or code, from a file or from whoever sits at the terminal: never from an argument.

#include "hub/ctl/outcome.hpp"

#include <filesystem>

namespace hub::ctl {

/// The first line of `file`; without a file it is asked for on the terminal, without echo. `option` is named when there
/// is neither.
Outcome<std::string> read_secret(const std::filesystem::path& file, Both question, const char* option, Lang lang);

}  // namespace hub::ctl
