#pragma once
// Base64 (RFC 4648) as it stands in XML: blanks and line ends anywhere.

#include "hub/core/ids.hpp"

#include <optional>

namespace hub::edxml {

/// nullopt: a character outside the alphabet, wrong or missing padding, or cut short.
std::optional<Bytes> decode_base64(std::string_view text);

}  // namespace hub::edxml
