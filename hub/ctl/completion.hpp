#pragma once
// Completion scripts: everything that can be known without asking a hub is in the script itself.

#include "hub/ctl/command_tree.hpp"

#include <string>

namespace hub::ctl {

std::string bash_completion(const CommandEntry& lgsp);
std::string zsh_completion(const CommandEntry& lgsp);
std::string fish_completion(const CommandEntry& lgsp);

}  // namespace hub::ctl
