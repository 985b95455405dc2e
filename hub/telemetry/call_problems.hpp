#pragma once
// What goes wrong with a call of the operations API alone: no envelope is refused for it and no adapter hears of it, so it
// is no Errc. Its code and its words. Plain data.

#include "hub/telemetry/remedy.hpp"

namespace hub {

struct CallProblem {
    std::string_view code;        ///< Stable for ever.
    Words words;
};

namespace call_problems {

inline constexpr CallProblem not_late{
    "not_late",
    {"Đơn vị không trễ việc này", "The agency is not late with that",
     "Có thể đơn vị vừa làm xong, hoặc chọn nhầm việc. Xem trang Hôm nay hoặc `lgsp overdue`, rồi ghi lại việc đang trễ.",
     "It may have done it just now, or something else was meant. See the page Today or `lgsp overdue`, then note what it "
     "is late with."}};

}  // namespace call_problems
}  // namespace hub
