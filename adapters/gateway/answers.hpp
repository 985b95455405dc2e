#pragma once
// Who waits for the hub's answer to what he has just sent. Any thread.

#include "adapters/gateway/mailbox.hpp"

#include <map>

namespace hub::gateway {

/// Of the hub to a sent packet.
struct Answer {
    bool is_accepted = false;
    RefusalNote refusal;
};

class Answers {
public:
    /// Heard from its making on: make it before the packet can be answered.
    class Waiter {
    public:
        Waiter(Answers& answers, const EnvelopeId& id);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        /// nullopt: none came in this time.
        std::optional<Answer> wait(std::chrono::milliseconds at_most);

    private:
        Answers& answers_;
        const EnvelopeId id_;
        std::optional<Answer> answer_;
    };

    /// The first word stands.
    void tell(const EnvelopeId& id, const Answer& answer);

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<EnvelopeId, std::optional<Answer>*> waiting_;
};

}  // namespace hub::gateway
