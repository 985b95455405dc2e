#pragma once
// lgsp support-bundle: what somebody who helps has to know of a hub, and nothing else.

#include "hub/ctl/commands.hpp"
#include "hub/ctl/hub_program.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace hub::ctl {

/// What goes into the bundle, and of what does not, why.
struct Gathered {
    struct Part {
        std::string name, content;
    };
    struct Missing {
        std::string name, why;
    };
    std::vector<Part> parts;
    std::vector<Missing> missing;
    bool lacks_hub = false;          ///< Something was asked of the hub, and it did not tell.
};

class SupportBundleCommand {
public:
    SupportBundleCommand(CLI::App& app, Commands& commands);

private:
    int run(const HubAddress& hub, const Style& style) const;
    Gathered gather(const HubAddress& hub, const Style& style) const;

    std::filesystem::path out_;
    std::string settings_ = usual_settings;
};

}  // namespace hub::ctl
