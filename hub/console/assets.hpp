#pragma once
// The console: the operators' web page, built from page/ and embedded when the hub is built. The API serves it; it speaks to
// nothing but the API.

#include <string_view>

namespace hub::console {

struct Asset {
    std::string_view path;                    ///< As it stands in a request: "/", "/console/main-0123456789ab.js".
    std::string_view type;                    ///< Content-Type.
    std::string_view etag;                    ///< With its quotes; of the plain octets.
    std::string_view plain;
    std::string_view gzip;                    ///< The same, compressed.
    bool is_immutable = false;                ///< Its name changes with what is in it.
};

/// Null when the console has no such file. What it returns lives as long as the program.
const Asset* find(std::string_view path) noexcept;

}  // namespace hub::console
