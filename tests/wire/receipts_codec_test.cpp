#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/receipt_chain.hpp"

#include <catch2/catch.hpp>

using namespace hub;

TEST_CASE("receipts come back as they went", "[wire]") {
    const auto code = [](std::string_view text) { return AgencyCode::parse(text).value(); };
    ReceiptItem accepted{.entry = {.seq = EntrySeq{5}, .at = Instant{std::chrono::milliseconds{99}},
                                   .kind = EntryKind::accepted, .addressee = code("H43")},
                         .envelope = EnvelopeId::make(1, {}),
                         .envelope_sender = code("H43"),
                         .document = {.number = "7816", .subject = "V/v họp"},
                         .receivers = {code("H43.01"), code("H43.02")}};
    ReceiptItem refused = accepted;
    refused.entry.kind = EntryKind::refused;
    refused.entry.code = "receiver_unknown";
    refused.entry.field = "receivers[1]";
    refused.entry.text = "H43.99";
    ReceiptItem status = accepted;
    status.entry.kind = EntryKind::station;
    status.entry.event = ReceiptEvent::status_03;
    status.entry.code = "03";
    status.entry.receiver = code("H43.02");
    ReceiptItem queued = status;
    queued.entry.event = ReceiptEvent::confirmed;

    const std::vector items{accepted, refused, status, queued};
    const auto got = wire::decode_receipts(wire::encode_receipts(items));
    REQUIRE(got.has_value());
    REQUIRE(got->size() == 4);
    CHECK((*got)[0].entry == EntrySeq{5});
    CHECK((*got)[0].at == accepted.entry.at);
    CHECK((*got)[0].what == "accepted");
    CHECK((*got)[0].envelope == accepted.envelope);
    CHECK((*got)[0].envelope_sender == "H43");
    CHECK((*got)[0].receivers == std::vector<std::string>{"H43.01", "H43.02"});
    CHECK((*got)[0].document == accepted.document);
    CHECK((*got)[1].what == "refused");
    CHECK((*got)[1].code == "receiver_unknown");
    CHECK((*got)[1].field == "receivers[1]");
    CHECK((*got)[1].text == "H43.99");
    CHECK((*got)[2].what == "03");
    CHECK((*got)[2].receiver == "H43.02");
    CHECK((*got)[3].what == "queued");
}

TEST_CASE("receipts say which one they follow, and an acknowledgement that some are missing", "[wire]") {
    ReceiptItem item{.entry = {.seq = EntrySeq{5}, .kind = EntryKind::accepted},
                     .envelope = EnvelopeId::make(1, {}),
                     .envelope_sender = {},
                     .document = {},
                     .receivers = {}};
    const Bytes told = wire::encode_receipts({&item, 1});
    CHECK(wire::follows_of(told) == EntrySeq{});
    CHECK(wire::follows_of(told + wire::encode_follows(EntrySeq{4})) == EntrySeq{4});
    const auto read = wire::decode_receipts(told + wire::encode_follows(EntrySeq{4}));
    REQUIRE(read.has_value());
    CHECK(read->size() == 1);

    const Acknowledgement acknowledgement{{{AgencyCode::parse("H43").value(), EnvelopeId::make(1, {}), true, {}, {}}},
                                          EntrySeq{7}};
    const Bytes said = wire::encode_acknowledgement(acknowledgement);
    CHECK_FALSE(wire::are_receipts_missing(said));
    CHECK(wire::are_receipts_missing(said + wire::encode_receipts_missing()));
    const auto decoded = wire::decode_acknowledgement(said + wire::encode_receipts_missing());
    REQUIRE(decoded.has_value());
    CHECK(decoded->items.size() == 1);
    CHECK(decoded->receipts_through == EntrySeq{7});
}
