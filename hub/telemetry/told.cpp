#include "hub/telemetry/told.hpp"

#include <iostream>

namespace hub {

int told(std::string_view program, int exit_code) {
    std::cout.flush();
    if (std::cout || exit_code != 0)
        return exit_code;
    std::cerr << program << ": không ghi được kết quả / the output could not be written\n";
    return 1;
}

}  // namespace hub
