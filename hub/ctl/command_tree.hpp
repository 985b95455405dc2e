#pragma once
// The commands and options that a CLI::App has, read from it for completion scripts and the manual page. Whatever the
// program understands is in here; nothing is written down a second time.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace hub::ctl {

struct OptionEntry {
    std::vector<std::string> names;       ///< "-h", "--help"; of an argument, its name alone.
    std::string value;                    ///< What it takes: TEXT, FILE, FOLDER, INT …; empty: nothing.
    std::string bound;                    ///< What is wanted of the value, as --help says it; may be empty.
    std::vector<std::string> choices;     ///< The only values it takes; none: any.
    std::string what;
    std::string variable;                 ///< The environment variable in its place; may be empty.
    std::string initial;                  ///< What it is when it is not given; may be empty.
    bool is_required = false;
    bool is_repeated = false;
};

struct CommandEntry {
    std::vector<std::string> words;       ///< {"lgsp", "agency", "list"}
    std::string what;
    std::vector<std::string> examples;
    std::vector<OptionEntry> options;     ///< Those of `lgsp` itself are understood behind every command.
    std::vector<OptionEntry> arguments;   ///< By their place.
    std::vector<CommandEntry> commands;

    const std::string& name() const { return words.back(); }
    std::string path() const;             ///< "lgsp agency list"
};

CommandEntry command_tree(const CLI::App& app);
/// It and all below it, in the order of --help.
std::vector<const CommandEntry*> all_of(const CommandEntry& command);

}  // namespace hub::ctl
