#pragma once
// A document as a caller without XML sends it: multipart/form-data with the part `metadata` and files, whatever their
// names. One thread; the files are in the spool while it lives.

#include "adapters/gateway/json_document.hpp"
#include "adapters/gateway/spooled_file.hpp"
#include "adapters/vxp/multipart.hpp"

#include <deque>

namespace hub::gateway {

class JsonForm final : vxp::PartSink {
public:
    static constexpr std::size_t metadata_bytes_max = 256 * 1024;
    static constexpr std::size_t files_max = 64;

    JsonForm(std::string_view boundary, std::filesystem::path spool)
        : spool_{std::move(spool)}, reader_{boundary, files_max + 1, *this} {}
    JsonForm(const JsonForm&) = delete;
    JsonForm& operator=(const JsonForm&) = delete;

    /// field_invalid names the part.
    Result<void> read(BytesView piece) { return reader_.add(piece); }
    Result<void> finish();

    const std::string& metadata() const noexcept { return metadata_; }
    const std::vector<SubmittedFile>& files() const noexcept { return files_; }
    /// Of everything in it but the form itself.
    Digest content() const;

private:
    Result<void> begin(const vxp::PartHead& head) override;
    Result<void> add(BytesView piece) override;
    Result<void> close_file();

    const std::filesystem::path spool_;
    vxp::FormReader reader_;
    bool is_metadata_ = false;
    bool has_metadata_ = false;
    std::string metadata_;
    std::deque<SpooledFile> spooled_;
    std::optional<edxml::FileSink> open_;
    std::vector<SubmittedFile> files_;
};

}  // namespace hub::gateway
