#pragma once
// The client's half of docs/contents.md: puts a file into the hub's content store, or fetches one from it, going
// on where an earlier try stopped. Each call is one try; who calls waits and tries again. Constant memory. One
// thread, a connection that is kept between calls.

#include "adapters/kit/https_connection.hpp"

#include <chrono>

namespace hub::kit {

/// Where the store is, and with which certificate to show up there.
struct ContentAccess {
    HttpsAddress address;
    TlsIdentity identity;
};

struct StoredContent {
    Digest digest;
    std::uint64_t bytes = 0;
};

class ContentClient {
public:
    /// Of the file system that holds a file; nullopt: unknown.
    using FreeBytes = std::function<std::optional<std::uint64_t>(const std::filesystem::path&)>;
    /// `free_bytes` is asked instead of the system, so that a test can fill the disk.
    explicit ContentClient(ContentAccess access, FreeBytes free_bytes = {});

    /// How many octets are there.
    using Progress = std::function<void(std::uint64_t)>;

    /// Success: the hub holds all of it, durably. Faults of disposition reject will be the same the next time,
    /// except not_found, which is the hub's word on us: part_missing (the file is gone), part_digest_mismatch (it
    /// is not what it was), part_too_large.
    Result<void> upload(const StoredContent& content, const std::filesystem::path& file, const Progress& progress,
                        const std::stop_token& stop);
    /// Success: `file` is there, verified and synced. Until then the octets are in `file`.partial.
    /// part_digest_mismatch: they were others, and are dropped.
    Result<void> download(const StoredContent& content, const std::filesystem::path& file, const Progress& progress,
                          const std::stop_token& stop);

    /// How long the hub asked to wait with its last answer, up to five minutes.
    std::chrono::seconds retry_after() const noexcept { return retry_after_; }

private:
    /// `offset` octets are at the hub.
    struct Held {
        std::uint64_t offset = 0;
        bool is_complete = false;
    };
    Result<HttpAnswer> exchange(const HttpRequest& request, const std::stop_token& stop,
                                const BlockSource& source = {}, const BlockSink& sink = {});
    Result<Held> held(const StoredContent& content, const std::stop_token& stop);
    Result<Held> put(const StoredContent& content, const std::filesystem::path& file, std::uint64_t offset,
                     const Progress& progress, const std::stop_token& stop);
    Result<void> fetch(const StoredContent& content, const std::filesystem::path& partial, const Progress& progress,
                       const std::stop_token& stop);

    /// That so many octets more leave the reserve on the disk.
    Result<void> check_room(const std::filesystem::path& partial, std::uint64_t bytes) const;

    const ContentAccess access_;
    const FreeBytes free_bytes_;
    std::unique_ptr<HttpsConnection> connection_;
    std::chrono::steady_clock::time_point used_at_{};
    std::chrono::seconds retry_after_{0};
};

}  // namespace hub::kit
