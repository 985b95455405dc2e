#pragma once
// A disk that is full for a while: no file grows beyond a size. One at a time, and nothing may be printed to a
// file meanwhile.

#include <sys/resource.h>

#include <csignal>
#include <cstdint>

namespace hub::test {

class FullDisk {
public:
    explicit FullDisk(std::uintmax_t file_bytes_max) : signal_before_{std::signal(SIGXFSZ, SIG_IGN)} {
        (void)::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(file_bytes_max);
        (void)::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        (void)::setrlimit(RLIMIT_FSIZE, &before_);
        (void)std::signal(SIGXFSZ, signal_before_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit before_{};
    void (*signal_before_)(int);
};

}  // namespace hub::test
