#include "hub/core/uncommitted.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace hub {

void Uncommitted::add(const EnvelopeRecord& envelope) {
    Pending& open = batches_.back();
    if (envelope.refusal) {
        if (envelope.id)
            open.refused.emplace(*envelope.id, envelope);
        return;
    }
    open.envelopes.push_back(envelope);
    if (envelope.id)
        open.by_id.emplace(std::pair{envelope.sender, *envelope.id}, &open.envelopes.back());
    for (const Part& part : envelope.header->parts) {
        if (part.is_inline)
            continue;
        open.named.insert(part.digest);
        open.parties.emplace(part.digest, envelope.sender);
        for (const Receiver& receiver : envelope.receivers)
            open.parties.emplace(part.digest, receiver.inbox);
    }
}

void Uncommitted::add(const StationChange& change) {
    auto& changes = batches_.back().changes;
    const auto [it, is_new] = changes.try_emplace(number(change.delivery), change);
    if (is_new)
        return;
    const StationChange earlier = std::exchange(it->second, change);
    if (!change.change)
        it->second.change = earlier.change;
    if (!change.asking)
        it->second.asking = earlier.asking;
    it->second.turn = merged(earlier.turn, change.turn);
}

void Uncommitted::add(const ContentRecord& content) {
    batches_.back().contents.insert_or_assign(content.digest, content);
}

void Uncommitted::add(const ContentParty& party) { batches_.back().parties.emplace(party.digest, party.agency); }

void Uncommitted::add(const HoldChange& change) { batches_.back().holds[change.envelope] = change.is_held; }

void Uncommitted::add_retired(EnvelopeSeq envelope) { batches_.back().retired.insert(envelope); }

void Uncommitted::add(const EarlyQuestion& question) { batches_.back().early.push_back(question); }

void Uncommitted::add(const MetQuestion& met) { batches_.back().met.insert_or_assign(met.question, met.document); }

void Uncommitted::add(std::shared_ptr<const UnitsPage> page) {
    Pending& open = batches_.back();
    for (const Unit& unit : page->units) {
        open.units.insert_or_assign(unit.code, &unit);
        if (unit.old_code)
            open.units.insert_or_assign(*unit.old_code, &unit);
    }
    open.pages.push_back(std::move(page));
}

void Uncommitted::close_batch() { batches_.emplace_back(); }

void Uncommitted::committed() {
    HUB_ASSERT(batches_.size() > 1);
    batches_.pop_front();
}

const EnvelopeRecord* Uncommitted::find(const AgencyCode& sender, const EnvelopeId& id) const {
    for (const Pending& batch : std::views::reverse(batches_)) {
        if (batch.by_id.empty())
            continue;
        if (const auto it = batch.by_id.find({sender, id}); it != batch.by_id.end())
            return it->second;
    }
    return nullptr;
}

const EnvelopeRecord* Uncommitted::find(EnvelopeSeq envelope) const {
    for (const Pending& batch : batches_)
        if (const auto it = std::ranges::find(batch.envelopes, envelope, &EnvelopeRecord::seq);
            it != batch.envelopes.end())
            return &*it;
    return nullptr;
}

std::optional<EnvelopeSeq> Uncommitted::refused_before(const EnvelopeRecord& refused) const {
    if (!refused.id)
        return std::nullopt;
    for (const Pending& batch : batches_) {
        const auto [begin, end] = batch.refused.equal_range(*refused.id);
        const auto it = std::find_if(begin, end, [&](const auto& each) { return is_same_refusal(refused, each.second); });
        if (it != end)
            return it->second.seq;
    }
    return std::nullopt;
}

std::optional<EnvelopeSeq> Uncommitted::document(const std::optional<AgencyCode>& sender, std::string_view document_id,
                                                 std::string_view issuer) const {
    for (const bool is_document : {true, false})
        for (const Pending& batch : std::views::reverse(batches_))
            for (const EnvelopeRecord& e : std::views::reverse(batch.envelopes)) {
                const bool is_meant = is_document ? is_changeable(*e.header) : is_update(*e.header);
                if (is_meant && (!sender || e.sender == *sender) && e.header->document->document_id == document_id
                    && (issuer.empty() || e.header->document->issuer == issuer))
                    return is_document || e.changes == EnvelopeSeq{} ? e.seq : e.changes;
            }
    return std::nullopt;
}

