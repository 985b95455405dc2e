// Vectors made with Python's hmac and json, and with `openssl dgst`: nothing of ours.

#include "adapters/vxp/file_hash.hpp"
#include "adapters/vxp/operations.hpp"
#include "adapters/vxp/signing.hpp"
#include "hub/core/signature.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::vxp;
using namespace std::chrono_literals;

namespace {

const Instant signed_at{std::chrono::milliseconds{1795764150123}};
const Secret secret{"bí-mật-Ninh-Thuận-0123456789"};
const Fields parameters{{"systemid", "00.43.W00"},
                        {"timestamp", "27112026T142230+0123"},
                        {"docid", "5c0e4d9fa1b2c3d4e5f60718"},
                        {"status", "fail"},
                        {"description", "Không đọc được \"gói\" 😀"}};

std::string value_of(const Fields& fields, std::string_view name) {
    for (const Field& field : fields)
        if (field.name == name)
            return field.value;
    return "not there";
}

Fields with(Fields fields, std::string_view name, std::string value) {
    for (Field& field : fields)
        if (field.name == name)
            field.value = std::move(value);
    return fields;
}

boost::system::result<VerifiedCall, Doubt> verified(const Fields& fields, Instant now = signed_at,
                                                    std::chrono::milliseconds skew_max = 300s) {
    const auto secret_of = [](std::string_view id) { return id == "00.43.W00" ? &secret : nullptr; };
    return verify(fields, secret_of, now, skew_max);
}

Distrust doubt_of(const Fields& fields) {
    const auto call = verified(fields);
    REQUIRE(call.has_error());
    return call.error().why;
}

/// A text of one's own, signed as it should be.
Fields signed_text(const std::string& names, const std::string& text, Fields plain) {
    for (Field& field : plain)
        field.name = "XroadVnpt-" + field.name;
    plain.push_back({"XroadVnpt-sign-header-key", names});
    plain.push_back({"XroadVnpt-sign-header", text});
    plain.push_back({"XroadVnpt-hash-header", hmac_hex(secret, text)});
    plain.push_back({"XroadVnpt-version", "3.0.201608"});
    return plain;
}

}  // namespace

