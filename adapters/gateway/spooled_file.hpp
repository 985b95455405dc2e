#pragma once
// A file in the mailbox's spool that goes with whoever owns it. What a run that was killed has left there is
// removed at the next start (Server::start).

#include "adapters/edxml/octet_sink.hpp"

#include <atomic>

namespace hub::gateway {

class SpooledFile {
public:
    /// Not made yet.
    explicit SpooledFile(const std::filesystem::path& spool) : path_{spool / (std::to_string(++made()) + ".json.part")} {}
    SpooledFile(SpooledFile&& other) noexcept : path_{std::move(other.path_)} { other.path_.clear(); }
    SpooledFile& operator=(SpooledFile&&) = delete;
    ~SpooledFile() {
        std::error_code ignored;
        if (!path_.empty())
            std::filesystem::remove(path_, ignored);
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    Result<edxml::FileSink> create() const { return edxml::FileSink::create(path_); }

private:
    static std::atomic<std::uint64_t>& made() {
        static std::atomic<std::uint64_t> count = 0;
        return count;
    }
    std::filesystem::path path_;
};

}  // namespace hub::gateway
