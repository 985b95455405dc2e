#pragma once
// lgsp version: which program this is, of what it was made, and which hub it would ask.

#include "hub/ctl/commands.hpp"

namespace hub::ctl {

/// {version, build: {id, compiler, boost, openssl}, hub: {url, version, build, trouble}}. Of a hub that does not answer
/// `version` is null and `trouble` says why; `build` is null also for whoever may not see the settings.
boost::json::object versions(const HubAddress& hub, Lang lang);
std::string versions_text(const boost::json::value& versions, Lang lang);

class VersionCommand {
public:
    VersionCommand(CLI::App& app, Commands& commands);
};

}  // namespace hub::ctl
