#pragma once
// The hub as a process: every room built, wired and started in order, and stopped in two phases.

#include "hub/core/access.hpp"
#include "hub/core/configuration.hpp"
#include "hub/settings.hpp"

#include <memory>

namespace hub {

class App {
public:
    /// Opens the ledger and starts all threads. Returns when the hub takes questions over HTTP; the broker may
    /// still be missing: the hub goes on trying and loses nothing.
    static Result<std::unique_ptr<App>> start(Settings settings);
    ~App();

    /// Not empty once the hub can no longer keep its promises: the process must end.
    std::optional<Fault> failure() const;
    /// The files of the settings are read again, as `act` says who wished it: CONFIG_RELOADED or CONFIG_REFUSED.
    void reload(const Act& act);
    ConfigurationState configuration() const;
    /// Phase one: no new messages. Phase two: what is inside is finished, up to `at_most`. What then remains is
    /// found again at the next start.
    void stop(std::chrono::milliseconds at_most);

private:
    struct State;
    explicit App(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub
