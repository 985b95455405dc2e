// How fast one stream goes through the content server, up and down, over TLS on loopback, beside what the
// cipher, the digest and the disk do by themselves in the same run. No test: `content_bench [MiB]`.

#include "hub/http/content_server.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/contents/tls_caller.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace hub::test {
namespace {

class BenchDesk final : public http::ContentDesk {
public:
    BenchDesk(ContentStore& store, const AgencyCode& agency) : store_{store}, agency_{agency} {}
    std::optional<AgencyCode> agency_of(const Digest&) override { return agency_; }
    void turned_away(const std::optional<Digest>&, std::string_view) override { std::abort(); }
    Result<std::optional<ContentRecord>> may_fetch(const AgencyCode&, const Digest&) override {
        return record_;
    }
    ContentStore& store() override { return store_; }
    Result<void> may_put() override { return {}; }
    void stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                std::function<void(Result<void>)> done) override {
        record_ = ContentRecord{digest, bytes, copy, ContentState::whole, agency, Instant{}};
        done({});
    }
    void damaged(const Digest&, CopyId) override { std::abort(); }
    void failed(const AgencyCode&, const Fault&) override { std::abort(); }
    bool is_busy() override { return false; }

private:
    ContentStore& store_;
    const AgencyCode agency_;
    std::optional<ContentRecord> record_;
};

double seconds_of(clockid_t clock) {
    timespec now{};
    (void)::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// By the clock, and by the processor time of all threads or of those that are not this one: on a machine
/// that does other work the second says more.
template <class Work>
void measure(const char* what, std::size_t bytes, bool is_served, Work work) {
    const double clock = seconds_of(CLOCK_MONOTONIC), all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double own = is_served ? seconds_of(CLOCK_THREAD_CPUTIME_ID) : 0;
    work();
    const double took = seconds_of(CLOCK_MONOTONIC) - clock;
    const double used = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all -
                        (is_served ? seconds_of(CLOCK_THREAD_CPUTIME_ID) - own : 0);
    const double gigabytes = static_cast<double>(bytes) / 1e9;
    std::printf("%-34s %6.2f GB/s %6.2f GB per processor second%s\n", what, gigabytes / took,
                gigabytes / used, is_served ? " of the server" : "");
}

void encrypt(BytesView octets) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free};
    unsigned char key[32] = {}, nonce[12] = {};
    static unsigned char record[16 * 1024 + 16];
    int size = 0;
    EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key, nonce);
    for (std::size_t at = 0; at + 16 * 1024 <= octets.size(); at += 16 * 1024) {
        EVP_EncryptInit_ex(context.get(), nullptr, nullptr, nullptr, nonce);
        EVP_EncryptUpdate(context.get(), record, &size,
                          reinterpret_cast<const unsigned char*>(octets.data() + at), 16 * 1024);
        EVP_EncryptFinal_ex(context.get(), record, &size);
    }
}

void write_and_sync(const std::filesystem::path& file, BytesView octets) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    while (!octets.empty()) {
        const auto count = ::write(fd, octets.data(), std::min<std::size_t>(octets.size(), 256 * 1024));
        if (count <= 0)
            std::abort();
        octets.remove_prefix(static_cast<std::size_t>(count));
    }
    (void)::fsync(fd);
    (void)::close(fd);
    // Its memory goes back to the machine: the next measure finds what this one found.
    std::filesystem::remove(file);
}

void run(std::size_t bytes) {
    const StoreFolder folder;
    const auto store = folder.open();
    const AgencyCode agency = agency_named("H43.01");
    BenchDesk desk{*store, agency};
    const KeyPair key = make_key(KeyKind::p256, "bench");
    http::ContentServer::Settings settings;
    settings.certificate_file = folder.path() / "hub.pem";
    settings.key_file = folder.path() / "hub.key";
    std::ofstream{settings.certificate_file} << key.certificate_pem;
    std::ofstream{settings.key_file} << key.key_pem;
    const auto server = std::move(http::ContentServer::start(settings, desk).value());
    const Bytes octets = octets_of(bytes);
    const Digest digest = sha256(octets);

    measure("AES-256-GCM, 16 KiB", bytes, false, [&] { encrypt(octets); });
    measure("SHA-256", bytes, false, [&] { (void)sha256(octets); });
    measure("disk, written and synced", bytes, false,
            [&] { write_and_sync(folder.path() / "plain", octets); });
    CopyId alone{};
    measure("store alone, put", bytes, false,
            [&] { alone = put_whole(*store, agency, octets, 256 * 1024).value(); });
    store->remove(digest, alone);
    TlsCaller caller{server->port(), &key};
    const std::string head = target_of(digest) + " HTTP/1.1\r\nHost: hub\r\n";
    const std::string size = std::to_string(bytes);
    measure("server, put", bytes, true, [&] {
        (void)caller.send("PATCH " + head + "Upload-Offset: 0\r\nUpload-Length: " + size +
                          "\r\nContent-Length: " + size + "\r\n\r\n");
        (void)caller.send(octets);
        if (caller.receive().value().status != 201)
            std::abort();
    });
    const auto get = [&](const std::string& range) {
        (void)caller.send("GET " + head + range + "\r\n");
        if (caller.receive(true).value().status / 100 != 2)
            std::abort();
        caller.drop(bytes - (range.empty() ? 0 : 1));
    };
    measure("server, got, verified on the way", bytes, true, [&] { get(""); });
    measure("server, got by range", bytes, true, [&] { get("Range: bytes=1-\r\n"); });
}

}  // namespace
}  // namespace hub::test

int main(int count, char** words) {
    const std::size_t mebibytes = count > 1 ? std::strtoull(words[1], nullptr, 10) : 512;
    hub::test::run(mebibytes * 1024 * 1024);
}
