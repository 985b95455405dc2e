// The server over real sockets: whatever one caller does costs that caller its connection and nobody else.

#include "hub/http/server.hpp"

#include "tests/http/caller.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

using namespace hub;
using http::Server;
using test::await;
using test::Caller;
using test::get_request;
using test::is_served;

namespace {

constexpr std::size_t large_bytes = 64 * 1024 * 1024;  // More than the sockets of both sides hold.

/// Says what it was asked; /large is more than any socket holds.
http::Response echo(const http::Request& request) {
    if (request.target == "/large")
        return {200, "text/plain", std::string(large_bytes, 'x'), {}};
    return {200, "text/plain",
            request.method + " " + request.target + " " + request.host + " " + request.authorization + " " +
                request.accept_language,
            {}};
}

std::unique_ptr<Server> start(Server::Settings settings = {}, Server::Handler handler = echo) {
    return Server::start(settings, std::move(handler)).value();
}

/// So many octets in blocks, of which one is a fault.
class Blocks final : public http::Octets {
public:
    Blocks(std::size_t count, std::size_t bad) : count_{count}, bad_{bad} {}
    std::uint64_t bytes() const override { return count_ * http::octets_at_once; }
    Result<std::string> next() override {
        if (at_ == bad_)
            return Fault{Errc::part_damaged, {}, {}};
        return ++at_ <= count_ ? std::string(http::octets_at_once, static_cast<char>('a' + at_ % 26)) : std::string{};
    }

private:
    const std::size_t count_, bad_;
    std::size_t at_ = 0;
};

http::Response blocks(std::size_t count, std::size_t bad) {
    return {200, "application/octet-stream", {}, {{"Content-Security-Policy", "sandbox"}},
            std::make_shared<Blocks>(count, bad)};
}

}  // namespace

TEST_CASE("a request arrives in full, its answer may not be stored or sniffed", "[server]") {
    const auto server = start();
    REQUIRE(server->port() != 0);
    Caller caller{server->port()};
    REQUIRE(caller.send(
        get_request("/v1/documents?text=a%20b", "Authorization: Bearer t\r\nAccept-Language: vi\r\n")));
    const auto reply = caller.read();
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->body == "GET /v1/documents?text=a%20b 127.0.0.1 Bearer t vi");
    for (const std::string_view field :
         {"Content-Type: text/plain", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
          "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
          "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin",
          "Cross-Origin-Resource-Policy: same-origin"})
        CHECK(reply->head.find("\r\n" + std::string{field} + "\r\n") != std::string::npos);
    CHECK(reply->head.find("WWW-Authenticate") == std::string::npos);
}

TEST_CASE("a list that comes in several lines is one list, anything else twice is refused", "[server]") {
    const auto server = start();
    Caller caller{server->port()};
    REQUIRE(caller.send(get_request("/", "Accept-Language: vi;q=0.5\r\nX-Other: x\r\naccept-language: en\r\n")));
    const auto reply = caller.read();
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(reply->body == "GET / 127.0.0.1  en");
    for (const char* const field : {"Cookie: a=b\r\n", "Last-Event-ID: 1-2\r\n", "Authorization: Bearer t\r\n"}) {
        INFO(field);
        Caller doubled{server->port()};
        REQUIRE(doubled.send(get_request("/", std::string{field} + field)));
        const auto refused = doubled.read();
        REQUIRE(refused);
        CHECK(refused->status == 400);
    }
}

TEST_CASE("who lacks a token is told how to show one", "[server]") {
    const auto server = start({}, [](const http::Request&) {
        return http::Response{401, "text/plain", "no", {}};
    });
    Caller caller{server->port()};
    REQUIRE(caller.send(get_request("/")));
    const auto reply = caller.read();
    REQUIRE(reply);
    CHECK(reply->status == 401);
    CHECK(reply->head.find("\r\nWWW-Authenticate: Bearer\r\n") != std::string::npos);
}

