// What callers do to the content server who do not mean well, or whose network is bad.

#include "tests/contents/trial_desk.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <thread>

namespace hub::test {
namespace {

std::string patch_head(const Digest& digest, std::uint64_t total, std::uint64_t length,
                       const std::string& more = {}) {
    return "PATCH " + target_of(digest) +
           " HTTP/1.1\r\nHost: hub\r\nUpload-Offset: 0\r\nUpload-Length: " + std::to_string(total) +
           "\r\nContent-Length: " + std::to_string(length) + "\r\n" + more + "\r\n";
}

/// Sends an octet now and then until the other side hangs up.
void drip(TlsCaller& caller) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (caller.send("x") && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

/// Connections that say nothing of TLS, from an address of this machine.
class Raw {
public:
    Raw(const char* from, std::uint16_t port, std::size_t count) {
        const auto at = [](const char* host, std::uint16_t number) {
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(number);
            ::inet_pton(AF_INET, host, &address.sin_addr);
            return address;
        };
        const sockaddr_in source = at(from, 0), server = at("127.0.0.1", port);
        for (std::size_t i = 0; i < count; ++i) {
            fds_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            REQUIRE(::bind(fds_.back(), reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0);
            REQUIRE(::connect(fds_.back(), reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0);
        }
    }
    ~Raw() {
        for (const int fd : fds_)
            ::close(fd);
    }
    /// False: the other side has hung up.
    bool say(BytesView octets) {
        return std::ranges::all_of(fds_, [&](int fd) {
            return ::send(fd, octets.data(), octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(octets.size());
        });
    }
    /// Waits for the end of all of them.
    bool are_ended() {
        return std::ranges::all_of(fds_, [](int fd) {
            const timeval limit{20, 0};
            (void)::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            char octet = 0;
            return ::recv(fd, &octet, 1, 0) == 0 || errno == ECONNRESET;
        });
    }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

private:
    std::vector<int> fds_;
};

}  // namespace

TEST_CASE("tricks with the path are answered like everything that is not there", "[contents][http]") {
    const TrialServer trial;
    const Bytes octets = octets_of(1000);
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.put(octets, 0, octets.size())->status == 201);
    const std::string hex = sha256(octets).text();
    std::string upper = hex;
    for (char& c : upper)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const auto expected = caller.ask("GET", target_of(sha256("nothing")));
    for (const std::string& target :
         {"/v1/contents/" + upper, "/v1/contents/../contents/" + hex, "/v1/./contents/" + hex,
          "/v1/contents/%2e%2e/" + hex, "/v1/contents/" + hex + "/", "/v1/contents/" + hex + "/..",
          "/v1/contents/" + hex + "?", "/v1/contents/" + hex + "%00", "/v1/contents/" + hex.substr(0, 63),
          std::string{"/v1/contents/../../../../etc/passwd"}, std::string{"/v1/contents"},
          std::string{"/v1/contents/"}, std::string{"/"}, std::string{"*"}, "https://hub/v1/contents/" + hex})
        for (const std::string method : {"GET", "DELETE", "BREW"}) {
            CAPTURE(target, method);
            CHECK(caller.ask(method, target) == expected);
        }
    CHECK(caller.ask("GET", target_of(sha256(octets)))->status == 200);
}

TEST_CASE("other methods are told which there are", "[contents][http]") {
    const TrialServer trial;
    TlsCaller caller = trial.call(trial.a_key);
    for (const std::string method : {"DELETE", "POST", "PUT", "OPTIONS", "BREW"}) {
        const auto answered = caller.ask(method, target_of(sha256("x")));
        CHECK(answered->status == 405);
        CHECK((*answered)["allow"] == "GET, HEAD, PATCH");
    }
}

TEST_CASE("what is no HTTP ends the connection, and only that one", "[contents][http]") {
    const TrialServer trial;
    TlsCaller other = trial.call(trial.b_key);
    const std::string get = "GET " + target_of(sha256("x")) + " HTTP/1.1\r\n";
    const auto status_of = [&](const std::string& sent) {
        TlsCaller caller = trial.call(trial.a_key);
        (void)caller.send(sent);
        const auto answered = caller.receive();
        CHECK(caller.receive_some(1).empty());
        return answered ? answered->status : 0;
    };
    CHECK(status_of("hello\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/9.9\r\n\r\n") == 400);
    CHECK(status_of(get + "Content-Length: x\r\n\r\n") == 400);
    CHECK(status_of(get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n") == 400);
    CHECK(status_of(get + "X: " + std::string(17'000, 'x') + "\r\n\r\n") == 431);
    CHECK(status_of(get + std::string(100'000, 'x')) == 431);
    // A body where none belongs, which may be another request.
    CHECK(status_of(get + "Content-Length: 5\r\n\r\nhello") == 404);
    CHECK(status_of(get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 404);
    CHECK(other.ask("HEAD", target_of(sha256("x")))->status == 404);

    TlsCaller silent = trial.call(trial.a_key);
    REQUIRE(silent.send("GET "));
    silent.cut();
    CHECK(other.ask("HEAD", target_of(sha256("x")))->status == 404);
}

TEST_CASE("requests one after the other in one piece are all answered", "[contents][http]") {
    const TrialServer trial;
    const Bytes octets = octets_of(1000);
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.send(patch_head(sha256(octets), 1000, 1000) + octets + "GET " + target_of(sha256(octets)) +
                        " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"));
    CHECK(caller.receive()->status == 201);
    CHECK(caller.receive()->body == octets);
    CHECK(caller.receive_some(1).empty());
}

TEST_CASE("a caller that waits for a go-ahead gets it, or its refusal", "[contents][http]") {
    const TrialServer trial;
    const Bytes octets = octets_of(1000);
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.send(patch_head(sha256(octets), 1000, 1000, "Expect: 100-continue\r\n")));
    CHECK(caller.receive()->status == 100);
    REQUIRE(caller.send(octets));
    CHECK(caller.receive()->status == 201);
    REQUIRE(caller.send(patch_head(sha256(octets), UINT64_MAX / 2, 1000, "Expect: 100-continue\r\n")));
    CHECK(caller.receive()->status == 413);
}

TEST_CASE("who sends on and on is answered, and then cut off", "[contents][http]") {
    const TrialServer trial;
    const Bytes flood(1 << 20, 'x');
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.send(patch_head(sha256("x"), UINT64_MAX / 2, UINT64_MAX / 2)));
    std::size_t sent = 0;
    while (sent < 4000 && caller.send(flood))
        ++sent;
    CHECK(sent < 4000);
    CHECK_FALSE(trial.store->progress(trial.a, sha256("x")).has_value());

    // With an announced body that the store would take, more than that is another request, and a bad one.
    TlsCaller second = trial.call(trial.a_key);
    REQUIRE(second.send(patch_head(sha256("y"), 1000, 10) + std::string(100, 'x') + "\r\n\r\n"));
    CHECK(second.receive()->status == 204);
    CHECK(second.receive()->status == 400);
    CHECK(trial.store->progress(trial.a, sha256("y"))->offset == 10);
}

TEST_CASE("who writes all of a large body before reading sees why it was refused", "[contents][http]") {
    const TrialServer trial;
    constexpr std::size_t piece = 64 << 20;  // What an adapter sends in one request.
    TlsCaller caller = trial.call(trial.a_key);
    Bytes block(1 << 20, 'x');
    REQUIRE(caller.send(patch_head(sha256("x"), UINT64_MAX / 2, piece)));
    for (std::size_t sent = 0; sent < piece; sent += block.size())
        REQUIRE(caller.send(block));
    const auto answered = caller.receive();
    REQUIRE(answered.has_value());
    CHECK(answered->status == 413);
    CHECK((*answered)["content-type"] == "application/problem+json");
    CHECK(caller.receive_some(1).empty());
}

TEST_CASE("who does not come to an end after an answer is waited for so long and no longer", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) {
        settings.linger_seconds_max = 1;
        settings.linger_bytes_max = 1 << 20;
        settings.connections_per_agency_max = 1;
    }};
    TlsCaller caller = trial.call(trial.a_key);
    const auto begun = std::chrono::steady_clock::now();
    REQUIRE(caller.send(patch_head(sha256("x"), UINT64_MAX / 2, UINT64_MAX / 2)));
    SECTION("in time") { drip(caller); }
    SECTION("in octets") {
        const Bytes flood(1 << 20, 'x');
        std::size_t sent = 0;
        while (sent < 50 && caller.send(flood))
            ++sent;
        CHECK(sent < 50);
    }
    CHECK_FALSE(caller.is_up());
    // Less than the handshake and the request may take, whose deadlines were later.
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{8});
    CHECK(becomes_true([&] { return trial.head(trial.a_key, sha256("x")).has_value(); }));
}

TEST_CASE("who is too slow loses the connection, not what was put", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) {
        settings.seconds_max = 1;
        settings.connections_per_agency_max = 1;
    }};
    const Digest digest = sha256(octets_of(1000));
    TlsCaller caller = trial.call(trial.a_key);
    SECTION("in the body") {
        REQUIRE(caller.send(patch_head(digest, 1'000'000, 1'000'000)));
        drip(caller);
        CHECK_FALSE(caller.is_up());
        CHECK(becomes_true([&] { return trial.store->progress(trial.a, digest)->offset > 0; }));
        CHECK(becomes_true([&] { return trial.store->upload(trial.a, digest, 0, 5).has_value(); }));
    }
    SECTION("in the header") {
        REQUIRE(caller.send("GET /"));
        drip(caller);
        CHECK_FALSE(caller.is_up());
    }
    SECTION("in saying anything") { CHECK(caller.receive_some(1).empty()); }
    SECTION("in reading") {
        const Bytes octets = octets_of(30'000'000);
        const CopyId copy = put_whole(*trial.store, trial.a, octets).value();
        REQUIRE(trial.desk->commit(trial.a, sha256(octets), octets.size(), copy).has_value());
        REQUIRE(caller.send("GET " + target_of(sha256(octets)) + " HTTP/1.1\r\nHost: hub\r\n\r\n"));
        // It sends what fits between us, and gives up on the rest: then there is room for another connection.
        REQUIRE(becomes_true([&] { return trial.head(trial.a_key, digest).has_value(); }));
        std::size_t got = 0;
        for (Bytes some; !(some = caller.receive_some(1 << 20)).empty();)
            got += some.size();
        CHECK(got < octets.size());
    }
    CHECK(trial.head(trial.b_key, digest)->status == 404);
}

TEST_CASE("who has nothing more to ask leaves the place to another", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) {
        settings.idle_seconds_max = 1;
        settings.connections_max = 1;
    }};
    const std::string head = "HEAD " + target_of(sha256("x")) + " HTTP/1.1\r\nHost: hub\r\n\r\n";
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.send(head));
    CHECK(caller.receive_some(1 << 12).starts_with("HTTP/1.1 404"));
    // On time it is served again.
    REQUIRE(caller.send(head));
    CHECK(caller.receive_some(1 << 12).starts_with("HTTP/1.1 404"));
    // The caller keeps its end open, and the only place is free all the same.
    CHECK(becomes_true([&] { return trial.head(trial.b_key, sha256("x")).has_value(); }));
}

TEST_CASE("a handshake must come to its end in time", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) { settings.seconds_max = 1; }};
    const auto begun = std::chrono::steady_clock::now();
    SECTION("that does not begin") {
        Raw raw{"127.0.0.1", trial.server->port(), 3};
        CHECK(raw.are_ended());
    }
    SECTION("that comes octet by octet") {
        Raw raw{"127.0.0.1", trial.server->port(), 1};
        // The beginning of a ClientHello of 512 octets.
        REQUIRE(raw.say({"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}));
        int said = 0;
        while (said < 400 && raw.say("x")) {
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            ++said;
        }
        CHECK(said > 10);
        CHECK(said < 400);
    }
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{15});
    CHECK(trial.head(trial.a_key, sha256("x"))->status == 404);
}

TEST_CASE("while nothing can be committed, nothing is put and the door stands open", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) { settings.threads = 1; }};
    const Bytes octets = octets_of(1000), other = octets_of(1000, 2);
    REQUIRE(trial.call(trial.a_key).put(other, 0, 1000)->status == 201);
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.put(octets, 0, 400)->status == 204);
    const std::string rest = "PATCH " + target_of(sha256(octets)) +
                             " HTTP/1.1\r\nHost: hub\r\nUpload-Offset: 400\r\nUpload-Length: 1000\r\n"
                             "Content-Length: 600\r\n";
    SECTION("known when it begins") {
        trial.desk->set_full(true);
        const auto refused = caller.put(octets, 400, 600);
        CHECK(refused->status == 507);
        CHECK_THAT(refused->body, Catch::Contains("ledger_full"));
        CHECK((*refused)["retry-after"] == "60");
        CHECK(trial.store->progress(trial.a, sha256(octets))->offset == 400);
        trial.desk->set_full(false);
        CHECK(trial.call(trial.a_key).put(octets, 400, 600)->status == 201);
    }
    SECTION("known when it is at its end: it leaves no copy, and is finished later") {
        REQUIRE(caller.send(rest + "Expect: 100-continue\r\n\r\n"));
        REQUIRE(caller.receive()->status == 100);
        trial.desk->set_full(true);
        REQUIRE(caller.send(octets.substr(400)));
        CHECK(caller.receive()->status == 507);
        CHECK(trial.desk->commits_asked() == 1);
        CHECK(trial.store->progress(trial.a, sha256(octets))->offset == 1000);
        trial.desk->set_full(false);
        CHECK(trial.call(trial.a_key).put(octets, 1000, 0)->status == 201);
    }
    SECTION("found out while it waits") {
        trial.desk->set_silent();
        REQUIRE(caller.send(rest + "\r\n" + octets.substr(400)));
        REQUIRE(becomes_true([&] { return trial.desk->commits_asked() == 2; }));
    }
    // On the one thread that there is.
    CHECK(trial.get(trial.a_key, sha256(other))->body == other);
}

