#include "adapters/kit/seal.hpp"

#include "hub/core/limits.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

constexpr std::chrono::hours month{24 * 30};

Signer signer_of(KeyKind kind) {
    const KeyPair pair = make_key(kind, "H43.01");
    return Signer::parse(pair.certificate_pem, pair.key_pem).value();
}

const Signer& p256() {
    static const Signer signer = signer_of(KeyKind::p256);
    return signer;
}

AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }

Outgoing letter() {
    Outgoing out{.id = EnvelopeId::make(1'750'000'000'000, {1, 2, 3}),
                 .kind = Kind::document,
                 .sender = code("H43.01")};
    out.receivers = {code("H43.02"), code("H43.03")};
    out.urgency = Urgency::express;
    out.document = DocumentName{"H43.01", "12", "SNV-VP", "2026-05-04", "an id", "V/v báo cáo quý", "Công văn"};
    out.contents = {{"vb.edxml", "application/edxml+xml", "<edXML/>"}, {"two", "text/plain", Bytes{"\0\xff", 2}}};
    return out;
}

Errc refusal(const Outgoing& outgoing) {
    const auto sealed = seal(outgoing, month, p256());
    REQUIRE(sealed.has_error());
    return sealed.error().code;
}

}  // namespace

TEST_CASE("the envelope says what was handed in, and follows from id and content alone", "[seal]") {
    const Outgoing outgoing = letter();
    const Sealed sealed = seal(outgoing, month, p256()).value();
    CHECK(sealed.id == outgoing.id);
    const auto envelope = wire::decode_envelope(sealed.frame).value();
    const EnvelopeHeader& header = *envelope.header;
    CHECK(header.id == *outgoing.id);
    CHECK(header.kind == Kind::document);
    CHECK(header.sender == outgoing.sender);
    CHECK(header.receivers == outgoing.receivers);
    CHECK(header.urgency == Urgency::express);
    CHECK(header.document == outgoing.document);
    // The time is the one in the id, not that of the call.
    CHECK(header.created_at == Instant{std::chrono::milliseconds{1'750'000'000'000}});
    CHECK(header.expires_at - header.created_at == month);
    CHECK(header.traceparent.size() == 55);
    CHECK(header.traceparent.starts_with("00-"));

    const Sealed again = seal(outgoing, month, p256()).value();
    CHECK(wire::decode_envelope(again.frame)->header_bytes == envelope.header_bytes);
    Outgoing other = outgoing;
    other.contents[1].bytes += '!';
    const Sealed changed = seal(other, month, p256()).value();
    CHECK(wire::decode_envelope(changed.frame)->header_bytes != envelope.header_bytes);
}

TEST_CASE("without an id the kit chooses one that was not there before", "[seal]") {
    Outgoing outgoing = letter();
    outgoing.id.reset();
    const auto first = seal(outgoing, month, p256()).value();
    const auto second = seal(outgoing, month, p256()).value();
    CHECK(first.id != second.id);
    CHECK(wire::decode_envelope(first.frame)->header->id == first.id);
    CHECK(new_envelope_id().value() != new_envelope_id().value());
}

TEST_CASE("the header binds the contents by their digests", "[seal]") {
    const Outgoing outgoing = letter();
    const Sealed sealed = seal(outgoing, month, p256()).value();
    const auto envelope = wire::decode_envelope(sealed.frame).value();
    REQUIRE(envelope.header->parts.size() == 2);
    REQUIRE(envelope.inline_parts.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const Part& part = envelope.header->parts[i];
        CHECK(part.name == outgoing.contents[i].name);
        CHECK(part.media_type == outgoing.contents[i].media_type);
        CHECK(part.size_bytes == outgoing.contents[i].bytes.size());
        CHECK(part.digest == sha256(outgoing.contents[i].bytes));
        CHECK(envelope.inline_parts[i] == outgoing.contents[i].bytes);
    }
    CHECK(envelope.header->parts[0].content_id != envelope.header->parts[1].content_id);
    CHECK(wire::check_digests(envelope).has_value());
}

TEST_CASE("every kind of key that the hub takes signs", "[seal]") {
    const KeyKind kind = GENERATE(KeyKind::rsa2048, KeyKind::p256, KeyKind::ed25519);
    CAPTURE(static_cast<int>(kind));
    const Signer signer = signer_of(kind);
    const Sealed sealed = seal(letter(), month, signer).value();
    const auto envelope = wire::decode_envelope(sealed.frame).value();
    REQUIRE(envelope.signatures.size() == 1);
    const Signature& signature = envelope.signatures.front();
    CHECK(signature.key == signer.certificate().id());
    CHECK(signature.algorithm == signer.algorithm());
    CHECK(signer.certificate().verify(signature.algorithm, envelope.header_bytes, signature.value).has_value());
    Bytes altered{envelope.header_bytes};
    altered.back() = static_cast<char>(altered.back() ^ 1);
    CHECK(signer.certificate().verify(signature.algorithm, altered, signature.value).has_error());
}

TEST_CASE("keys that are too weak, or that the hub does not know, sign nothing", "[seal]") {
    const KeyPair pair = make_key(GENERATE(KeyKind::rsa1024, KeyKind::p384), "H43.01");
    CHECK(Signer::parse(pair.certificate_pem, pair.key_pem).has_error());
}

TEST_CASE("what the hub would refuse is refused before it is sent", "[seal]") {
    Outgoing outgoing = letter();
    SECTION("secret") {
        outgoing.secrecy = "Mật";
        CHECK(refusal(outgoing) == Errc::document_secret);
    }
    SECTION("no receiver") {
        outgoing.receivers.clear();
        CHECK(refusal(outgoing) == Errc::receiver_missing);
    }
    SECTION("a receiver twice") {
        outgoing.receivers.push_back(code("H43.02"));
        CHECK(refusal(outgoing) == Errc::receiver_duplicate);
    }
    SECTION("a document without its name") {
        outgoing.document.reset();
        CHECK(refusal(outgoing) == Errc::field_invalid);
    }
    SECTION("a status without what it says") {
        outgoing.kind = Kind::status;
        CHECK(refusal(outgoing) == Errc::field_invalid);
    }
    SECTION("a control character in a name") {
        outgoing.contents[0].name = "v\x01.edxml";
        CHECK(refusal(outgoing) == Errc::field_invalid);
    }
    SECTION("no time to live") {
        CHECK(seal(outgoing, std::chrono::hours{0}, p256()).error().code == Errc::field_invalid);
    }
}

TEST_CASE("an envelope may be as large as the limit and no larger", "[seal]") {
    Outgoing outgoing = letter();
    outgoing.contents[0].bytes.assign(limits::envelope_bytes_max, 'x');
    CHECK(refusal(outgoing) == Errc::envelope_too_large);
    // Room for the header and the signature, which has no fixed size.
    outgoing.contents[0].bytes.resize(limits::envelope_bytes_max - 2048);
    const auto sealed = seal(outgoing, month, p256());
    REQUIRE(sealed.has_value());
    CHECK(sealed->frame.size() <= limits::envelope_bytes_max);
    CHECK(wire::decode_envelope(sealed->frame).has_value());
}
