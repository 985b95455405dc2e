#pragma once
// The contacts of one agency of the file of agencies.

#include "hub/core/contact.hpp"
#include "hub/toml_section.hpp"

#include <vector>

namespace hub {

/// Those of `agency` that are right; what is wrong with the others is noted.
std::vector<Contact> read_contacts(TomlSection& agency);

}  // namespace hub
