#include "hub/wire/envelope_codec.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include "hub/v1/envelope.pb.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <climits>

namespace hub::wire {
namespace {

namespace pb = lgsp::hub::v1;
using google::protobuf::io::CodedInputStream;
using google::protobuf::internal::WireFormatLite;

constexpr std::uint32_t version_known = 1;

Fault fault(Errc code, std::string field, std::string_view text = {}) {
    return {code, std::move(field), std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

/// The outer message's fields as views into the frame: a document's bytes are never copied to look at it.
struct Outer {
    BytesView header;
    std::vector<BytesView> signatures;
    std::vector<BytesView> inline_parts;
    bool has_attached_parts = false;
};

Result<Outer> split(BytesView frame) {
    if (frame.size() > limits::envelope_bytes_max)
        return fault(Errc::envelope_too_large, "envelope", std::to_string(frame.size()));
    const auto malformed = fault(Errc::envelope_malformed, "envelope");
    CodedInputStream in{reinterpret_cast<const std::uint8_t*>(frame.data()), static_cast<int>(frame.size())};
    Outer outer;
    bool has_header = false;
    while (const std::uint32_t tag = in.ReadTag()) {
        const int field = WireFormatLite::GetTagFieldNumber(tag);
        outer.has_attached_parts |= field == pb::SignedEnvelope::kAttachedPartsFieldNumber;
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            if (!WireFormatLite::SkipField(&in, tag))
                return malformed;
            continue;
        }
        std::uint32_t size = 0;
        if (!in.ReadVarint32(&size) || size > frame.size())
            return malformed;
        const auto at = static_cast<std::size_t>(in.CurrentPosition());
        if (!in.Skip(static_cast<int>(size)))
            return malformed;
        const BytesView value = frame.substr(at, size);
        if (field == pb::SignedEnvelope::kHeaderFieldNumber) {
            // A second header would be read differently by different decoders: the signed one must be the only one.
            if (has_header || size > limits::header_bytes_max)
                return malformed;
            has_header = true;
            outer.header = value;
        } else if (field == pb::SignedEnvelope::kSignaturesFieldNumber) {
            if (outer.signatures.size() == limits::signatures_max)
                return fault(Errc::envelope_malformed, "signatures", "more than 8");
            outer.signatures.push_back(value);
        } else if (field == pb::SignedEnvelope::kInlinePartsFieldNumber) {
            if (outer.inline_parts.size() == limits::parts_max)
                return fault(Errc::envelope_malformed, "inline_parts", "more than 64");
            outer.inline_parts.push_back(value);
        }
    }
    if (!in.ConsumedEntireMessage() || in.CurrentPosition() != static_cast<int>(frame.size()) || !has_header)
        return malformed;
    return outer;
}

/// The library would write a line for each foreign text that is not UTF-8: anyone could fill the log.
void silence_library() {
    static const auto previous = google::protobuf::SetLogHandler(nullptr);
    (void)previous;
}

template <class Message>
bool parse(Message& message, BytesView octets) {
    CodedInputStream in{reinterpret_cast<const std::uint8_t*>(octets.data()), static_cast<int>(octets.size())};
    silence_library();
    in.SetRecursionLimit(limits::protobuf_depth_max);
    return message.ParseFromCodedStream(&in) && in.ConsumedEntireMessage();
}

std::optional<Kind> kind_of(pb::Kind kind) {
    switch (kind) {
    case pb::DOCUMENT: return Kind::document;
    case pb::STATUS: return Kind::status;
    case pb::ACKNOWLEDGEMENT: return Kind::acknowledgement;
    case pb::RECEIPT: return Kind::receipt;
    case pb::SERVICE: return Kind::service;
    case pb::KIND_UNSPECIFIED:
    case pb::Kind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case pb::Kind_INT_MAX_SENTINEL_DO_NOT_USE_: return std::nullopt;
    }
    return std::nullopt;
}

Result<Instant> instant_of(std::int64_t ms, std::string_view field) {
    constexpr std::int64_t year_9999_ms = 253'402'300'799'999;
    if (ms < 0 || ms > year_9999_ms)
        return fault(Errc::field_invalid, std::string{field}, std::to_string(ms));
    return Instant{std::chrono::milliseconds{ms}};
}

DocumentName document_name(const pb::DocumentName& d) {
    return {d.issuer(), d.number(), d.notation(), d.promulgated_on(), d.document_id(), d.subject(), d.type_name()};
}

void fill(pb::DocumentName& out, const DocumentName& d) {
    out.set_issuer(d.issuer);
    out.set_number(d.number);
    out.set_notation(d.notation);
    out.set_promulgated_on(d.promulgated_on);
    out.set_document_id(d.document_id);
    out.set_subject(d.subject);
    out.set_type_name(d.type_name);
}

Result<std::vector<Part>> parts_of(const pb::EnvelopeHeader& message) {
    if (static_cast<std::size_t>(message.parts_size()) > limits::parts_max)
        return fault(Errc::field_invalid, "parts", "more than 64");
    std::vector<Part> parts;
    for (const pb::Part& p : message.parts()) {
        const auto digest = Digest::from_bytes(p.sha256());
        if (!digest)
            return fault(Errc::field_invalid, "parts[" + std::to_string(parts.size()) + "].sha256");
        parts.push_back({p.content_id(), p.name(), p.media_type(), p.size_bytes(), *digest, p.is_inline()});
    }
    return parts;
}

Result<std::vector<AgencyCode>> receivers_of(const pb::EnvelopeHeader& message) {
    if (static_cast<std::size_t>(message.receivers_size()) > limits::receivers_max)
        return fault(Errc::field_invalid, "receivers", "more than 2000");
    std::vector<AgencyCode> receivers;
    for (const std::string& text : message.receivers()) {
        auto code = AgencyCode::parse(text);
        if (!code)
            return fault(Errc::field_invalid, "receivers[" + std::to_string(receivers.size()) + "]", text);
        receivers.push_back(std::move(*code));
    }
    return receivers;
}

Result<std::optional<StatusReport>> status_of(const pb::EnvelopeHeader& message) {
    if (!message.has_status())
        return std::optional<StatusReport>{};
    const pb::StatusReport& s = message.status();
    StatusReport report{s.code(),         s.description(),  s.staff(),               s.reported_at(), s.answers_issuer(),
                        s.answers_code(), s.answers_date(), s.answers_document_id(), std::nullopt};
    if (!s.answers_envelope_id().empty()) {
        const auto id = EnvelopeId::from_bytes(s.answers_envelope_id());
        if (!id)
            return fault(Errc::field_invalid, "status.answers_envelope_id");
        report.answers_envelope = *id;
    }
    return std::optional{std::move(report)};
}

/// nullopt in `out` when there is none.
Result<void> read_refusal(const pb::EnvelopeHeader& message, std::optional<Fault>& out) {
    if (!message.has_refusal())
        return {};
    const auto code = parse_errc(message.refusal().code());
    if (!code)
        return fault(Errc::field_invalid, "refusal.code", message.refusal().code());
    out = Fault{*code, message.refusal().field(), message.refusal().text()};
    return {};
}

Result<std::shared_ptr<EnvelopeHeader>> header_of(const pb::EnvelopeHeader& m) {
    if (m.version() != version_known)
        return fault(Errc::envelope_version_unsupported, "version", std::to_string(m.version()));
    const auto id = EnvelopeId::from_bytes(m.envelope_id());
    if (!id)
        return fault(Errc::field_invalid, "envelope_id", id.error().peer_text);
    const auto kind = kind_of(m.kind());
    if (!kind)
        return fault(Errc::field_invalid, "kind", std::to_string(m.kind()));
    auto sender = AgencyCode::parse(m.sender());
    if (!sender)
        return fault(Errc::field_invalid, "sender", m.sender());
    auto receivers = receivers_of(m);
    if (!receivers)
        return receivers.error();
    const auto created_at = instant_of(m.created_at_ms(), "created_at");
    if (!created_at)
        return created_at.error();
    const auto expires_at = instant_of(m.expires_at_ms(), "expires_at");
    if (!expires_at)
        return expires_at.error();
    if (m.urgency() > static_cast<std::uint32_t>(Urgency::express_timed))
        return fault(Errc::field_invalid, "urgency", std::to_string(m.urgency()));
    if (m.business().type() > static_cast<std::uint32_t>(Business::replace))
        return fault(Errc::field_invalid, "business.type", std::to_string(m.business().type()));
    auto parts = parts_of(m);
    if (!parts)
        return parts.error();
    auto status = status_of(m);
    if (!status)
        return status.error();
    std::optional<Fault> refusal;
    if (auto read = read_refusal(m, refusal); !read)
        return read.error();

    return std::make_shared<EnvelopeHeader>(EnvelopeHeader{
        .id = *id,
        .kind = *kind,
        .sender = std::move(*sender),
        .receivers = std::move(*receivers),
        .created_at = *created_at,
        .expires_at = *expires_at,
        .urgency = static_cast<Urgency>(m.urgency()),
        .document = m.has_document() ? std::optional{document_name(m.document())} : std::nullopt,
        .business = static_cast<Business>(m.business().type()),
        .business_refers_to = m.business().refers_to(),
        .business_reason = m.business().reason(),
        .status = std::move(*status),
        .parts = std::move(*parts),
        .traceparent = m.traceparent(),
        .refusal = std::move(refusal),
        .secrecy = m.secrecy(),
        .signed_by_gateway = m.signed_by_gateway(),
    });
}

Result<std::shared_ptr<EnvelopeHeader>> read_header(BytesView octets) {
    pb::EnvelopeHeader message;
    if (!parse(message, octets))
        return fault(Errc::envelope_malformed, "header");
    return header_of(message);
}

Result<std::vector<Signature>> signatures_of(const Outer& outer) {
    std::vector<Signature> signatures;
    for (const BytesView octets : outer.signatures) {
        pb::Signature message;
        const std::string field = "signatures[" + std::to_string(signatures.size()) + "]";
        if (!parse(message, octets))
            return fault(Errc::envelope_malformed, field);
        const auto key = KeyId::from_bytes(message.key_id());
        if (!key)
            return fault(Errc::field_invalid, field + ".key_id");
        if (message.algorithm() < pb::ECDSA_P256_SHA256 || message.algorithm() > pb::ED25519)
            return fault(Errc::field_invalid, field + ".algorithm", std::to_string(message.algorithm()));
        signatures.push_back({*key, static_cast<Algorithm>(message.algorithm()), std::move(*message.mutable_value())});
    }
    return signatures;
}

}  // namespace

Result<DecodedEnvelope> decode_envelope(BytesView frame) {
    auto outer = split(frame);
    if (!outer)
        return outer.error();
    auto header = read_header(outer->header);
    if (!header)
        return header.error();
    auto signatures = signatures_of(*outer);
    if (!signatures)
        return signatures.error();
    if (auto checked = check(**header); !checked)
        return checked.error();
    // Of the hub only, and never in the ledger: from a sender they would pass by the content store's rules.
    if (outer->has_attached_parts)
        return fault(Errc::field_invalid, "attached_parts");

    const auto& parts = (*header)->parts;
    const auto inline_count = static_cast<std::size_t>(std::ranges::count_if(parts, &Part::is_inline));
    if (inline_count != outer->inline_parts.size())
        return fault(Errc::part_missing, "inline_parts",
                     std::to_string(outer->inline_parts.size()) + " of " + std::to_string(inline_count));
    std::size_t next = 0;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts[i].is_inline && outer->inline_parts[next++].size() != parts[i].size_bytes)
            return fault(Errc::part_missing, "parts[" + std::to_string(i) + "].size_bytes",
                         std::to_string(parts[i].size_bytes));
    return DecodedEnvelope{outer->header, std::move(*header), std::move(*signatures), std::move(outer->inline_parts)};
}

std::shared_ptr<const EnvelopeHeader> salvage_header(BytesView frame) {
    const auto outer = split(frame.substr(0, limits::envelope_bytes_max));
    if (!outer)
        return nullptr;
    auto header = read_header(outer->header);
    if (!header)
        return nullptr;
    // Nothing of a secret document may be kept, not even its subject (Decision 28/2018). And texts over the
    // limits, if they were the reason, must not get into the ledger by this door.
    if (!(*header)->secrecy.empty() || !check_content(**header)) {
        (*header)->document.reset();
        (*header)->status.reset();
        (*header)->parts.clear();
        (*header)->business_refers_to.clear();
        (*header)->business_reason.clear();
        (*header)->traceparent.clear();
    }
    (*header)->secrecy.clear();
    return *header;
}

Result<void> check_digests(const DecodedEnvelope& envelope) {
    std::size_t next = 0;
    const auto& parts = envelope.header->parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!parts[i].is_inline)
            continue;
        const Digest actual = sha256(envelope.inline_parts[next++]);
        if (actual != parts[i].digest)
            return fault(Errc::part_digest_mismatch, "parts[" + std::to_string(i) + "].sha256", actual.text());
    }
    return {};
}