TEST_CASE("who waits for a commit that does not come is told so in the end", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) { settings.seconds_max = 1; }};
    trial.desk->set_silent();
    const Bytes octets = octets_of(1000);
    const auto answered = trial.call(trial.a_key).put(octets, 0, 1000);
    CHECK(answered->status == 503);
    CHECK_THAT(answered->body, Catch::Contains("timed_out"));
}

TEST_CASE("connections are counted, in all and by agency", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) {
        settings.connections_max = 4;
        settings.connections_per_agency_max = 2;
    }};
    const KeyPair unknown = make_key(KeyKind::p256, "u"), other = make_key(KeyKind::p256, "v");
    const auto is_served = [](TlsCaller& caller) {
        return caller.ask("HEAD", target_of(sha256("x"))).has_value();
    };
    auto first = std::make_unique<TlsCaller>(trial.server->port(), &trial.a_key);
    TlsCaller second = trial.call(trial.a_key);
    REQUIRE(is_served(*first));
    REQUIRE(is_served(second));
    TlsCaller third = trial.call(trial.a_key);
    CHECK_FALSE(is_served(third));
    TlsCaller b = trial.call(trial.b_key);
    CHECK(is_served(b));
    auto stranger = std::make_unique<TlsCaller>(trial.server->port(), &unknown);
    CHECK(is_served(*stranger));
    TlsCaller too_many{trial.server->port(), &other};
    CHECK_FALSE(is_served(too_many));
    first.reset();
    stranger.reset();
    // All strangers together are as one agency.
    CHECK(becomes_true([&] {
        TlsCaller again = trial.call(trial.a_key);
        return is_served(again);
    }));
}

