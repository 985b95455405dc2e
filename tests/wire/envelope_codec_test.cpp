#include "hub/wire/envelope_codec.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include "hub/v1/envelope.pb.h"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace hub;
using test::code;
using namespace std::chrono_literals;

namespace {

const Bytes content = "bytes of the packet";

EnvelopeHeader full_header() {
    return {.id = EnvelopeId::make(1'764'000'000'000, {1, 2, 3}),
            .kind = Kind::status,
            .sender = code("000.00.00.H41"),
            .receivers = {code("000.00.00.G22")},
            .created_at = Instant{1'764'000'000'000ms},
            .expires_at = Instant{1'765'000'000'123ms},
            .urgency = Urgency::express,
            .document = DocumentName{"000.00.00.G22", "7816", "VPCP-TTĐT", "2015-09-30",
                                     "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT", "V/v kết nối", "Công văn"},
            .business = Business::replace,
            .business_refers_to = "cũ",
            .business_reason = "thay thế",
            .status = StatusReport{"03", "Đã tiếp nhận", "Văn thư", "2015/09/20 11:08:36", "000.00.00.G22",
                                   "7816/VPCP-TTĐT", "2015-09-30", "id", EnvelopeId::make(7, {4})},
            .parts = {{"1", "van-ban.edxml", "application/edxml+xml", content.size(), sha256(content), true}},
            .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            .refusal = Fault{Errc::packet_malformed, "line 3", "tag"},
            .secrecy = {},
            .signed_by_gateway = true};
}

const Signature any_signature{Digest{}, Algorithm::ed25519, "value"};

Bytes frame_of(const EnvelopeHeader& header, std::vector<BytesView> parts = {content}) {
    return wire::encode_envelope(wire::encode_header(header), {&any_signature, 1}, parts);
}

Fault fault_of(BytesView frame) {
    const auto decoded = wire::decode_envelope(frame);
    return decoded ? Fault{Errc::not_found, {}, {}} : decoded.error();
}

}  // namespace

TEST_CASE("an envelope comes back as it went", "[wire]") {
    const EnvelopeHeader header = full_header();
    const Bytes frame = frame_of(header);
    const auto decoded = wire::decode_envelope(frame);
    REQUIRE(decoded.has_value());
    const EnvelopeHeader& h = *decoded->header;
    CHECK(decoded->header_bytes == wire::encode_header(header));
    CHECK(h.id == header.id);
    CHECK(h.kind == header.kind);
    CHECK(h.sender == header.sender);
    CHECK(h.receivers == header.receivers);
    CHECK(h.created_at == header.created_at);
    CHECK(h.expires_at == header.expires_at);
    CHECK(h.urgency == header.urgency);
    CHECK(h.document == header.document);
    CHECK(h.business == header.business);
    CHECK(h.business_refers_to == header.business_refers_to);
    CHECK(h.business_reason == header.business_reason);
    CHECK(h.status == header.status);
    CHECK(h.refusal == header.refusal);
    CHECK(h.signed_by_gateway);
    CHECK(h.parts == header.parts);
    CHECK(h.traceparent == header.traceparent);
    REQUIRE(decoded->signatures.size() == 1);
    CHECK(decoded->signatures[0].value == "value");
    REQUIRE(decoded->inline_parts.size() == 1);
    CHECK(decoded->inline_parts[0] == content);
    CHECK(wire::check_digests(*decoded).has_value());
}

TEST_CASE("each thing wrong with a frame has its code and field", "[wire]") {
    EnvelopeHeader header = full_header();
    SECTION("nothing at all") { CHECK(fault_of("").code == Errc::envelope_malformed); }
    SECTION("no envelope") { CHECK(fault_of("GET / HTTP/1.1\r\n\r\n").code == Errc::envelope_malformed); }
    SECTION("over the limit") {
        CHECK(fault_of(Bytes(limits::envelope_bytes_max + 1, 'x')).code == Errc::envelope_too_large);
    }
    SECTION("a part too few") {
        CHECK(fault_of(frame_of(header, {})) == Fault{Errc::part_missing, "inline_parts", "0 of 1"});
    }
    SECTION("a document without any part, and a recall that has none") {
        header.kind = Kind::document;
        header.parts.clear();
        header.business = Business::fresh;
        CHECK(fault_of(frame_of(header, {})) == Fault{Errc::part_missing, "parts", "a document has at least one"});
        header.business = Business::recall;
        CHECK(wire::decode_envelope(frame_of(header, {})).has_value());
    }
    SECTION("a part of another length") {
        CHECK(fault_of(frame_of(header, {"short"})).field == "parts[0].size_bytes");
    }
    SECTION("a part with other bytes") {
        const Bytes other(content.size(), '?');
        const Bytes frame = frame_of(header, {other});
        const auto decoded = wire::decode_envelope(frame);
        REQUIRE(decoded.has_value());
        CHECK(wire::check_digests(*decoded).error().code == Errc::part_digest_mismatch);
    }
    SECTION("an unknown version") {
        lgsp::hub::v1::EnvelopeHeader message;
        REQUIRE(message.ParseFromString(wire::encode_header(header)));
        message.set_version(2);
        const Bytes frame = wire::encode_envelope(message.SerializeAsString(), {}, {});
        CHECK(fault_of(frame) == Fault{Errc::envelope_version_unsupported, "version", "2"});
    }
    SECTION("a receiver that is no code") {
        lgsp::hub::v1::EnvelopeHeader message;
        REQUIRE(message.ParseFromString(wire::encode_header(header)));
        message.set_receivers(0, "no code");
        const Bytes frame = wire::encode_envelope(message.SerializeAsString(), {}, {});
        CHECK(fault_of(frame) == Fault{Errc::field_invalid, "receivers[0]", "no code"});
    }
    SECTION("two headers: the signed one must be the only one") {
        const Bytes frame = frame_of(header) + frame_of(header);
        CHECK(fault_of(frame).code == Errc::envelope_malformed);
    }
    SECTION("a secret document") {
        header.secrecy = "Tối mật";
        CHECK(fault_of(frame_of(header)).code == Errc::document_secret);
    }
}

