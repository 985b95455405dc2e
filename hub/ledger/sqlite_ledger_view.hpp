#pragma once
// The ledger as the relay sees it, on a read-only connection of its own. Statements are prepared when they are
// first asked. One thread.

#include "hub/core/ledger.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/segments.hpp"
#include "hub/ledger/sqlite.hpp"
#include "hub/ledger/sqlite_units.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <unordered_map>

namespace hub::ledger {

class SqliteLedgerView final : public LedgerView {
public:
    enum class Question : std::size_t { head_rows, cursors, known, refused, deliveries_to, named_by_id, named_by_number,
                                        document_of, numbered, name_of_document, first_update, early, due_held, due_not_taken, due_ahead, held_for, in_inbox, last_acknowledgement,
                                        entries, receivers_of, frame_place, content_of, is_party, uses_of,
                                        contents_after, contents_damaged, contents_unnamed, aged_envelopes,
                                        keeping_by_id, usage };
    static constexpr std::size_t question_count = static_cast<std::size_t>(Question::usage) + 1;

    explicit SqliteLedgerView(std::filesystem::path folder)
        : folder_{std::move(folder)}, segments_{folder_ / "segments"} {}

    Result<Heads> heads() override;
    Result<std::optional<KnownEnvelope>> known(const AgencyCode& sender, const EnvelopeId& id) override;
    Result<std::optional<EnvelopeSeq>> refused_before(const EnvelopeRecord& refused) override;
    Result<std::vector<DeliveryRecord>> deliveries(EnvelopeSeq envelope, const AgencyCode& inbox) override;
    Result<std::vector<DeliveryRecord>> named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                         const AnsweredName& asked) override;
    Result<std::optional<EnvelopeSeq>> document(const std::optional<AgencyCode>& sender, std::string_view document_id,
                                                std::string_view issuer) override;
    Result<std::optional<EnvelopeSeq>> numbered_document(const AgencyCode& sender, const AnsweredName& name) override;
    Result<std::optional<DocumentName>> document_name(EnvelopeSeq document) override;
    Result<std::vector<DeliveryRecord>> first_update(EnvelopeSeq document, const AgencyCode& inbox) override;
    Result<std::vector<EnvelopeSeq>> early_questions(const AgencyCode& sender, const AnsweredName& name) override;
    Result<bool> has_more_in_inbox(const AgencyCode& inbox, std::uint64_t than, Instant before) override;
    Result<bool> is_last_acknowledgement_refused(const AgencyCode& agency) override;
    Result<DuePage> due(DueScope scope, DeliverySeq after_seq, DeliverySeq until, std::size_t count,
                        const std::vector<AgencyCode>& apart) override;
    Result<DuePage> held(const AgencyCode& inbox, DeliverySeq after_seq, std::size_t count) override;
    Result<ReceiptPage> receipts(EntrySeq after_seq, std::size_t count) override;
    Result<std::shared_ptr<const Bytes>> frame(EnvelopeSeq envelope) override;
    Result<std::optional<ContentRecord>> content(const Digest& digest) override;
    Result<bool> is_content_party(const Digest& digest, const AgencyCode& agency) override;
    Result<std::vector<ContentUse>> content_uses(const Digest& digest, EnvelopeSeq after, std::size_t count) override;
    Result<std::vector<ContentRecord>> contents(const std::optional<Digest>& after, std::size_t count) override;
    Result<std::vector<ContentRecord>> damaged_contents(const std::optional<Digest>& after,
                                                        std::size_t count) override;
    Result<std::vector<ContentRecord>> unnamed_contents(std::optional<Digest>& after, Instant before,
                                                        std::size_t count) override;
    Result<AgedPage> aged(EnvelopeSeq after, Instant before, std::size_t count) override;
    Result<std::vector<Keeping>> keeping(const EnvelopeId& id, std::size_t count) override;
    Result<std::vector<std::pair<AgencyCode, std::uint64_t>>> content_usage() override;
    Result<std::optional<Unit>> unit(const AgencyCode& code) override;
    Result<SelectedPage> selected(const Selection& selection, const Horizon& seen, DeliverySeq after,
                                  std::size_t count) override;
    Result<std::optional<Operation>> operation(std::string_view key) override;

private:
    Result<std::vector<Operation>> open_operations();
    Result<ContentRecord> content_at(Statement& row);
    Result<std::vector<ContentRecord>> contents_of(Question question, const std::optional<Digest>& after,
                                                   std::size_t count);
    Result<Statement*> ask(Question question);
    Result<void> connect();
    /// Rows of due_held, due_not_taken or held_for.
    Result<std::vector<DueDelivery>> due_rows(Statement& row);
    /// The last of due_skipped_max; nullopt: there are not so many.
    Result<std::optional<DeliverySeq>> end_of_look(DeliverySeq after_seq, DeliverySeq until);
    Result<std::string> numbers_of(const std::vector<AgencyCode>& codes);
    Result<ReceiptItem> item(Statement& row);
    Result<std::vector<AgencyCode>> receivers(std::int64_t first, std::int64_t count);
    Result<std::optional<AgencyCode>> agency_at(Statement& row, int column);

    const std::filesystem::path folder_;
    SegmentReader segments_;
    std::optional<Database> database_;
    AgencyNumbers agencies_;
    UnitReader units_;
    std::array<std::optional<Statement>, question_count> statements_;
    /// Of the last page of due deliveries, whose frames are asked for next: a place is never changed.
    std::unordered_map<std::uint64_t, Place> due_places_;
};

}  // namespace hub::ledger
