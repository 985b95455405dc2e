#include "hub/ctl/usage.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub::ctl;

namespace {

/// What is wrong with a command line of a program with few commands.
Problem problem_of(std::vector<std::string> line, Lang lang) {
    CLI::App app{"lgsp", "lgsp"};
    std::string text;
    bool is_json = false;
    app.add_option("--url", text, "");
    app.add_flag("--json", is_json, "");
    app.fallthrough();
    app.require_subcommand(1);
    app.add_subcommand("status", "")->add_flag("--watch", is_json, "");
    CLI::App* const hold = app.add_subcommand("hold", "");
    hold->add_option("--reason", text, "")->required();
    hold->add_option("id", text, "")->expected(1);
    CLI::App* const agency = app.add_subcommand("agency", "");
    agency->require_subcommand(1);
    agency->add_subcommand("list", "");
    agency->add_subcommand("find", "");
    std::ranges::reverse(line);
    try {
        app.parse(std::move(line));
    } catch (const CLI::ParseError& error) {
        return usage_problem(error, app, lang);
    }
    FAIL("it was understood");
    return {};
}

}  // namespace

TEST_CASE("who mistypes a command is told which one was meant", "[usage]") {
    const Problem en = problem_of({"stauts"}, Lang::en), vi = problem_of({"stauts", "--json"}, Lang::vi);
    CHECK(en.exit == Exit::usage);
    CHECK(en.code == "usage");
    CHECK(en.detail == "no such command: stauts");
    CHECK(en.remedy == "Did you mean: status? See lgsp --help.");
    CHECK(vi.detail == "không có lệnh stauts");
    CHECK(vi.remedy == "Có phải ý là: status? Xem lgsp --help.");
    CHECK(problem_of({"agency", "lst"}, Lang::en).remedy == "Did you mean: list? See lgsp --help.");
    // Of another command nobody speaks here.
    CHECK(problem_of({"agency", "stauts"}, Lang::en).remedy == "See lgsp --help.");
    CHECK(problem_of({"nonsense"}, Lang::en).remedy == "See lgsp --help.");
    CHECK(problem_of({"nonsense"}, Lang::en).detail == "no such command: nonsense");
}

TEST_CASE("an option that stands before its command is told where it belongs", "[usage]") {
    const Problem en = problem_of({"--watch", "status"}, Lang::en), vi = problem_of({"--watch", "status"}, Lang::vi);
    CHECK(en.detail == "--watch stands before its command");
    CHECK(en.remedy == "Write it behind the command: lgsp status … --watch");
    CHECK(vi.detail == "--watch đứng trước lệnh của nó");
    CHECK(vi.remedy == "Viết sau lệnh: lgsp status … --watch");
}

TEST_CASE("who mistypes an option is told which one was meant", "[usage]") {
    const std::pair<std::vector<std::string>, std::string> lines[]{
        {{"status", "--wacth"}, "Did you mean: --watch? See lgsp --help."},
        {{"status", "--jsn"}, "Did you mean: --json? See lgsp --help."},
        {{"status", "--ulr=http://here"}, "Did you mean: --url? See lgsp --help."},
        {{"hold", "--reson", "x", "y"}, "Did you mean: --reason? See lgsp --help."},
        {{"hold", "--reson", "x"}, "Did you mean: --reason? See lgsp --help."},
        {{"status", "--nonsense"}, "See lgsp --help."}};
    for (const auto& [line, remedy] : lines) {
        const std::string typed = line[1].substr(0, line[1].find('='));
        INFO(typed);
        CHECK(problem_of(line, Lang::en).remedy == remedy);
        CHECK(problem_of(line, Lang::en).detail == "no such option: " + typed);
        CHECK(problem_of(line, Lang::vi).detail == "không có tùy chọn " + typed);
    }
}

TEST_CASE("what is no mistyped name is told as the parser says it", "[usage]") {
    CHECK(problem_of({}, Lang::en).detail == "A subcommand is required");
    CHECK(problem_of({"hold"}, Lang::en).detail == "--reason is required");
    CHECK(problem_of({"hold"}, Lang::en).remedy == "See lgsp --help.");
    CHECK(problem_of({"status", "x"}, Lang::en).detail.find("x") != std::string::npos);
}
