#include "hub/amqp/inbound.hpp"

#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/receipt_chain.hpp"
#include "hub/wire/units_codec.hpp"

namespace hub::amqp {
namespace {

/// The first signature by a signer that we know decides.
std::optional<Fault> verify(const Directory& directory, const wire::DecodedEnvelope& envelope, Verdict& verdict) {
    if (envelope.signatures.empty())
        return Fault{Errc::signature_missing, "signatures", {}};
    for (const Signature& signature : envelope.signatures) {
        const auto signer = directory.signer(signature.key);
        if (!signer)
            continue;
        if (auto good = signer->certificate->verify(signature.algorithm, envelope.header_bytes, signature.value); !good)
            return good.error();
        verdict.signer_agency = signer->agency->code;
        verdict.signer_valid_from = signer->certificate->valid_from();
        verdict.signer_valid_until = signer->certificate->valid_until();
        return std::nullopt;
    }
    return Fault{Errc::signer_unknown, "signatures.key_id", envelope.signatures.front().key.text()};
}

}  // namespace

Verdict judge(const Directory& directory, BytesView frame) {
    Verdict verdict;
    const auto envelope = wire::decode_envelope(frame);
    if (!envelope) {
        verdict.fault = envelope.error();
        verdict.header = wire::salvage_header(frame);
        // By which it is known when it comes again.
        verdict.header_digest = sha256(frame);
        return verdict;
    }
    verdict.header = envelope->header;
    verdict.header_digest = sha256(envelope->header_bytes);
    if (auto fault = verify(directory, *envelope, verdict)) {
        verdict.fault = std::move(fault);
        return verdict;
    }
    if (auto checked = wire::check_digests(*envelope); !checked) {
        verdict.fault = checked.error();
        return verdict;
    }
    if (envelope->header->kind == Kind::acknowledgement) {
        if (envelope->inline_parts.size() != 1) {
            verdict.fault = Fault{Errc::part_missing, "acknowledgement", {}};
            return verdict;
        }
        auto acknowledgement = wire::decode_acknowledgement(envelope->inline_parts.front());
        if (!acknowledgement)
            verdict.fault = acknowledgement.error();
        else
            verdict.acknowledgement = std::move(*acknowledgement);
        verdict.misses_receipts = wire::are_receipts_missing(envelope->inline_parts.front());
    }
    if (brings_units(*envelope->header)) {
        auto page = wire::decode_units(envelope->inline_parts.front());
        if (!page)
            verdict.fault = page.error();
        else
            verdict.units = std::make_shared<const UnitsPage>(std::move(*page));
    }
    return verdict;
}

}  // namespace hub::amqp
