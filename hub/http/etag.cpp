#include "hub/http/etag.hpp"

#include "hub/core/signature.hpp"

namespace hub::http {

std::string etag_of(std::string_view body) {
    constexpr std::size_t digits = 32;
    return '"' + sha256(body).text().substr(0, digits) + '"';
}

}  // namespace hub::http
