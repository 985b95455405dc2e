#pragma once
// The name under which a browser is told to save what somebody else has named.

#include <string>
#include <string_view>

namespace hub::http {

/// `name` without folders, control characters and those that hide what a name is or that a file system gives a meaning;
/// at most 180 bytes, its ending kept. `otherwise` when nothing is left.
std::string safe_file_name(std::string_view name, std::string_view otherwise);

/// The field Content-Disposition (RFC 6266): the name in ASCII for old readers, and whole in UTF-8.
std::string attachment_of(std::string_view file_name);

}  // namespace hub::http
