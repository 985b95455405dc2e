#include "adapters/axis/sent_list.hpp"

#include "adapters/edxml/dates.hpp"
#include "hub/core/working_calendar.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

/// Between the axis's clock and ours; calls from further off are refused by then.
constexpr std::chrono::minutes clocks_apart_max{10};
/// In which zone the axis writes times is nowhere said.
constexpr std::chrono::hours zones_apart_max{8};

enum class Age : std::uint8_t { since_call, perhaps_since, before };

Age age_of(const vxp::SentPacket& row, Instant attempted_at) {
    const auto at = parse_listed_time(row.sent_at);
    if (!at || *at + clocks_apart_max >= attempted_at)
        return Age::since_call;
    return *at + zones_apart_max >= attempted_at ? Age::perhaps_since : Age::before;
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
           std::chrono::seconds{two(17)} - WorkingCalendar::zone;
}

std::set<std::string> sender_doc_ids(std::span<const vxp::SentPacket> rows) {
    std::set<std::string> found;
    for (const vxp::SentPacket& row : rows)
        found.insert(row.sender_doc_id);
    return found;
}

PacketName listed_name_of(const Departure& departure) {
    return {departure.sender.text(), departure.notation.empty() ? departure.title : departure.notation};
}

Sighting look_up(const Departure& departure, std::span<const vxp::SentPacket> rows, const std::set<std::string>& ours,
                 const std::set<PacketName>& under_way) {
    std::set<std::string> its;
    bool is_doubtful = false;
    bool reaches_back = departure.anchor.empty();
    for (const vxp::SentPacket& row : rows) {
        reaches_back = reaches_back || row.sender_doc_id == departure.anchor;
        const Age age = age_of(row, departure.attempted_at);
        if (row.sender_doc_id.empty() || ours.contains(row.sender_doc_id) || age == Age::before)
            continue;
        const bool has_same_name = row.notation.empty() ? !row.title.empty() && row.title == departure.title
                                                        : row.notation == departure.notation;
        const bool is_by_sender = row.from == departure.sender.text();
        if (has_same_name && is_by_sender && age == Age::since_call) {
            its.insert(row.sender_doc_id);
            continue;
        }
        // Nobody's row may be this packet in other words: how the axis writes a number is nowhere said.
        const bool is_nameless = row.notation.empty() && row.title.empty();
        const bool is_anothers = under_way.contains({row.from, row.notation.empty() ? row.title : row.notation});
        is_doubtful = is_doubtful || has_same_name
                      || (age == Age::since_call && (is_nameless || (is_by_sender && !is_anothers)));
    }
    if (its.size() == 1)
        return {Sighting::What::found, *its.begin()};
    if (!its.empty() || is_doubtful || !reaches_back)
        return {Sighting::What::unclear, {}};
    return {Sighting::What::absent, {}};
}

}  // namespace hub::axis
