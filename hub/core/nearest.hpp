#pragma once
// What somebody has probably meant who has mistyped a name. Pure; any thread.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hub {

/// The one of `known` from which `typed` differs in the fewest letters: two at most, and no more than half of them; two
/// that have changed places count as one. Of several the first.
std::optional<std::string> nearest_of(std::span<const std::string> known, std::string_view typed);

}  // namespace hub
