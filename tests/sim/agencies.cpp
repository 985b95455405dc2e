// The agencies of the simulated world, and what is promised to them.

#include "tests/sim/world.hpp"

#include "hub/core/routing.hpp"

#include <algorithm>

namespace hub::sim {

AgencyCode World::inbox_of(const AgencyCode& receiver) const {
    return resolve(*directory_, receiver, now_).value()->code;
}

EnvelopeHeader World::header(Agency& from, Kind kind) {
    return {.id = fresh_id(),
            .kind = kind,
            .sender = from.code,
            .receivers = {},
            .created_at = now_,
            .expires_at = now_ + std::chrono::hours{24 * 30},
            .urgency = chance(200) ? Urgency::express : Urgency::normal,
            .document = std::nullopt,
            .business = Business::fresh,
            .business_refers_to = {},
            .business_reason = {},
            .status = std::nullopt,
            .parts = {},
            .traceparent = {},
            .refusal = std::nullopt,
            .secrecy = {}};
}

void World::submit(Agency& from, Submission submission) {
    from.unanswered.insert(submission.header->id);
    from.sent.insert_or_assign(submission.header->id, submission);
    from.submit.push_back({std::move(submission), std::nullopt});
}

void World::send_document(Agency& from) {
    --from.documents_left;
    EnvelopeHeader h = header(from, Kind::document);
    const std::size_t receivers = 1 + pick(agencies_.size() - 1);
    for (std::size_t i = 0; h.receivers.size() < receivers && i < 20; ++i) {
        const AgencyCode& to = agencies_[pick(agencies_.size())].code;
        if (to.text() != "AXIS" && std::ranges::find(h.receivers, to) == h.receivers.end())
            h.receivers.push_back(to);
    }
    if (chance(100))
        h.receivers = {AgencyCode::parse("H43.01.99").value()};  // A unit that H43.01 takes documents for.
    if (chance(50))
        h.receivers = {AgencyCode::parse("H43.01.98").value(), AgencyCode::parse("H43.07").value(),
                       AgencyCode::parse("H43.01.99").value()};
    // Outside: by the axis, which brings nothing for them itself.
    if (chance(100) && from.code.text() != "AXIS")
        h.receivers = {AgencyCode::parse("G22").value(), AgencyCode::parse("H05").value()};
    const bool is_hopeless = chance(80);
    if (is_hopeless)
        h.receivers = {AgencyCode::parse("H43.88").value()};  // Inside the province, nobody.
    const std::string number = std::to_string(from.next_number++);
    h.document = DocumentName{from.code.text(), number, "UBND-" + from.code.text(), "2026-11-24",
                              from.code.text() + ",2026/11/24," + number, "V/v số " + number, "Công văn"};
    note("send", h.receivers.size());
    // It came on paper too, and its receiver reports on it before the hub has sent it.
    if (const auto by = std::ranges::find(agencies_, h.receivers.front(), &Agency::code);
        by != agencies_.end() && chance(100))
        plan_status(*by, h, "03", std::nullopt, by->code);
    if (chance(250))
        add_large_part(from, h);
    auto frame = std::make_shared<const Bytes>(h.id.text() + std::string(pick(200), 'x'));
    Submission submission{std::make_shared<const EnvelopeHeader>(std::move(h)), std::move(frame), std::nullopt};
    // An adapter that does not ask first is refused, and puts the part then.
    if (submission.header->parts.empty() || chance(100))
        submit(from, std::move(submission));
    else
        from.waiting_for_contents.push_back(std::move(submission));
}

void World::send_forgery(Agency& from) {
    if (from.accepted.empty())
        return;
    const auto it = std::next(from.accepted.begin(), static_cast<std::ptrdiff_t>(pick(from.accepted.size())));
    const Submission& original = from.sent.at(*it);
    if (original.header->kind != Kind::document)
        return;
    note("forge");
    from.forged.insert(*it);
    Submission other = original;
    other.frame = std::make_shared<const Bytes>(*original.frame + "other");
    from.submit.push_back({std::move(other), std::nullopt});
}

void World::send_acknowledgement(Agency& from, bool has_faults) {
    Acknowledgement acknowledgement;
    acknowledgement.items = std::exchange(from.to_acknowledge, {});
    // An adapter that hands documents on says at first that it holds them.
    for (Acknowledgement::Item& item : acknowledgement.items)
        if (chance(150)) {
            from.to_acknowledge.push_back(item);
            item.is_held = true;
        }
    if (!from.receipts.empty())
        acknowledgement.receipts_through = EntrySeq{from.receipts.rbegin()->first};
    EnvelopeHeader h = header(from, Kind::acknowledgement);
    auto frame = std::make_shared<const Bytes>(h.id.text());
    const bool asks = is_asking(from);
    if (asks) {
        constexpr std::size_t ticks_between_asking = 30;
        from.ask_at = ticks_ + ticks_between_asking;
        ++from.asked;
    }
    submit(from, {std::make_shared<const EnvelopeHeader>(std::move(h)), std::move(frame), std::move(acknowledgement), asks});
    if (has_faults && chance(plan_.faults.garbled_per_mille))
        refuse_an_acknowledgement(from);
}

void World::resend(Agency& from) {
    for (const EnvelopeId& id : from.unanswered)
        from.submit.push_back({from.sent.at(id), std::nullopt});
}

void World::plan_statuses(Agency& by, const EnvelopeHeader& document) {
    std::vector<std::string> codes = chance(200) ? std::vector<std::string>{"01", "02"}
                                                 : std::vector<std::string>{"01", "03", "04", "05", "06"};
    codes.resize(1 + pick(codes.size()));
    if (chance(200))
        codes.push_back(codes[pick(codes.size())]);
    if (chance(100))
        codes.emplace_back("09");
    std::ranges::shuffle(codes, random_);
    for (const std::string& status : codes) {
        const auto answers = chance(500) ? std::optional{document.id} : std::nullopt;
        // Each of those that share the inbox speaks for itself.
        for (const AgencyCode& receiver : document.receivers) {
            if (inbox_of(receiver) != by.code || chance(100))
                continue;
            statuses_reported_[document.id].insert(receiver.text() + " " + status);
            plan_status(by, document, status, answers, receiver);
        }
    }
}

void World::plan_status(Agency& by, const EnvelopeHeader& document, const std::string& status,
                        std::optional<EnvelopeId> answers, const AgencyCode& reporter) {
    EnvelopeHeader h = header(by, Kind::status);
    h.sender = reporter;
    h.receivers = {document.sender};
    h.status = StatusReport{.code = status,
                            .description = "trạng thái " + status,
                            .staff = {},
                            .reported_at = {},
                            .answers_issuer = document.sender.text(),
                            .answers_code = full_number(document.document->number, document.document->notation),
                            .answers_date = {},
                            .answers_document_id = chance(500) ? document.document->document_id : std::string{},
                            .answers_envelope = answers};
    auto frame = std::make_shared<const Bytes>(h.id.text());
    by.to_report.push_back({std::make_shared<const EnvelopeHeader>(std::move(h)), std::move(frame), std::nullopt});
}

/// As the kit does it: of an attempt that is known it says again what it said, a new one it makes.
bool World::could_not_store(Agency& by, const InboxMessage& message, bool has_faults) {
    if (by.received.contains(*message.envelope))
        return false;
    const auto known = by.not_stored.find(*message.envelope);
    if (known != by.not_stored.end() && message.attempt <= known->second)
        return true;
    if (!has_faults || !chance(plan_.faults.not_stored_per_mille))
        return false;
    note("not stored", message.attempt);
    by.not_stored.insert_or_assign(*message.envelope, message.attempt);
    return true;
}

/// As the kit does it: what comes behind lost ones it drops, and asks for all of them.
void World::take_receipts(Agency& by, const InboxMessage& message) {
    const std::uint64_t through = by.receipts.empty() ? 0 : by.receipts.rbegin()->first;
    if (number(message.follows) > through) {
        if (!std::exchange(by.misses_receipts, true))
            by.ask_at = ticks_;
        return;
    }
    if (number(message.receipts.back().entry.seq) > through)
        by.misses_receipts = false;
    for (const ReceiptItem& item : message.receipts) {
        by.receipts.insert_or_assign(number(item.entry.seq), item);
        if (!item.envelope || item.envelope_sender != by.code)
            continue;
        if (item.entry.kind == EntryKind::accepted) {
            by.accepted.insert(*item.envelope);
            by.unanswered.erase(*item.envelope);
        } else if (item.entry.kind == EntryKind::refused && item.entry.code == "part_not_uploaded") {
            by.unanswered.erase(*item.envelope);
            for (const Part& part : by.sent.at(*item.envelope).header->parts)
                by.to_put.insert(part.digest);
            by.waiting_for_contents.push_back(by.sent.at(*item.envelope));
        } else if (item.entry.kind == EntryKind::refused) {
            if (by.garbled.contains(*item.envelope) && !by.refused.contains(*item.envelope))
                acknowledge_again(by, *item.envelope);
            by.refused.insert_or_assign(*item.envelope, item.entry.code);
            by.unanswered.erase(*item.envelope);
        } else if (item.entry.kind == EntryKind::content_damaged) {
            by.to_put.insert(Digest::parse(item.entry.text).value());
        }
    }
}

void World::take(Agency& by, const InboxMessage& message, bool has_faults) {
    if (!message.frame) {
        take_receipts(by, message);
        return;
    }
    AgencyCode sender = by.code;
    std::shared_ptr<const EnvelopeHeader> header_sent;
    for (const Agency& other : agencies_)
        if (const auto it = other.sent.find(*message.envelope); it != other.sent.end()) {
            sender = other.code;
            header_sent = it->second.header;
        }
    if (could_not_store(by, message, has_faults)) {
        by.to_acknowledge.push_back({sender, *message.envelope, false, std::string{failure_codes[pick(failure_codes.size())]},
                                     std::to_string(100 + pick(10)) + "/BC no room", false,
                                     by.not_stored.at(*message.envelope)});
        return;
    }
    if (!by.received.contains(*message.envelope)) {  // The kit's journal.
        ++by.effects[*message.envelope];
        by.received.emplace(*message.envelope, *message.frame);
        if (header_sent && header_sent->business == Business::recall)
            answer_recall(by, *header_sent);
        else if (header_sent && header_sent->kind == Kind::document)
            plan_statuses(by, *header_sent);
    }
    by.to_acknowledge.push_back({sender, *message.envelope, true, {}, {}, false, message.attempt});
}

void World::consume(Agency& by, bool has_faults) {
    for (std::deque<InboxMessage>* queue : {&by.urgent, &by.normal}) {
        // What cannot be fetched now is put aside: the receipt that heals it may stand behind it.
        const auto message = std::ranges::find_if(*queue, [&](const InboxMessage& m) { return can_take(by, m); });
        if (message == queue->end())
            continue;
        note("consume", message->receipts.size());
        take(by, *message, has_faults);
        // Otherwise the adapter ended before the broker learnt that it has the message.
        if (!has_faults || !chance(50))
            queue->erase(message);
        return;
    }
}

void World::step_agency(Agency& by, bool has_faults) {
    if (by.documents_left > 0 && chance(300))
        send_document(by);
    for (std::size_t i = 0; i < 3; ++i)
        consume(by, has_faults);
    if ((!by.to_acknowledge.empty() || is_asking(by)) && chance(400))
        send_acknowledgement(by, has_faults);
    if (!by.to_report.empty() && chance(500)) {
        submit(by, std::move(by.to_report.back()));
        by.to_report.pop_back();
    }
    put_contents(by);
    submit_what_waited(by);
    if (has_faults && chance(10))
        send_forgery(by);
    if (has_faults && chance(20))
        send_recall(by);
    if (!by.unanswered.empty() && chance(has_faults ? plan_.faults.resend_per_mille : 20))
        resend(by);
}

// ---- Promises

void World::check_receipts(const Agency& from, std::vector<std::string>& found) {
    std::map<EnvelopeId, std::map<std::string, std::set<std::string>>> seen;  // Document → receiver → stations.
    for (const auto& [seq, item] : from.receipts)
        if (item.envelope && item.entry.kind == EntryKind::station && item.entry.receiver)
            seen[*item.envelope][item.entry.receiver->text()].insert(
                item.entry.event == ReceiptEvent::status_other ? item.entry.code
                                                               : std::string{name_of(*item.entry.event)});
    for (const EnvelopeId& id : from.accepted) {
        const Submission& s = from.sent.at(id);
        if (s.header->kind != Kind::document)
            continue;
        for (const AgencyCode& receiver : s.header->receivers) {
            const std::string& at = receiver.text();
            const auto& stations = seen[id][at];
            if (!stations.contains("queued"))
                found.push_back("no receipt queued for " + id.text() + " at " + at);
            if (!stations.contains("retrieved"))
                found.push_back("no receipt retrieved for " + id.text() + " at " + at);
            for (const std::string& status : statuses_reported_[id])
                if (status.starts_with(at + " ") && !stations.contains(status.substr(at.size() + 1)))
                    found.push_back("no receipt of status " + status + " for " + id.text());
            // Numbers are unique here: what nobody has reported must not be told.
            for (const char* status : {"01", "02", "04", "05", "06"})
                if (stations.contains(status) && !statuses_reported_[id].contains(at + " " + status))
                    found.push_back("a receipt of status " + std::string{status} + " that " + at + " never reported");
            if (const int effects = agency(inbox_of(receiver)).effects[id]; effects != 1)
                found.push_back("document " + id.text() + " took effect " + std::to_string(effects) + " times at " + at);
        }
    }
}

std::vector<std::string> World::violations() {
    std::vector<std::string> found = moved_back_;
    for (Agency& from : agencies_) {
        for (const auto& [id, submission] : from.sent) {
            const bool is_hopeless = std::ranges::any_of(submission.header->receivers,
                                                         [](const AgencyCode& r) { return r.text() == "H43.88"; });
            const bool is_garbled = from.garbled.contains(id);
            if (from.accepted.contains(id) == (is_hopeless || is_garbled))
                found.push_back((is_hopeless || is_garbled ? "not refused: " : "not accepted: ") + id.text());
            if ((is_hopeless && from.refused[id] != "receiver_unknown")
                || (is_garbled && from.refused[id] != "signature_invalid"))
                found.push_back("not refused as it should be: " + id.text());
        }
        for (const auto& [id, reason] : from.refused)
            if (from.accepted.contains(id) && !(from.forged.contains(id) && reason == "envelope_id_reused"))
                found.push_back("accepted and refused: " + id.text() + " " + reason);
        for (const EnvelopeId& id : from.forged)
            if (from.refused.contains(id) && from.refused.at(id) != "envelope_id_reused")
                found.push_back("forgery refused for another reason: " + id.text());
        for (const auto& [id, submission] : from.sent)
            if (submission.header->kind == Kind::status && from.accepted.contains(id)
                && agency(submission.header->receivers.front()).effects[id] != 1)
                found.push_back("status did not reach its addressee: " + id.text());
        for (const auto& [id, octets] : from.received) {
            const int count = from.effects.at(id);
            const auto sender = std::ranges::find_if(agencies_, [&](const Agency& a) { return a.sent.contains(id); });
            if (sender == agencies_.end())
                found.push_back("received what nobody sent: " + id.text());
            else if (*sender->sent.at(id).frame != octets)
                found.push_back("received other bytes than were sent: " + id.text());
            else if (count != 1)
                found.push_back("took effect more than once: " + id.text());
        }
        check_receipts(from, found);
        check_recalls(from, found);
    }
    check_fillings(found);
    // What the ledger shows must be the furthest of all events, whatever their order was.
    const auto heads = view_->heads().value();
    if (view_->due(DueScope::not_taken, {}, heads.delivery, 100).value().deliveries.size() != 0)
        found.emplace_back("the ledger still shows deliveries as due");
    check_contents(found);
    return found;
}

}  // namespace hub::sim
