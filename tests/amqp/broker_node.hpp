#pragma once
// A RabbitMQ node of this program's own, in a folder and on ports of its own. One for the whole program:
// starting it takes far longer than any test.

#include "hub/amqp/session.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hub::test {

/// Ends the node and its folder once this program has ended, in whatever way: the other end of a pipe tells.
class NodeKeeper {
public:
    explicit NodeKeeper(const std::filesystem::path& folder);
    ~NodeKeeper();
    NodeKeeper(const NodeKeeper&) = delete;
    NodeKeeper& operator=(const NodeKeeper&) = delete;

private:
    int pipe_ = -1;
    pid_t process_ = -1;
};

class BrokerNode {
public:
    /// Running, with a user for the hub and one for each agency of trial_codes(). Throws when it cannot
    /// start.
    static BrokerNode& running();

    amqp::Address address(const std::string& user) const;
    /// The same node over TLS, its certificate signed by the authority whose file is named there.
    amqp::Address tls_address(const std::string& user) const;

    void start();
    void kill();  ///< As a power cut; the data stays.
    void wipe();  ///< As a lost machine.
    void ctl(std::vector<std::string> arguments);
    /// Vhosts, users, exchanges, queues, bindings, as RabbitMQ's own JSON.
    std::string definitions();

    /// The node stands still, its connections stay open: a broker that answers nothing.
    class Frozen {
    public:
        explicit Frozen(const BrokerNode& node);
        ~Frozen();
        Frozen(const Frozen&) = delete;
        Frozen& operator=(const Frozen&) = delete;

    private:
        pid_t process_;
    };

private:
    BrokerNode();
    void node_sh(std::vector<std::string> arguments);
    std::string content(const std::string& name) const;

    const std::filesystem::path folder_;
    NodeKeeper keeper_;
};

/// The node believes that it has no memory left, until end() at the latest with this object.
class MemoryAlarm {
public:
    explicit MemoryAlarm(BrokerNode& node) : node_{node} {
        node_.ctl({"set_vm_memory_high_watermark", "absolute", "1"});
    }
    ~MemoryAlarm() { end(); }
    MemoryAlarm(const MemoryAlarm&) = delete;
    MemoryAlarm& operator=(const MemoryAlarm&) = delete;

    void end() {
        if (std::exchange(is_on_, false))
            node_.ctl({"set_vm_memory_high_watermark", "0.4"});
    }

private:
    BrokerNode& node_;
    bool is_on_ = true;
};

}  // namespace hub::test
