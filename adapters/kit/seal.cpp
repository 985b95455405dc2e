#include "adapters/kit/seal.hpp"

#include "hub/core/limits.hpp"

#include <sys/random.h>

namespace hub::kit {
namespace {

template <std::size_t Count>
Result<std::array<std::uint8_t, Count>> random_octets() {
    std::array<std::uint8_t, Count> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        return Fault{Errc::internal, "getrandom", {}};
    return octets;
}

/// W3C: a new trace, sampled.
Result<std::string> new_traceparent() {
    const auto octets = random_octets<24>();
    if (!octets)
        return octets.error();
    std::string hex;
    for (const std::uint8_t octet : *octets) {
        hex += "0123456789abcdef"[octet >> 4];
        hex += "0123456789abcdef"[octet & 15];
    }
    return "00-" + hex.substr(0, 32) + "-" + hex.substr(32) + "-01";
}

}  // namespace

Result<Sealed> seal(const Outgoing& outgoing, std::chrono::hours expires_after, const Signer& signer, Instant now) {
    const auto random = random_octets<10>();
    if (!random)
        return random.error();
    const auto id = EnvelopeId::make(static_cast<std::uint64_t>(now.time_since_epoch().count()), *random);
    std::string traceparent = outgoing.traceparent;
    if (traceparent.empty()) {
        auto made = new_traceparent();
        if (!made)
            return made.error();
        traceparent = std::move(*made);
    }
    EnvelopeHeader header{.id = id,
                          .kind = outgoing.kind,
                          .sender = outgoing.sender,
                          .receivers = outgoing.receivers,
                          .created_at = now,
                          .expires_at = now + expires_after,
                          .urgency = outgoing.urgency,
                          .document = outgoing.document,
                          .business = outgoing.business,
                          .business_refers_to = outgoing.business_refers_to,
                          .business_reason = outgoing.business_reason,
                          .status = outgoing.status,
                          .parts = {},
                          .traceparent = std::move(traceparent),
                          .secrecy = outgoing.secrecy};
    std::vector<BytesView> parts;
    for (const Content& content : outgoing.contents) {
        header.parts.push_back({std::to_string(header.parts.size() + 1), content.name, content.media_type,
                                content.bytes.size(), sha256(content.bytes), true});
        parts.push_back(content.bytes);
    }
    if (auto checked = check(header); !checked)
        return checked.error();
    const Bytes header_bytes = wire::encode_header(header);
    const auto signature = signer.sign(header_bytes);
    if (!signature)
        return Fault{Errc::internal, "signature", signature.error().peer_text};
    Bytes frame = wire::encode_envelope(header_bytes, {&*signature, 1}, parts);
    if (frame.size() > limits::envelope_bytes_max)
        return Fault{Errc::envelope_too_large, "envelope", std::to_string(frame.size())};
    return Sealed{id, std::move(frame)};
}

}  // namespace hub::kit
