#pragma once
// Protobuf ↔ core. No generated type leaves this room.

#include "hub/core/envelope.hpp"
#include "hub/core/ledger.hpp"

#include <span>

namespace hub::wire {

inline constexpr std::string_view envelope_media_type = "application/vnd.lgsp.envelope+protobuf";
inline constexpr std::string_view acknowledgement_media_type = "application/vnd.lgsp.acknowledgement+protobuf";
inline constexpr std::string_view receipts_media_type = "application/vnd.lgsp.receipts+protobuf";

/// A decoded envelope. The views point into the frame that was decoded and live as long as it.
struct DecodedEnvelope {
    BytesView header_bytes;
    std::shared_ptr<const EnvelopeHeader> header;
    std::vector<Signature> signatures;
    std::vector<BytesView> inline_parts;      ///< As many as the header's parts with is_inline, same order.
};

/// envelope_too_large, envelope_malformed, envelope_version_unsupported, part_missing (inline parts and header
/// disagree in number or size), field_invalid (also for attached parts: see attached_parts.hpp) and the others of check(). Digests and signatures are not
/// looked at.
Result<DecodedEnvelope> decode_envelope(BytesView frame);

/// Whatever could be read of a frame that decode_envelope() refused, for the refusal's addressee to recognise
/// it; null when not even the header could be read. Applies the same limits.
std::shared_ptr<const EnvelopeHeader> salvage_header(BytesView frame);

/// part_digest_mismatch names the part.
Result<void> check_digests(const DecodedEnvelope& envelope);

Bytes encode_header(const EnvelopeHeader& header);
Bytes encode_envelope(BytesView header_bytes, std::span<const Signature> signatures,
                      std::span<const BytesView> inline_parts);

Result<Acknowledgement> decode_acknowledgement(BytesView part);
Bytes encode_acknowledgement(const Acknowledgement& acknowledgement);

/// A receipt as its addressee reads it.
struct Receipt {
    EntrySeq entry{};
    Instant at;
    std::string what;                         ///< "accepted", "refused", "queued", "retrieved", "failed", "01" … "16", "status"
    std::optional<EnvelopeId> envelope;
    std::string envelope_sender;
    std::string receiver;
    std::vector<std::string> receivers;
    std::string code;
    std::string field;
    std::string text;
    DocumentName document;
};
Result<std::vector<Receipt>> decode_receipts(BytesView part);
Bytes encode_receipts(std::span<const ReceiptItem> items);

}  // namespace hub::wire
