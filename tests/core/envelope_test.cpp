#include "hub/core/envelope.hpp"

#include "hub/core/limits.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using namespace std::chrono_literals;

namespace {

EnvelopeHeader document() {
    return {.id = EnvelopeId::make(1, {}),
            .kind = Kind::document,
            .sender = code("H43"),
            .receivers = {code("H43.01")},
            .created_at = Instant{1s},
            .expires_at = Instant{2s},
            .urgency = Urgency::normal,
            .document = DocumentName{.number = "1", .notation = "UBND", .subject = "V/v họp"},
            .business = Business::fresh,
            .business_refers_to = {},
            .business_reason = {},
            .status = std::nullopt,
            .parts = {{.content_id = "1"}},
            .traceparent = {},
            .refusal = std::nullopt,
            .secrecy = {}};
}

Errc fault_of(const EnvelopeHeader& header) {
    const auto checked = check(header);
    return checked ? Errc::not_found : checked.error().code;
}

}  // namespace

TEST_CASE("a proper document passes", "[envelope]") { CHECK(check(document()).has_value()); }

TEST_CASE("each broken invariant has its code", "[envelope]") {
    EnvelopeHeader h = document();
    SECTION("secret") {
        h.secrecy = "Mật";
        CHECK(fault_of(h) == Errc::document_secret);
    }
    SECTION("no receiver") {
        h.receivers.clear();
        CHECK(fault_of(h) == Errc::receiver_missing);
    }
    SECTION("receiver twice") {
        h.receivers.push_back(h.receivers.front());
        CHECK(fault_of(h) == Errc::receiver_duplicate);
        CHECK(check(h).error().field == "receivers[1]");
    }
    SECTION("a status to two") {
        h.kind = Kind::status;
        h.document.reset();
        h.status = StatusReport{.code = "03"};
        CHECK(check(h).has_value());
        h.receivers.push_back(code("H43.02"));
        CHECK(fault_of(h) == Errc::field_invalid);
        CHECK(check(h).error().field == "receivers");
    }
    SECTION("expires before it begins") {
        h.expires_at = h.created_at;
        CHECK(fault_of(h) == Errc::field_invalid);
    }
    SECTION("no document") {
        h.document.reset();
        CHECK(fault_of(h) == Errc::field_invalid);
    }
    SECTION("text too long") {
        h.document->subject = std::string(limits::text_bytes_max + 1, 'a');
        CHECK(check(h).error().field == "document.subject");
    }
    SECTION("control character") {
        h.document->number = "1\x01";
        CHECK(check(h).error().field == "document.number");
    }
    SECTION("not UTF-8") {
        h.document->number = "1\xff";
        CHECK(check(h).error().field == "document.number");
    }
    SECTION("a status without a report") {
        h.kind = Kind::status;
        CHECK(check(h).error().field == "status");
    }
    SECTION("a part by reference that is empty or too large") {
        h.parts.push_back({.content_id = "2",
                           .size_bytes = GENERATE(std::uint64_t{0}, limits::part_bytes_max + 1),
                           .is_inline = false});
        CHECK(fault_of(h) == Errc::field_invalid);
        CHECK(check(h).error().field == "parts[1].size_bytes");
    }
    SECTION("a part by reference of what is no document") {
        h.kind = Kind::status;
        h.status = StatusReport{.code = "01"};
        h.parts.front() = {.content_id = "1", .size_bytes = 1, .is_inline = false};
        CHECK(check(h).error().field == "parts[0].is_inline");
    }
    SECTION("too many parts") {
        h.parts.resize(limits::parts_max + 1, {.content_id = "1", .size_bytes = 1, .is_inline = false});
        CHECK(check(h).error().field == "parts");
    }
}

TEST_CASE("a document has a part, a recall and what is no document need none", "[envelope]") {
    EnvelopeHeader h = document();
    h.parts.clear();
    for (const Business business : {Business::fresh, Business::update, Business::replace}) {
        h.business = business;
        CHECK(check(h).error() == Fault{Errc::part_missing, "parts", "a document has at least one"});
    }
    h.business = Business::recall;
    CHECK(check(h).has_value());
    h.business = Business::fresh;
    h.kind = Kind::status;
    h.status = StatusReport{.code = "03"};
    CHECK(check(h).has_value());
    h.kind = Kind::receipt;
    CHECK(check(h).has_value());
}

TEST_CASE("parts by reference may be of any size up to the limit, and as many as parts may be", "[envelope]") {
    EnvelopeHeader h = document();
    h.parts.resize(limits::parts_max, {.content_id = "1", .size_bytes = 1, .is_inline = false});
    h.parts.front().size_bytes = limits::part_bytes_max;
    CHECK(check(h).has_value());
}

TEST_CASE("texts at their limit pass", "[envelope]") {
    EnvelopeHeader h = document();
    h.document->subject = std::string(limits::text_bytes_max, 'a');
    CHECK(check(h).has_value());
}

TEST_CASE("the full number is what a document prints", "[envelope]") {
    CHECK(full_number("7816", "VPCP-TTĐT") == "7816/VPCP-TTĐT");
    CHECK(full_number("7816", "") == "7816");
}
