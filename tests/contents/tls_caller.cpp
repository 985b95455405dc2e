#include "tests/contents/tls_caller.hpp"

#include "hub/core/signature.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace hub::test {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using X509Owner = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyOwner = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

X509Owner certificate_in(const KeyPair& key) {
    const Bio in{BIO_new_mem_buf(key.certificate_pem.data(), static_cast<int>(key.certificate_pem.size())),
                 BIO_free_all};
    return {PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), X509_free};
}

KeyOwner private_in(const KeyPair& key) {
    const Bio in{BIO_new_mem_buf(key.key_pem.data(), static_cast<int>(key.key_pem.size())), BIO_free_all};
    return {PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

int connected(std::uint16_t port) {
    // OpenSSL writes without MSG_NOSIGNAL, and being hung up on is what many tests are about.
    (void)::signal(SIGPIPE, SIG_IGN);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{20, 0};
    (void)::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("nobody listens");
    return fd;
}

}  // namespace

void TlsCaller::Free::operator()(ssl_st* tls) const noexcept { SSL_free(tls); }
void TlsCaller::Free::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }

std::string Answered::operator[](const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
}

TlsCaller::TlsCaller(std::uint16_t port, const KeyPair* key, int tls_version_max)
    : fd_{connected(port)}, context_{SSL_CTX_new(TLS_client_method())} {
    if (tls_version_max != 0) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), 0);
        SSL_CTX_set_max_proto_version(context_.get(), tls_version_max);
    }
    if (key) {
        SSL_CTX_use_certificate(context_.get(), certificate_in(*key).get());
        SSL_CTX_use_PrivateKey(context_.get(), private_in(*key).get());
    }
    SSL_CTX_set_mode(context_.get(), SSL_MODE_AUTO_RETRY);
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), fd_);
    is_up_ = SSL_connect(tls_.get()) == 1;
}

TlsCaller::~TlsCaller() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

void TlsCaller::cut() {
    const linger now{1, 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void)::close(fd_);
    fd_ = -1;
    is_up_ = false;
}

bool TlsCaller::send(BytesView octets) {
    while (is_up_ && !octets.empty()) {
        const int count = SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size()));
        if (count <= 0)
            is_up_ = false;
        else
            octets.remove_prefix(static_cast<std::size_t>(count));
    }
    return is_up_;
}

Bytes TlsCaller::receive_some(std::size_t count) {
    if (!unread_.empty()) {
        Bytes octets = unread_.substr(0, count);
        unread_.erase(0, octets.size());
        return octets;
    }
    Bytes octets(count, '\0');
    const int got = SSL_read(tls_.get(), octets.data(), static_cast<int>(count));
    octets.resize(static_cast<std::size_t>(std::max(got, 0)));
    return octets;
}

void TlsCaller::drop(std::size_t count) {
    count -= std::min(count, unread_.size());
    unread_.clear();
    Bytes block(64 * 1024, '\0');
    while (count > 0) {
        const int got = SSL_read(tls_.get(), block.data(), static_cast<int>(std::min(count, block.size())));
        if (got <= 0)
            return;
        count -= static_cast<std::size_t>(got);
    }
}

std::optional<Answered> TlsCaller::receive(bool is_head) {
    Answered answered;
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == Bytes::npos) {
        Bytes before = std::move(unread_);
        unread_.clear();
        const Bytes more = receive_some(64 * 1024);
        unread_ = before + more;
        if (more.empty())
            return std::nullopt;
    }
    answered.head = unread_.substr(0, end + 4);
    unread_.erase(0, end + 4);
    answered.status = std::stoi(answered.head.substr(9, 3));
    for (std::size_t at = answered.head.find("\r\n") + 2; at < end;) {
        const auto stop = answered.head.find("\r\n", at);
        const auto colon = answered.head.find(": ", at);
        std::string name = answered.head.substr(at, colon - at);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        answered.fields[name] = answered.head.substr(colon + 2, stop - colon - 2);
        at = stop + 2;
    }
    const std::string length = answered["content-length"];
    const std::size_t bytes = is_head || length.empty() ? 0 : std::stoull(length);
    while (answered.body.size() < bytes) {
        const Bytes more = receive_some(std::min<std::size_t>(bytes - answered.body.size(), 1 << 20));
        if (more.empty())
            return std::nullopt;
        answered.body += more;
    }
    return answered;
}

std::optional<Answered> TlsCaller::ask(const std::string& method, const std::string& target,
                                       const std::string& fields, BytesView body) {
    (void)send(method + " " + target + " HTTP/1.1\r\nHost: hub\r\n" + fields + "\r\n");
    (void)send(body);
    return receive(method == "HEAD");
}

std::optional<Answered> TlsCaller::put(BytesView octets, std::uint64_t offset, std::uint64_t count) {
    return ask("PATCH", target_of(sha256(octets)),
               "Upload-Offset: " + std::to_string(offset) + "\r\nUpload-Length: " +
                   std::to_string(octets.size()) + "\r\nContent-Length: " + std::to_string(count) + "\r\n",
               octets.substr(offset, count));
}

std::string target_of(const Digest& digest) { return "/v1/contents/" + digest.text(); }

KeyPair expired(const KeyPair& key) {
    const X509Owner certificate = certificate_in(key);
    const KeyOwner own = private_in(key);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -30L * 24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), -24L * 3600);
    if (X509_sign(certificate.get(), own.get(), EVP_sha256()) <= 0)
        throw std::runtime_error("OpenSSL could not sign a test certificate");
    const Bio out{BIO_new(BIO_s_mem()), BIO_free_all};
    PEM_write_bio_X509(out.get(), certificate.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {{data, static_cast<std::size_t>(size)}, key.key_pem};
}

Digest certificate_digest(const KeyPair& key) { return Certificate::parse(key.certificate_pem).value().id(); }

}  // namespace hub::test
