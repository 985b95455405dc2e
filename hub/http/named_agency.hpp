#pragma once
// An agency as a clerk names it: its name ("sở y tế"), the initials of its name ("SYT"), or one of its codes.

#include "hub/core/directory.hpp"
#include "hub/core/search.hpp"

namespace hub::http {

/// The longest that `text` names; nullopt: nobody, or two alike. Case and tone marks do not matter.
std::optional<NamedAgency> named_agency(std::string_view text, const Directory& directory);

}  // namespace hub::http
