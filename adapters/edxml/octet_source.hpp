#pragma once
// Where a packet's octets come from, front to back and once. A source that stands in memory, and one on disk.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <utility>

namespace hub::edxml {

class OctetSource {
public:
    virtual ~OctetSource() = default;
    /// What there is in all, as far as it is known beforehand.
    virtual std::uint64_t size() const = 0;
    /// At most `room` octets, which is not 0; what comes back is 0 at the end and only there.
    virtual Result<std::size_t> read(char* to, std::size_t room) = 0;
};

/// `octets` must outlive it.
class MemorySource final : public OctetSource {
public:
    explicit MemorySource(BytesView octets) : size_{octets.size()}, left_{octets} {}
    std::uint64_t size() const override { return size_; }
    Result<std::size_t> read(char* to, std::size_t room) override;

private:
    std::size_t size_;
    BytesView left_;
};

/// Faults: not_found where there is no such file, else internal.
class FileSource final : public OctetSource {
public:
    static Result<FileSource> open(const std::filesystem::path& path);
    FileSource(FileSource&& other) noexcept;
    FileSource& operator=(FileSource&&) = delete;
    ~FileSource() override;
    std::uint64_t size() const override { return size_; }
    Result<std::size_t> read(char* to, std::size_t room) override;

private:
    FileSource(std::filesystem::path path, int fd) : path_{std::move(path)}, fd_{fd} {}
    std::filesystem::path path_;
    int fd_;
    std::uint64_t size_ = 0;
};

}  // namespace hub::edxml
