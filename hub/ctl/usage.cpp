#include "hub/ctl/usage.hpp"

#include "hub/core/nearest.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace hub::ctl {
namespace {

/// The command that was being read when it went wrong.
const CLI::App& reached_in(const CLI::App& app) {
    const auto below = app.get_subcommands();
    return below.empty() ? app : reached_in(*below.back());
}

std::vector<std::string> commands_below(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* const command : app.get_subcommands(nullptr))
        names.push_back(command->get_name());
    return names;
}

/// Its own and those of `lgsp` itself, which are understood behind every command.
std::vector<std::string> long_options_of(const CLI::App& command, const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* const each : {&command, &app})
        for (const CLI::Option* const option : each->get_options())
            names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
    return names;
}

struct Mistake {
    std::string typed;
    std::vector<std::string> known;
    Both what;
    std::string_view mark;                        ///< Stands before what is known.
};

/// The parser says only what is missing, what was not expected, or that the word behind a mistyped option is too much.
std::optional<Mistake> mistake_of(const CLI::ParseError& error, const CLI::App& app) {
    const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    const auto left = app.remaining(true);
    const CLI::App& reached = reached_in(app);
    const auto is_option = [](const std::string& word) { return word.starts_with("--"); };
    const auto word = std::ranges::find_if_not(left, is_option);
    if (is_missing && reached.get_require_subcommand_min() > 0 && word != left.end())
        return Mistake{*word, commands_below(reached), {"không có lệnh ", "no such command: "}, ""};
    const auto option = std::ranges::find_if(left, is_option);
    if (option == left.end())
        return std::nullopt;
    return Mistake{option->substr(0, option->find('=')), long_options_of(reached, app),
                   {"không có tùy chọn ", "no such option: "}, "--"};
}

}  // namespace

Problem usage_problem(const CLI::ParseError& error, const CLI::App& app, Lang lang) {
    constexpr Both title{"Lệnh không đúng", "The command is not right"};
    constexpr Both see{"Xem lgsp --help.", "See lgsp --help."};
    constexpr Both meant{"Có phải ý là: ", "Did you mean: "};
    constexpr Both misplaced{" đứng trước lệnh của nó", " stands before its command"};
    constexpr Both behind{"Viết sau lệnh: ", "Write it behind the command: "};
    Problem problem{Exit::usage, "usage", std::string{title.in(lang)}, std::string{see.in(lang)}, {}, error.what()};
    if (const auto mistake = mistake_of(error, app)) {
        const auto name = mistake->typed.substr(std::min(mistake->mark.size(), mistake->typed.size()));
        // Known, and yet not understood where it stood.
        if (!mistake->mark.empty() && std::ranges::find(mistake->known, name) != mistake->known.end()) {
            problem.detail = mistake->typed + std::string{misplaced.in(lang)};
            problem.remedy = std::string{behind.in(lang)} + "lgsp " + reached_in(app).get_name() + " … " + mistake->typed;
            return problem;
        }
        problem.detail = std::string{mistake->what.in(lang)} + mistake->typed;
        if (const auto nearest = nearest_of(mistake->known, std::string_view{mistake->typed}.substr(mistake->mark.size())))
            problem.remedy =
                std::string{meant.in(lang)} + std::string{mistake->mark} + *nearest + "? " + std::string{see.in(lang)};
    }
    return problem;
}

}  // namespace hub::ctl
