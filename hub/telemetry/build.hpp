#pragma once
// Of what a program was made: for whoever has to know which one it was.

#include <string>

namespace hub {

struct Build {
    std::string id;        ///< Of the very file: another compilation has another one. Empty: the linker wrote none.
    std::string compiler;  ///< "GCC 12.2.0"
    std::string boost;     ///< "1.81.0"
    std::string openssl;   ///< As it is loaded now: "3.0.17".
    std::string sqlite{};  ///< The same; empty: this program uses none.
};

Build build_of_this_program();

}  // namespace hub
