#pragma once
// An eventfd that a thread waiting on its socket can be woken through.

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace hub::amqp {

class Wake {
public:
    Wake() : fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}
    ~Wake() { (void)::close(fd_); }
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    int fd() const noexcept { return fd_; }
    void signal() const noexcept {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
    }
    void clear() const noexcept {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);
    }

private:
    int fd_;
};

}  // namespace hub::amqp