TEST_CASE("who says nothing takes the places of its own address alone", "[contents][http]") {
    const TrialServer trial{[](http::ContentServer::Settings& settings) {
        settings.connections_max = 8;
        settings.nameless_per_address_max = 3;
    }};
    const std::uint16_t port = trial.server->port();
    const Raw elsewhere{"127.0.0.2", port, 20};
    // Known ones do not count by address.
    TlsCaller known = trial.call(trial.b_key), second = trial.call(trial.b_key);
    REQUIRE(known.ask("HEAD", target_of(sha256("x"))).has_value());
    REQUIRE(second.ask("HEAD", target_of(sha256("x"))).has_value());
    CHECK(trial.head(trial.a_key, sha256("x")).has_value());
    {
        const Raw here{"127.0.0.1", port, 3};
        CHECK_FALSE(trial.head(trial.a_key, sha256("x")).has_value());
    }
    CHECK(becomes_true([&] { return trial.head(trial.a_key, sha256("x")).has_value(); }));
}

TEST_CASE("a server stops in the middle of everything", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(20'000'000);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    TlsCaller reading = trial.call(trial.a_key), writing = trial.call(trial.b_key),
              silent = trial.call(trial.b_key);
    REQUIRE(reading.send("GET " + target_of(sha256(octets)) + " HTTP/1.1\r\nHost: hub\r\n\r\n"));
    REQUIRE(writing.send(patch_head(sha256("x"), 9'000'000, 9'000'000)));
    REQUIRE(writing.send(octets_of(1'000'000)));
    REQUIRE_FALSE(reading.receive_some(1000).empty());
    REQUIRE(becomes_true([&] { return trial.store->progress(trial.b, sha256("x")).has_value(); }));
    trial.stop();
    CHECK_FALSE(writing.send(octets_of(9'000'000)));
    CHECK(silent.receive_some(1).empty());
    trial.start();
    CHECK(trial.head(trial.a_key, sha256(octets))->status == 200);
}

TEST_CASE("a server that cannot listen says which setting is wrong", "[contents][http]") {
    const TrialServer trial;
    const auto fault_with = [&](const std::function<void(http::ContentServer::Settings&)>& change) {
        auto settings = trial.settings;
        change(settings);
        const auto started = http::ContentServer::start(settings, *trial.desk);
        return started ? std::string{}
                       : std::string{name_of(started.error().code)} + " " + started.error().field;
    };
    CHECK(fault_with([&](auto& s) { s.port = trial.server->port(); }) == "address_in_use contents.listen");
    CHECK(fault_with([&](auto& s) { s.host = "nowhere"; }) == "setting_invalid contents.listen");
    CHECK(fault_with([&](auto& s) { s.key_file = "/nowhere"; }) ==
          "setting_invalid contents.certificate_file");
    const std::string other = trial.folder.path() / "other.key";
    std::ofstream{other} << trial.a_key.key_pem;
    CHECK(fault_with([&](auto& s) { s.key_file = other; }) == "setting_invalid contents.certificate_file");
}

}  // namespace hub::test
