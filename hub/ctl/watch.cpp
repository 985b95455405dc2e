#include "hub/ctl/watch.hpp"

#include "hub/ctl/interrupt.hpp"
#include "hub/ctl/report.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <thread>
#include <unistd.h>

namespace hub::ctl {
namespace {

/// From the upper left corner, and nothing of what stood there is left.
constexpr std::string_view redraw = "\033[H\033[J";

}  // namespace

Outcome<boost::json::value> get_status(const HubAddress& hub, Lang lang) {
    auto status = get(hub, "/v1/status", lang, "state");
    if (!status)
        return status;
    auto health = get(hub, "/v1/health", lang, "lamps");
    // Who sees one agency is not told how all the others are; a ledger that cannot be asked is told in the status.
    if (!health && health.error().exit == Exit::unreachable)
        return health.error();
    status->as_object()["health"] = health ? std::move(*health) : boost::json::value(nullptr);
    return status;
}

int watch_status(const HubAddress& hub, const Style& style) {
    const bool is_text = !style.is_json && !style.is_jsonl && isatty(STDOUT_FILENO) == 1;
    for (;;) {
        const auto answer = get_status(hub, style.lang);
        if (!answer)
            return fail(answer.error(), {!is_text, style.lang});
        {
            const Writing writing;
            if (is_text)
                std::cout << redraw << status_text(*answer, style.lang);
            else
                std::cout << boost::json::serialize(*answer) << "\n";
        }
        if (!std::cout)
            return static_cast<int>(Exit::failed);
        std::this_thread::sleep_for(watch_every);
    }
}

}  // namespace hub::ctl
