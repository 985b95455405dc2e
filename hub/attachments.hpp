#pragma once
// Large parts for an agency that cannot fetch them: their octets are put behind the envelope's frame when it is
// published, as far as `inline_mib` of the agency allows. Used by the outbound thread, for one message at a time: it
// may wait for the disk. docs/contents.md tells the receiver's side.

#include "hub/core/content.hpp"
#include "hub/core/current_directory.hpp"
#include "hub/core/envelope.hpp"

#include <functional>
#include <set>

namespace hub {

class Attachments {
public:
    /// A content as the ledger knows it; nullopt when it does not.
    using Find = std::function<Result<std::optional<ContentRecord>>(const Digest&)>;
    /// Told once of a copy that is not what it should be, however many messages it belongs to.
    using Damaged = std::function<void(const Digest&, CopyId)>;

    Attachments(std::shared_ptr<const Directory> directory, ContentStore& store, Find find, Damaged damaged)
        : directory_{std::move(directory)}, store_{store}, find_{std::move(find)}, damaged_{std::move(damaged)} {}

    /// From any thread: for the next message.
    void use(std::shared_ptr<const Directory> directory) { directory_.set(std::move(directory)); }
    /// The frame with what can be attached for this receiver; empty when that is nothing. What cannot be read whole
    /// stays by reference.
    Bytes attach(const AgencyCode& receiver, BytesView frame);

private:
    Result<void> append(std::size_t index, const Part& part, Bytes& body);
    Result<ContentRecord> look_up(const Part& part) const;
    Result<void> append_copy(std::size_t index, const ContentRecord& content, Bytes& body) const;
    Result<void> append_octets(ContentStore::Reader& reader, std::uint64_t bytes, Bytes& body) const;

    CurrentDirectory directory_;
    ContentStore& store_;
    const Find find_;
    const Damaged damaged_;
    std::set<CopyId> told_;
};

}  // namespace hub
