#include "tests/edxml/own_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <exception>
#include <fstream>

namespace hub::edxml::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_memory_ours = false;
#else
constexpr bool is_memory_ours = true;
#endif

long status_kib(const std::string& key) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;)
        if (word == key) {
            long kib = 0;
            status >> kib;
            return kib;
        }
    return 0;
}

std::string work_and_measure(const std::function<std::string()>& work) {
    std::ofstream{"/proc/self/clear_refs"} << "5";  // The highest so far is forgotten.
    const long before = status_kib("VmRSS:");
    std::string words;
    try {
        words = work();
    } catch (const std::exception& thrown) {
        words = thrown.what();
    }
    return std::to_string(status_kib("VmHWM:") - before) + " " + words;
}

}  // namespace

Report in_own_process(const std::function<std::string()>& work) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const std::string told = work_and_measure(work);
        (void)!::write(ends[1], told.data(), told.size());
        ::_exit(0);
    }
    (void)::close(ends[1]);
    std::string told;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], piece, sizeof piece)) > 0;)
        told.append(piece, static_cast<std::size_t>(got));
    (void)::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (told.empty() || status != 0)
        return {"died", 0};
    const auto blank = told.find(' ');
    return {told.substr(blank + 1), is_memory_ours ? std::stol(told) : 0};
}

}  // namespace hub::edxml::test
