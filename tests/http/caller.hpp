#pragma once
// One TCP connection to a server on this machine, octet by octet, so that a caller may behave as badly as it
// likes. Whoever waits for octets that never come fails the test.

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace hub::test {

struct Reply {
    int status = 0;
    std::string head;  ///< Status line and fields.
    std::string body;
};

class Caller {
public:
    explicit Caller(std::uint16_t port) : Caller{} { connect(port); }
    Caller();  ///< A socket that is not connected yet.
    ~Caller() { hang_up(); }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    void connect(std::uint16_t port);
    /// Whether all was handed over; not when the server has hung up meanwhile.
    bool send(std::string_view octets);
    /// The next reply, by its Content-Length; nullopt when the server hung up first.
    std::optional<Reply> read();
    /// Whether something of the server has come, without waiting for it.
    bool is_readable() const;
    /// Everything until the server hangs up.
    std::string read_to_end();
    /// No more requests will come, replies are still read.
    void finish();
    /// As a process that is killed: the server sees a reset.
    void hang_up();

private:
    bool receive();

    int fd_;
    std::string received_;
};

/// A request without a body, as a browser or a program would send it.
std::string get_request(std::string_view target, std::string_view more_fields = {});

/// A fresh connection is answered.
bool is_served(std::uint16_t port);

/// Asks again until `condition` holds.
template <class Condition>
void await(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            FAIL("gave up waiting");
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

}  // namespace hub::test
