#pragma once
// The sections [calendar] and [deadlines] of the hub's settings.

#include "hub/core/deadline.hpp"
#include "hub/toml_section.hpp"

namespace hub {

/// Without a section: the hours of the example, the holidays that the law fixes, and the terms of core/deadline.hpp.
DeadlineRules read_deadlines(TomlSection deadlines, TomlSection calendar);

}  // namespace hub
