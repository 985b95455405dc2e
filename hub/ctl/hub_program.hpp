#pragma once
// What is the hub's own business and needs no running hub: its program does it, on its host.

#include "hub/ctl/output.hpp"

#include <string>

namespace hub::ctl {

/// Runs `lgsp-hub OPTION SETTINGS`, which tells by itself, in the style that is wanted; gives its exit code, Exit::faulty
/// for wrong settings. no_such_program: it is not on this machine.
Outcome<int> run_hub_program(const std::string& option, const std::string& settings, const Style& style);

inline constexpr const char* usual_settings = "/etc/lgsp-hub/hub.toml";

}  // namespace hub::ctl
