#include "adapters/kit/seal.hpp"
#include "adapters/kit/traceparent.hpp"

#include "hub/core/limits.hpp"
#include "tests/support/fresh_folder.hpp"
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
    out.signed_by_gateway = true;
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
    CHECK(header.signed_by_gateway);
    CHECK(header.document == outgoing.document);
    // The time is the one in the id, not that of the call.
    CHECK(header.created_at == Instant{std::chrono::milliseconds{1'750'000'000'000}});
    CHECK(header.expires_at - header.created_at == month);
    CHECK(is_traceparent(header.traceparent));

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

namespace {

struct Sizes {
    FreshFolder folder;
    Outgoing outgoing = letter();
    std::vector<Bytes> octets;

    /// A content of each size: every other one from a file.
    explicit Sizes(const std::vector<std::size_t>& sizes) {
        outgoing.contents.clear();
        for (const std::size_t size : sizes) {
            const std::string name = std::to_string(octets.size());
            octets.emplace_back(size, static_cast<char>('a' + octets.size()));
            outgoing.contents.push_back({name, "", {}, {}});
            if (octets.size() % 2 == 0) {
                write_file(folder / name, octets.back());
                outgoing.contents.back().file = folder / name;
            } else {
                outgoing.contents.back().bytes = octets.back();
            }
        }
    }
};

constexpr std::size_t whole = limits::envelope_bytes_max;

}  // namespace

TEST_CASE("what fits goes inline, the smallest first; the rest is named by its digest", "[seal]") {
    struct Case {
        std::vector<std::size_t> sizes;
        std::vector<std::size_t> by_reference;
    };
    const Case given = GENERATE(values<Case>({{{10, 20}, {}},
                                              {{0, 0}, {}},
                                              {{whole, 20}, {0}},
                                              {{20, whole}, {1}},
                                              {{3 * whole, 5 * whole}, {0, 1}},
                                              {{whole / 2, whole / 2 + 1, 7, whole / 2}, {1, 3}},
                                              {{0, 4 * whole, 0}, {1}}}));
    const Sizes sizes{given.sizes};
    const auto sealed = seal(sizes.outgoing, month, p256(), {true, {}});
    REQUIRE(sealed.has_value());
    CHECK(sealed->by_reference == given.by_reference);
    CHECK(sealed->frame.size() <= whole);
    const auto envelope = wire::decode_envelope(sealed->frame).value();
    CHECK(wire::check_digests(envelope).has_value());
    REQUIRE(envelope.header->parts.size() == given.sizes.size());
    std::size_t inline_count = 0;
    for (std::size_t i = 0; i < given.sizes.size(); ++i) {
        const Part& part = envelope.header->parts[i];
        CHECK(part.size_bytes == given.sizes[i]);
        CHECK(part.digest == sha256(sizes.octets[i]));
        inline_count += part.is_inline ? 1 : 0;
    }
    CHECK(inline_count == envelope.inline_parts.size());
    CHECK(inline_count + sealed->by_reference.size() == given.sizes.size());
    CHECK(wire::decode_envelope(seal(sizes.outgoing, month, p256(), {true, {}})->frame)->header_bytes
          == envelope.header_bytes);
}

TEST_CASE("without a store, and for what is no document, all must fit in", "[seal]") {
    Sizes sizes{{10, whole}};
    SECTION("no store") { CHECK(refusal(sizes.outgoing) == Errc::envelope_too_large); }
    SECTION("a status") {
        sizes.outgoing.kind = Kind::status;
        sizes.outgoing.receivers.resize(1, sizes.outgoing.receivers.front());
        sizes.outgoing.status = StatusReport{.code = "01"};
        const auto sealed = seal(sizes.outgoing, month, p256(), {true, {}});
        CHECK(sealed.error().code == Errc::envelope_too_large);
    }
}

TEST_CASE("a file that is not there is no content", "[seal]") {
    Sizes sizes{{10, 20}};
    std::filesystem::remove(sizes.outgoing.contents[1].file);
    CHECK(refusal(sizes.outgoing) == Errc::not_found);
}

TEST_CASE("while a large file is read the caller gets its turns", "[seal]") {
    const Sizes sizes{{1, 4 * whole}};
    int turns = 0;
    REQUIRE(seal(sizes.outgoing, month, p256(), {true, [&] { ++turns; }}).has_value());
    CHECK(turns > 10);
}

TEST_CASE("a secret is refused before its content is read", "[seal]") {
    Sizes sizes{{1, 4 * whole}};
    sizes.outgoing.secrecy = "Mật";
    const auto sealed = seal(sizes.outgoing, month, p256(), {true, [] { FAIL("read"); }});
    CHECK(sealed.error().code == Errc::document_secret);
}

TEST_CASE("what is no trace by W3C is told apart") {
    const std::string whole = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CHECK(is_traceparent(whole));
    for (const std::string& wrong :
         {std::string{}, whole + "-", whole.substr(1), "01" + whole.substr(2), "ff" + whole.substr(2),
          std::string{"00-00000000000000000000000000000000-b7ad6b7169203331-01"},
          std::string{"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"},
          std::string{"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"},
          std::string{"00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"},
          std::string{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g"}})
        CHECK_FALSE(is_traceparent(wrong));
}
