#include "hub/ctl/command_tree.hpp"

#include <sstream>
#include <utility>

namespace hub::ctl {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream{text};
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

/// "TEXT:{p256,rsa2048}", "INT:INT in [1 - 500]": a type, and what its validator says of itself.
void read_type(const std::string& type, OptionEntry& entry) {
    const auto colon = type.find(':');
    entry.value = type.substr(0, colon);
    if (colon == std::string::npos)
        return;
    entry.bound = type.substr(colon + 1);
    if (entry.bound.starts_with('{') && entry.bound.ends_with('}'))
        entry.choices = split(entry.bound.substr(1, entry.bound.size() - 2), ',');
}

OptionEntry option_entry(const CLI::Option& option) {
    OptionEntry entry;
    if (option.get_positional())
        entry.names.push_back(option.get_name(true));
    for (const std::string& name : option.get_snames())
        entry.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        entry.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0)
        read_type(option.get_type_name(), entry);
    entry.what = option.get_description();
    entry.variable = option.get_envname();
    entry.initial = option.get_default_str();
    entry.is_required = option.get_required();
    entry.is_repeated = option.get_items_expected_max() > 1;
    return entry;
}

/// The lines of a footer that are commands.
std::vector<std::string> examples_of(const CLI::App& app) {
    std::vector<std::string> examples;
    for (const std::string& line : split(app.get_footer(), '\n'))
        if (line.starts_with("  lgsp "))
            examples.push_back(line.substr(2));
    return examples;
}

CommandEntry command_entry(const CLI::App& app, std::vector<std::string> words) {
    words.push_back(app.get_name());
    CommandEntry entry{std::move(words), app.get_description(), examples_of(app), {}, {}, {}};
    const bool is_top = app.get_parent() == nullptr;
    for (const CLI::Option* option : app.get_options())
        // Every command has its own --help, which is the same.
        if (is_top || option != app.get_help_ptr())
            (option->get_positional() ? entry.arguments : entry.options).push_back(option_entry(*option));
    for (const CLI::App* command : app.get_subcommands(nullptr))
        entry.commands.push_back(command_entry(*command, entry.words));
    return entry;
}

}  // namespace

std::string CommandEntry::path() const {
    std::string path;
    for (const std::string& word : words)
        path += (path.empty() ? "" : " ") + word;
    return path;
}

CommandEntry command_tree(const CLI::App& app) { return command_entry(app, {}); }

std::vector<const CommandEntry*> all_of(const CommandEntry& command) {
    std::vector<const CommandEntry*> all{&command};
    for (const CommandEntry& below : command.commands)
        for (const CommandEntry* each : all_of(below))
            all.push_back(each);
    return all;
}

}  // namespace hub::ctl
