#pragma once
// The content store on a folder:
//
//   uploads/<agency>/<digest>.<bytes in all>        what is being put, as far as it has come
//   <first two digits>/<digest>.<copy>              a copy: whole, verified, never changed
//
// A copy has its name only when its octets are durable. Opening reads the folder `uploads` and nothing else.
// One process at a time. Thread-safe; every call may block on the disk. Uploads and readers may not outlive
// it.

#include "hub/core/running_digest.hpp"
#include "hub/core/content.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace hub::contents {

enum class ScanOutcome : std::uint8_t { whole, damaged, missing, stopped };

struct SweepCounts {
    std::size_t copies = 0;
    std::size_t uploads = 0;
};

class FileContentStore final : public ContentStore {
public:
    struct Settings {
        std::filesystem::path folder;
        std::uint64_t part_bytes_max = std::uint64_t{4} << 30;
        std::uint64_t agency_bytes_max = std::uint64_t{100} << 30;  ///< What is used and what was begun.
        std::uint64_t disk_reserve_bytes = std::uint64_t{1} << 30;  ///< Left free for everybody else.
        std::size_t uploads_per_agency_max = 500;
        std::size_t uploads_max = 20'000;
        std::chrono::hours upload_hours{72};
        std::uint64_t scan_bytes_per_second = std::uint64_t{20} << 20;
        /// Called between the steps, with their names, so that a test can end the process there.
        std::function<void(std::string_view)> at_step;
        /// Asked instead of the system, so that a test can fill the disk and set the clock.
        std::function<std::uint64_t()> free_bytes;
        std::function<std::int64_t()> unix_ns;
    };

    /// setting_invalid: the folder cannot be used, or another process has it.
    static Result<std::unique_ptr<FileContentStore>> open(const Settings& settings);
    ~FileContentStore() override;

    /// Before the first sweep or scan. A store belongs to one ledger: what another one does not know would be swept
    /// away, and what another store does not hold would be told as damaged. The first time it is written down which,
    /// when both have contents or neither has. setting_invalid: it belongs to another ledger, or one of the two is
    /// empty, as when a disk is not mounted.
    Result<void> belong_to(const std::string& ledger_id, bool ledger_has_contents);

    /// Whether it can be used now: it is there, and the disk takes an octet. folder_unusable, contents_full, internal.
    Result<void> probe();

    std::optional<Progress> progress(const AgencyCode& agency, const Digest& digest) override;
    /// Also part_too_large, and field_invalid when `total` is another one than before.
    Result<std::unique_ptr<Upload>> upload(const AgencyCode& agency, const Digest& digest,
                                           std::uint64_t offset, std::uint64_t total,
                                           const Paid& paid = {}) override;
    Result<std::unique_ptr<Reader>> open(const ContentRecord& content) override;
    void remove(const Digest& digest, CopyId copy) override;

    /// What the agency's contents take by the ledger. Each finished upload is added by itself; whoever
    /// removes a copy gives back what it took.
    void set_used(const AgencyCode& agency, std::uint64_t bytes);
    void give_back(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes);
    /// With what was begun.
    std::uint64_t used(const AgencyCode& agency) const;

    /// Removes copies that were there before this process and that nobody knows, and uploads that nobody has
    /// gone on with for upload_hours.
    SweepCounts sweep(const std::function<bool(const Digest&, CopyId)>& is_known, std::stop_token stop = {});
    /// Reads all of one copy from the disk, at a bounded rate; `from` where an earlier reading of this copy was.
    /// `note` is told now and then, and when it stops, how far it is. Of a store that is not there nothing is found out:
    /// folder_unusable. internal: it could not be looked at.
    using ScanState = RunningDigest::State;
    static constexpr std::uint64_t scan_noted_bytes = std::uint64_t{16} << 20;  ///< Between two notes.
    Result<ScanOutcome> scan(const ContentRecord& content, std::stop_token stop,
                             const std::optional<ScanState>& from = {},
                             const std::function<void(const ScanState&)>& note = {});

private:
    struct State;
    explicit FileContentStore(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::contents
