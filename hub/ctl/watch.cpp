#include "hub/ctl/watch.hpp"

#include "hub/ctl/report.hpp"

#include <boost/json.hpp>

#include <csignal>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace hub::ctl {
namespace {

constexpr int exit_interrupted = 130;
/// From the upper left corner, and nothing of what stood there is left.
constexpr std::string_view redraw = "\033[H\033[J";

volatile std::sig_atomic_t is_writing = 0;
volatile std::sig_atomic_t is_interrupted = 0;

/// A question may take its whole time to fail: nobody waits for that. A document under way is written to its end, unless
/// whoever reads has stopped reading and it is asked for twice.
extern "C" void interrupt(int) {
    if (!is_writing || is_interrupted)
        _exit(exit_interrupted);
    is_interrupted = 1;
}

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
    (void)std::signal(SIGINT, interrupt);
    for (;;) {
        const auto answer = get_status(hub, style.lang);
        is_writing = 1;
        if (!answer)
            return fail(answer.error(), {!is_text, style.lang});
        if (is_text)
            std::cout << redraw << status_text(*answer, style.lang) << std::flush;
        else
            std::cout << boost::json::serialize(*answer) << std::endl;
        is_writing = 0;
        if (is_interrupted)
            return exit_interrupted;
        if (!std::cout)
            return static_cast<int>(Exit::failed);
        std::this_thread::sleep_for(watch_every);
    }
}

}  // namespace hub::ctl
