#include "hub/ledger/memory_ledger.hpp"

#include "hub/core/limits.hpp"
#include "hub/ledger/unit_choice.hpp"

#include <algorithm>
#include <ranges>

namespace hub::ledger {

class MemoryLedger::View final : public LedgerView {
public:
    explicit View(const MemoryLedger& ledger) : ledger_{ledger} {}

    Result<Heads> heads() override {
        Heads heads;
        heads.envelope = EnvelopeSeq{ledger_.envelopes_.size()};
        heads.delivery = DeliverySeq{ledger_.deliveries_.size()};
        heads.entry = EntrySeq{ledger_.entries_.size()};
        if (!ledger_.entries_.empty())
            heads.last_entry_at = ledger_.entries_.back().at;
        for (const auto& [agency, cursor] : ledger_.cursors_)
            heads.cursors.push_back(cursor);
        heads.units = ledger_.unit_pass_;
        for (const auto& [seq, operation] : ledger_.operations_) {
            heads.operation = seq;
            if (is_open(operation.state))
                heads.operations.push_back(operation);
        }
        for (const auto& [agency, queue] : ledger_.queues_)
            heads.queues.push_back(queue);
        for (const auto& [digest, telling] : ledger_.tellings_)
            heads.tellings.push_back(telling);
        return heads;
    }

    Result<std::optional<KnownEnvelope>> known(const AgencyCode& sender, const EnvelopeId& id) override {
        const auto it = ledger_.accepted_.find({sender, id});
        if (it == ledger_.accepted_.end())
            return std::optional<KnownEnvelope>{};
        const EnvelopeRecord& envelope = ledger_.envelope(it->second);
        KnownEnvelope found{it->second, envelope.header_digest, {}};
        for (const Receiver& receiver : envelope.receivers)
            found.receivers.push_back(receiver.code);
        return std::optional{std::move(found)};
    }

    Result<std::optional<EnvelopeSeq>> refused_before(const EnvelopeRecord& refused) override {
        for (const EnvelopeRecord& e : std::views::reverse(ledger_.envelopes_))
            if (is_same_refusal(refused, e))
                return std::optional{e.seq};
        return std::optional<EnvelopeSeq>{};
    }

    Result<std::vector<DeliveryRecord>> deliveries(EnvelopeSeq envelope, const AgencyCode& inbox) override {
        return find(ledger_.envelope(envelope), inbox);
    }

    Result<std::vector<DeliveryRecord>> named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                         const AnsweredName& asked) override {
        const auto is_named = [&](const EnvelopeRecord& e, bool is_by_id, bool is_document) {
            if (e.refusal || e.sender != sender || !e.header || e.header->kind != Kind::document
                || !e.header->document || is_changeable(*e.header) != is_document
                || !asked.is_of(e.header->document->issuer))
                return false;
            const DocumentName& name = *e.header->document;
            return is_by_id ? !asked.document_id.empty() && name.document_id == asked.document_id
                            : !asked.full_number.empty() && asked.allows(name.promulgated_on)
                                  && full_number(name.number, name.notation) == asked.full_number;
        };
        for (const auto& [is_by_id, is_document] : {std::pair{true, true}, {true, false}, {false, true}, {false, false}})
            for (const EnvelopeRecord& e : std::views::reverse(ledger_.envelopes_))
                if (is_named(e, is_by_id, is_document))
                    if (auto found = find(e, inbox); !found.empty())
                        return found;
        return std::vector<DeliveryRecord>{};
    }

    Result<std::optional<EnvelopeSeq>> document(const std::optional<AgencyCode>& sender, std::string_view document_id,
                                                std::string_view issuer) override {
        for (const bool is_document : {true, false})
            for (const EnvelopeRecord& e : std::views::reverse(ledger_.envelopes_)) {
                const bool is_meant = !e.refusal && e.header
                                      && (is_document ? is_changeable(*e.header) : is_update(*e.header));
                if (is_meant && (!sender || e.sender == *sender) && e.header->document->document_id == document_id
                    && (issuer.empty() || e.header->document->issuer == issuer))
                    return std::optional{is_document || e.changes == EnvelopeSeq{} ? e.seq : e.changes};
            }
        return std::optional<EnvelopeSeq>{};
    }

