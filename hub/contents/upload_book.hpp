#pragma once
// Which uploads are held, which of them somebody is at, and how much of each agency's share is used. In
// memory only: what is held is found again in the folder `uploads` at start, what is used is told by the
// ledger. Thread-safe; never touches the disk.

#include "hub/core/running_digest.hpp"
#include "hub/core/content.hpp"

#include <map>
#include <mutex>
#include <vector>

namespace hub::contents {

struct UploadKey {
    AgencyCode agency;
    Digest digest;
    auto operator<=>(const UploadKey&) const = default;
};

class UploadBook {
public:
    struct Bounds {
        std::uint64_t part_bytes_max = 0;
        /// What is used, and all of each upload that was begun. What takes the place of a copy that the agency pays
        /// for counts once; until the old copy is gone, such uploads may be beyond it by part_bytes_max together.
        std::uint64_t agency_bytes_max = 0;
        std::size_t uploads_per_agency_max = 0;
        std::size_t uploads_max = 0;
    };
    /// What whoever begins takes over.
    struct Begun {
        std::optional<ContentStore::Progress> dropped;  ///< What was held, when it begins anew.
        std::optional<RunningDigest> digest;            ///< Of the octets held, when it is known.
    };

    explicit UploadBook(const Bounds& bounds) : bounds_{bounds} {}

    /// At start. False: this digest is held for this agency already.
    bool found(const UploadKey& key, const ContentStore::Progress& progress);

    /// From here on the caller has it to itself, until paused(), dropped() or finished(). `paid` is asked under the
    /// book's lock: it must not come back here.
    Result<Begun> begin(const UploadKey& key, std::uint64_t offset, std::uint64_t total,
                        const ContentStore::Paid& paid = {});
    /// The same without a change, for an upload that nobody is at.
    bool claim(const UploadKey& key);
    void grown(const UploadKey& key, std::uint64_t held);
    void paused(const UploadKey& key, std::uint64_t held, std::optional<RunningDigest> digest);
    void dropped(const UploadKey& key);
    void finished(const UploadKey& key);   ///< Its octets count as used now.
    void unclaimed(const UploadKey& key);  ///< Ends claim(); everything stays as it was.

    /// What is still to come of all uploads that were begun.
    std::uint64_t remaining() const;
    std::optional<ContentStore::Progress> progress(const UploadKey& key) const;
    std::vector<std::pair<UploadKey, ContentStore::Progress>> idle() const;

    void set_used(const AgencyCode& agency, std::uint64_t bytes);
    /// A copy that the agency paid for is gone.
    void give_back(const UploadKey& key, std::uint64_t bytes);
    std::uint64_t used(const AgencyCode& agency) const;

private:
    struct Entry {
        ContentStore::Progress progress;
        std::optional<RunningDigest> digest;
        bool is_busy = false;
        std::uint64_t paid = 0;  ///< Of its total: counted in `used` already.
    };
    struct Share {
        std::uint64_t used = 0;
        std::uint64_t begun = 0;
        std::uint64_t paid = 0;  ///< Of `begun`.
        std::size_t uploads = 0;
    };
    /// How much of it is paid for.
    Result<std::uint64_t> may_begin(const UploadKey& key, const Entry* held, std::uint64_t total,
                                    const ContentStore::Paid& paid);
    void erase(std::map<UploadKey, Entry>::iterator entry);

    const Bounds bounds_;
    mutable std::mutex mutex_;
    std::map<UploadKey, Entry> entries_;
    std::map<AgencyCode, Share> shares_;
};

}  // namespace hub::contents