Bytes encode_header(const EnvelopeHeader& header) {
    pb::EnvelopeHeader m;
    m.set_version(version_known);
    m.set_envelope_id(Bytes{header.id.bytes()});
    m.set_kind(static_cast<pb::Kind>(header.kind));
    m.set_sender(header.sender.text());
    for (const AgencyCode& receiver : header.receivers)
        m.add_receivers(receiver.text());
    m.set_created_at_ms(header.created_at.time_since_epoch().count());
    m.set_expires_at_ms(header.expires_at.time_since_epoch().count());
    m.set_urgency(static_cast<std::uint32_t>(header.urgency));
    if (header.document)
        fill(*m.mutable_document(), *header.document);
    if (header.business != Business::fresh || !header.business_refers_to.empty() || !header.business_reason.empty()) {
        m.mutable_business()->set_type(static_cast<std::uint32_t>(header.business));
        m.mutable_business()->set_refers_to(header.business_refers_to);
        m.mutable_business()->set_reason(header.business_reason);
    }
    if (header.status) {
        pb::StatusReport& s = *m.mutable_status();
        s.set_code(header.status->code);
        s.set_description(header.status->description);
        s.set_staff(header.status->staff);
        s.set_reported_at(header.status->reported_at);
        s.set_answers_issuer(header.status->answers_issuer);
        s.set_answers_code(header.status->answers_code);
        s.set_answers_date(header.status->answers_date);
        s.set_answers_document_id(header.status->answers_document_id);
        if (const auto& envelope = header.status->answers_envelope)
            s.set_answers_envelope_id(std::string{envelope->bytes()});
    }
    for (const Part& part : header.parts) {
        pb::Part& p = *m.add_parts();
        p.set_content_id(part.content_id);
        p.set_name(part.name);
        p.set_media_type(part.media_type);
        p.set_size_bytes(part.size_bytes);
        p.set_sha256(Bytes{part.digest.bytes()});
        p.set_is_inline(part.is_inline);
    }
    m.set_traceparent(header.traceparent);
    if (header.refusal) {
        pb::Refusal& r = *m.mutable_refusal();
        r.set_code(std::string{name_of(header.refusal->code)});
        r.set_field(header.refusal->field);
        r.set_text(header.refusal->peer_text);
    }
    m.set_secrecy(header.secrecy);
    m.set_signed_by_gateway(header.signed_by_gateway);
    return m.SerializeAsString();
}

