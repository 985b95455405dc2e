#pragma once
// What a request to the content store says (docs/contents.md). Pure: text in, values out.

#include "hub/core/ids.hpp"

namespace hub::http {

/// Of `/v1/contents/<64 lower-case digits>`, written exactly so; nullopt for all else.
std::optional<Digest> content_of_target(std::string_view target);

/// Digits only, at most 2^63 - 1.
std::optional<std::uint64_t> whole_number(std::string_view digits);

struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};
/// `bytes=<first>-` or `bytes=<first>-<last>` of so many octets; nullopt for all else and where there is
/// nothing.
std::optional<ByteRange> range_of(std::string_view range, std::uint64_t bytes);

/// The status of a fault on this interface.
unsigned content_status_of(Errc code) noexcept;

}  // namespace hub::http
