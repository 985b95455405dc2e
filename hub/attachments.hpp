#pragma once
// Large parts for an agency that cannot fetch them: their octets are put behind the envelope's frame when it is
// published, as far as `inline_mib` of the agency allows. Used by the outbound thread, for one message at a time: it
// may wait for the disk. docs/contents.md tells the receiver's side.

#include "hub/core/content.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/envelope.hpp"

#include <chrono>
#include <functional>

namespace hub {

class Attachments {
public:
    /// A content as the ledger knows it; nullopt when it does not.
    using Find = std::function<Result<std::optional<ContentRecord>>(const Digest&)>;
    /// Told of a copy that is not what it should be: of one in a second, so that the core's inbox has room for it.
    /// Whoever scans the store finds the others.
    using Damaged = std::function<void(const Digest&, CopyId)>;

    Attachments(std::shared_ptr<const Directory> directory, ContentStore& store, Find find, Damaged damaged)
        : directory_{std::move(directory)}, store_{store}, find_{std::move(find)}, damaged_{std::move(damaged)} {}

    /// The frame with what can be attached for this receiver; empty when that is nothing. What cannot be read whole
    /// stays by reference.
    Bytes attach(const AgencyCode& receiver, BytesView frame);

private:
    Result<void> append(std::size_t index, const Part& part, Bytes& body);
    Result<void> append_octets(ContentStore::Reader& reader, std::uint64_t bytes, Bytes& body) const;
    void tell_damaged(const ContentRecord& content);

    const std::shared_ptr<const Directory> directory_;
    ContentStore& store_;
    const Find find_;
    const Damaged damaged_;
    std::chrono::steady_clock::time_point may_tell_at_{};
};

}  // namespace hub
