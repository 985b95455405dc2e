#pragma once
// What has been decided but does not yet show through the ledger's view: the open batch and the closed ones
// whose commit is under way. Steps of the next batch must see it.

#include "hub/core/ledger.hpp"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace hub {

class Uncommitted {
public:
    void add(const EnvelopeRecord& envelope);
    void add(const StationChange& change);
    void add(const ContentRecord& content);
    void add(const ContentParty& party);
    void add(const HoldChange& change);
    void add_retired(EnvelopeSeq envelope);
    void add(const EarlyQuestion& question);
    void add(const MetQuestion& met);
    void add(std::shared_ptr<const UnitsPage> page);

    void close_batch();
    void committed();                                ///< Forgets the oldest closed batch.

    const EnvelopeRecord* find(const AgencyCode& sender, const EnvelopeId& id) const;
    const EnvelopeRecord* find(EnvelopeSeq envelope) const;
    /// As LedgerView::refused_before().
    std::optional<EnvelopeSeq> refused_before(const EnvelopeRecord& refused) const;
    /// As LedgerView::document().
    std::optional<EnvelopeSeq> document(const std::optional<AgencyCode>& sender, std::string_view document_id,
                                        std::string_view issuer) const;
    /// As LedgerView::numbered_document(), first_update() and early_questions().
    std::optional<EnvelopeSeq> numbered_document(const AgencyCode& sender, const AnsweredName& name) const;
    std::vector<DeliveryRecord> first_update(EnvelopeSeq document, const AgencyCode& inbox) const;
    std::vector<EnvelopeSeq> early_questions(const AgencyCode& sender, const AnsweredName& name) const;
    /// What the ledger said of a delivery, brought up to date: its station and carriage.
    template <class Delivery>
    void update(Delivery& delivery) const {
        for (const Pending& batch : batches_) {
            if constexpr (requires { delivery.changes; })
                if (const auto met = batch.met.find(delivery.envelope); met != batch.met.end())
                    delivery.changes = met->second;
            if (const auto it = batch.changes.find(number(delivery.seq)); it != batch.changes.end()) {
                delivery.station = it->second.station;
                delivery.carriage = it->second.carriage;
                if constexpr (requires { delivery.change; })
                    delivery.change = it->second.change.value_or(delivery.change);
                if constexpr (requires { delivery.asking; })
                    delivery.asking = it->second.asking.value_or(delivery.asking);
                if (!it->second.turn)
                    continue;
                delivery.attempt = it->second.turn->attempt;
                if constexpr (requires { delivery.turned_by; })
                    delivery.turned_by = it->second.turn->by;
            }
        }
    }
    /// As LedgerView::deliveries() and named_deliveries(), up to date.
    std::vector<DeliveryRecord> deliveries(const EnvelopeRecord& envelope, const AgencyCode& inbox) const;
    std::vector<DeliveryRecord> named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                 const AnsweredName& asked) const;
    const ContentRecord* content(const Digest& digest) const;
    bool is_content_party(const Digest& digest, const AgencyCode& agency) const;
    /// An accepted envelope names this content.
    bool names(const Digest& digest) const;
    std::optional<bool> is_held(EnvelopeSeq envelope) const;
    bool is_retired(EnvelopeSeq envelope) const;
    /// As the newest page names it, in either form of its code.
    const Unit* unit(const AgencyCode& code) const;
    /// Envelopes with deliveries, in the order of acceptance.
    template <class Visitor>
    void for_each_envelope(Visitor&& visit) const {
        for (const Pending& batch : batches_)
            for (const EnvelopeRecord& envelope : batch.envelopes)
                if (!envelope.receivers.empty())
                    visit(envelope);
    }

private:
    struct Pending {
        std::deque<EnvelopeRecord> envelopes;
        std::map<std::pair<AgencyCode, EnvelopeId>, const EnvelopeRecord*> by_id;
        std::multimap<EnvelopeId, EnvelopeRecord> refused;
        std::unordered_map<std::uint64_t, StationChange> changes;
        std::map<Digest, ContentRecord> contents;
        std::set<std::pair<Digest, AgencyCode>> parties;
        std::set<Digest> named;
        std::map<EnvelopeSeq, bool> holds;
        std::set<EnvelopeSeq> retired;
        std::vector<EarlyQuestion> early;
        std::map<EnvelopeSeq, EnvelopeSeq> met;      ///< The document, by its question.
        std::vector<std::shared_ptr<const UnitsPage>> pages;
        std::unordered_map<AgencyCode, const Unit*> units;
    };
    std::deque<Pending> batches_{1};                 ///< Oldest first; the last one is open.
};

}  // namespace hub