    Result<std::optional<EnvelopeSeq>> numbered_document(const AgencyCode& sender, const AnsweredName& name) override {
        for (const bool is_document : {true, false})
            for (const EnvelopeRecord& e : std::views::reverse(ledger_.envelopes_)) {
                const bool is_meant = !e.refusal && e.header && e.sender == sender
                                      && (is_document ? is_changeable(*e.header) : is_update(*e.header));
                if (is_meant && is_numbered(*e.header->document, name))
                    return std::optional{is_document || e.changes == EnvelopeSeq{} ? e.seq : e.changes};
            }
        return std::optional<EnvelopeSeq>{};
    }

    Result<std::optional<DocumentName>> document_name(EnvelopeSeq document) override {
        const EnvelopeRecord& e = ledger_.envelope(document);
        return !e.refusal && e.header && is_changeable(*e.header) ? e.header->document : std::nullopt;
    }

    Result<std::vector<DeliveryRecord>> first_update(EnvelopeSeq document, const AgencyCode& inbox) override {
        for (const EnvelopeRecord& e : ledger_.envelopes_)
            if (!e.refusal && e.header && e.changes == document && is_update(*e.header))
                if (auto found = find(e, inbox); !found.empty())
                    return found;
        return std::vector<DeliveryRecord>{};
    }

    Result<std::vector<EnvelopeSeq>> early_questions(const AgencyCode& sender, const AnsweredName& name) override {
        std::vector<EnvelopeSeq> found;
        for (const EarlyQuestion& question : ledger_.early_)
            if (question.sender == sender && is_about(question, name)
                && std::ranges::find(found, question.envelope) == found.end())
                found.push_back(question.envelope);
        std::ranges::sort(found);
        return found;
    }

    Result<DuePage> due(DueScope scope, DeliverySeq after_seq, DeliverySeq until, std::size_t count,
                        const std::vector<AgencyCode>& apart) override {
        DuePage page;
        page.through = after_seq;
        const auto last = std::min<std::uint64_t>(number(until), ledger_.deliveries_.size());
        for (auto seq = number(after_seq) + 1; seq <= last; ++seq) {
            if (page.deliveries.size() == count)
                return page;
            page.through = DeliverySeq{seq};
            const Delivery& d = ledger_.delivery(DeliverySeq{seq});
            const bool is_due = d.carriage <= (scope == DueScope::held ? Carriage::held : Carriage::in_inbox);
            if (is_due && std::ranges::find(apart, d.receiver.inbox) == apart.end())
                page.deliveries.push_back(ledger_.due(DeliverySeq{seq}));
        }
        page.is_last = true;
        return page;
    }

    Result<DuePage> held(const AgencyCode& inbox, DeliverySeq after_seq, std::size_t count) override {
        DuePage page;
        page.through = after_seq;
        for (auto seq = number(after_seq) + 1; seq <= ledger_.deliveries_.size(); ++seq) {
            const Delivery& d = ledger_.delivery(DeliverySeq{seq});
            if (d.receiver.inbox != inbox || d.carriage != Carriage::held)
                continue;
            if (page.deliveries.size() == count)
                return page;
            page.through = DeliverySeq{seq};
            page.deliveries.push_back(ledger_.due(DeliverySeq{seq}));
        }
        page.is_last = true;
        return page;
    }

    Result<bool> has_more_in_inbox(const AgencyCode& inbox, std::uint64_t than, Instant before) override {
        const auto lies_there = [&](const Delivery& d) {
            return d.receiver.inbox == inbox && d.carriage == Carriage::in_inbox && d.station != Station::failed
                   && d.changed_at < before;
        };
        return static_cast<std::uint64_t>(std::ranges::count_if(ledger_.deliveries_, lies_there)) > than;
    }

