#include "hub/http/content_request.hpp"

#include <algorithm>
#include <charconv>

namespace hub::http {

std::optional<Digest> content_of_target(std::string_view target) {
    constexpr std::string_view folder = "/v1/contents/";
    if (!target.starts_with(folder))
        return std::nullopt;
    const std::string_view hex = target.substr(folder.size());
    if (std::ranges::any_of(hex, [](char c) { return c >= 'A' && c <= 'F'; }))
        return std::nullopt;
    const auto digest = Digest::parse(hex);
    return digest ? std::optional{*digest} : std::nullopt;
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
    std::uint64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || number > INT64_MAX)
        return std::nullopt;
    return number;
}

std::optional<ByteRange> range_of(std::string_view range, std::uint64_t bytes) {
    constexpr std::string_view unit = "bytes=";
    if (!range.starts_with(unit))
        return std::nullopt;
    range.remove_prefix(unit.size());
    const auto dash = range.find('-');
    if (dash == std::string_view::npos || bytes == 0)
        return std::nullopt;
    const auto first = whole_number(range.substr(0, dash));
    const auto last =
        dash + 1 == range.size() ? std::optional{bytes - 1} : whole_number(range.substr(dash + 1));
    if (!first || !last || *first >= bytes || *last < *first)
        return std::nullopt;
    return ByteRange{*first, std::min(*last, bytes - 1) - *first + 1};
}

unsigned content_status_of(Errc code) noexcept {
    if (code == Errc::not_found)
        return 404;
    if (code == Errc::upload_offset_wrong || code == Errc::upload_busy)
        return 409;
    if (code == Errc::part_too_large)
        return 413;
    if (code == Errc::part_digest_mismatch)
        return 422;
    if (code == Errc::quota_exceeded || code == Errc::contents_full || code == Errc::ledger_full)
        return 507;
    switch (disposition_of(code)) {
    case Disposition::reject: return 400;
    case Disposition::retry: return 503;
    case Disposition::halt: return 500;
    }
    return 500;
}

}  // namespace hub::http
