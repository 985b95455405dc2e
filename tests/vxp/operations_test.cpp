#include "adapters/vxp/operations.hpp"

#include <catch2/catch.hpp>

using namespace hub::vxp;

TEST_CASE("each operation is found at its path, in any case", "[vxp]") {
    for (std::size_t i = 0; i < operations_count; ++i) {
        const auto operation = static_cast<Operation>(i);
        CHECK(operation_at(rule_of(operation).path) == operation);
        // What a caller may not do twice is what has a body that the axis keeps.
        CHECK(rule_of(operation).is_repeatable == (rule_of(operation).body != RequestBody::packet));
    }
    CHECK(operation_at("/SENDEDOC") == Operation::send_packet);
    CHECK_FALSE(operation_at("/sendEdoc/").has_value());
    CHECK_FALSE(operation_at("").has_value());
}

TEST_CASE("only lists of packets may be blank", "[vxp]") {
    for (std::size_t i = 0; i < operations_count; ++i) {
        const auto operation = static_cast<Operation>(i);
        CHECK(rule_of(operation).is_blank_none ==
              (operation == Operation::list_received || operation == Operation::list_sent));
    }
}

TEST_CASE("names of kinds and states", "[vxp]") {
    CHECK(parse_packet_kind("EDOC") == PacketKind::document);
    CHECK(parse_packet_kind("status") == PacketKind::status);
    CHECK_FALSE(parse_packet_kind("edocs").has_value());
    CHECK(parse_ack_state("Done") == AckState::done);
    CHECK(parse_ack_state("fail") == AckState::failed);
    CHECK(parse_ack_state("processing") == AckState::processing);
    CHECK_FALSE(parse_ack_state("01").has_value());
}