    Result<bool> is_last_acknowledgement_refused(const AgencyCode& agency) override {
        std::size_t count = 0;
        for (const EnvelopeRecord& e : std::views::reverse(ledger_.envelopes_)) {
            if (e.sender != agency)
                continue;
            if (e.header && e.header->kind == Kind::acknowledgement)
                return e.refusal.has_value();
            if (++count == limits::names_examined_max)
                break;
        }
        return false;
    }

    Result<ReceiptPage> receipts(EntrySeq after_seq, std::size_t count) override {
        ReceiptPage page;
        page.through = after_seq;
        for (std::size_t i = number(after_seq); i < ledger_.entries_.size() && count > 0; ++i, --count) {
            const Entry& entry = ledger_.entries_[i];
            page.through = entry.seq;
            if (entry.addressee)
                page.items.push_back(item(entry));
        }
        page.is_last = number(page.through) >= ledger_.entries_.size();
        return page;
    }

    Result<std::shared_ptr<const Bytes>> frame(EnvelopeSeq envelope) override {
        const auto& frame = ledger_.envelope(envelope).frame;
        if (!frame)
            return Fault{Errc::ledger_corrupt, "frame", {}};
        return frame;
    }

    Result<std::optional<ContentRecord>> content(const Digest& digest) override {
        const auto it = ledger_.contents_.find(digest);
        return it == ledger_.contents_.end() ? std::optional<ContentRecord>{} : std::optional{it->second};
    }

    Result<bool> is_content_party(const Digest& digest, const AgencyCode& agency) override {
        return ledger_.content_parties_.contains({digest, agency});
    }

    Result<std::vector<ContentUse>> content_uses(const Digest& digest, EnvelopeSeq after_seq,
                                                 std::size_t count) override {
        std::vector<ContentUse> uses;
        for (auto it = ledger_.content_uses_.upper_bound({digest, after_seq});
             it != ledger_.content_uses_.end() && it->first == digest && uses.size() < count; ++it)
            uses.push_back({it->second, *ledger_.envelope(it->second).id, ledger_.envelope(it->second).sender});
        return uses;
    }

    Result<std::vector<ContentRecord>> contents(const std::optional<Digest>& after, std::size_t count) override {
        std::vector<ContentRecord> found;
        auto it = after ? ledger_.contents_.upper_bound(*after) : ledger_.contents_.begin();
        for (; it != ledger_.contents_.end() && found.size() < count; ++it)
            if (it->second.state != ContentState::removed)
                found.push_back(it->second);
        return found;
    }

    Result<std::vector<ContentRecord>> damaged_contents(const std::optional<Digest>& after,
                                                        std::size_t count) override {
        std::vector<ContentRecord> found;
        auto it = after ? ledger_.contents_.upper_bound(*after) : ledger_.contents_.begin();
        for (; it != ledger_.contents_.end() && found.size() < count; ++it)
            if (it->second.state == ContentState::damaged)
                found.push_back(it->second);
        return found;
    }

    Result<std::vector<ContentRecord>> unnamed_contents(std::optional<Digest>& after, Instant before,
                                                        std::size_t count) override {
        const auto page = contents(after, count);
        std::vector<ContentRecord> found;
        for (const ContentRecord& content : *page)
            if (content.changed_at < before && content_uses(content.digest, {}, 1)->empty())
                found.push_back(content);
        after = page->size() < count ? std::nullopt : std::optional{page->back().digest};
        return found;
    }

    Result<AgedPage> aged(EnvelopeSeq after_seq, Instant before, std::size_t count) override {
        AgedPage page;
        for (const EnvelopeRecord& e : ledger_.envelopes_) {
            if (e.seq <= after_seq || !e.frame || e.accepted_at >= before)
                continue;
            if (page.envelopes.size() == count)
                return page;
            bool is_settled = true;
            for (std::size_t i = 0; i < e.receivers.size(); ++i) {
                const Delivery& d = ledger_.delivery(after(e.first_delivery, i));
                is_settled = is_settled && d.carriage == Carriage::taken;
            }
            page.envelopes.push_back({e.seq, e.sender, e.header ? std::optional{e.header->kind} : std::nullopt,
                                      e.accepted_at, is_settled, ledger_.held_.contains(e.seq)});
        }
        page.is_last = true;
        return page;
    }

