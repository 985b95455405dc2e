#pragma once
// Another program of this machine, run to its end.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hub::ctl {

/// The exit code that stands for it where a program was to be started in our place.
inline constexpr int no_such_program = 127;

struct ProgramEnd {
    int exit_code = 0;
    std::string output;          ///< Its standard output, at most as much as was asked for.
};

/// Its standard error goes nowhere. Nullopt: there is no such program, or a signal has ended it.
std::optional<ProgramEnd> run_program(std::vector<std::string> words, std::size_t output_bytes_max);

}  // namespace hub::ctl
