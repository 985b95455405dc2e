// Streams over real sockets: they end when they should, and whoever asks is answered meanwhile.

#include "hub/http/server.hpp"
#include "tests/http/caller.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace hub;
using http::Server;
using test::await;
using test::Caller;
using test::get_request;
using test::is_served;

namespace {

/// How many hearings there are, and what each says at every beat: "x", or as much as no socket holds.
struct Talk {
    std::atomic<int> hearings = 0;
    std::atomic<int> beats = 0;
    std::atomic<bool> is_over = false;
};

class Talker final : public http::Hearing {
public:
    Talker(Talk& talk, std::size_t bytes, bool throws) : talk_{talk}, bytes_{bytes}, throws_{throws} { ++talk_.hearings; }
    ~Talker() override { --talk_.hearings; }
    std::optional<std::string> next() override {
        ++talk_.beats;
        if (throws_)
            throw std::runtime_error{"out of something"};
        return talk_.is_over ? std::nullopt : std::optional{std::string(bytes_, 'x')};
    }

private:
    Talk& talk_;
    const std::size_t bytes_;
    const bool throws_;
};

Server::Handler talk_of(Talk& talk) {
    return [&talk](const http::Request& request) -> http::Begun {
        if (request.target == "/talk")
            return http::Stream{std::make_unique<Talker>(talk, 1, false)};
        if (request.target == "/flood")
            return http::Stream{std::make_unique<Talker>(talk, 64 * 1024 * 1024, false)};
        if (request.target == "/throw")
            return http::Stream{std::make_unique<Talker>(talk, 1, true)};
        return http::Response{200, "text/plain", "ok", {}};
    };
}

std::unique_ptr<Server> start(Talk& talk, Server::Settings settings = {}) {
    settings.beat = std::chrono::milliseconds{5};
    return Server::start(settings, talk_of(talk)).value();
}

void listen(Caller& caller) {
    REQUIRE(caller.send(get_request("/talk")));
    // Without a length, the head is all that comes as a reply.
    const auto head = caller.read();
    REQUIRE(head);
    REQUIRE(head->status == 200);
    for (const std::string_view field : {"Content-Type: text/event-stream", "Cache-Control: no-store",
                                         "Connection: close", "X-Accel-Buffering: no"})
        CHECK(head->head.find("\r\n" + std::string{field} + "\r\n") != std::string::npos);
    CHECK(head->head.find("Content-Length") == std::string::npos);
}

}  // namespace

TEST_CASE("listeners take no connection from those who ask", "[server][live]") {
    Talk talk;
    const auto server = start(talk, {.connections_max = 2, .streams_max = 5});
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 5; ++i) {
        callers.push_back(std::make_unique<Caller>(server->port()));
        listen(*callers.back());
        await([&] { return is_served(server->port()); });
    }
    CHECK(talk.hearings == 5);
    // The next one is refused in words and may ask for something else.
    Caller sixth{server->port()};
    REQUIRE(sixth.send(get_request("/talk")));
    const auto refused = sixth.read();
    REQUIRE(refused);
    CHECK(refused->status == 429);
    CHECK(refused->head.find("\r\nRetry-After: 30\r\n") != std::string::npos);
    REQUIRE(sixth.send(get_request("/")));
    CHECK(sixth.read().value_or(test::Reply{}).status == 200);
    await([&] { return talk.hearings == 5; });
    callers.pop_back();
    await([&] { return talk.hearings == 4; });
    Caller seventh{server->port()};
    await([&] {
        REQUIRE(seventh.send(get_request("/talk")));
        return seventh.read().value_or(test::Reply{}).status == 200;
    });
}

TEST_CASE("a stream that is over closes its connection", "[server][live]") {
    Talk talk;
    const auto server = start(talk);
    Caller caller{server->port()};
    listen(caller);
    await([&] { return talk.beats > 3; });
    talk.is_over = true;
    CHECK(caller.read_to_end().starts_with("xxx"));
    CHECK(talk.hearings == 0);
    CHECK(is_served(server->port()));
}

TEST_CASE("who hangs up or says more is no listener any more", "[server][live]") {
    Talk talk;
    const auto server = start(talk);
    Caller killed{server->port()}, finished{server->port()}, talks{server->port()};
    for (Caller* caller : {&killed, &finished, &talks})
        listen(*caller);
    CHECK(talk.hearings == 3);
    killed.hang_up();
    await([&] { return talk.hearings == 2; });
    finished.finish();
    await([&] { return talk.hearings == 1; });
    REQUIRE(talks.send(get_request("/")));
    await([&] { return talk.hearings == 0; });
    CHECK(talks.read_to_end().find("200 OK") == std::string::npos);
}

TEST_CASE("who does not take what it is told is closed, others hear on", "[server][live]") {
    Talk talk;
    const auto server = start(talk, {.seconds_max = 1});
    Caller deaf{server->port()}, hears{server->port()};
    listen(hears);
    REQUIRE(deaf.send(get_request("/flood")));
    await([&] { return talk.hearings == 2; });
    await([&] { return talk.hearings == 1; });
    const int beats = talk.beats;
    await([&] { return talk.beats > beats + 3; });
    CHECK(is_served(server->port()));
}

TEST_CASE("a hearing that throws costs its listener the connection", "[server][live]") {
    Talk talk;
    const auto server = start(talk, {.connections_max = 1, .streams_max = 1});
    for (int i = 0; i < 3; ++i) {
        await([&] { return is_served(server->port()); });
        await([&] {
            Caller caller{server->port()};
            caller.send(get_request("/throw"));
            return caller.read_to_end().find("200 OK") != std::string::npos;
        });
    }
    await([&] { return talk.hearings == 0; });
}

TEST_CASE("a HEAD of a stream is its head alone", "[server][live]") {
    Talk talk;
    const auto server = start(talk);
    Caller caller{server->port()};
    REQUIRE(caller.send("HEAD /talk HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
    const std::string all = caller.read_to_end();
    CHECK(all.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(all.ends_with("\r\n\r\n"));
    await([&] { return talk.hearings == 0; });
}

TEST_CASE("a server that stops closes every stream at once", "[server][live]") {
    Talk talk;
    auto server = start(talk);
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 20; ++i) {
        callers.push_back(std::make_unique<Caller>(server->port()));
        listen(*callers.back());
    }
    Caller deaf{server->port()};
    REQUIRE(deaf.send(get_request("/flood")));
    await([&] { return talk.hearings == 21; });
    server.reset();
    CHECK(talk.hearings == 0);
    for (const auto& caller : callers)
        (void)caller->read_to_end();
}

TEST_CASE("events over a socket", "[server][live]") {
    test::TrialHub hub{"0123456789abcdef"};
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    const auto server = Server::start({.beat = std::chrono::milliseconds{5}}, [&](const http::Request& request) {
                            return hub.begin(request);
                        }).value();
    const std::string token = "Authorization: Bearer 0123456789abcdef\r\n";
    Caller stranger{server->port()}, caller{server->port()};
    REQUIRE(stranger.send(get_request("/v1/events")));
    CHECK(stranger.read().value_or(test::Reply{}).status == 401);
    REQUIRE(caller.send(get_request("/v1/events", token + "Last-Event-ID: nonsense\r\n")));
    REQUIRE(caller.read().value_or(test::Reply{}).status == 200);
    await([&] { return caller.is_readable(); });
    caller.finish();
    CHECK(caller.read_to_end().find("event: look_again\ndata: {}\n\n") != std::string::npos);
}