TEST_CASE("a refused method is told which one is allowed", "[server]") {
    const auto server = start({}, [](const http::Request& request) {
        return request.method == "GET" ? http::Response{200, "text/plain", "words", {}}
                                       : http::Response{405, "text/plain", "words", {{"Allow", "GET"}}};
    });
    Caller caller{server->port()};
    REQUIRE(caller.send("PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + get_request("/")));
    const auto put = caller.read();
    REQUIRE(put);
    CHECK(put->status == 405);
    CHECK(put->head.find("\r\nAllow: GET\r\n") != std::string::npos);
    const auto get = caller.read();
    REQUIRE(get);
    CHECK(get->head.find("\r\nAllow:") == std::string::npos);

    // The reply to a HEAD has no body, whatever its length field says: the next reply follows at once.
    Caller prober{server->port()};
    REQUIRE(prober.send("HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" +
                        get_request("/", "Connection: close\r\n")));
    const std::string all = prober.read_to_end();
    CHECK(all.starts_with("HTTP/1.1 405 "));
    CHECK(all.find("words") == all.rfind("words"));
    CHECK(all.find("\r\n\r\nHTTP/1.1 200 ") != std::string::npos);
}

TEST_CASE("one connection serves many requests", "[server]") {
    const auto server = start();
    Caller caller{server->port()};
    for (int i = 0; i < 1000; ++i) {
        const std::string target = "/" + std::to_string(i);
        REQUIRE(caller.send(get_request(target)));
        const auto reply = caller.read();
        REQUIRE(reply);
        REQUIRE(reply->body == "GET " + target + " 127.0.0.1  en");
    }
    // Many at once, as by a caller that does not wait: answered in their order.
    std::string requests;
    for (int i = 0; i < 200; ++i)
        requests += get_request("/" + std::to_string(i));
    REQUIRE(caller.send(requests));
    for (int i = 0; i < 200; ++i) {
        const auto reply = caller.read();
        REQUIRE(reply);
        REQUIRE(reply->body == "GET /" + std::to_string(i) + " 127.0.0.1  en");
    }
}

TEST_CASE("a connection ends when its caller wants it so", "[server]") {
    const auto server = start();
    for (const std::string& request : {get_request("/", "Connection: close\r\n"),
                                       std::string{"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"}}) {
        Caller caller{server->port()};
        REQUIRE(caller.send(request));
        const std::string all = caller.read_to_end();
        CHECK(all.starts_with("HTTP/1.1 200 "));
        CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
    }
    Caller half_closed{server->port()};
    REQUIRE(half_closed.send(get_request("/")));
    half_closed.finish();
    CHECK(half_closed.read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a small body is read and left alone", "[server]") {
    const auto server = start();
    Caller caller{server->port()};
    REQUIRE(caller.send("GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 65536\r\n\r\n" +
                        std::string(65536, 'b') + get_request("/b")));
    CHECK(caller.read().value_or(test::Reply{}).body == "GET /a 127.0.0.1  en");
    CHECK(caller.read().value_or(test::Reply{}).body == "GET /b 127.0.0.1  en");
}

TEST_CASE("who sends too much or no HTTP at all loses its own connection only", "[server]") {
    const auto server = start();
    Caller patient{server->port()};
    REQUIRE(patient.send("GET /patient HTTP/1.1\r\n"));
    const std::string bad[]{
        get_request("/", "X: " + std::string(20'000, 'x') + "\r\n"),
        get_request("/" + std::string(20'000, 'x')),
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + std::string(2'000'000, 'x'),
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 65537\r\n\r\n" + std::string(65537, 'x'),
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 18446744073709551615\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" +
            std::string(65537, 'x'),
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /\r\n\r\n",
        "\r\n\r\n\r\n\r\nnothing\r\n",
        "GET / HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),  // The beginning of TLS.
        std::string(5000, '\0'),
        std::string(5000, '\xff'),
    };
    for (const std::string& octets : bad) {
        INFO(octets.substr(0, 60));
        Caller caller{server->port()};
        caller.send(octets);
        caller.finish();
        const std::string got = caller.read_to_end();
        CHECK(got.find("200 OK") == std::string::npos);
        // What has begun and never ends is nobody's request.
        CHECK((got.empty() || (got.starts_with("HTTP/1.1 4") && got.find("application/problem+json") != std::string::npos)));
        CHECK(is_served(server->port()));
    }
    REQUIRE(patient.send("Host: 127.0.0.1\r\n\r\n"));
    CHECK(patient.read().value_or(test::Reply{}).status == 200);
}

TEST_CASE("a request that can be taken in two ways is refused, and what is behind it is not read", "[server]") {
    const auto server = start();
    const std::string begin = "POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    const std::string odd[]{begin + "Host: 127.0.0.1\r\n\r\n", begin + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
                            begin + "Content-Length: 0, 0\r\n\r\n", begin + "Transfer-Encoding: xchunked\r\n\r\n",
                            begin + "Transfer-Encoding: chunked, identity\r\n\r\n", begin + "Origin: a\r\nOrigin: b\r\n\r\n"};
    for (const std::string& octets : odd) {
        INFO(octets);
        Caller caller{server->port()};
        REQUIRE(caller.send(octets + get_request("/behind")));
        const auto reply = caller.read();
        REQUIRE(reply);
        CHECK(reply->status == 400);
        CHECK(reply->head.find("\r\nCache-Control: no-store\r\n") != std::string::npos);
        CHECK(!caller.read());
    }
}

TEST_CASE("who hangs up in the middle of it is forgotten", "[server]") {
    const auto server = start({.connections_max = 4});
    const std::string whole = get_request("/large");
    for (std::size_t sent = 0; sent <= whole.size(); ++sent) {
        Caller caller{server->port()};
        caller.send(std::string_view{whole}.substr(0, sent));
        caller.hang_up();
    }
    // Each must have given its place back: there are four in all.
    await([&] { return is_served(server->port()); });
    Caller a{server->port()}, b{server->port()}, c{server->port()};
    for (Caller* caller : {&a, &b, &c}) {
        REQUIRE(caller->send(get_request("/")));
        CHECK(caller->read().value_or(test::Reply{}).status == 200);
    }
}

TEST_CASE("who is silent or does not listen is hung up on, who is slow is told so, others are answered", "[server]") {
    const auto server = start({.seconds_max = 1});
    const auto port = server->port();
    Caller silent{port}, slow{port}, stalled{port}, deaf{port}, kept{port};
    REQUIRE(slow.send("GET / HTTP/1.1\r\nHost: 127.0"));
    REQUIRE(stalled.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n12"));
    REQUIRE(deaf.send(get_request("/large")));
    REQUIRE(kept.send(get_request("/kept")));
    CHECK(kept.read().value_or(test::Reply{}).status == 200);
    CHECK(is_served(port));
    CHECK(silent.read_to_end().empty());
    CHECK(slow.read_to_end().starts_with("HTTP/1.1 408 "));
    CHECK(stalled.read_to_end().starts_with("HTTP/1.1 408 "));
    CHECK(kept.read_to_end().empty());
}

TEST_CASE("an answer that nobody takes is given up", "[server]") {
    const auto server = start({.seconds_max = 1});
    Caller deaf{server->port()}, silent{server->port()};
    REQUIRE(deaf.send(get_request("/large")));
    // Whoever began later is out of time: so is the one that does not read.
    Caller later{server->port()};
    CHECK(silent.read_to_end().empty());
    CHECK(later.read_to_end().empty());
    const std::string got = deaf.read_to_end();
    CHECK(got.starts_with("HTTP/1.1 200 OK"));
    CHECK(got.size() < large_bytes);
}

TEST_CASE("over the bound of connections the next caller is hung up on", "[server]") {
    const auto server = start({.connections_max = 2});
    auto first = std::make_unique<Caller>(server->port());
    Caller second{server->port()};
    for (Caller* caller : {first.get(), &second}) {
        REQUIRE(caller->send(get_request("/")));
        REQUIRE(caller->read().value_or(test::Reply{}).status == 200);
    }
    CHECK_FALSE(is_served(server->port()));
    CHECK_FALSE(is_served(server->port()));
    REQUIRE(second.send(get_request("/")));
    CHECK(second.read().value_or(test::Reply{}).status == 200);
    first.reset();
    await([&] { return is_served(server->port()); });
}

TEST_CASE("while many are connected nobody keeps a connection for later", "[server]") {
    const auto server = start({.connections_max = 4, .kept_max = 1});
    Caller first{server->port()};
    REQUIRE(first.send(get_request("/")));
    CHECK(first.read().value_or(test::Reply{}).head.find("\r\nConnection: close") == std::string::npos);
    for (int i = 0; i < 8; ++i) {
        Caller next{server->port()};
        REQUIRE(next.send(get_request("/next")));
        CHECK(next.read_to_end().find("\r\nConnection: close\r\n") != std::string::npos);
    }
}

TEST_CASE("a handler that throws costs its caller the connection and nobody a place", "[server]") {
    const auto server = start({.connections_max = 1}, [](const http::Request& request) {
        if (request.target == "/throw")
            throw std::runtime_error{"out of something"};
        return echo(request);
    });
    for (int i = 0; i < 3; ++i) {
        await([&] { return is_served(server->port()); });
        await([&] {
            Caller caller{server->port()};
            caller.send(get_request("/throw"));
            return caller.read_to_end().empty();
        });
    }
    await([&] { return is_served(server->port()); });
}

#ifndef __SANITIZE_ADDRESS__
// The sanitizer opens a pipe to see whether an object's memory can be read: without descriptors it takes every
// object for a broken one.
TEST_CASE("out of descriptors, callers wait and are answered later", "[server]") {
    const auto server = start();
    Caller kept{server->port()}, waiting, later;
    REQUIRE(kept.send(get_request("/")));
    REQUIRE(kept.read().value_or(test::Reply{}).status == 200);
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
    // The lowest free number is above every one in use: nothing can be opened from here on.
    const int free = ::dup(0);
    REQUIRE(free >= 0);
    ::close(free);
    const rlimit none{static_cast<rlim_t>(free), usual.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const int refused = ::dup(0);
    waiting.connect(server->port());
    const bool is_sent = waiting.send(get_request("/waiting"));
    // Who is connected already is served; by the second answer the server has tried to let the other one in.
    std::vector<int> kept_statuses;
    for (int i = 0; i < 2; ++i) {
        kept.send(get_request("/"));
        kept_statuses.push_back(kept.read().value_or(test::Reply{}).status);
    }
    const bool is_answered = waiting.is_readable();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
    CHECK(refused < 0);
    CHECK(is_sent);
    CHECK(kept_statuses == std::vector<int>{200, 200});
    CHECK_FALSE(is_answered);
    CHECK(waiting.read().value_or(test::Reply{}).status == 200);
    later.connect(server->port());
    REQUIRE(later.send(get_request("/later")));
    CHECK(later.read().value_or(test::Reply{}).status == 200);
}
#endif

TEST_CASE("a server stops with callers in every state", "[server]") {
    auto server = start();
    const auto port = server->port();
    Caller idle{port}, half{port}, kept{port}, deaf{port};
    REQUIRE(half.send("GET / HTT"));
    REQUIRE(kept.send(get_request("/")));
    CHECK(kept.read().value_or(test::Reply{}).status == 200);
    REQUIRE(deaf.send(get_request("/large")));
    CHECK(is_served(port));
    server.reset();
    for (Caller* caller : {&idle, &half, &kept})
        CHECK(caller->read_to_end().empty());
    CHECK(deaf.read_to_end().size() < large_bytes);
    // And the port is free for the next start.
    CHECK(Server::start({.port = port}, echo).has_value());
}

TEST_CASE("long work has few places, holds up nobody else and ends with the server", "[server]") {
    // The server asks one after another: who calls after two were asked about finds both places taken.
    std::atomic<int> asked = 0;
    auto server = start({}, [&](const http::Request& request) -> http::Begun {
        if (request.target != "/long")
            return echo(request);
        ++asked;
        return http::LongWork{[stop = request.stop] {
            while (!stop.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
            return http::Response{};
        }};
    });
    Caller first{server->port()}, second{server->port()}, third{server->port()};
    REQUIRE(first.send(get_request("/long")));
    REQUIRE(second.send(get_request("/long")));
    await([&] { return asked == 2; });
    REQUIRE(third.send(get_request("/long")));
    CHECK(third.read().value_or(test::Reply{}).status == 429);
    CHECK(is_served(server->port()));
    server.reset();
    CHECK(first.read_to_end().empty());
    CHECK(second.read_to_end().empty());
}

TEST_CASE("a place that cannot be listened on is a fault of the setting", "[server]") {
    const auto server = start();
    const Server::Settings wrong[]{
        {.port = server->port()}, {.host = "192.0.2.1"}, {.host = "nonsense"}, {.host = ""}};
    for (const auto& settings : wrong) {
        INFO(settings.host);
        const auto second = Server::start(settings, echo);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == (settings.port != 0 ? Errc::address_in_use : Errc::setting_invalid));
        CHECK(second.error().field == "http.listen");
        CHECK_FALSE(second.error().peer_text.empty());
    }
    CHECK(is_served(server->port()));
}

TEST_CASE("the API over a socket", "[server]") {
    test::TrialHub hub{"0123456789abcdef"};
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    const auto server = start({}, [&](const http::Request& request) { return hub.answer(request); });
    Caller caller{server->port()};
    const auto ask = [&](const std::string& request) {
        REQUIRE(caller.send(request));
        const auto reply = caller.read();
        REQUIRE(reply);
        return *reply;
    };
    const std::string token = "Authorization: Bearer 0123456789abcdef\r\n";
    const auto found = ask(get_request("/v1/documents?sender=H43", token));
    CHECK(found.status == 200);
    CHECK(test::object_of(found.body).at("documents").as_array().size() == 1);
    CHECK(ask(get_request("/v1/documents?sender=H43")).status == 401);
    CHECK(ask(get_request("/v1/nonsense", token)).status == 404);
    CHECK(ask("GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n" + token + "\r\n").status == 403);
    CHECK(ask("POST /v1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n" + token + "\r\n{}")
              .status == 405);
    CHECK(ask(get_request("/livez")).body == "ok\n");
}

TEST_CASE("what is handed out piece by piece comes whole, and the connection goes on", "[server]") {
    const auto server = start({}, [](const http::Request& request) -> http::Begun {
        if (request.target == "/none")
            return http::Work{[] { return blocks(0, 1); }};
        return request.target == "/blocks" ? http::Begun{http::Work{[] { return blocks(100, 100); }}} : echo(request);
    });
    Caller caller{server->port()};
    for (int i = 0; i < 2; ++i) {
        REQUIRE(caller.send(get_request("/blocks")));
        const auto reply = caller.read();
        REQUIRE(reply);
        CHECK(reply->body.size() == 100 * http::octets_at_once);
        CHECK(std::count(reply->body.begin(), reply->body.end(), 'b')
              == static_cast<std::ptrdiff_t>(4 * http::octets_at_once));
        CHECK(reply->head.find("\r\nContent-Security-Policy: sandbox\r\n") != std::string::npos);
        CHECK(reply->head.find("\r\nCache-Control: no-store\r\n") != std::string::npos);
        CHECK(reply->head.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
    }
    REQUIRE(caller.send(get_request("/none") + get_request("/after")));
    CHECK(caller.read().value().body.empty());
    CHECK(caller.read().value().body.starts_with("GET /after"));
}

TEST_CASE("what turns out to be damaged on its way ends before it is whole", "[server]") {
    const auto server = start({}, [](const http::Request& request) {
        return request.target == "/bad" ? blocks(3, 2) : echo(request);
    });
    Caller caller{server->port()};
    REQUIRE(caller.send(get_request("/bad") + get_request("/after")));
    const std::string all = caller.read_to_end();
    CHECK(all.find("\r\nContent-Length: " + std::to_string(3 * http::octets_at_once) + "\r\n") != std::string::npos);
    CHECK(all.size() - all.find("\r\n\r\n") - 4 == 2 * http::octets_at_once);
    CHECK(is_served(server->port()));
}

TEST_CASE("who takes no more of it loses the connection", "[server]") {
    Server::Settings settings;
    settings.seconds_max = 1;
    settings.connections_max = 1;
    const auto server = start(settings, [](const http::Request& request) {
        return request.target == "/blocks" ? blocks(400, 400) : echo(request);
    });
    Caller lazy{server->port()};
    REQUIRE(lazy.send(get_request("/blocks")));
    // There is one place, and somebody else gets it.
    await([&] { return is_served(server->port()); });
    CHECK(lazy.read_to_end().size() < 400 * http::octets_at_once);
}
