#include "hub/ctl/manual.hpp"

#include "hub/ctl/outcome.hpp"

#include <algorithm>

namespace hub::ctl {
namespace {

/// A paragraph with a mark: an option, a file.
std::string item(const std::string& mark, const std::string& text) { return ".TP\n" + mark + "\n" + text + "\n"; }

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string both(Both words) { return roff(words.vi) + " / " + roff(words.en); }

/// "p256|rsa2048|ed25519", or the kind of value in italics.
std::string value_text(const OptionEntry& option) {
    std::string choices;
    for (const std::string& choice : option.choices)
        choices += (choices.empty() ? "" : "|") + bold(choice);
    return choices.empty() ? italic(option.value) : choices;
}

/// The name that its value has in the line of usage.
std::string argument_text(const OptionEntry& argument) {
    const std::string name = italic(argument.names.front()) + (argument.is_repeated ? " ..." : "");
    return argument.is_required ? name : "[" + name + "]";
}

std::string option_item(const OptionEntry& option, bool is_argument) {
    std::string mark;
    for (const std::string& name : option.names)
        mark += (mark.empty() ? "" : ", ") + (is_argument ? italic(name) : bold(name));
    if (!option.value.empty() && (!is_argument || !option.choices.empty()))
        mark += (is_argument ? ": " : " ") + value_text(option);
    std::string text = roff(option.what);
    const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : "\n.br\n") + more; };
    if (!option.bound.empty() && option.choices.empty())
        add(roff(option.bound));
    if (!option.initial.empty())
        add("Mặc định / default: " + bold(option.initial));
    if (!option.variable.empty())
        add("Biến môi trường / environment: " + bold(option.variable));
    if (option.is_required)
        add("Bắt buộc / required");
    if (option.is_repeated && !is_argument)
        add("Nhiều lần / more than once");
    return item(mark, text.empty() ? "\\&" : text);
}

std::string usage_of(const CommandEntry& command) {
    std::string usage = bold(command.path()), required;
    for (const OptionEntry& option : command.options)
        if (option.is_required)
            required += " " + bold(option.names.back()) + " " + value_text(option);
    if (!std::ranges::all_of(command.options, &OptionEntry::is_required))
        usage += " [" + italic("OPTION") + " ...]";
    usage += required;
    for (const OptionEntry& argument : command.arguments)
        usage += " " + argument_text(argument);
    return usage + (command.commands.empty() ? "" : " " + italic("COMMAND"));
}

std::string options_of(const CommandEntry& command) {
    std::string text;
    for (const OptionEntry& argument : command.arguments)
        text += option_item(argument, true);
    for (const OptionEntry& option : command.options)
        text += option_item(option, false);
    return text;
}

std::string example_lines(const CommandEntry& command) {
    std::string text = ".nf\n";
    for (const std::string& example : command.examples)
        text += roff(example) + "\n";
    return text + ".fi\n";
}

std::string exit_items() {
    std::string text;
    for (const Exit exit : exits)
        text += item(bold(std::to_string(static_cast<int>(exit))), both(words_of(exit)));
    return text;
}

std::string environment_items(const CommandEntry& lgsp) {
    std::string text;
    for (const OptionEntry& option : lgsp.options)
        if (!option.variable.empty())
            text += item(bold(option.variable), both({"Thay cho", "in place of"}) + " " + bold(option.names.back()));
    return text
           + item(bold("LC_ALL") + ", " + bold("LC_MESSAGES") + ", " + bold("LANG"),
                  both({"Ngôn ngữ khi không có --lang", "the language without --lang"}))
           + item(bold("XDG_CONFIG_HOME"), both({"Thay cho ~/.config", "in place of ~/.config"}));
}

}  // namespace

std::string roff(std::string_view text) {
    std::string out;
    bool is_first = true;
    for (const char c : text) {
        switch (c) {
        case '\\': out += "\\e"; break;
        case '-':  out += "\\-"; break;
        case '\'': out += "\\(aq"; break;
        case '"':  out += "\\(dq"; break;
        case '`':  out += "\\(ga"; break;
        case '^':  out += "\\(ha"; break;
        case '~':  out += "\\(ti"; break;
        case '.':  out += is_first ? "\\&." : "."; break;
        default:   out += c;
        }
        is_first = c == '\n';
    }
    return out;
}

std::string manual_page(const CommandEntry& lgsp, std::string_view version) {
    std::string page = ".\\\" -*- coding: utf-8 -*-\n.\\\" Made by: lgsp man\n.TH LGSP 1 \"\" \"LGSP Hub " + roff(version)
                       + "\" \"LGSP Hub\"\n.\\\" Words of two languages are broken by the rules of neither.\n.nh\n.ad l\n";
    // "lgsp: …" is how --help begins.
    const std::string name = lgsp.name() + ": ";
    const std::string what = lgsp.what.starts_with(name) ? lgsp.what.substr(name.size()) : lgsp.what;
    page += ".SH NAME\n" + roff(lgsp.name()) + " \\- " + roff(what) + "\n.SH SYNOPSIS\n.nf\n";
    for (const CommandEntry* const command : all_of(lgsp))
        if (command->commands.empty())
            page += usage_of(*command) + "\n";
    page += ".fi\n.SH OPTIONS\n" + both({"Đứng trước hay sau mọi lệnh.", "Before or behind any command."}) + "\n"
            + options_of(lgsp);
    page += ".SH COMMANDS\n";
    for (const CommandEntry* const command : all_of(lgsp)) {
        if (command == &lgsp)
            continue;
        page += ".SS " + command->path() + "\n" + roff(command->what) + "\n";
        if (command->commands.empty())
            page += ".PP\n" + usage_of(*command) + "\n";
        page += options_of(*command);
        if (!command->examples.empty())
            page += ".PP\nVí dụ / examples:\n.RS 4\n" + example_lines(*command) + ".RE\n";
    }
    return page + ".SH \"EXIT STATUS\"\n" + exit_items() + ".SH ENVIRONMENT\n" + environment_items(lgsp) + ".SH FILES\n"
           + item(bold("~/.config/lgsp/contexts.json"),
                  both({"Các trục đã đăng nhập; chỉ chủ tệp đọc được", "the hubs one has signed in to; for its owner alone"}))
           + ".SH EXAMPLES\n" + example_lines(lgsp);
}

}  // namespace hub::ctl
