#include "hub/core/ids.hpp"

#include <catch2/catch.hpp>

using namespace hub;

TEST_CASE("agency codes of every form seen in the field are parsed", "[ids]") {
    using Form = AgencyCode::Form;
    const auto [text, form, parent] = GENERATE(table<std::string, Form, std::string>({
        {"000.00.00.H53", Form::old_form, ""},
        {"000.00.11.H53", Form::old_form, "000.00.00.H53"},
        {"000.20.31.H53", Form::old_form, "000.00.31.H53"},
        {"002.20.31.H53", Form::old_form, "000.20.31.H53"},
        {"000.00.00.G22", Form::old_form, ""},
        {"H43", Form::new_form, ""},
        {"H43.01", Form::new_form, "H43"},
        {"H37.DN.001", Form::new_form, "H37.DN"},
        {"28.22.H17", Form::irregular, ""},
        {"999.010.01.H22", Form::irregular, ""},
        {"vxp.saas.03", Form::irregular, ""},
        {"00.53.W00", Form::irregular, ""},
    }));
    const auto code = AgencyCode::parse(text);
    REQUIRE(code.has_value());
    CHECK(code->text() == text);
    CHECK(code->form() == form);
    CHECK((code->parent() ? code->parent()->text() : "") == parent);
}

TEST_CASE("what is no agency code is refused", "[ids]") {
    const auto text = GENERATE(as<std::string>{}, "", "null", ".H43", "H43.", "H43..01", "H43 01", "H43/01", "Đ43",
                               "H43\n", std::string(36, 'A'), std::string("H4\0", 3));
    CHECK(AgencyCode::parse(text).error().code == Errc::field_invalid);
}

TEST_CASE("35 characters are an agency code, 36 are not", "[ids]") {
    CHECK(AgencyCode::parse(std::string(35, 'A')).has_value());
    CHECK_FALSE(AgencyCode::parse(std::string(36, 'A')).has_value());
}

TEST_CASE("envelope ids are UUIDs of version 7", "[ids]") {
    const auto id = EnvelopeId::parse("0192F0C1-2345-7abc-8def-0123456789ab");
    REQUIRE(id.has_value());
    CHECK(id->text() == "0192f0c1-2345-7abc-8def-0123456789ab");
    CHECK(EnvelopeId::from_bytes(id->bytes()).value() == *id);

    CHECK_FALSE(EnvelopeId::parse("0192f0c1-2345-4abc-8def-0123456789ab").has_value());  // Version 4.
    CHECK_FALSE(EnvelopeId::parse("0192f0c1-2345-7abc-0def-0123456789ab").has_value());  // Another variant.
    CHECK_FALSE(EnvelopeId::parse("0192f0c123457abc8def0123456789ab").has_value());
    CHECK_FALSE(EnvelopeId::parse("0192f0c1-2345-7abc-8def-0123456789a").has_value());
    CHECK_FALSE(EnvelopeId::parse("0192f0c1-2345-7abc-8def-0123456789ag").has_value());
    CHECK_FALSE(EnvelopeId::from_bytes("short").has_value());
}

TEST_CASE("made envelope ids are valid and sort by time", "[ids]") {
    std::array<std::uint8_t, 10> ones;
    ones.fill(0xff);
    const auto early = EnvelopeId::make(1'700'000'000'000, ones);
    const auto late = EnvelopeId::make(1'700'000'000'001, {});
    CHECK(EnvelopeId::parse(early.text()).value() == early);
    CHECK(early < late);
}

TEST_CASE("digests are 64 hexadecimal digits", "[ids]") {
    const std::string hex(64, 'a');
    CHECK(Digest::parse(hex).value().text() == hex);
    CHECK_FALSE(Digest::parse(std::string(63, 'a')).has_value());
    CHECK_FALSE(Digest::parse(std::string(64, 'x')).has_value());
}
