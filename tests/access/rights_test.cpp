#include "hub/core/access.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;

TEST_CASE("what each role may do", "[access]") {
    // In the order of Right: read hold operate remind reveal audit configure administer.
    const std::map<Role, std::string_view> table{{Role::viewer, "r......."},
                                                 {Role::clerk, "r...v..."},
                                                 {Role::operator_, "rhom.a.."},
                                                 {Role::administrator, "rhomvacx"}};
    for (const auto& [role, granted] : table) {
        REQUIRE(granted.size() == rights_count);
        for (std::size_t i = 0; i < rights_count; ++i) {
            INFO(name_of(role) << " " << name_of(static_cast<Right>(i)));
            CHECK(is_granted(role, static_cast<Right>(i)) == (granted[i] != '.'));
        }
    }
}

TEST_CASE("roles and verbs are known by their names", "[access]") {
    for (const Role role : {Role::viewer, Role::clerk, Role::operator_, Role::administrator})
        CHECK(parse_role(name_of(role)) == role);
    CHECK_FALSE(parse_role(""));
    CHECK_FALSE(parse_role("Operator"));
    for (int value = static_cast<int>(Verb::hold); value <= static_cast<int>(Verb::queue_limit); ++value)
        CHECK(parse_verb(name_of(static_cast<Verb>(value))) == static_cast<Verb>(value));
    CHECK_FALSE(parse_verb("unknown"));
    CHECK_FALSE(parse_verb(""));
}
