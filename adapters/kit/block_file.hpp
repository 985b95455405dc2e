#pragma once
// A large file, read or written block by block, and its SHA-256 on the way. One owner, any thread.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <utility>

namespace hub::kit {

inline constexpr std::size_t block_bytes = 256 * 1024;

/// Faults as those of durable_file.hpp.
class BlockFile {
public:
    static Result<BlockFile> open_to_read(const std::filesystem::path& path);
    /// Reads and writes; made when missing.
    static Result<BlockFile> open_to_write(const std::filesystem::path& path);
    BlockFile(BlockFile&& other) noexcept : path_{std::move(other.path_)}, fd_{std::exchange(other.fd_, -1)} {}
    BlockFile& operator=(BlockFile&&) = delete;
    ~BlockFile();

    Result<std::uint64_t> bytes() const;
    Result<void> seek(std::uint64_t offset);
    /// Fills `block`, except at the end of the file.
    Result<std::size_t> read(std::span<char> block);
    Result<void> write(BytesView octets);
    /// Empty, and at its beginning.
    Result<void> clear();
    Result<void> sync();

private:
    BlockFile(std::filesystem::path path, int fd) : path_{std::move(path)}, fd_{fd} {}
    std::filesystem::path path_;
    int fd_;
};

struct Measure {
    std::uint64_t bytes = 0;
    Digest digest;
};

/// Reads all of the file; `between_blocks` is called now and then, for what must not wait that long.
Result<Measure> measure(const std::filesystem::path& path, const std::function<void()>& between_blocks = {});

}  // namespace hub::kit