TEST_CASE("a refused frame shows its sender what can be shown", "[wire]") {
    EnvelopeHeader header = full_header();
    SECTION("an ordinary mistake keeps the document's name") {
        header.receivers.push_back(header.receivers.front());
        const auto salvaged = wire::salvage_header(frame_of(header));
        REQUIRE(salvaged);
        CHECK(salvaged->id == header.id);
        CHECK(salvaged->document == header.document);
    }
    SECTION("of a secret document nothing is kept but its id") {
        header.secrecy = "Mật";
        const auto salvaged = wire::salvage_header(frame_of(header));
        REQUIRE(salvaged);
        CHECK(salvaged->id == header.id);
        CHECK_FALSE(salvaged->document);
        CHECK_FALSE(salvaged->status);
        CHECK(salvaged->parts.empty());
    }
    SECTION("texts over the limit are not kept") {
        header.document->subject = std::string(limits::text_bytes_max + 1, 'a');
        const auto salvaged = wire::salvage_header(frame_of(header));
        REQUIRE(salvaged);
        CHECK_FALSE(salvaged->document);
    }
    SECTION("garbage shows nothing") { CHECK(wire::salvage_header("garbage") == nullptr); }
}

TEST_CASE("no cut and no damage crashes the decoder or passes unseen", "[wire]") {
    const Bytes frame = frame_of(full_header());
    for (std::size_t size = 0; size < frame.size(); ++size)
        CHECK_FALSE(wire::decode_envelope(BytesView{frame}.substr(0, size)).has_value());

    std::mt19937 random{42};
    for (int i = 0; i < 20'000; ++i) {
        Bytes damaged = frame;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        if (const auto decoded = wire::decode_envelope(damaged); decoded && damaged != frame) {
            const bool is_header_same = decoded->header_bytes == wire::encode_header(full_header());
            const bool is_part_same = decoded->inline_parts[0] == content;
            // What decodes in spite of damage is caught by the signature over the header or by the part's digest.
            if (is_header_same && !is_part_same)
                CHECK_FALSE(wire::check_digests(*decoded).has_value());
        }
        (void)wire::salvage_header(damaged);
    }
}

TEST_CASE("random bytes never crash the decoders", "[wire]") {
    std::mt19937 random{7};
    for (int i = 0; i < 5'000; ++i) {
        Bytes octets(random() % 300, '\0');
        for (char& octet : octets)
            octet = static_cast<char>(random());
        CHECK_FALSE(wire::decode_envelope(octets).has_value());
        (void)wire::decode_acknowledgement(octets);
        (void)wire::decode_receipts(octets);
    }
}

TEST_CASE("acknowledgements come back as they went", "[wire]") {
    const Acknowledgement sent{
        .items = {{code("H43"), EnvelopeId::make(1, {}), true, {}, {}},
                  {code("H43.01"), EnvelopeId::make(2, {}), false, "packet_malformed", "dòng 3"}},
        .receipts_through = EntrySeq{77}};
    const auto got = wire::decode_acknowledgement(wire::encode_acknowledgement(sent));
    REQUIRE(got.has_value());
    CHECK(got->receipts_through == sent.receipts_through);
    REQUIRE(got->items.size() == 2);
    CHECK(got->items[0].is_stored);
    CHECK(got->items[1].sender == code("H43.01"));
    CHECK(got->items[1].envelope == EnvelopeId::make(2, {}));
    CHECK_FALSE(got->items[1].is_stored);
    CHECK(got->items[1].code == "packet_malformed");
    CHECK(got->items[1].detail == "dòng 3");
}

TEST_CASE("too many acknowledged items are refused", "[wire]") {
    Acknowledgement sent;
    for (std::size_t i = 0; i <= limits::acknowledged_items_max; ++i)
        sent.items.push_back({code("H43"), EnvelopeId::make(i, {}), true, {}, {}});
    CHECK(wire::decode_acknowledgement(wire::encode_acknowledgement(sent)).error().code == Errc::field_invalid);
}
