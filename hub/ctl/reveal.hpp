#pragma once
// lgsp reveal: the octets of one part of a document, for who may see them and says why.

#include "hub/ctl/http_client.hpp"
#include "hub/ctl/output.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace hub::ctl {

/// The part of the story that is meant: by its number, or with 0 the only one. not_found; Exit::usage when there are
/// several and none was named.
Outcome<boost::json::object> part_of(const boost::json::value& story, std::uint64_t number, Lang lang);

class RevealCommand {
public:
    /// `app` must outlive it, and this the parsing.
    explicit RevealCommand(CLI::App& app);
    RevealCommand(const RevealCommand&) = delete;
    RevealCommand& operator=(const RevealCommand&) = delete;

    bool is_asked() const { return command_->parsed(); }
    int run(const HubAddress& hub, const Style& style) const;

private:
    Outcome<boost::json::value> save(const HubAddress& hub, Lang lang) const;

    CLI::App* command_;
    std::string name_, reason_;
    std::uint64_t part_ = 0;
    std::filesystem::path file_;
    bool is_overwriting_ = false;
};

}  // namespace hub::ctl
