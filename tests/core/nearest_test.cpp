#include "hub/core/nearest.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace hub;

TEST_CASE("what was meant is near to what was typed", "[nearest]") {
    const std::array<std::string, 6> known{"status", "show", "send", "find", "recall", "man"};
    const std::pair<std::string_view, std::string_view> typed[]{{"stauts", "status"}, {"status", "status"}, {"stat", "status"},
                                                                {"fnd", "find"},      {"shwo", "show"},     {"recal", "recall"},
                                                                {"sendd", "send"},    {"statuses", "status"}, {"mna", "man"}};
    for (const auto& [word, meant] : typed) {
        INFO(word);
        CHECK(nearest_of(known, word) == std::string{meant});
    }
}

TEST_CASE("what is far from everything is near to nothing", "[nearest]") {
    const std::array<std::string, 4> known{"status", "show", "send", "man"};
    // Of three letters one may be wrong, of one none.
    for (const std::string& word : {std::string{"nonsense"}, std::string{"x"}, std::string{"ls"}, std::string{"mxy"},
                                    std::string{}, std::string{"sta"}, std::string(100'000, 's')}) {
        INFO(word.substr(0, 20));
        CHECK_FALSE(nearest_of(known, word).has_value());
    }
    CHECK_FALSE(nearest_of({}, "status").has_value());
}

TEST_CASE("of several that are as near the first is told", "[nearest]") {
    const std::array<std::string, 3> known{"hold", "told", "cold"};
    CHECK(nearest_of(known, "bold") == "hold");
    CHECK(nearest_of(known, "cald") == "cold");
}
