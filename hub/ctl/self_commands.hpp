#pragma once
// lgsp completion, man: what the command line tells of itself. They ask no hub.

#include "hub/ctl/output.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace hub::ctl {

class SelfCommands {
public:
    /// `app` must outlive it, and this the parsing. What is added to it afterwards is told too.
    explicit SelfCommands(CLI::App& app);
    SelfCommands(const SelfCommands&) = delete;
    SelfCommands& operator=(const SelfCommands&) = delete;

    /// One of these commands was given.
    bool is_asked() const { return completion_->parsed() || manual_->parsed(); }
    int run(const Style& style) const;

private:
    const CLI::App& app_;
    const CLI::App* completion_;
    const CLI::App* manual_;
    std::string shell_;
};

}  // namespace hub::ctl
