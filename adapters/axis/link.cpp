#include "adapters/axis/link.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

constexpr unsigned doublings_most = 4;

/// FNV-1a: spread, not secrecy.
std::uint64_t spread(std::string_view key, unsigned number) noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    const auto add = [&](unsigned char octet) { hash = (hash ^ octet) * 1099511628211ULL; };
    for (const char c : key)
        add(static_cast<unsigned char>(c));
    add(static_cast<unsigned char>(number));
    return hash ^ hash >> 32;
}

}  // namespace

std::chrono::milliseconds retry_wait(std::chrono::milliseconds first, unsigned failures, std::string_view key) {
    const auto whole = first * (1 << std::min(failures > 0 ? failures - 1 : 0, doublings_most));
    const auto permille = static_cast<std::int64_t>(spread(key, failures) % 401) + 800;
    return whole * permille / 1000;
}

Link::Change Link::failed(Instant now) {
    // What was under way when it went down is no probe.
    if (is_down() && now < probe_at_)
        return Change::none;
    ++failures_;
    if (failures_ < failures_to_down)
        return Change::none;
    probe_at_ = now + retry_wait(first_wait_, failures_ - failures_to_down + 1, "probe");
    if (is_down())
        return Change::none;
    down_since_ = now;
    return Change::went_down;
}

Link::Change Link::heard() {
    const bool was_down = is_down();
    failures_ = 0;
    down_since_.reset();
    return was_down ? Change::came_back : Change::none;
}

Permit permit_of(const Link& link, Instant now) noexcept {
    if (!link.is_down())
        return Permit::all;
    return link.may_probe(now) ? Permit::probe : Permit::none;
}

}  // namespace hub::axis
