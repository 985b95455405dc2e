#include "hub/ctl/completion.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

namespace hub::ctl {
namespace {

/// Each `{name}` of the text once, by what stands for it.
std::string filled(std::string text, std::initializer_list<std::pair<std::string_view, std::string>> parts) {
    for (const auto& [name, part] : parts)
        text.replace(text.find(name), name.size(), part);
    return text;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : std::string{separator}) + part;
    return all;
}

/// With a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

/// One word for bash and zsh, whatever is in it.
std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
}

std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "\\'") + "'"; }

std::vector<std::string> names_of(const std::vector<OptionEntry>& options, bool takes_value) {
    std::vector<std::string> names;
    for (const OptionEntry& option : options)
        if (option.value.empty() != takes_value)
            names.insert(names.end(), option.names.begin(), option.names.end());
    return names;
}

std::string long_names(const CommandEntry& command) {
    std::vector<std::string> names;
    for (const OptionEntry& option : command.options)
        std::ranges::copy_if(option.names, std::back_inserter(names),
                             [](const std::string& name) { return name.starts_with("--"); });
    return joined(names, " ");
}

using Quote = std::string (*)(std::string_view);

/// Where one may be within the commands: "lgsp agency list".
std::string command_places(const CommandEntry& lgsp, Quote quote, std::string_view separator) {
    std::vector<std::string> places;
    for (const CommandEntry* const command : all_of(lgsp))
        if (command != &lgsp)
            places.push_back(quote(command->path()));
    return joined(places, separator);
}

/// Where a value is due, behind a command's own options: "lgsp agency find --count".
std::string value_places(const CommandEntry& lgsp, Quote quote, std::string_view separator) {
    std::vector<std::string> places;
    for (const CommandEntry* const command : all_of(lgsp))
        if (command != &lgsp)
            for (const std::string& name : names_of(command->options, true))
                places.push_back(quote(command->path() + " " + name));
    return joined(places, separator);
}

/// What bash is to offer for a value; empty: nothing is known of it.
std::string bash_offer(const OptionEntry& option) {
    if (option.value == "FILE")
        return "files=file";
    if (option.value == "FOLDER")
        return "files=directory";
    return option.choices.empty() ? "" : "words=" + shell_quoted(joined(option.choices, " "));
}

std::string bash_offers(const CommandEntry& lgsp) {
    std::string cases;
    const auto offer = [&](const std::string& place, const std::string& what) {
        if (!what.empty())
            cases += "        " + place + ") " + what + " ;;\n";
    };
    for (const OptionEntry& option : lgsp.options)
        for (const std::string& name : option.names)
            offer("*" + shell_quoted(" " + name), bash_offer(option));
    for (const CommandEntry* const command : all_of(lgsp)) {
        const std::string path = command->path() + " ";
        std::vector<std::string> below;
        for (const CommandEntry& each : command->commands)
            below.push_back(each.name());
        if (!below.empty())
            offer(shell_quoted(path), "words=" + shell_quoted(joined(below, " ")));
        else if (!command->arguments.empty())
            offer(shell_quoted(path), bash_offer(command->arguments.front()));
        if (command != &lgsp)
            for (const OptionEntry& option : command->options)
                for (const std::string& name : option.names)
                    offer(shell_quoted(path + name), bash_offer(option));
    }
    return cases;
}

/// What follows a name in zsh: ":TEXT:(vi en)".
std::string zsh_value(const OptionEntry& option) {
    std::string action = " ";
    if (option.value == "FILE")
        action = "_files";
    else if (option.value == "FOLDER")
        action = "_files -/";
    else if (!option.choices.empty())
        action = "(" + joined(option.choices, " ") + ")";
    return ":" + escaped(option.value, ":\\") + ":" + action;
}

std::string zsh_specs(const CommandEntry& command) {
    std::string specs;
    const auto add_spec = [&](const std::string& spec) { specs += " \\\n        " + shell_quoted(spec); };
    for (const OptionEntry& option : command.options)
        for (const std::string& name : option.names) {
            const bool takes_value = !option.value.empty();
            add_spec((option.is_repeated ? "*" : "") + name +
                     (takes_value && name.starts_with("--") ? "=" : "") + "[" +
                     escaped(option.what, "[]:\\") + "]" + (takes_value ? zsh_value(option) : ""));
        }
    for (const OptionEntry& argument : command.arguments)
        add_spec((argument.is_repeated ? "*" : "") + zsh_value(argument));
    return specs;
}

std::string zsh_name(const CommandEntry& command) { return "_" + joined(command.words, "_"); }

