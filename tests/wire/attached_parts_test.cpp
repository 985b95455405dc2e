#include "hub/wire/attached_parts.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"
#include "hub/wire/envelope_codec.hpp"

#include "hub/v1/envelope.pb.h"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace hub;
using test::code;
using namespace std::chrono_literals;

namespace {

const Bytes whole_part(300, 'c');

/// With a part by reference.
Bytes some_frame() {
    EnvelopeHeader header{.id = EnvelopeId::make(7, {7}),
                          .kind = Kind::document,
                          .sender = code("H43.01"),
                          .receivers = {code("H43.02")},
                          .created_at = Instant{1'764'000'000'000ms},
                          .expires_at = Instant{1'765'000'000'000ms},
                          .document = DocumentName{}};
    header.parts = {{"1", "vb.edxml", "application/edxml+xml", whole_part.size(), sha256(whole_part), false}};
    const Signature signature{Digest{}, Algorithm::ed25519, "value"};
    return wire::encode_envelope(wire::encode_header(header), {&signature, 1}, {});
}

Bytes attached(std::size_t index, const Bytes& octets) {
    return wire::attached_part_head(index, octets.size()) + octets;
}

Errc code_of(BytesView body) {
    const auto delivery = wire::split_delivery(body);
    return delivery ? Errc::not_found : delivery.error().code;
}

}  // namespace

TEST_CASE("attached parts come off, and the frame is as it was", "[wire]") {
    const Bytes frame = some_frame();
    const Bytes other(70'000, 'o');
    const Bytes body = frame + attached(0, whole_part) + attached(63, other) + attached(2, {});
    const auto delivery = wire::split_delivery(body);
    REQUIRE(delivery.has_value());
    CHECK(delivery->frame == frame);
    CHECK(wire::decode_envelope(delivery->frame).has_value());
    REQUIRE(delivery->attached.size() == 3);
    CHECK(delivery->attached[0].index == 0);
    CHECK(delivery->attached[0].octets == whole_part);
    CHECK(delivery->attached[1].index == 63);
    CHECK(delivery->attached[1].octets == other);
    CHECK(delivery->attached[2].index == 2);
    CHECK(delivery->attached[2].octets.empty());
}

TEST_CASE("an appended part is what the schema says", "[wire]") {
    const Bytes body = some_frame() + attached(3, whole_part);
    lgsp::hub::v1::SignedEnvelope message;
    REQUIRE(message.ParseFromString(body));
    REQUIRE(message.attached_parts_size() == 1);
    CHECK(message.attached_parts(0).index() == 3);
    CHECK(message.attached_parts(0).octets() == whole_part);
    CHECK(message.inline_parts_size() == 0);
    CHECK(message.signatures_size() == 1);

    // As another implementation may write it: without the zero.
    lgsp::hub::v1::SignedEnvelope first;
    first.add_attached_parts()->set_octets(whole_part);
    const Bytes theirs = some_frame() + first.SerializeAsString();
    const auto delivery = wire::split_delivery(theirs);
    REQUIRE(delivery.has_value());
    REQUIRE(delivery->attached.size() == 1);
    CHECK(delivery->attached[0].index == 0);
    CHECK(delivery->attached[0].octets == whole_part);
}

TEST_CASE("a message without attached parts is its frame", "[wire]") {
    const Bytes frame = some_frame();
    const auto delivery = wire::split_delivery(frame);
    REQUIRE(delivery.has_value());
    CHECK(delivery->frame == frame);
    CHECK(delivery->attached.empty());
}

TEST_CASE("as many octets as an agency may have attached are split", "[wire]") {
    const Bytes frame = some_frame(), most(limits::attached_bytes_max, 'm');
    const Bytes body = frame + attached(0, most);
    const auto delivery = wire::split_delivery(body);
    REQUIRE(delivery.has_value());
    CHECK(delivery->frame == frame);
    REQUIRE(delivery->attached.size() == 1);
    CHECK(delivery->attached[0].octets.size() == most.size());
}

TEST_CASE("what is wrong with attached parts is malformed", "[wire]") {
    Bytes body = some_frame();
    SECTION("more than parts") {
        for (std::size_t i = 0; i <= limits::parts_max; ++i)
            body += attached(i, "x");
    }
    SECTION("something behind them") { body += attached(0, whole_part) + some_frame(); }
    SECTION("cut short") { body += attached(0, whole_part).substr(0, 200); }
    SECTION("another message than a part") { body += Bytes{"\x22\x02\xff\xff"}; }
    CHECK(code_of(body) == Errc::envelope_malformed);
}

TEST_CASE("a sender's envelope with attached parts is refused by name", "[wire]") {
    const Bytes frame = some_frame();
    REQUIRE(wire::decode_envelope(frame).has_value());
    Bytes with;
    SECTION("behind the rest") { with = frame + attached(0, whole_part); }
    SECTION("before it") { with = attached(0, whole_part) + frame; }
    SECTION("as another type") { with = frame + Bytes{"\x20\x01"}; }
    const auto decoded = wire::decode_envelope(with);
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error() == Fault{Errc::field_invalid, "attached_parts", {}});
    // The sender can be told which one it was.
    const auto salvaged = wire::salvage_header(with);
    REQUIRE(salvaged);
    CHECK(salvaged->id == EnvelopeId::make(7, {7}));
}

TEST_CASE("no cut and no damage crashes the splitter", "[wire]") {
    const Bytes body = some_frame() + attached(0, whole_part) + attached(1, whole_part);
    for (std::size_t size = 0; size < body.size(); ++size)
        (void)wire::split_delivery(BytesView{body}.substr(0, size));
    std::mt19937 random{11};
    for (int i = 0; i < 20'000; ++i) {
        Bytes damaged = body;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        if (const auto delivery = wire::split_delivery(damaged); delivery)
            for (const auto& part : delivery->attached)
                CHECK(part.octets.size() <= body.size());
    }
}
