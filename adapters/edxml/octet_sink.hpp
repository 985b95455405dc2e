#pragma once
// Where a packet's octets go as they are written.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace hub::edxml {

class OctetSink {
public:
    virtual ~OctetSink() = default;
    virtual Result<void> write(BytesView octets) = 0;
};

class MemorySink final : public OctetSink {
public:
    Result<void> write(BytesView octets) override {
        octets_ += octets;
        return {};
    }
    Bytes take() { return std::move(octets_); }

private:
    Bytes octets_;
};

/// A new file. Faults: ledger_full when there is no room on the disk, else internal; its path and the system's words.
class FileSink final : public OctetSink {
public:
    /// An existing file is a fault.
    static Result<FileSink> create(const std::filesystem::path& path);
    Result<void> write(BytesView octets) override;
    /// On the disk, not only on its way there. Nothing may be written afterwards.
    Result<void> close();

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
    };
    explicit FileSink(std::filesystem::path path) : path_{std::move(path)} {}

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace hub::edxml
