#pragma once
// lgsp queue: what waits for whom; pause it, let it go on, limit it. `lgsp queues` is `lgsp queue list`.

#include "hub/ctl/commands.hpp"

#include <cstdint>
#include <string>

namespace hub::ctl {

class QueueCommands {
public:
    /// Adds them to `commands`, which it must outlive.
    QueueCommands(CLI::App& app, Commands& commands);
    QueueCommands(const QueueCommands&) = delete;
    QueueCommands& operator=(const QueueCommands&) = delete;

private:
    int list(const HubAddress& hub, const Style& style) const;
    int show(const HubAddress& hub, const Style& style) const;
    int turn(const char* act, const HubAddress& hub, const Style& style) const;

    std::string agency_, reason_;
    std::uint32_t per_minute_ = 0;
};

}  // namespace hub::ctl
