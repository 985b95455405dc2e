#include "hub/ledger/sqlite_changes.hpp"

namespace hub::ledger {

std::vector<std::string> early_keys(std::string_view document_id, std::string_view full_number,
                                    std::string_view promulgated_on) {
    std::vector<std::string> keys;
    if (!document_id.empty())
        keys.push_back("id " + std::string{document_id});
    if (!full_number.empty() && !promulgated_on.empty())
        keys.push_back("number " + std::string{promulgated_on} + " " + std::string{full_number});
    return keys;
}

Result<void> ChangeWriter::prepare() {
    if (statements_)
        return {};
    auto asking = database_.prepare("UPDATE deliveries SET asked_by = ?2, kind_before = ?3, state_before = ?4 WHERE seq = ?1");
    auto early = database_.prepare("INSERT INTO early_questions (sender, name, issuer, envelope) VALUES (?1,?2,?3,?4)");
    auto met = database_.prepare("UPDATE envelopes SET changes = ?2 WHERE seq = ?1");
    if (!asking || !early || !met)
        return !asking ? asking.error() : !early ? early.error() : met.error();
    statements_ = Statements{std::move(*asking), std::move(*early), std::move(*met)};
    return {};
}

Result<void> ChangeWriter::write(const Batch& batch) {
    for (const StationChange& change : batch.stations)
        if (change.asking)
            if (auto written = write(change.delivery, *change.asking); !written)
                return written;
    for (const EarlyQuestion& question : batch.early)
        if (auto written = write(question); !written)
            return written;
    for (const MetQuestion& met : batch.met)
        if (auto written = write(met); !written)
            return written;
    return {};
}

Result<void> ChangeWriter::write(DeliverySeq delivery, const Asking& asking) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    return statements_->asking.bind(1, number(delivery))
        .bind(2, number(asking.by))
        .bind(3, static_cast<int>(asking.before.kind))
        .bind(4, static_cast<int>(asking.before.state))
        .run();
}

Result<void> ChangeWriter::write(const EarlyQuestion& question) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    const auto sender = agencies_.number_for_writing(database_, question.sender);
    if (!sender)
        return sender.error();
    for (const std::string& key : early_keys(question.document_id, question.full_number, question.promulgated_on))
        if (auto written = statements_->early.bind(1, *sender)
                               .bind_text(2, key)
                               .bind_text(3, question.issuer)
                               .bind(4, number(question.envelope))
                               .run();
            !written)
            return written;
    return {};
}

Result<void> ChangeWriter::write(const MetQuestion& met) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    return statements_->met.bind(1, number(met.question)).bind(2, number(met.document)).run();
}

}  // namespace hub::ledger
