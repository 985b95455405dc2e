#pragma once
// The port to what stands outside of the broker: requests over HTTP that wait for their commit, and the files of
// the content store. Never blocks for long.

#include "hub/core/step.hpp"

namespace hub {

class Desk {
public:
    virtual ~Desk() = default;
    virtual void perform(Answer effect) = 0;
    virtual void perform(RemoveCopy effect) = 0;
};

}  // namespace hub
