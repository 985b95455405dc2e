#pragma once
// The settings that the hub runs with, and their reload: the files are read again as a whole, and either all that may
// change while the hub runs changes in one step, or, with any mistake, nothing does. Any thread; one reload at a time.

#include "hub/core/access.hpp"
#include "hub/core/search.hpp"
#include "hub/settings_changes.hpp"

#include <functional>
#include <mutex>

namespace hub {

class Configuration {
public:
    struct Hub {
        std::function<Instant()> now;
        /// Returns when the ledger has it: a reload is written down before anything changes.
        std::function<Result<void>(const Act&)> record;
        /// What may change while the hub runs is from now on as it is here.
        std::function<void(const Settings&)> use;
        /// What waits for whom.
        std::function<Result<std::vector<QueueAge>>()> waiting;
    };
    Configuration(Settings running, Hub hub);

    /// Reads the files and changes nothing. A fault is the ledger's.
    Result<ConfigurationLook> look() const;

    /// Logged, and kept for state(). Only if the files are as they were seen. A fault is the ledger's: nothing was
    /// changed.
    Result<ConfigurationReload> reload(const Act& act, const ConfigurationSeen& seen);

    ConfigurationState state() const;
    /// Until this is called nothing is reloaded: what would be told of it is not there yet.
    void start();
    /// Waits for a reload that is under way; none is begun any more.
    void stop();

private:
    struct Reading {
        ConfigurationLook look;
        std::optional<Settings> settings;
    };
    Result<Reading> read() const;
    Result<void> check_waiting(const Settings& read, SettingsMistakes& mistakes) const;
    void refuse(Act act, const SettingsMistakes& mistakes);

    const Hub hub_;
    mutable std::mutex reloading_;                 ///< Guards running_ and is_started_.
    Settings running_;
    bool is_started_ = false;
    mutable std::mutex mutex_;                     ///< Guards state_: whoever asks for it waits for no file.
    ConfigurationState state_;
};

}  // namespace hub
