#include "hub/core/cause.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <utility>
#include <vector>

using namespace hub;

TEST_CASE("what differs from document to document is no part of a cause", "[cause]") {
    const std::vector<std::pair<std::string, std::string>> details{
        {"", ""},
        {"no room on the disk", "no room on the disk"},
        {"cannot write /srv/inbox/7816-VPCP.edxml: no space", "cannot write # no space"},
        {"envelope 0192f0c1-2345-7abc-8def-0123456789ab of H43.01.12", "envelope # of #"},
        {"number 7816 is there already", "number # is there already"},
        {"HTTP 500", "HTTP 500"},
        {"HTTP 404", "HTTP 404"},
        {"errno 28, E1234", "errno 28, E1234"},
        {"at 2026-11-24 08:00:17 by 12/BC-VP", "at # by #"},
        {"  blanks \t and\nlines ", "blanks and lines"},
        {"trùng số 12345 của đơn vị", "trùng số # của đơn vị"},
        {"(12345) '67890'", "#"},
        {"...", "..."},
    };
    for (const auto& [written, stable] : details) {
        INFO(written);
        CHECK(cause_of("internal", written).detail == stable);
    }
    CHECK(cause_of("a", "number 1234") == cause_of("a", "number 98765"));
    CHECK(cause_of("a", "number 1234") != cause_of("b", "number 1234"));
}

TEST_CASE("a cause is bounded, whatever a receiver writes", "[cause]") {
    const Cause cause = cause_of(std::string(10'000, 'c'), std::string(100'000, 'd'));
    CHECK(cause.code.size() == 300);
    CHECK(cause.detail.size() == cause_detail_bytes_max);
    // The cut is not made within a letter, and octets that are none do no harm.
    CHECK(cause_of("c", std::string(119, 'd') + "ấ").detail == std::string(119, 'd'));
    (void)cause_of("\xff\xfe", "\xc3\x28 \xff");
}

TEST_CASE("a fingerprint tells causes apart and is stable", "[cause]") {
    const std::string fingerprint = fingerprint_of({"ledger_full", "no room"});
    CHECK(fingerprint == fingerprint_of({"ledger_full", "no room"}));
    CHECK(is_fingerprint(fingerprint));
    std::set<std::string> all{fingerprint, fingerprint_of({"ledger_full", ""}), fingerprint_of({"ledger", "_full no room"}),
                              fingerprint_of({"", "ledger_full no room"})};
    CHECK(all.size() == 4);
    for (const auto* text : {"", "0123", "0123456789abcdeg", "0123456789ABCDEF", "0123456789abcdef0"})
        CHECK_FALSE(is_fingerprint(text));
}
