#pragma once
// The code of an agency, in short.

#include "hub/core/ids.hpp"

namespace hub::test {

inline AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }

}  // namespace hub::test
