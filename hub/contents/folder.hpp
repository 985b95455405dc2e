#pragma once
// What the parts of the content store share: where each file lies, how much room the disk has, and the book
// of uploads. Lives as long as the store.

#include "hub/contents/file.hpp"
#include "hub/contents/file_content_store.hpp"
#include "hub/contents/upload_book.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <string>

namespace hub::contents {

struct Folder {
    explicit Folder(const FileContentStore::Settings& given);

    std::filesystem::path uploads_of(const AgencyCode& agency) const;
    std::filesystem::path upload_path(const UploadKey& key, std::uint64_t total) const;
    std::filesystem::path copies_of(const Digest& digest) const;
    std::filesystem::path copy_path(const Digest& digest, CopyId copy) const;

    /// folder_unusable: what is found in its place is not the store, as when its disk is not mounted; what is missing
    /// there says nothing. A store that is back is taken again.
    Result<void> is_there();
    /// is_there(), and the disk takes an octet.
    Result<void> probe();
    /// copies_of(), durably.
    Result<void> make_copies_folder(const Digest& digest);
    /// contents_full when `bytes` more would not leave the reserve.
    Result<void> has_room(std::uint64_t bytes) const;
    std::int64_t unix_ns() const;
    void step(std::string_view name) const;

    const FileContentStore::Settings settings;
    UploadBook book;
    File lock;  ///< Of the folder itself: held by one process. Guarded by `presence`.
    std::string ledger_id;  ///< Of the ledger that it belongs to, once that is known. Guarded by `presence`.
    std::mutex presence;
    std::int64_t opened_unix_ns = 0;

private:
    Result<std::uint64_t> free_bytes() const;
    Result<void> take_again();

    std::array<std::atomic<bool>, 256> is_durable_{};  ///< By the first octet: the folder, by this process.
};

/// A file's name: `<digest>.<number>`, the number in decimal for an upload and in 16 hexadecimal digits for a
/// copy.
struct FileName {
    Digest digest;
    std::uint64_t number = 0;
};
std::optional<FileName> parse_upload_name(std::string_view name);
std::optional<FileName> parse_copy_name(std::string_view name);

}  // namespace hub::contents
