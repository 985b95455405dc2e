#pragma once
// An agency's side of the content store's HTTPS, written by hand: what is sent is exactly what the test says,
// also where no HTTP library would. Blocks, for at most 20 seconds at a time.

#include "tests/support/throwaway_key.hpp"

#include <map>
#include <memory>
#include <optional>

struct ssl_st;
struct ssl_ctx_st;

namespace hub::test {

struct Answered {
    int status = 0;
    std::map<std::string, std::string> fields;  ///< Names in lower case.
    std::string head;                           ///< As it came.
    Bytes body;

    /// "" when it is not there.
    std::string operator[](const std::string& name) const;
    bool operator==(const Answered&) const = default;
};

class TlsCaller {
public:
    /// Null key: without a certificate.
    TlsCaller(std::uint16_t port, const KeyPair* key, int tls_version_max = 0);
    ~TlsCaller();
    TlsCaller(const TlsCaller&) = delete;
    TlsCaller& operator=(const TlsCaller&) = delete;

    bool is_up() const noexcept { return is_up_; }
    /// False when the other side has hung up.
    bool send(BytesView octets);
    /// nullopt when it hung up before the whole answer was there.
    std::optional<Answered> receive(bool is_head = false);
    /// Anything that comes, at most `count`; empty at the end.
    Bytes receive_some(std::size_t count);
    /// Reads so many octets and forgets them; stops early when there are no more.
    void drop(std::size_t count);
    /// One request and its answer.
    std::optional<Answered> ask(const std::string& method, const std::string& target,
                                const std::string& fields = {}, BytesView body = {});
    /// PATCH of so many octets of `octets` from `offset` on.
    std::optional<Answered> put(BytesView octets, std::uint64_t offset, std::uint64_t count);
    /// The connection is reset, without a word.
    void cut();

private:
    struct Free {
        void operator()(ssl_st* tls) const noexcept;
        void operator()(ssl_ctx_st* context) const noexcept;
    };
    int fd_ = -1;
    bool is_up_ = false;
    std::unique_ptr<ssl_ctx_st, Free> context_;
    std::unique_ptr<ssl_st, Free> tls_;
    Bytes unread_;
};

/// "/v1/contents/<digest>"
std::string target_of(const Digest& digest);
/// The same key in a certificate that ran out yesterday.
KeyPair expired(const KeyPair& key);
/// SHA-256 of its DER.
Digest certificate_digest(const KeyPair& key);

}  // namespace hub::test
