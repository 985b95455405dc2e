#pragma once
// For whom an inbox gets an envelope: what the hub says beside the message. The deliveries in the ledger decide, and
// the signed header has the words, so that a message that is published again says the same. Used by the outbound
// thread, for one message at a time.

#include "hub/core/current_directory.hpp"
#include "hub/core/step.hpp"
#include "hub/wire/named_receivers.hpp"

namespace hub {

class Addressing {
public:
    Addressing(std::shared_ptr<const Directory> directory, std::unique_ptr<LedgerView> view)
        : current_{directory}, directory_{std::move(directory)}, view_{std::move(view)} {}

    /// From any thread: for the next message.
    void use(std::shared_ptr<const Directory> directory) { current_.set(std::move(directory)); }

    /// The value of wire::receivers_header; empty when the ledger or the frame cannot be read.
    std::string receivers_of(const PublishEnvelope& effect);

private:
    struct Seen {
        EnvelopeSeq envelope{};
        std::shared_ptr<const EnvelopeHeader> header;
    };
    const EnvelopeHeader* header_of(const PublishEnvelope& effect);
    wire::AddressRule rule_of(const AgencyCode& written, const AgencyCode& inbox) const;
    /// Whose delivery a code stands for, among those of this inbox.
    std::optional<std::size_t> found_in(const std::vector<DeliveryRecord>& deliveries, const AgencyCode& written,
                                        const AgencyCode& inbox, Instant at) const;

    CurrentDirectory current_;
    std::shared_ptr<const Directory> directory_;    ///< Of the message that is looked at.
    const std::unique_ptr<LedgerView> view_;
    Seen seen_;                                     ///< A broadcast comes inbox by inbox.
};

}  // namespace hub