/// A function for each command, and one that describes the commands below it.
std::string zsh_functions(const CommandEntry& lgsp) {
    std::string functions;
    for (const CommandEntry* const command : all_of(lgsp)) {
        const std::string name = zsh_name(*command);
        const std::string specs = command == &lgsp ? "" : zsh_specs(*command);
        if (command->commands.empty()) {
            functions += name + "() {\n    _arguments $_lgsp_everywhere" + specs + "\n}\n\n";
            continue;
        }
        std::string described, cases;
        for (const CommandEntry& below : command->commands) {
            described += " \\\n        " +
                         shell_quoted(escaped(below.name(), ":\\") + ":" + escaped(below.what, "\\"));
            cases += "    " + below.name() + ") " + zsh_name(below) + " ;;\n";
        }
        functions += name + "_commands() {\n    local -a commands=(" + described +
                     "\n    )\n    _describe -t commands command commands\n}\n\n";
        functions += name + "() {\n    local curcontext=$curcontext line state\n    local -A opt_args\n" +
                     "    _arguments -C $_lgsp_everywhere" + specs + " \\\n        '1: :" + name +
                     "_commands' '*:: :->below'\n" + "    case $line[1] in\n" + cases + "    esac\n}\n\n";
    }
    return functions;
}

/// What fish is told of an option's or argument's value.
std::string fish_value(const OptionEntry& option) {
    if (option.value == "FILE")
        return " -r -F";
    if (option.value == "FOLDER")
        return " -x -a '(__fish_complete_directories)'";
    if (!option.choices.empty())
        return " -x -a " + fish_quoted(joined(option.choices, " "));
    return option.value.empty() ? "" : " -x";
}

std::string fish_lines(const CommandEntry& lgsp) {
    std::string lines;
    for (const CommandEntry* const command : all_of(lgsp)) {
        const std::string here = " -n \"test (__lgsp_path) = " + fish_quoted(command->path()) + "\"";
        for (const CommandEntry& below : command->commands)
            lines += "complete -c lgsp" + here + " -a " + fish_quoted(below.name()) + " -d " +
                     fish_quoted(below.what) + "\n";
        for (const OptionEntry& option : command->options) {
            lines += "complete -c lgsp" + (command == &lgsp ? "" : here);
            for (const std::string& name : option.names)
                lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            lines += fish_value(option) + " -d " + fish_quoted(option.what) + "\n";
        }
        if (!command->arguments.empty())
            if (const std::string value = fish_value(command->arguments.front()); value != " -x")
                lines += "complete -c lgsp" + here + value + "\n";
    }
    return lines;
}

}  // namespace

std::string bash_completion(const CommandEntry& lgsp) {
    std::string options;
    for (const CommandEntry* const command : all_of(lgsp))
        if (command != &lgsp && !command->options.empty())
            options += "        " + shell_quoted(command->path()) +
                       ") words=" + shell_quoted(long_names(*command)) + " ;;\n";
    return filled(R"(# Completion of lgsp for bash. Made by: lgsp completion bash
_lgsp() {
    local word=${COMP_WORDS[COMP_CWORD]} path=lgsp option= words= files= each
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $option ]]; then
            # bash makes three words of --option=value.
            [[ $each == = ]] || option=
            continue
        fi
        case $each in
        {global}) option=$each; continue ;;
        esac
        case "$path $each" in
        {commands}) path+=" $each" ;;
        {valued}) option=$each ;;
        esac
    done
    [[ $option && $word == = ]] && word=
    if [[ ! $option && $word == -* ]]; then
        case $path in
{options}        esac
        words+=' {everywhere}'
    else
        case "$path $option" in
{offers}        esac
    fi
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -A "$files" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    fi
}
complete -F _lgsp lgsp
)",
                  {{"{global}", joined(names_of(lgsp.options, true), " | ")},
                   {"{commands}", command_places(lgsp, shell_quoted, " | ")},
                   {"{valued}", value_places(lgsp, shell_quoted, " | ")},
                   {"{options}", options},
                   {"{everywhere}", long_names(lgsp)},
                   {"{offers}", bash_offers(lgsp)}});
}

std::string zsh_completion(const CommandEntry& lgsp) {
    return filled(R"(#compdef lgsp
# Completion of lgsp for zsh. Made by: lgsp completion zsh

typeset -ga _lgsp_everywhere=({everywhere}
)

{functions}if [[ $funcstack[1] == _lgsp ]]; then
    _lgsp "$@"
else
    compdef _lgsp lgsp
fi
)",
                  {{"{everywhere}", zsh_specs(lgsp)}, {"{functions}", zsh_functions(lgsp)}});
}

std::string fish_completion(const CommandEntry& lgsp) {
    return filled(R"(# Completion of lgsp for fish. Made by: lgsp completion fish
function __lgsp_path
    set -l words (commandline -opc)
    set -e words[1]
    set -l path lgsp
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
        else if contains -- $word {global}
            set is_value yes
        else
            switch "$path $word"
                case {commands}
                    set path "$path $word"
                case {valued}
                    set is_value yes
            end
        end
    end
    echo $path
end

complete -c lgsp -f
{lines})",
                  {{"{global}", joined(names_of(lgsp.options, true), " ")},
                   {"{commands}", command_places(lgsp, fish_quoted, " ")},
                   {"{valued}", value_places(lgsp, fish_quoted, " ")},
                   {"{lines}", fish_lines(lgsp)}});
}

}  // namespace hub::ctl
