#pragma once
// Ctrl-C: wherever lgsp waits, it ends at once with 130; a document under way on standard output is written to its end first.

namespace hub::ctl {

/// From here on. Called once, at the beginning of main().
void end_by_interrupt();

/// While it lives, something is being written: Ctrl-C waits for its end, unless it is pressed twice, because whoever reads
/// has stopped reading.
class Writing {
public:
    Writing() noexcept;
    /// Flushes standard output, and ends the program if Ctrl-C was pressed meanwhile.
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
};

/// What Ctrl-C must put right first, by calls that a signal handler may make; null: nothing.
void set_last_act(void (*act)()) noexcept;

}  // namespace hub::ctl