TEST_CASE("a call is signed as the vectors say", "[vxp]") {
    CHECK(hmac_hex(Secret{"Jefe"}, "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const auto fields = sign(parameters, secret);
    REQUIRE(fields.has_value());
    CHECK(value_of(*fields, "XroadVnpt-sign-header-key") == "systemid;timestamp;docid;status;description");
    CHECK(value_of(*fields, "XroadVnpt-sign-header") ==
          R"({"XroadVnpt-systemid":"00.43.W00","XroadVnpt-timestamp":"27112026T142230+0123",)"
          R"("XroadVnpt-docid":"5c0e4d9fa1b2c3d4e5f60718","XroadVnpt-status":"fail",)"
          R"("XroadVnpt-description":"Kh\u00f4ng \u0111\u1ecdc \u0111\u01b0\u1ee3c \"g\u00f3i\" \ud83d\ude00"})");
    CHECK(value_of(*fields, "XroadVnpt-hash-header") ==
          "979943724b4c887afe932d088b7a0e50288c684caf4d37b57c1c89d51c3415d5");
    CHECK(value_of(*fields, "XroadVnpt-version") == "3.0.201608");
    CHECK(value_of(*fields, "XroadVnpt-description") == parameters[4].value);
}

TEST_CASE("a call that another wrote is verified", "[vxp]") {
    // Blanks within the text, as other libraries write it; names in another case.
    const Secret other{"k3y"};
    const Fields fields{
        {"Host", "axis"},
        {"xroadvnpt-SystemId", "00.43.W00"},
        {"XROADVNPT-TIMESTAMP", "27112026T142230+0123"},
        {"XroadVnpt-servicetype", "eDoc"},
        {"XroadVnpt-messagetype", "edoc"},
        {"XroadVnpt-sign-header-key", "systemid;timestamp;servicetype;messagetype"},
        {"XroadVnpt-sign-header", R"({"XroadVnpt-systemid" : "00.43.W00", "XroadVnpt-timestamp" : )"
                                  R"("27112026T142230+0123", "XroadVnpt-servicetype" : "eDoc", )"
                                  R"("XroadVnpt-messagetype" : "edoc"})"},
        {"XroadVnpt-hash-header", "259a108b49929a7b9db4fbdfd6f354d000c131ab80b2fba447c94cd2f1a24e99"},
        {"XroadVnpt-version", "3.0.201608"}};
    const auto call = verify(fields, [&](std::string_view) { return &other; }, signed_at + 10s, 60s);
    REQUIRE(call.has_value());
    CHECK(call->system_id == "00.43.W00");
    CHECK(call->skew == -10s);
    REQUIRE(call->find("MessageType"));
    CHECK(*call->find("MessageType") == "edoc");
    CHECK(call->find("docid") == nullptr);
}

TEST_CASE("what we sign we verify, and every change of it is found", "[vxp]") {
    const Fields good = sign(parameters, secret).value();
    REQUIRE(verified(good).has_value());
    CHECK(verified(good)->parameters == parameters);

    CHECK(doubt_of(with(good, "XroadVnpt-status", "done")) == Distrust::value_differs);
    CHECK(doubt_of(with(good, "XroadVnpt-version", "3.0.201609")) == Distrust::version_unknown);
    CHECK(doubt_of(with(good, "XroadVnpt-systemid", "00.44.W00")) == Distrust::caller_unknown);
    CHECK(doubt_of(with(good, "XroadVnpt-hash-header", std::string(64, '0'))) == Distrust::caller_unknown);
    CHECK(doubt_of(with(good, "XroadVnpt-hash-header", "")) == Distrust::caller_unknown);
    CHECK(doubt_of(with(good, "XroadVnpt-sign-header-key", "systemid;timestamp")) == Distrust::names_differ);
    CHECK(doubt_of(with(good, "XroadVnpt-sign-header-key", "timestamp;systemid;docid;status;description")) ==
          Distrust::names_differ);
    CHECK(doubt_of(with(good, "XroadVnpt-sign-header-key", "systemid;timestamp;docid;status;description;to")) ==
          Distrust::names_differ);

    Fields more = good;
    more.push_back({"xroadvnpt-to", "[\"H43\"]"});
    CHECK(doubt_of(more) == Distrust::not_signed);
    more.back() = {"xroadvnpt-STATUS", "fail"};
    CHECK(doubt_of(more) == Distrust::field_repeated);
    more.back() = {"XroadVnpt-x", std::string(parameter_bytes_max + 1, 'x')};
    CHECK(doubt_of(more) == Distrust::too_large);
    for (const auto* name : {"sign-header-key", "sign-header", "hash-header", "version", "systemid", "docid"}) {
        Fields fewer = good;
        std::erase_if(fewer, [&](const Field& field) { return field.name == std::string{"XroadVnpt-"} + name; });
        INFO(name);
        CHECK(doubt_of(fewer) == Distrust::field_missing);
    }
    Fields many;
    for (int i = 0; i < 40; ++i)
        many.push_back({"XroadVnpt-p" + std::to_string(i), ""});
    CHECK(doubt_of(many) == Distrust::too_large);
}

TEST_CASE("a signed text must be a flat object of texts", "[vxp]") {
    const Fields plain{{"systemid", "00.43.W00"}, {"timestamp", "27112026T142230+0123"}};
    const std::string good = R"({"XroadVnpt-systemid":"00.43.W00","XroadVnpt-timestamp":"27112026T142230+0123"})";
    CHECK(verified(signed_text("systemid;timestamp", good, plain)).has_value());
    for (const std::string text : {"", "[]", "{", R"({"XroadVnpt-systemid":1})", R"({"systemid":"00.43.W00"})",
                                   R"({"XroadVnpt-systemid":{"a":"b"}})"}) {
        INFO(text);
        CHECK(doubt_of(signed_text("systemid;timestamp", text, plain)) == Distrust::text_malformed);
    }
    const std::string no_time = R"({"XroadVnpt-systemid":"00.43.W00"})";
    CHECK(doubt_of(signed_text("systemid", no_time, {{"systemid", "00.43.W00"}})) == Distrust::field_missing);
    const std::string bad_time = R"({"XroadVnpt-systemid":"00.43.W00","XroadVnpt-timestamp":"today"})";
    CHECK(doubt_of(signed_text("systemid;timestamp", bad_time, {{"systemid", "00.43.W00"}, {"timestamp", "today"}})) ==
          Distrust::time_malformed);
}

TEST_CASE("a clock that is off is told how much", "[vxp]") {
    const Fields good = sign(parameters, secret).value();
    CHECK(verified(good, signed_at + 300s).has_value());
    CHECK(verified(good, signed_at - 300s).has_value());
    const auto late = verified(good, signed_at + 301s);
    REQUIRE(late.has_error());
    CHECK(late.error().why == Distrust::clock_off);
    CHECK(late.error().skew == -301s);
    CHECK(verified(good, signed_at - 301s).error().skew == 301s);
}

TEST_CASE("what cannot stand in a header is not signed, and no fault holds its value", "[vxp]") {
    const std::string bad[]{"a\r\nX: y", "tab\t", " blank", "blank ", "\x7f", "\xff", std::string(20000, 'x')};
    for (const std::string& value : bad) {
        const auto fields = sign({{"description", value}}, secret);
        REQUIRE(fields.has_error());
        CHECK(fields.error() == Fault{Errc::field_invalid, "description", ""});
    }
    CHECK(sign({{"a name", "x"}}, secret).has_error());
    CHECK(sign({{"", "x"}}, secret).has_error());
    CHECK(sign(Fields(33, Field{"a", "b"}), secret).has_error());
}

TEST_CASE("times stand as the axis writes them, in Vietnam's zone", "[vxp]") {
    CHECK(axis_time(signed_at) == "27112026T142230+0123");
    CHECK(axis_time(Instant{0ms}) == "01011970T070000+0000");
    CHECK(parse_axis_time("27112026T142230+0123") == signed_at);
    CHECK(parse_axis_time("27112026T142230+123") == signed_at);
    for (const auto* wrong : {"", "27112026T142230", "31022026T142230+0123", "27112026 142230+0123",
                              "27112026T252230+0123", "27112026T142230-0123", "27112026T142230+1000",
                              "27112026T142230+", "2711202aT142230+0123", "27112026T142230+01234"})
        CHECK_FALSE(parse_axis_time(wrong).has_value());
}

TEST_CASE("hash-file is written with the defect and without it", "[vxp]") {
    const Digest digest = sha256("abc\n");
    const std::string padded = "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb";
    const std::string sdk = "edeaaff3f1774ad288867377c6d6497e391bc362d7d6fb34982ddfefd18cb";
    CHECK(hash_text(digest, HashForm::padded) == padded);
    CHECK(hash_text(digest, HashForm::sdk) == sdk);
    CHECK(fits(sdk, digest, HashCheck::sdk));
    CHECK(fits("EDEA" + padded.substr(4), digest, HashCheck::padded));
    CHECK_FALSE(fits(padded, digest, HashCheck::sdk));
    CHECK_FALSE(fits(sdk, digest, HashCheck::padded));
    CHECK(fits(sdk, digest, HashCheck::either));
    CHECK(fits(padded, digest, HashCheck::either));
    CHECK(fits("", digest, HashCheck::either));
    CHECK_FALSE(fits("00", digest, HashCheck::either));
    CHECK_FALSE(fits("", digest, HashCheck::sdk));
    CHECK(fits("", digest, HashCheck::ignored));
}

TEST_CASE("the file's hash may be added to a call that is signed already", "[vxp]") {
    auto fields = sign(parameters, secret).value();
    fields.push_back({"XroadVnpt-hash-file", "ab12"});
    const auto added = verified(fields);
    REQUIRE(added.has_value());
    REQUIRE(added->find("hash-file"));
    CHECK(*added->find("hash-file") == "ab12");
    CHECK(added->is_hash_unsigned);

    Fields with_hash = parameters;
    with_hash.push_back({"hash-file", "ab12"});
    fields = sign(with_hash, secret).value();
    CHECK(*verified(fields).value().find("hash-file") == "ab12");
    CHECK_FALSE(verified(fields).value().is_hash_unsigned);
    CHECK(doubt_of(with(fields, "XroadVnpt-hash-file", "ab13")) == Distrust::value_differs);
}
