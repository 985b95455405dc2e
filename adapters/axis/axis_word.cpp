#include "adapters/axis/axis_word.hpp"

namespace hub::axis {

AxisFigures told_figures(const Figures& figures) {
    AxisFigures told;
    told.calls = figures.calls;
    const auto count = [](std::int64_t number) { return static_cast<std::uint64_t>(number); };
    told.unclear = {count(figures.departing.unclear), figures.departing.oldest_unclear};
    told.out = {count(figures.departing.waiting), figures.departing.oldest};
    told.in = {figures.arriving, figures.arriving_since};
    told.not_given = figures.fetches_refused;
    told.clock_ahead = figures.axis_clock_ahead;
    return told;
}

std::optional<kit::Outgoing> AxisWord::next(const AgencyCode& agency, std::optional<Instant> down_since,
                                            bool is_connected, Instant now) {
    if (!is_connected)
        said_at_.reset();
    const bool is_news = was_down_ != down_since.has_value();
    // A clock that was set back must not silence it.
    if (!is_connected || (said_at_ && !is_news && now >= *said_at_ && now - *said_at_ < every))
        return std::nullopt;
    said_at_ = now;
    was_down_ = down_since.has_value();
    StatusReport status;
    status.code = was_down_ ? axis_down_code : axis_up_code;
    status.reported_at = std::to_string(down_since.value_or(now).time_since_epoch().count());
    return kit::Outgoing{.kind = Kind::service, .sender = agency, .status = std::move(status)};
}

}  // namespace hub::axis
