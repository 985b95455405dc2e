#pragma once
// /v1/health: five lamps, and why one is not green. What operators look at first in the morning.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"
#include "hub/telemetry/troubles.hpp"

namespace hub::http {

inline constexpr std::chrono::days certificate_warned{30};   ///< So long before its end.
inline constexpr std::uint64_t disk_short_bytes = 2'000'000'000;

enum class Lamp : std::uint8_t { receive, route, deliver, axis, store };
inline constexpr std::array lamps{Lamp::receive, Lamp::route, Lamp::deliver, Lamp::axis, Lamp::store};
std::string_view name_of(Lamp lamp) noexcept;

/// Red: something stands still until somebody acts. Yellow: somebody should look today. A finding can be green: nobody
/// need do anything, and it is not to be forgotten.
enum class Light : std::uint8_t { green, yellow, red };
std::string_view name_of(Light light) noexcept;

struct Finding {
    const Trouble* cause = nullptr;
    Lamp lamp{};
    Light light{};
    std::optional<AgencyCode> agency;         ///< Whose it is, if one agency's.
    std::optional<Instant> since;             ///< Or until when, for certificates.
    std::uint64_t count = 0;                  ///< Documents, parts, inboxes; 0: not counted.
};

/// What happened a short while ago and has mended itself: somebody should find out why.
struct Lately {
    std::uint64_t inboxes_lost = 0;
    std::uint64_t unreadable = 0;
    std::chrono::milliseconds clock_set_by{0};
};

/// What of it happened within a day; by how much the clock was set since it was first looked at.
Lately notice(Noticed& noticed, const HubStatus& status, const std::function<std::chrono::milliseconds()>& uptime,
              Instant now);

/// What was looked at. Agencies' documents count by `overdue` as the terms of the settings say.
struct Looked {
    const HubStatus& status;
    const Directory& directory;
    const std::vector<Overdue>& overdue;
    Instant certificate_valid_until;          ///< The hub's own.
    Instant now;
    std::uint64_t failed = 0;                 ///< Deliveries that stand failed.
    std::optional<Instant> units_read_at;     ///< When the axis's directory was last read; nullopt: never.
    Lately lately{};
    std::uint64_t contents_damaged = 0;       ///< That a delivery waits for.
    std::uint64_t parked = 0;                 ///< Deliveries that operators have set aside.
    std::vector<QueueControl> queues{};       ///< That operators have set.
};

/// By lamp, the worst first.
std::vector<Finding> findings_of(const Looked& looked);

/// Of the way to the national axis alone, without a question to the ledger.
std::vector<Finding> axis_findings(const HubStatus& status, Instant now);
/// A connector has said a short while ago how the axis is; otherwise nobody knows.
bool is_axis_heard(const HubStatus& status, Instant now);

/// Of the running hub. A fault is the ledger's.
Result<std::vector<Finding>> find_out(Sources& sources, const HubStatus& status, Instant now);
/// The worst of that lamp's.
Light light_of(const std::vector<Finding>& found, Lamp lamp);

/// `sources` must outlive the routes.
std::vector<Route> health_routes(Sources& sources);

}  // namespace hub::http
