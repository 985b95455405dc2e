#pragma once
// The operations API of the settings that hold now. A reload puts another one in its place: each request is answered to
// its end by the one that it met, and whoever listens is told to come again. Nothing of an Api ever changes under it.

#include "hub/http/api.hpp"

#include <memory>
#include <mutex>

namespace hub::http {

class CurrentApi {
public:
    /// From any thread.
    void set(std::shared_ptr<Api> next);
    /// As Api::begin(), by the thread that answers. set() must have been called.
    Begun begin(const Request& request);

private:
    std::shared_ptr<Api> get() const;

    mutable std::mutex mutex_;
    std::shared_ptr<Api> api_;

    class Kept;
};

}  // namespace hub::http
