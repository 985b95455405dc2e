#pragma once
// lgsp reveal: the octets of one part of a document, for who may see them and says why.

#include "hub/ctl/commands.hpp"

#include <filesystem>
#include <string>

namespace hub::ctl {

/// The part of the story that is meant: by its number, or with 0 the only one. not_found; Exit::usage when there are
/// several and none was named.
Outcome<boost::json::object> part_of(const boost::json::value& story, std::uint64_t number, Lang lang);

class RevealCommand {
public:
    /// Adds itself to `commands`, which it must outlive.
    RevealCommand(CLI::App& app, Commands& commands);
    RevealCommand(const RevealCommand&) = delete;
    RevealCommand& operator=(const RevealCommand&) = delete;

private:
    int run(const HubAddress& hub, const Style& style) const;
    Outcome<boost::json::value> save(const HubAddress& hub, Lang lang) const;

    std::string name_, reason_;
    std::uint64_t part_ = 0;
    std::filesystem::path file_;
    bool is_overwriting_ = false;
};

}  // namespace hub::ctl
