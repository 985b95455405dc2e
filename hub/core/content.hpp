#pragma once
// Large parts: contents that lie in the content store, named by their SHA-256 and stored once for any number of
// envelopes. docs/contents.md is the protocol.
//
// A stored copy is a file that never changes and has a number that is never used again, so that removing an old
// copy cannot hit a new one. Which copy holds a content, who may name or fetch it and when it goes is decided by
// the relay and stands in the ledger; the store only keeps files.

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace hub {

enum class CopyId : std::uint64_t {};

enum class ContentState : std::uint8_t {
    whole = 0,
    damaged = 1,                ///< A scan, or a reader, found other octets than the digest's, or none.
    removed = 2,                ///< Nobody needs it any more. Digest and size stay on record.
};

struct ContentRecord {
    Digest digest;
    std::uint64_t bytes = 0;
    CopyId copy{};
    ContentState state = ContentState::whole;
    AgencyCode put_by;          ///< Whose quota it counts against.
    Instant changed_at;         ///< When it came into this state.
    bool operator==(const ContentRecord&) const = default;
};

/// The port to the files. Thread-safe; every call may block on the disk. Faults: ledger_full (field "contents"),
/// folder_unusable while the store is away or cannot be written, internal for what else the disk does not do.
class ContentStore {
public:
    /// How much of an interrupted upload is held.
    struct Progress {
        std::uint64_t offset = 0;
        std::uint64_t total = 0;
    };

    /// An upload under way. Destroyed before finish(): what was appended stays, to be gone on with.
    class Upload {
    public:
        virtual ~Upload() = default;
        virtual std::uint64_t offset() const = 0;
        /// Reads again a bounded piece of what an earlier process had taken. False: nothing is left of that.
        /// append() and finish() read all that is left.
        virtual Result<bool> catch_up() = 0;
        /// part_too_large when it would be more than `total`.
        virtual Result<void> append(BytesView octets) = 0;
        /// All octets are there: checks the digest, syncs, and gives the file its place. The copy is kept over a
        /// crash from here on; whether it counts is decided by the ledger. part_digest_mismatch: it is dropped.
        virtual Result<CopyId> finish() = 0;
    };

    class Reader {
    public:
        virtual ~Reader() = default;
        virtual std::uint64_t bytes() const = 0;
        /// At most `count` octets from `offset` on; empty at the end. part_damaged; folder_unusable.
        virtual Result<Bytes> read(std::uint64_t offset, std::size_t count) = 0;
    };

    virtual ~ContentStore() = default;

    /// How many bytes the agency pays for already by the copy that an upload would take the place of; 0: none. Asked
    /// only when its share has no room for both.
    using Paid = std::function<std::uint64_t()>;

    virtual std::optional<Progress> progress(const AgencyCode& agency, const Digest& digest) = 0;
    /// Goes on at `offset`, or begins anew at 0. One at a time for an agency and a digest: upload_busy.
    /// upload_offset_wrong: progress() tells the right one. quota_exceeded, ledger_full.
    virtual Result<std::unique_ptr<Upload>> upload(const AgencyCode& agency, const Digest& digest,
                                                   std::uint64_t offset, std::uint64_t total,
                                                   const Paid& paid = {}) = 0;
    /// part_damaged when the file is not there or has another size.
    virtual Result<std::unique_ptr<Reader>> open(const ContentRecord& content) = 0;
    virtual void remove(const Digest& digest, CopyId copy) = 0;
};

}  // namespace hub
