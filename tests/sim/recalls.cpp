// Senders that want a document back, and what its receivers answer.

#include "tests/sim/world.hpp"

#include <algorithm>

namespace hub::sim {

void World::send_recall(Agency& from) {
    const auto can_be_recalled = [&](const EnvelopeId& id) {
        const EnvelopeHeader& sent = *from.sent.at(id).header;
        return sent.kind == Kind::document && sent.business == Business::fresh && !recalls_.contains(id);
    };
    std::vector<EnvelopeId> candidates;
    std::ranges::copy_if(from.accepted, std::back_inserter(candidates), can_be_recalled);
    // The large part of one is still being put: its recall comes first.
    const auto waiting = std::ranges::find_if(from.waiting_for_contents, [&](const Submission& each) {
        const bool is_hopeless = each.header->receivers.front().text() == "H43.88";
        return each.header->kind == Kind::document && !is_hopeless && !recalls_.contains(each.header->id);
    });
    const bool is_early = waiting != from.waiting_for_contents.end() && chance(700);
    if (candidates.empty() && !is_early)
        return;
    const EnvelopeHeader sent = is_early ? *waiting->header : *from.sent.at(candidates[pick(candidates.size())]).header;
    const EnvelopeId original = sent.id;
    if (is_early)
        note("early");
    EnvelopeHeader h = header(from, Kind::document);
    const std::string number = std::to_string(from.next_number++);
    h.receivers = sent.receivers;
    h.business = Business::recall;
    h.business_refers_to = sent.document->document_id;
    h.business_reason = "Sai thẩm quyền";
    h.document = DocumentName{from.code.text(), number, "UBND-" + from.code.text(), "2026-11-24",
                              from.code.text() + ",2026/11/24," + number, "V/v thu hồi", "Công văn"};
    note("recall");
    recalls_.emplace(original, Recall{h.id, {}});
    auto frame = std::make_shared<const Bytes>(h.id.text());
    submit(from, {std::make_shared<const EnvelopeHeader>(std::move(h)), std::move(frame), std::nullopt});
}

void World::answer_recall(Agency& by, const EnvelopeHeader& recall) {
    const auto asked = std::ranges::find(recalls_, recall.id, [](const auto& entry) { return entry.second.id; });
    for (const AgencyCode& receiver : recall.receivers) {
        if (inbox_of(receiver) != by.code)
            continue;
        const std::string answer = chance(500) ? "15" : "16";
        asked->second.answers[receiver.text()] = answer;
        // The document may still be on its way: then only the recall can be named.
        const bool names_document = by.received.contains(asked->first) && chance(500);
        plan_status(by, recall, answer, names_document ? asked->first : recall.id, receiver);
    }
}

void World::check_recalls(const Agency& from, std::vector<std::string>& found) {
    for (const auto& [original, recall] : recalls_) {
        if (!from.sent.contains(original))
            continue;
        const EnvelopeSeq envelope = view_->known(from.code, original).value()->seq;
        for (const AgencyCode& receiver : from.sent.at(original).header->receivers) {
            const auto deliveries = view_->deliveries(envelope, inbox_of(receiver)).value();
            const auto its = std::ranges::find(deliveries, receiver, &DeliveryRecord::receiver);
            const auto answer = recall.answers.find(receiver.text());
            const Change wanted{Business::recall, answer == recall.answers.end() ? ChangeState::asked
                                                  : answer->second == "15"      ? ChangeState::agreed
                                                                                : ChangeState::declined};
            if (its->change != wanted)
                found.push_back("recall of " + original.text() + " at " + receiver.text() + " is "
                                + std::string{name_of(its->change.state)} + ", not "
                                + std::string{name_of(wanted.state)});
            if ((its->station == Station::withdrawn) != (wanted.state == ChangeState::agreed))
                found.push_back("station of " + original.text() + " at " + receiver.text() + " is "
                                + std::string{name_of(its->station)});
        }
    }
}

}  // namespace hub::sim
