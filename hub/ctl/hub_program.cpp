#include "hub/ctl/hub_program.hpp"

#include "hub/ctl/node.hpp"

#include <cerrno>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace hub::ctl {
namespace {

constexpr int no_such_program = 127;
constexpr int wrong_settings = 78;

/// Beside lgsp, where both are installed together; otherwise wherever PATH has it.
std::string hub_program() {
    std::error_code error;
    const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "lgsp-hub";
    return !error && std::filesystem::exists(beside, error) ? beside.string() : "lgsp-hub";
}

}  // namespace

Outcome<int> run_hub_program(const std::string& option, const std::string& settings, const Style& style) {
    std::vector<std::string> words{hub_program(), option, settings};
    if (style.is_json)
        words.emplace_back("--json");
    if (style.lang == Lang::en)
        words.emplace_back("--english");
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    int status = 0;
    const int failed = posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(), environ);
    while (failed == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    const int code = failed == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : no_such_program;
    if (failed != 0 || code == no_such_program)
        return Problem{Exit::failed, "no_such_program",
                       pick({"Máy này không có lgsp-hub", "There is no lgsp-hub on this machine"}, style.lang),
                       pick({"Chạy lệnh này trên máy của trục.", "Run it on the hub's host."}, style.lang), {}, words.front()};
    return code == wrong_settings ? static_cast<int>(Exit::faulty) : code;
}

}  // namespace hub::ctl
