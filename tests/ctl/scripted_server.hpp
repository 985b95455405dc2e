#pragma once
// A server that says to its one caller what it was told to say, sense or nonsense.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace hub::test {

enum class After : unsigned char { hang_up, stay_silent };

class ScriptedServer {
public:
    explicit ScriptedServer(std::string answer, After after = After::hang_up);
    ~ScriptedServer() { stop(); }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// Ends the server; what its caller had asked.
    std::string request();

private:
    void serve();
    void stop();

    const std::string answer_;
    const After after_;
    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> caller_{-1};
    std::string request_;
    std::thread thread_;
};

/// A response with its length.
std::string http_answer(std::string_view status, std::string_view body, std::string_view media_type = {});

/// Where nobody listens.
std::string url_of_nobody();

}  // namespace hub::test