    Result<std::vector<Keeping>> keeping(const EnvelopeId& id, std::size_t count) override {
        std::vector<Keeping> found;
        for (const EnvelopeRecord& e : ledger_.envelopes_)
            if (!e.refusal && e.id == id && found.size() < count)
                found.push_back({e.seq, ledger_.held_.contains(e.seq), !e.frame});
        return found;
    }

    Result<std::optional<Unit>> unit(const AgencyCode& code) override {
        std::vector<Unit> candidates;
        for (const auto& [present, named] : ledger_.units_)
            if (present == code || named.unit.old_code == code)
                candidates.push_back(named.unit);
        return meant_by(code, candidates);
    }

    Result<SelectedPage> selected(const Selection& selection, const Horizon& seen, DeliverySeq after_seq,
                                  std::size_t count) override {
        return ledger_.selected(selection, seen, after_seq, count);
    }

    Result<std::optional<Operation>> operation(std::string_view key) override {
        for (const auto& [seq, operation] : ledger_.operations_)
            if (operation.key == key)
                return std::optional{operation};
        return std::optional<Operation>{};
    }

    Result<std::vector<std::pair<AgencyCode, std::uint64_t>>> content_usage() override {
        std::map<AgencyCode, std::uint64_t> used;
        for (const auto& [digest, content] : ledger_.contents_)
            if (content.state != ContentState::removed)
                used[content.put_by] += content.bytes;
        return std::vector<std::pair<AgencyCode, std::uint64_t>>{used.begin(), used.end()};
    }

private:
    std::vector<DeliveryRecord> find(const EnvelopeRecord& e, const AgencyCode& inbox) const {
        std::vector<DeliveryRecord> found;
        for (std::size_t i = 0; i < e.receivers.size(); ++i)
            if (e.receivers[i].inbox == inbox)
                found.push_back(ledger_.record(after(e.first_delivery, i)));
        return found;
    }

    ReceiptItem item(const Entry& entry) const {
        ReceiptItem item{.entry = entry, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}};
        if (entry.envelope == EnvelopeSeq{})
            return item;
        const EnvelopeRecord& e = ledger_.envelope(entry.envelope);
        item.envelope = e.id;
        item.envelope_sender = e.sender;
        if (entry.kind == EntryKind::station)
            return item;
        if (e.header && e.header->document)
            item.document = *e.header->document;
        for (const Receiver& receiver : e.receivers)
            item.receivers.push_back(receiver.code);
        return item;
    }

    const MemoryLedger& ledger_;
};

DeliveryRecord MemoryLedger::record(DeliverySeq seq) const {
    const Delivery& d = delivery(seq);
    const EnvelopeRecord& e = envelope(d.envelope);
    return {seq, e.seq, *e.id, e.sender, d.receiver.code, d.station, d.carriage, d.change,
            business_of(*e.header), e.changes, d.attempt, d.turned_by, d.asking};
}

