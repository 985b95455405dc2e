#include "adapters/axis/state_file.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <fstream>

namespace hub::axis {
namespace {

namespace json = boost::json;

json::value time_of(const std::optional<Instant>& at) {
    if (!at)
        return nullptr;
    const auto day = std::chrono::floor<std::chrono::days>(*at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(*at - day)};
    char out[48];
    std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return json::string{out};
}

}  // namespace

std::string state_json(const Figures& figures, const UnitSync::State* units, bool is_hub_connected) {
    json::value ahead;
    if (figures.axis_clock_ahead)
        ahead = figures.axis_clock_ahead->count();
    json::value told;
    if (units)
        told = json::object{{"last_pass_at", time_of(units->ended_at)}, {"left", units->left}};
    return json::serialize(
        json::object{{"axis", json::object{{"down_since", time_of(figures.down_since)},
                                           {"documents_listed_at", time_of(figures.documents_listed_at)},
                                           {"statuses_listed_at", time_of(figures.statuses_listed_at)},
                                           {"clock_ahead_seconds", std::move(ahead)}}},
                     {"in", json::object{{"waiting", figures.arriving},
                                         {"fetch_refused", figures.fetches_refused},
                                         {"oldest", time_of(figures.arriving_since)},
                                         {"handed_over", figures.handed_over}}},
                     {"out", json::object{{"waiting", figures.departing.waiting},
                                          {"unclear", figures.departing.unclear},
                                          {"oldest", time_of(figures.departing.oldest)},
                                          {"sent", figures.sent}}},
                     {"units", std::move(told)},
                     {"hub", json::object{{"connected", is_hub_connected}}}});
}

void StateFile::look(const Figures& figures, const UnitSync::State* units, bool is_hub_connected, Instant now) {
    if (!is_due(now))
        return;
    looked_at_ = now;
    std::string text = state_json(figures, units, is_hub_connected) + "\n";
    if (text == written_)
        return;
    // Whole or not at all for who reads it; after a power cut it is old, and written again at once.
    const std::filesystem::path part = file_.string() + ".part";
    std::ofstream stream{part, std::ios::binary};
    stream << text;
    stream.close();
    std::error_code error;
    std::filesystem::rename(part, file_, error);
    if (stream && !error)
        written_ = std::move(text);
}

}  // namespace hub::axis
