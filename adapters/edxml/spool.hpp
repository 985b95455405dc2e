#pragma once
// Where a content stands while it is looked at: in memory while it is small, then in a file without a name, so
// that nothing of it remains after a crash.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace hub::edxml {

struct SpoolPlace {
    std::filesystem::path folder;                   ///< For temporary files; must exist.
    std::size_t memory_bytes_max = 1024 * 1024;     ///< What is not larger never touches the disk.
};

/// One thread. Faults: ledger_full when there is no room on the disk, internal otherwise: neither is the sender's.
class Spool {
public:
    /// nullopt: all stays in memory, whatever its size.
    explicit Spool(std::optional<SpoolPlace> place) : place_{std::move(place)} {}

    Result<void> add(BytesView piece);
    /// Empty again; gives the disk's room back.
    Result<void> clear();

    std::uint64_t size() const noexcept { return size_; }
    /// The whole content, or nullopt when it stands in a file.
    std::optional<BytesView> in_memory() const noexcept;
    /// As many octets as there are from `offset`, at most `size`.
    Result<Bytes> read(std::uint64_t offset, std::size_t size) const;

    struct Close {
        void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
    };
    /// A handle of its own on the file, at its start; only where in_memory() gives none.
    Result<std::unique_ptr<std::FILE, Close>> open() const;

private:
    Result<void> create();
    Result<void> write(BytesView piece);

    std::optional<SpoolPlace> place_;
    Bytes memory_;
    std::unique_ptr<std::FILE, Close> file_;
    bool is_on_disk_ = false;
    std::uint64_t size_ = 0;
};

}  // namespace hub::edxml
