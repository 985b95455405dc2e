#pragma once
// The octets of one part of a document for who may see them: out of the envelope in the ledger, or out of the content
// store. Used by one thread at a time, the one that answers aside; it may wait for the disk.

#include "hub/core/content.hpp"
#include "hub/core/ledger.hpp"
#include "hub/http/exchange.hpp"

#include <functional>

namespace hub {

class PartReader {
public:
    /// A copy of a large part is not what it should be. From any thread that reads what open() has given.
    using Damaged = std::function<void(const Digest&, CopyId)>;

    /// `store` may be null: then there are no large parts. It must outlive this and all that open() has given.
    PartReader(std::unique_ptr<LedgerView> view, ContentStore* store, Damaged damaged)
        : view_{std::move(view)}, store_{store}, damaged_{std::move(damaged)} {}

    /// By its place among the header's parts. not_found: the hub has none of its octets. part_damaged: those of a
    /// large part are not what its sender has signed; that may show as late as with the last of them, which are then not
    /// handed out. ledger_corrupt.
    Result<std::shared_ptr<http::Octets>> open(EnvelopeSeq envelope, std::size_t index);

private:
    Result<std::shared_ptr<http::Octets>> open_content(const Part& part);

    const std::unique_ptr<LedgerView> view_;
    ContentStore* const store_;
    const Damaged damaged_;
};

}  // namespace hub