Result<void> MemoryLedger::commit(const Batch& batch) {
    for (const EnvelopeRecord& e : batch.envelopes) {
        HUB_ASSERT(number(e.seq) == envelopes_.size() + 1);
        HUB_ASSERT(e.receivers.empty() || number(e.first_delivery) == deliveries_.size() + 1);
        for (std::size_t i = 0, first = 0; i < e.receivers.size(); ++i) {
            if (e.receivers[i].inbox != e.receivers[first].inbox)
                first = i;
            const bool is_brought = i == first;
            deliveries_.push_back({e.seq, e.receivers[i], 0, Station::accepted,
                                   is_brought ? Carriage::held : Carriage::taken, e.accepted_at, {}, {}, 1, {}, {}, {}, {}, {}});
            ++deliveries_[number(e.first_delivery) - 1 + first].receivers;
        }
        if (!e.refusal)
            HUB_ASSERT(accepted_.emplace(std::pair{e.sender, *e.id}, e.seq).second);
        envelopes_.push_back(e);
    }
    for (const StationChange& change : batch.stations) {
        Delivery& moved = deliveries_.at(number(change.delivery) - 1);
        moved.station = change.station;
        moved.carriage = change.carriage;
        moved.changed_at = change.at;
        moved.change = change.change.value_or(moved.change);
        moved.asking = change.asking.value_or(moved.asking);
        const Duty undone = undone_at(change.station, envelope(moved.envelope).header->business);
        const auto note = [&](std::optional<Instant>& done_at, bool is_done) {
            done_at = is_done ? std::optional{done_at.value_or(change.at)} : std::nullopt;
        };
        note(moved.retrieved_at, undone != Duty::retrieval);
        note(moved.arrived_at, undone == Duty::decision || undone == Duty::none);
        note(moved.decided_at, undone == Duty::none);
    }
    commit_operations(batch);
    for (const Entry& entry : batch.entries) {
        HUB_ASSERT(number(entry.seq) == entries_.size() + 1);
        entries_.push_back(entry);
    }
    for (const ReceiptCursor& cursor : batch.cursors)
        cursors_.insert_or_assign(cursor.agency, cursor);
    commit_contents(batch);
    early_.insert(early_.end(), batch.early.begin(), batch.early.end());
    for (const MetQuestion& met : batch.met)
        envelopes_.at(number(met.question) - 1).changes = met.document;
    for (const UnitsTaken& taken : batch.units)
        commit_units(taken);
    return {};
}

void MemoryLedger::commit_units(const UnitsTaken& taken) {
    for (const Unit& unit : taken.page->units) {
        const auto [it, is_new] = units_.try_emplace(unit.code, NamedUnit{unit, taken.envelope});
        it->second.named_by = taken.envelope;
        if (is_new || it->second.unit.version > unit.version)
            continue;
        auto old_code = unit.is_closed && !unit.old_code ? it->second.unit.old_code : unit.old_code;
        it->second.unit = unit;
        it->second.unit.old_code = std::move(old_code);
    }
    unit_pass_ = taken.pass;
    if (!taken.pass.is_full || !taken.pass.is_over)
        return;
    for (auto& [code, named] : units_)
        if (named.named_by < taken.pass.first)
            named.unit.is_closed = true;
}

void MemoryLedger::commit_contents(const Batch& batch) {
    // First: an envelope may name a content that was put again after its removal.
    for (const ContentRecord& content : batch.contents) {
        contents_.insert_or_assign(content.digest, content);
        if (content.state == ContentState::removed)
            std::erase_if(content_parties_, [&](const auto& party) { return party.first == content.digest; });
    }
    for (const EnvelopeRecord& e : batch.envelopes) {
        if (e.refusal)
            continue;
        for (const Part& part : e.header->parts) {
            if (part.is_inline)
                continue;
            content_uses_.emplace(part.digest, e.seq);
            content_parties_.emplace(part.digest, e.sender);
            for (const Receiver& receiver : e.receivers)
                content_parties_.emplace(part.digest, receiver.inbox);
        }
    }
    for (const ContentTelling& telling : batch.tellings)
        telling.is_over ? void(tellings_.erase(telling.digest))
                        : void(tellings_.insert_or_assign(telling.digest, telling));
    for (const ContentParty& party : batch.content_parties)
        content_parties_.emplace(party.digest, party.agency);
    for (const HoldChange& change : batch.holds)
        change.is_held ? void(held_.insert(change.envelope)) : void(held_.erase(change.envelope));
    for (const Retirement& retirement : batch.retired) {
        envelopes_.at(number(retirement.envelope) - 1).frame.reset();
        std::erase_if(content_uses_, [&](const auto& use) { return use.second == retirement.envelope; });
    }
}

DueDelivery MemoryLedger::due(DeliverySeq seq) const {
    const Delivery& d = delivery(seq);
    const EnvelopeRecord& e = envelope(d.envelope);
    return {seq, e.seq, e.sender, d.receiver.code, d.receiver.inbox, *e.id, e.header->kind, e.header->urgency, d.station,
            d.carriage, static_cast<std::uint32_t>(e.frame->size()), d.receivers, d.attempt};
}

std::unique_ptr<LedgerView> MemoryLedger::view() { return std::make_unique<View>(*this); }

}  // namespace hub::ledger