const ContentRecord* Uncommitted::content(const Digest& digest) const {
    for (const Pending& batch : std::views::reverse(batches_))
        if (const auto it = batch.contents.find(digest); it != batch.contents.end())
            return &it->second;
    return nullptr;
}

bool Uncommitted::is_content_party(const Digest& digest, const AgencyCode& agency) const {
    return std::ranges::any_of(batches_, [&](const Pending& batch) { return batch.parties.contains({digest, agency}); });
}

bool Uncommitted::names(const Digest& digest) const {
    return std::ranges::any_of(batches_, [&](const Pending& batch) { return batch.named.contains(digest); });
}

std::optional<bool> Uncommitted::is_held(EnvelopeSeq envelope) const {
    for (const Pending& batch : std::views::reverse(batches_))
        if (const auto it = batch.holds.find(envelope); it != batch.holds.end())
            return it->second;
    return std::nullopt;
}

const Unit* Uncommitted::unit(const AgencyCode& code) const {
    for (const Pending& batch : std::views::reverse(batches_))
        if (const auto it = batch.units.find(code); it != batch.units.end())
            return it->second;
    return nullptr;
}

bool Uncommitted::is_retired(EnvelopeSeq envelope) const {
    return std::ranges::any_of(batches_, [&](const Pending& batch) { return batch.retired.contains(envelope); });
}

std::vector<DeliveryRecord> Uncommitted::deliveries(const EnvelopeRecord& envelope, const AgencyCode& inbox) const {
    std::vector<DeliveryRecord> found;
    for (std::size_t i = 0; i < envelope.receivers.size(); ++i) {
        if (envelope.receivers[i].inbox != inbox)
            continue;
        found.push_back({after(envelope.first_delivery, i), envelope.seq, *envelope.id, envelope.sender,
                         envelope.receivers[i].code, Station::accepted,
                         found.empty() ? Carriage::held : Carriage::taken, {}, business_of(*envelope.header),
                         envelope.changes});
        update(found.back());
    }
    return found;
}

std::vector<DeliveryRecord> Uncommitted::named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                          const AnsweredName& asked) const {
    const auto matches = [&](const EnvelopeRecord& e, bool is_by_id, bool is_document) {
        if (e.sender != sender || !e.header || e.header->kind != Kind::document || !e.header->document
            || is_changeable(*e.header) != is_document || !asked.is_of(e.header->document->issuer))
            return false;
        const DocumentName& name = *e.header->document;
        return is_by_id ? !asked.document_id.empty() && name.document_id == asked.document_id
                        : !asked.full_number.empty() && asked.allows(name.promulgated_on)
                              && full_number(name.number, name.notation) == asked.full_number;
    };
    for (const auto& [is_by_id, is_document] : {std::pair{true, true}, {true, false}, {false, true}, {false, false}})
        for (const Pending& batch : std::views::reverse(batches_))
            for (const EnvelopeRecord& envelope : std::views::reverse(batch.envelopes))
                if (matches(envelope, is_by_id, is_document))
                    if (auto found = deliveries(envelope, inbox); !found.empty())
                        return found;
    return {};
}

std::optional<EnvelopeSeq> Uncommitted::numbered_document(const AgencyCode& sender, const AnsweredName& name) const {
    for (const bool is_document : {true, false})
        for (const Pending& batch : std::views::reverse(batches_))
            for (const EnvelopeRecord& e : std::views::reverse(batch.envelopes)) {
                const bool is_meant = is_document ? is_changeable(*e.header) : is_update(*e.header);
                if (is_meant && e.sender == sender && is_numbered(*e.header->document, name))
                    return is_document || e.changes == EnvelopeSeq{} ? e.seq : e.changes;
            }
    return std::nullopt;
}

std::vector<DeliveryRecord> Uncommitted::first_update(EnvelopeSeq document, const AgencyCode& inbox) const {
    for (const Pending& batch : batches_)
        for (const EnvelopeRecord& e : batch.envelopes)
            if (e.changes == document && is_update(*e.header))
                if (auto found = deliveries(e, inbox); !found.empty())
                    return found;
    return {};
}

std::vector<EnvelopeSeq> Uncommitted::early_questions(const AgencyCode& sender, const AnsweredName& name) const {
    std::vector<EnvelopeSeq> found;
    for (const Pending& batch : batches_)
        for (const EarlyQuestion& question : batch.early)
            if (question.sender == sender && is_about(question, name))
                found.push_back(question.envelope);
    return found;
}

}  // namespace hub
