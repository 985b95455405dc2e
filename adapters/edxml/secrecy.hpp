#pragma once
// Secrecy marks in a packet's metadata. State secrets are outside this channel (Decision 28/2018/QĐ-TTg), and
// edXML has no field for them: they show as an element's whole value ("Tối mật"), as a stamp before the
// subject ("MẬT - …", "[Mật]"), or in an element whose name says so.
//
// Words that merely contain the syllable are let through: "bí mật nhà nước", "mật độ dân số", "mật ong".

#include <optional>
#include <string>
#include <string_view>

namespace hub::edxml {

/// The whole text is a mark: "Mật", "TỐI MẬT", "(Tuyệt mật)", precomposed or combining.
std::optional<std::string> whole_mark(std::string_view text);

/// The text begins with a mark followed by a separator or in brackets, has one in square brackets or set off in capitals
/// anywhere, ends with one in round brackets, or names its degree: "Độ mật: Tối mật".
std::optional<std::string> stamped_mark(std::string_view text);

/// An element of this name holds a degree of secrecy, and this value of it is one.
std::optional<std::string> named_mark(std::string_view element_name, std::string_view value);

}  // namespace hub::edxml
