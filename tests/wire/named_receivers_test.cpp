#include "hub/core/limits.hpp"
#include "hub/wire/named_receivers.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using test::code;
using namespace hub::wire;

EnvelopeHeader to(std::size_t count) {
    EnvelopeHeader header{.id = EnvelopeId::make(1, {}), .kind = Kind::document, .sender = code("H43")};
    for (std::size_t i = 0; i < count; ++i)
        header.receivers.push_back(code("H99." + std::to_string(i)));
    return header;
}

}  // namespace

TEST_CASE("receivers are named by their places, those of one receiver together", "[wire]") {
    const EnvelopeHeader header = to(20);
    const std::vector<NamedReceiver> named{
        {AddressRule::own_code, {0, 7}, code("H43.01")}, {AddressRule::served, {1}, code("H43.01.1")},
        {AddressRule::axis, {9}, code("H99.9")},         {AddressRule::axis, {10}, code("H99.10")},
        {AddressRule::axis, {11}, code("H99.11")},       {AddressRule::axis, {12, 3}, code("H99.12")},
        {AddressRule::axis, {}, code("H5-1")},           {AddressRule::alias, {19}, code("H43.01")}};
    const std::string text = encode_named_receivers(named);
    CHECK(text == "code:0+7 below:1 axis:9-11,12+3,=H5-1 alias:19");
    const std::vector<AddressedReceiver> expected{
        {AddressRule::own_code, {code("H99.0"), code("H99.7")}}, {AddressRule::served, {code("H99.1")}},
        {AddressRule::axis, {code("H99.9")}},                    {AddressRule::axis, {code("H99.10")}},
        {AddressRule::axis, {code("H99.11")}},                   {AddressRule::axis, {code("H99.12"), code("H99.3")}},
        {AddressRule::axis, {code("H5-1")}},                     {AddressRule::alias, {code("H99.19")}}};
    CHECK(decode_named_receivers(text, header).value() == expected);
}

TEST_CASE("the most receivers that an envelope may have fit into a header of AMQP", "[wire]") {
    std::vector<NamedReceiver> run, others;
    for (std::size_t i = 0; i < limits::receivers_max; ++i) {
        run.push_back({AddressRule::axis, {i}, code("H99")});
        others.push_back({AddressRule::axis, {}, code(std::string(AgencyCode::size_max, 'A'))});
    }
    CHECK(encode_named_receivers(run) == "axis:0-1999");
    const std::string text = encode_named_receivers(others);
    CHECK(text.size() < 100 * 1024);
    CHECK(decode_named_receivers(text, to(1)).value().size() == limits::receivers_max);
}

TEST_CASE("what is not of this form says nothing", "[wire]") {
    const EnvelopeHeader header = to(3);
    for (const auto* text : {"", "axis", "axis:", "axis:3", "axis:-1", "axis:0-3", "axis:0-", "axis:1,,2", "axis:0+",
                             "mail:0", "axis:0 ", "axis:=", "axis:=null", "axis: 0", "axis:0x1", "code:0;1",
                             "axis:99999999999999999999"})
        CHECK(decode_named_receivers(text, header).has_error());
    std::string many = "axis:0";
    for (std::size_t i = 0; i < limits::receivers_max; ++i)
        many += ",0-2";
    CHECK(decode_named_receivers(many, header).has_error());
}
