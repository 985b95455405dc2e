#include "hub/amqp/receipt_message.hpp"

#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/receipt_chain.hpp"

namespace hub::amqp {

Result<Bytes> receipt_message(const EnvelopeId& id, Instant now, const AgencyCode& hub_code,
                              const PublishReceipts& receipts, const Signer& signer) {
    constexpr std::chrono::hours expires_after{24 * 365};
    const Bytes part = wire::encode_receipts(receipts.items) + wire::encode_follows(receipts.follows);
    const EnvelopeHeader header{.id = id,
                                .kind = Kind::receipt,
                                .sender = hub_code,
                                .receivers = {receipts.addressee},
                                .created_at = now,
                                .expires_at = now + expires_after,
                                .urgency = Urgency::normal,
                                .document = std::nullopt,
                                .business = Business::fresh,
                                .business_refers_to = {},
                                .business_reason = {},
                                .status = std::nullopt,
                                .parts = {{.content_id = "receipts",
                                           .name = {},
                                           .media_type = std::string{wire::receipts_media_type},
                                           .size_bytes = part.size(),
                                           .digest = sha256(part),
                                           .is_inline = true}},
                                .traceparent = {},
                                .refusal = std::nullopt,
                                .secrecy = {}};
    const Bytes header_bytes = wire::encode_header(header);
    const auto signature = signer.sign(header_bytes);
    if (!signature)
        return signature.error();
    const BytesView parts[] = {part};
    return wire::encode_envelope(header_bytes, {&*signature, 1}, parts);
}

}  // namespace hub::amqp
