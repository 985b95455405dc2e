#pragma once
// The envelopes' bytes: one long append-only file, cut into segments of segment_bytes_max. A frame never spans
// two segments. Positions count from the beginning of the first segment.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <filesystem>
#include <memory>
#include <map>

namespace hub::ledger {

struct Place {
    std::uint64_t position = 0;
    std::uint32_t bytes = 0;
    std::uint32_t checksum = 0;              ///< CRC-32.
};

std::uint32_t checksum_of(BytesView octets) noexcept;

class SegmentWriter {
public:
    /// `end` is where the last frame that the ledger knows of ends; what lies behind it is overwritten.
    SegmentWriter(std::filesystem::path folder, std::uint64_t end) : folder_{std::move(folder)}, end_{end} {}
    ~SegmentWriter();
    SegmentWriter(const SegmentWriter&) = delete;
    SegmentWriter& operator=(const SegmentWriter&) = delete;

    /// Not durable before sync(). ledger_full: nothing was added.
    Result<Place> append(BytesView frame);
    /// ledger_sync_failed must end the process: what is on the disk is unknown, and a second try would lie.
    Result<void> sync();
    /// Forgets what was appended since `end`: the transaction that knew of it was rolled back.
    void rewind(std::uint64_t end) noexcept { end_ = end; }
    std::uint64_t end() const noexcept { return end_; }
    /// Gives the blocks of [position, position + bytes) back to the disk; they read as zeros from then on. May be
    /// repeated. A file system that cannot do it keeps them.
    void give_back(std::uint64_t position, std::uint64_t bytes);

private:
    Result<void> open(std::uint64_t segment);

    const std::filesystem::path folder_;
    std::uint64_t end_;
    std::uint64_t segment_ = UINT64_MAX;
    std::uint64_t reserved_ = 0;             ///< Bytes of the open segment that the disk has promised.
    int fd_ = -1;
    bool is_dirty_ = false;
};

/// One thread.
class SegmentReader {
public:
    explicit SegmentReader(std::filesystem::path folder) : folder_{std::move(folder)} {}
    ~SegmentReader();
    SegmentReader(const SegmentReader&) = delete;
    SegmentReader& operator=(const SegmentReader&) = delete;

    /// ledger_corrupt when the bytes are missing or are not those that were written.
    Result<std::shared_ptr<const Bytes>> read(const Place& place);

private:
    const std::filesystem::path folder_;
    std::uint64_t segment_ = UINT64_MAX;
    int fd_ = -1;
};

}  // namespace hub::ledger
