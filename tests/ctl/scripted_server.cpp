#include "tests/ctl/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hub::test {
namespace {

std::uint16_t bind_anywhere(int socket) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
}

}  // namespace

ScriptedServer::ScriptedServer(std::string answer, After after)
    : answer_{std::move(answer)}, after_{after}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    REQUIRE(listener_ >= 0);
    port_ = bind_anywhere(listener_);
    REQUIRE(::listen(listener_, 1) == 0);
    thread_ = std::thread{[this] { serve(); }};
}

void ScriptedServer::serve() {
    const int caller = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (caller < 0)
        return;
    caller_ = caller;
    char buffer[4096];
    ssize_t got = 1;
    while (got > 0 && request_.find("\r\n\r\n") == std::string::npos) {
        got = ::recv(caller, buffer, sizeof buffer, 0);
        request_.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    std::string_view rest = answer_;
    while (!rest.empty()) {
        const ssize_t sent = ::send(caller, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (after_ == After::hang_up)
        ::shutdown(caller, SHUT_RDWR);
    while (::recv(caller, buffer, sizeof buffer, 0) > 0) {
    }
}

void ScriptedServer::stop() {
    if (!thread_.joinable())
        return;
    // Wakes the thread wherever it waits; closed only when nobody uses them any more.
    ::shutdown(listener_, SHUT_RDWR);
    if (caller_ >= 0)
        ::shutdown(caller_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    if (caller_ >= 0)
        ::close(caller_);
}

std::string ScriptedServer::request() {
    stop();
    return request_;
}

std::string http_answer(std::string_view status, std::string_view body, std::string_view media_type) {
    const std::string type = media_type.empty() ? "" : "\r\nContent-Type: " + std::string{media_type};
    return "HTTP/1.1 " + std::string{status} + type + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string{body};
}

std::string url_of_nobody() {
    // Bound and never listening while this program runs: connecting is refused, and nobody else gets the
    // port.
    static const std::uint16_t port = bind_anywhere(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace hub::test
