#include "hub/ctl/program.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hub::ctl {
namespace {

/// What is beyond the bound is read and forgotten: the program shall come to its end.
std::string all_from(int from, std::size_t bytes_max) {
    std::string all;
    std::array<char, 65536> block{};
    for (;;) {
        const ssize_t got = ::read(from, block.data(), block.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return all;
        all.append(block.data(), std::min(static_cast<std::size_t>(got), bytes_max - all.size()));
    }
}

}  // namespace

std::optional<ProgramEnd> run_program(std::vector<std::string> words, std::size_t output_bytes_max) {
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    posix_spawn_file_actions_t streams;
    (void)posix_spawn_file_actions_init(&streams);
    (void)posix_spawn_file_actions_adddup2(&streams, ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments.front(), &streams, nullptr, arguments.data(), environ);
    (void)posix_spawn_file_actions_destroy(&streams);
    (void)::close(ends[1]);
    ProgramEnd end;
    if (failed == 0)
        end.output = all_from(ends[0], output_bytes_max);
    (void)::close(ends[0]);
    int status = 0;
    while (failed == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (failed != 0 || !WIFEXITED(status) || WEXITSTATUS(status) == no_such_program)
        return std::nullopt;
    end.exit_code = WEXITSTATUS(status);
    return end;
}

}  // namespace hub::ctl
