#pragma once
// An upload under way. One thread at a time; the folder outlives it.

#include "hub/contents/folder.hpp"

namespace hub::contents {

class FileUpload final : public ContentStore::Upload {
public:
    static Result<std::unique_ptr<ContentStore::Upload>> begin(Folder& folder, const UploadKey& key,
                                                               std::uint64_t offset, std::uint64_t total,
                                                               const ContentStore::Paid& paid);
    ~FileUpload() override;

    std::uint64_t offset() const override { return offset_; }
    Result<bool> catch_up() override;
    Result<void> append(BytesView octets) override;
    Result<CopyId> finish() override;

private:
    FileUpload(Folder& folder, const UploadKey& key, std::uint64_t total)
        : folder_{folder}, key_{key}, path_{folder.upload_path(key, total)}, total_{total} {}
    Result<void> begin_anew(const std::optional<ContentStore::Progress>& dropped);
    Result<void> go_on(std::uint64_t offset, std::optional<RunningDigest> digest);
    Result<void> catch_up_whole();
    Result<void> write_back();
    Result<CopyId> place();
    void drop();

    Folder& folder_;
    const UploadKey key_;
    const std::filesystem::path path_;
    const std::uint64_t total_;
    std::uint64_t offset_ = 0;
    std::uint64_t written_back_ = 0;
    File file_;
    std::optional<RunningDigest> digest_;  ///< Of [0, digested_).
    std::uint64_t digested_ = 0;           ///< Less than offset_: what an earlier process had taken is to be read again.
    bool is_over_ = false;                 ///< Dropped or finished: the book has forgotten it.
};

}  // namespace hub::contents
