#pragma once
// How the connector stands, for people and programs to see: state.json in the store's folder. Nothing depends on it:
// what cannot be written is left out.

#include "adapters/axis/connector.hpp"
#include "adapters/axis/unit_sync.hpp"

namespace hub::axis {

/// {"axis": {"down_since", "documents_listed_at", "statuses_listed_at", "clock_ahead_seconds"},
///  "in": {"waiting", "fetch_refused", "oldest", "handed_over"}, "out": {"waiting", "unclear", "oldest", "sent"},
///  "units": {"last_pass_at", "left"}, "hub": {"connected"}}
/// Times are UTC, RFC 3339; null: there is none. `units` null: the lists are never read.
std::string state_json(const Figures& figures, const UnitSync::State* units, bool is_hub_connected);

class StateFile {
public:
    explicit StateFile(const std::filesystem::path& folder) : file_{folder / "state.json"} {}

    /// Writes when a second has gone since the last time and something has changed.
    void look(const Figures& figures, const UnitSync::State* units, bool is_hub_connected, Instant now);
    bool is_due(Instant now) const noexcept { return now >= looked_at_ + std::chrono::seconds{1}; }

private:
    const std::filesystem::path file_;
    Instant looked_at_{};
    std::string written_;
};

}  // namespace hub::axis
