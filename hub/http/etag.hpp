#pragma once
// By what a caller says which answer it has seen.

#include <string>
#include <string_view>

namespace hub::http {

/// The ETag of an answer with this body: the same octets have the same one.
std::string etag_of(std::string_view body);

}  // namespace hub::http
