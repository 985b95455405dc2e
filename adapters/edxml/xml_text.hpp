#pragma once
// Values as they stand in XML. What may not stand there is left out.

#include <string>
#include <string_view>

namespace hub::edxml {

/// Between tags.
std::string escaped_text(std::string_view utf8);
/// Between double quotes; line ends and tabs survive.
std::string escaped_attribute(std::string_view utf8);

}  // namespace hub::edxml
