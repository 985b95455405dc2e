#include "hub/ctl/interrupt.hpp"

#include "hub/ctl/outcome.hpp"

#include <csignal>
#include <iostream>
#include <unistd.h>

namespace hub::ctl {
namespace {

volatile std::sig_atomic_t is_writing = 0;
volatile std::sig_atomic_t is_interrupted = 0;
void (*volatile last_act)() = nullptr;

[[noreturn]] void end() {
    if (last_act)
        last_act();
    _exit(static_cast<int>(Exit::interrupted));
}

extern "C" void interrupt(int) {
    if (!is_writing || is_interrupted)
        end();
    is_interrupted = 1;
}

}  // namespace

void end_by_interrupt() { (void)std::signal(SIGINT, interrupt); }

Writing::Writing() noexcept { is_writing = 1; }

Writing::~Writing() {
    std::cout.flush();
    is_writing = 0;
    if (is_interrupted)
        end();
}

void set_last_act(void (*act)()) noexcept { last_act = act; }

}  // namespace hub::ctl
