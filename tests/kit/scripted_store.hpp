#pragma once
// A content store that a test tells what to do: docs/contents.md over real TLS, in memory, on a free port. It can
// hang up in the middle, lie, and refuse.

#include "adapters/kit/content_client.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hub::test {

/// What is answered instead of what would be right, once.
struct CannedAnswer {
    std::string method;
    unsigned status = 500;
    std::string code;                           ///< Of the problem document.
    std::vector<std::pair<std::string, std::string>> fields;
};

class ScriptedStore {
public:
    /// `client_pem`: the one certificate that is let in.
    ScriptedStore(const KeyPair& server, const std::string& client_pem);
    ~ScriptedStore();

    std::string url() const { return "https://localhost:" + std::to_string(port_); }

    // ---- The script. Set before, or between, requests.
    void answer(CannedAnswer canned);
    /// Hangs up after so many octets of a body, of the next requests that have more, once for each.
    void hang_up_receiving(std::vector<std::size_t> octets);
    void hang_up_sending(std::vector<std::size_t> octets);
    /// Sends other octets, that many times.
    void lie(int times);
    /// Requests wait while the gate is shut.
    void shut_gate(bool is_shut);

    // ---- What is there
    void put(BytesView content);
    void lose(const Digest& digest);
    std::optional<Bytes> content(const Digest& digest) const;
    /// "HEAD <digest>", "PATCH <digest> <offset>", "GET <digest> <range>".
    std::vector<std::string> requests() const;
    std::size_t count(std::string_view beginning) const;

private:
    struct Script;
    struct Connection;
    void accept();
    void serve(int fd);

    const KeyPair server_;
    const std::string client_pem_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::unique_ptr<Script> script_;
    std::thread thread_;
};

/// A store, a client's keys beside it, and a folder.
class StoreTrial {
    FreshFolder folder_;
    KeyPair server_ = make_key(KeyKind::p256, "localhost");
    KeyPair agency_ = make_key(KeyKind::p256, "H43.01");

public:
    StoreTrial();
    std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }
    kit::ContentAccess access() const;
    const KeyPair& agency() const noexcept { return agency_; }

    ScriptedStore store{server_, agency_.certificate_pem};
};

/// Any octets, always the same for a size and a seed.
Bytes some_octets(std::size_t count, unsigned seed = 1);

}  // namespace hub::test