Bytes encode_envelope(BytesView header_bytes, std::span<const Signature> signatures,
                      std::span<const BytesView> inline_parts) {
    pb::SignedEnvelope m;
    m.set_header(Bytes{header_bytes});
    for (const Signature& signature : signatures) {
        pb::Signature& s = *m.add_signatures();
        s.set_key_id(Bytes{signature.key.bytes()});
        s.set_algorithm(static_cast<pb::Algorithm>(signature.algorithm));
        s.set_value(signature.value);
    }
    for (const BytesView part : inline_parts)
        m.add_inline_parts(part.data(), part.size());
    return m.SerializeAsString();
}

Result<Acknowledgement> decode_acknowledgement(BytesView part) {
    pb::Acknowledgement message;
    if (!parse(message, part))
        return fault(Errc::envelope_malformed, "acknowledgement");
    if (static_cast<std::size_t>(message.items_size()) > limits::acknowledged_items_max)
        return fault(Errc::field_invalid, "acknowledgement.items", "more than 1000");
    Acknowledgement out;
    out.receipts_through = EntrySeq{message.receipts_through()};
    for (pb::Acknowledgement::Item& item : *message.mutable_items()) {
        const std::string field = "acknowledgement.items[" + std::to_string(out.items.size()) + "]";
        auto sender = AgencyCode::parse(item.sender());
        const auto id = EnvelopeId::from_bytes(item.envelope_id());
        if (!sender || !id)
            return fault(Errc::field_invalid, field);
        if (item.code().size() > limits::fault_text_bytes_max || item.detail().size() > limits::text_bytes_max)
            return fault(Errc::field_invalid, field + ".detail", "too long");
        out.items.push_back({std::move(*sender), *id, item.is_stored(), std::move(*item.mutable_code()),
                             std::move(*item.mutable_detail()), item.is_held(), item.attempt()});
    }
    return out;
}

Bytes encode_acknowledgement(const Acknowledgement& acknowledgement) {
    pb::Acknowledgement message;
    message.set_receipts_through(number(acknowledgement.receipts_through));
    for (const Acknowledgement::Item& item : acknowledgement.items) {
        pb::Acknowledgement::Item& out = *message.add_items();
        out.set_sender(item.sender.text());
        out.set_envelope_id(Bytes{item.envelope.bytes()});
        out.set_is_stored(item.is_stored);
        out.set_code(item.code);
        out.set_detail(item.detail);
        out.set_is_held(item.is_held);
        out.set_attempt(item.attempt);
    }
    return message.SerializeAsString();
}

}  // namespace hub::wire
