#include "hub/configuration.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/settings_mistake.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>

namespace hub {
namespace {

/// For the audit: "2 changes: log.level, agency.H43.05; needs a restart: http.listen".
std::string detail_of(const ConfigurationLook& look) {
    std::vector<std::string> keys;
    for (const SettingChange& change : look.changes)
        keys.push_back(change.key);
    const auto waiting = look.restart_needed();
    std::string text = std::to_string(keys.size()) + " changes" + (keys.empty() ? "" : ": ") + boost::algorithm::join(keys, ", ");
    if (!waiting.empty())
        text = "needs a restart: " + boost::algorithm::join(waiting, ", ") + "; " + text;
    return utf8_prefix(text, limits::fault_text_bytes_max);
}

/// The running hub goes by these names until it is started again, whatever the file says.
void check_own_names(const Settings& running, const Settings& read, SettingsMistakes& mistakes) {
    for (const Agency& agency : read.directory->agencies())
        if (agency.code == running.code || agency.code.text() == running.broker.address.user)
            mistakes.push_back({agencies_file_of(read), 0, "agency." + agency.code.text(),
                                "is the code or the broker user that the running hub has itself: restart it",
                                "là mã hoặc tài khoản RabbitMQ mà trục đang chạy dùng: cần khởi động lại trục"});
}

}  // namespace

Configuration::Configuration(Settings running, Hub hub)
    : hub_{std::move(hub)}, running_{std::move(running)}, state_{.loaded_at = hub_.now()} {}

/// A code that is taken out by mistake would leave its documents to nobody. Whoever means it closes the agency, or
/// restarts the hub.
Result<void> Configuration::check_waiting(const Settings& read, SettingsMistakes& mistakes) const {
    const auto is_gone = [&](const Agency& agency) { return !read.directory->find(agency.code); };
    if (std::ranges::none_of(running_.directory->agencies(), is_gone))
        return {};
    const auto waiting = hub_.waiting();
    if (!waiting)
        return waiting.error();
    for (const QueueAge& queue : *waiting) {
        if (queue.waiting == 0 || !running_.directory->find(queue.agency) || read.directory->find(queue.agency))
            continue;
        const std::string count = std::to_string(queue.waiting);
        mistakes.push_back({agencies_file_of(read), 0, "agency." + queue.agency.text(),
                            "was taken out while " + count
                                + " documents wait for it: put it back with closed_at, or restart the hub to leave them",
                            "bị bỏ khỏi danh bạ khi còn " + count
                                + " văn bản đang chờ: ghi lại kèm closed_at, hoặc khởi động lại trục nếu chấp nhận bỏ lại"});
    }
    return {};
}

Result<Configuration::Reading> Configuration::read() const {
    LoadedSettings loaded = load_settings(running_.file);
    Reading reading{{std::move(loaded.mistakes), {}, {}}, std::move(loaded.settings)};
    if (!reading.settings)
        return reading;
    check_own_names(running_, *reading.settings, reading.look.mistakes);
    if (auto checked = check_waiting(*reading.settings, reading.look.mistakes); !checked)
        return checked.error();
    if (!reading.look.mistakes.empty())
        return reading;
    reading.look.changes = changes_of(running_, *reading.settings);
    reading.look.seen = fingerprint_of(*reading.settings);
    return reading;
}

Result<ConfigurationLook> Configuration::look() const {
    const std::lock_guard lock{reloading_};
    auto reading = read();
    if (!reading)
        return reading.error();
    return std::move(reading->look);
}

void Configuration::refuse(Act act, const SettingsMistakes& mistakes) {
    constexpr std::size_t lines_max = 20;
    for (std::size_t i = 0; i < std::min(mistakes.size(), lines_max); ++i)
        log(events::config_refused,
            {.number = mistakes.size(), .place = mistake_as_line(mistakes[i], running_.log.language)});
    act.detail = "refused: " + std::to_string(mistakes.size()) + " mistakes";
    // It changed nothing: when the ledger takes nothing either, the log and the lamp tell it.
    (void)hub_.record(act);
    const std::lock_guard lock{mutex_};
    state_.refused_at = hub_.now();
    state_.mistakes = mistakes;
}

Result<ConfigurationReload> Configuration::reload(const Act& act, const ConfigurationSeen& seen) {
    const std::lock_guard lock{reloading_};
    if (!is_started_)
        return Fault{Errc::timed_out, "hub", {}};
    auto reading = read();
    if (!reading)
        return reading.error();
    ConfigurationLook& look = reading->look;
    if (!look.mistakes.empty()) {
        refuse(act, look.mistakes);
        return ConfigurationReload{std::move(look)};
    }
    if (seen.seen.value_or(look.seen) != look.seen || seen.changes.value_or(look.changes.size()) != look.changes.size())
        return ConfigurationReload{std::move(look), true};
    Act told = act;
    told.detail = detail_of(look);
    if (auto recorded = hub_.record(told); !recorded)
        return recorded.error();
    running_ = taken_over(running_, *reading->settings);
    hub_.use(running_);
    const auto waiting = look.restart_needed();
    log(events::config_reloaded, {.number = look.changes.size()});
    if (!waiting.empty())
        log(events::config_needs_restart, {.number = waiting.size(), .place = boost::algorithm::join(waiting, ", ")});
    const std::lock_guard state_lock{mutex_};
    state_ = {.loaded_at = hub_.now(), .refused_at = std::nullopt, .mistakes = {}, .restart_needed = waiting};
    return ConfigurationReload{std::move(look)};
}

ConfigurationState Configuration::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

void Configuration::start() {
    const std::lock_guard lock{reloading_};
    is_started_ = true;
}

void Configuration::stop() {
    const std::lock_guard lock{reloading_};
    is_started_ = false;
}

}  // namespace hub
