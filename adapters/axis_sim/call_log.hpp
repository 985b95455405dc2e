#pragma once
// One line for each call that was decided on, on stdout. Never a subject, a content or a secret. Thread-safe.

#include "adapters/vxp/service.hpp"

#include <mutex>
#include <ostream>

namespace hub::axis_sim {

class CallLog {
public:
    CallLog(std::ostream& out, bool is_json) : out_{out}, is_json_{is_json} {}
    void add(const vxp::CallRecord& call, Instant at);
    bool is_json() const noexcept { return is_json_; }
    /// A line as it is.
    void add_line(std::string_view line);

private:
    std::ostream& out_;
    const bool is_json_;
    std::mutex mutex_;
};

}  // namespace hub::axis_sim
