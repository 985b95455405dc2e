#include "hub/ctl/completion.hpp"
#include "hub/ctl/manual.hpp"
#include "tests/support/has.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

using namespace hub::ctl;
using hub::test::has;

namespace {

/// As odd as a command line may be.
struct OddProgram {
    OddProgram() {
        app.add_option("--url", url, "where it's [at]: \\here")->envname("ODD_URL")->capture_default_str();
        app.fallthrough();
        CLI::App* const show = app.add_subcommand("show", "it's `one`");
        show->footer("Example / ví dụ:\n  lgsp show 1\n  .hidden\n  lgsp show 'x' --to \\n");
        show->add_option("name", names, ".first")->required();
        show->add_option("-t,--to", to, "whose")->check(CLI::IsMember({"b", "a"}))->required();
        show->add_option("--rows", rows, "how many")->check(CLI::Range(1, 500));
        show->add_option("--file", file, "which")->type_name("FILE");
        show->add_flag("-q,--quiet", is_quiet, "");
        app.add_subcommand("group", "more")->add_subcommand("list", "all of it");
    }

    CLI::App app{"lgsp: odd", "lgsp"};
    std::string url = "http://127.0.0.1", to;
    std::filesystem::path file;
    std::vector<std::string> names;
    int rows = 0;
    bool is_quiet = false;
};

const OptionEntry& option(const CommandEntry& command, const std::string& name) {
    return *std::ranges::find_if(command.options, [&](const OptionEntry& each) { return each.names.back() == name; });
}

}  // namespace

TEST_CASE("the tree of commands is what the program understands", "[self]") {
    const OddProgram odd;
    const CommandEntry lgsp = command_tree(odd.app);
    std::vector<std::string> paths;
    for (const CommandEntry* const command : all_of(lgsp))
        paths.push_back(command->path());
    CHECK(paths == std::vector<std::string>{"lgsp", "lgsp show", "lgsp group", "lgsp group list"});
    CHECK(option(lgsp, "--url").variable == "ODD_URL");
    CHECK(option(lgsp, "--url").initial == "http://127.0.0.1");
    CHECK(option(lgsp, "--help").value.empty());

    const CommandEntry& show = lgsp.commands.front();
    CHECK(show.examples == std::vector<std::string>{"lgsp show 1", "lgsp show 'x' --to \\n"});
    REQUIRE(show.arguments.size() == 1);
    CHECK(show.arguments.front().names == std::vector<std::string>{"name"});
    CHECK(show.arguments.front().is_repeated);
    CHECK(show.options.size() == 4);  // Its --help is that of the program.
    CHECK(option(show, "--to").names == std::vector<std::string>{"-t", "--to"});
    CHECK(option(show, "--to").choices == std::vector<std::string>{"b", "a"});
    CHECK(option(show, "--to").is_required);
    CHECK(option(show, "--rows").bound == "INT in [1 - 500]");
    CHECK(option(show, "--rows").choices.empty());
    CHECK(option(show, "--file").value == "FILE");
    CHECK_FALSE(option(show, "--file").is_repeated);
    CHECK(option(show, "--quiet").value.empty());
}

TEST_CASE("a completion script quotes as its shell does", "[self]") {
    const OddProgram odd;
    const CommandEntry lgsp = command_tree(odd.app);
    const std::string bash = bash_completion(lgsp), zsh = zsh_completion(lgsp), fish = fish_completion(lgsp);
    CHECK(has(bash, "'lgsp show -t' | 'lgsp show --to'"));
    CHECK(has(bash, "'lgsp show --to') words='b a' ;;"));
    CHECK(has(bash, "'lgsp show --file') files=file ;;"));
    CHECK(has(zsh, R"('--url=[where it'\''s \[at\]\: \\here]:TEXT: ')"));
    CHECK(has(zsh, R"('show:it'\''s `one`')"));
    CHECK(has(zsh, "'--to=[whose]:TEXT:(b a)'"));
    CHECK(has(zsh, "'-t[whose]:TEXT:(b a)'"));
    CHECK(has(zsh, "'*:TEXT: '"));
    CHECK(has(fish, R"(-l url -x -d 'where it\'s [at]: \\here')"));
    CHECK(has(fish, R"(-s t -l to -x -a 'b a' -d 'whose')"));
    for (const std::string& script : {bash, zsh, fish})
        CHECK_FALSE(has(script, "{commands}"));
}

TEST_CASE("the manual shows every text as it is", "[self]") {
    CHECK(roff("") == "");
    CHECK(roff(".so /etc/passwd\n.x y.z") == "\\&.so /etc/passwd\n\\&.x y.z");
    CHECK(roff("'a' \"b\" `c` ^~") == "\\(aqa\\(aq \\(dqb\\(dq \\(gac\\(ga \\(ha\\(ti");
    CHECK(roff("--dry-run \\n") == "\\-\\-dry\\-run \\en");
    CHECK(roff("Trích yếu …") == "Trích yếu …");

    const OddProgram odd;
    const std::string page = manual_page(command_tree(odd.app), "1.2.3");
    CHECK(has(page, ".TH LGSP 1 \"\" \"LGSP Hub 1.2.3\""));
    CHECK(has(page, ".SH NAME\nlgsp \\- odd\n"));
    CHECK(has(page, "\n\\fBlgsp show\\fR [\\fIOPTION\\fR ...] \\fB\\-\\-to\\fR \\fBb\\fR|\\fBa\\fR \\fIname\\fR ...\n"));
    CHECK(has(page, ".TP\n\\fIname\\fR\n\\&.first\n"));
    CHECK(has(page, ".TP\n\\fB\\-t\\fR, \\fB\\-\\-to\\fR \\fBb\\fR|\\fBa\\fR\nwhose\n"));
    CHECK(has(page, "\nINT in [1 \\- 500]\n"));
    CHECK(has(page, "\nlgsp show \\(aqx\\(aq \\-\\-to \\en\n"));
    CHECK(has(page, ".TP\n\\fB8\\fR\n"));
    CHECK(has(page, ".TP\n\\fBODD_URL\\fR\n"));
}
