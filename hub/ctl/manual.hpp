#pragma once
// The manual page lgsp(1), in roff as man, groff and mandoc read it; UTF-8.

#include "hub/ctl/command_tree.hpp"

#include <string>
#include <string_view>

namespace hub::ctl {

std::string manual_page(const CommandEntry& lgsp, std::string_view version);
/// Text that roff shows as it is, at the beginning of a line too and within a macro's argument.
std::string roff(std::string_view text);

}  // namespace hub::ctl
