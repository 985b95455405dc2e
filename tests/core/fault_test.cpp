#include "hub/core/fault.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub;

TEST_CASE("every code has a name of its own", "[fault]") {
    std::set<std::string_view> names;
    for (int value = 0; value <= static_cast<int>(Errc::setting_invalid); ++value)
        CHECK(names.insert(name_of(static_cast<Errc>(value))).second);
}

TEST_CASE("what a sender can cause never stops the hub", "[fault]") {
    for (int value = 0; value <= static_cast<int>(Errc::axis_refused); ++value)
        CHECK(disposition_of(static_cast<Errc>(value)) == Disposition::reject);
}
