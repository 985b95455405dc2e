#pragma once
// The port to the broker: what the engine hands out once a batch is durable. Never blocks; what could not be
// done shows as Returned or BusDown.

#include "hub/core/step.hpp"

namespace hub {

class Bus {
public:
    virtual ~Bus() = default;
    virtual void perform(PublishEnvelope effect) = 0;      ///< `frame` is always set here.
    virtual void perform(PublishReceipts effect) = 0;
    virtual void perform(DeadLetter effect) = 0;
    virtual void perform(MarkBroker effect) = 0;
    virtual void perform(AcknowledgeInbound effect) = 0;
};

}  // namespace hub
