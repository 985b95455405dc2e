#pragma once
// Reads one copy. Read from the beginning to the end it is verified on the way, and the last octets of a
// damaged copy are not handed out. One thread at a time.

#include "hub/contents/folder.hpp"

namespace hub::contents {

class FileReader final : public ContentStore::Reader {
public:
    /// not_found: there is no such file. part_damaged: it has another size, or the disk gives everything else and not
    /// this. folder_unusable: the store is not there. internal: this copy cannot be opened, and nothing is known of it.
    static Result<std::unique_ptr<FileReader>> open(Folder& folder, const ContentRecord& content);
    /// What an errno that one copy met means. Only the store itself tells that it cannot be used as a whole.
    static Fault fault_of_copy(Folder& folder, int error);

    std::uint64_t bytes() const override { return bytes_; }
    Result<Bytes> read(std::uint64_t offset, std::size_t count) override;

    /// The same into a buffer, and how many there were. part_damaged: the copy is not what it should be.
    /// folder_unusable: the disk as a whole gives nothing now, and nothing is known of the copy.
    Result<std::size_t> read_into(std::uint64_t offset, char* to, std::size_t count);
    /// As if everything up to there had been read.
    void go_on(const RunningDigest::State& state);
    std::optional<RunningDigest::State> state() const { return digest_.state(); }
    /// What the machine has in memory of [offset, offset + count) is forgotten: the next reader asks the
    /// disk.
    void forget(std::uint64_t offset, std::uint64_t count) const noexcept;

private:
    FileReader(Folder& folder, File file, const ContentRecord& content)
        : folder_{folder}, file_{std::move(file)}, digest_wanted_{content.digest}, bytes_{content.bytes} {}

    Folder& folder_;
    File file_;
    const Digest digest_wanted_;
    const std::uint64_t bytes_;
    RunningDigest digest_;
    std::uint64_t hashed_ = 0;
};

}  // namespace hub::contents
