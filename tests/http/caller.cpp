#include "tests/http/caller.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace hub::test {

Caller::Caller() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    REQUIRE(fd_ >= 0);
    // Only ends a run that would never end.
    const timeval at_most{60, 0};
    REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &at_most, sizeof at_most) == 0);
    REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &at_most, sizeof at_most) == 0);
}

void Caller::connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

bool Caller::send(std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            REQUIRE((errno == EPIPE || errno == ECONNRESET));
            return false;
        }
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Caller::receive() {
    char buffer[64 * 1024];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got < 0)
        REQUIRE(errno == ECONNRESET);
    received_.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
}

std::optional<Reply> Caller::read() {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!receive())
            return std::nullopt;
    Reply reply;
    reply.head = received_.substr(0, end + 2);
    constexpr std::string_view length_field = "\r\nContent-Length: ";
    const auto at = reply.head.find(length_field);
    std::size_t length = 0;
    if (at != std::string::npos)
        std::from_chars(reply.head.data() + at + length_field.size(), reply.head.data() + reply.head.size(),
                        length);
    std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
    received_.erase(0, end + 4);
    while (received_.size() < length)
        if (!receive())
            return std::nullopt;
    reply.body = received_.substr(0, length);
    received_.erase(0, length);
    return reply;
}

bool Caller::is_readable() const {
    // What came together with the last reply has come, too.
    if (!received_.empty())
        return true;
    pollfd ready{fd_, POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
}

std::string Caller::read_to_end() {
    while (receive()) {
    }
    return received_;
}

void Caller::finish() { ::shutdown(fd_, SHUT_WR); }

void Caller::hang_up() {
    if (fd_ < 0)
        return;
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(fd_);
    fd_ = -1;
}

std::string get_request(std::string_view target, std::string_view more_fields) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string{more_fields} +
           "\r\n";
}

bool is_served(std::uint16_t port) {
    Caller caller{port};
    return caller.send(get_request("/still-there")) && caller.read().value_or(Reply{}).status == 200;
}

}  // namespace hub::test
