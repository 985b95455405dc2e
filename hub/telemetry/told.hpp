#pragma once
// How a program ends that was asked something and has answered on standard output.

#include <string_view>

namespace hub {

/// `exit_code`; 1, and said on standard error, when the answer could not be written.
int told(std::string_view program, int exit_code);

}  // namespace hub
