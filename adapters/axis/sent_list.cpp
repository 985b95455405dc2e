#include "adapters/axis/sent_list.hpp"

#include "adapters/edxml/dates.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

/// Between the axis's clock and ours; calls from further off are refused by then.
constexpr std::chrono::minutes clocks_apart_max{10};
constexpr std::chrono::hours vietnam{7};

bool is_after_call(const vxp::SentPacket& row, Instant attempted_at) {
    const auto at = parse_listed_time(row.sent_at);
    return !at || *at + clocks_apart_max >= attempted_at;
}

}  // namespace

std::optional<Instant> parse_listed_time(std::string_view text) noexcept {
    if (!edxml::is_time(text))
        return std::nullopt;
    const auto day = edxml::parse_date(text.substr(0, 10));
    if (!day)
        return std::nullopt;
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    return std::chrono::sys_days{*day} + std::chrono::hours{two(11)} + std::chrono::minutes{two(14)} +
           std::chrono::seconds{two(17)} - vietnam;
}

std::set<std::string> sender_doc_ids(std::span<const vxp::SentPacket> rows) {
    std::set<std::string> found;
    for (const vxp::SentPacket& row : rows)
        found.insert(row.sender_doc_id);
    return found;
}

Sighting look_up(const Departure& departure, std::span<const vxp::SentPacket> rows, const std::set<std::string>& ours) {
    std::set<std::string> its;
    bool is_doubtful = false;
    bool reaches_back = departure.anchor.empty();
    for (const vxp::SentPacket& row : rows) {
        reaches_back = reaches_back || row.sender_doc_id == departure.anchor;
        if (row.sender_doc_id.empty() || ours.contains(row.sender_doc_id) ||
            !is_after_call(row, departure.attempted_at))
            continue;
        const bool has_same_name = row.notation.empty() ? !row.title.empty() && row.title == departure.title
                                                        : row.notation == departure.notation;
        // A row that names nothing, or another sender of the same number, may be this one in other words.
        const bool is_nameless = row.notation.empty() && row.title.empty();
        if (has_same_name && row.from == departure.sender.text())
            its.insert(row.sender_doc_id);
        else
            is_doubtful = is_doubtful || has_same_name || is_nameless;
    }
    if (its.size() == 1)
        return {Sighting::What::found, *its.begin()};
    if (!its.empty() || is_doubtful || !reaches_back)
        return {Sighting::What::unclear, {}};
    return {Sighting::What::absent, {}};
}

}  // namespace hub::axis
