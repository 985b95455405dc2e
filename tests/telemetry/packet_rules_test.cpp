#include "hub/telemetry/packet_rules.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub;

TEST_CASE("every rule for packets has a name and words of its own", "[packet_rules]") {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < packet_rules_count; ++i) {
        const auto rule = static_cast<PacketRule>(i);
        INFO(name_of(rule));
        const Words words = words_of(rule);
        CHECK(name_of(rule).find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos);
        CHECK(seen.insert(name_of(rule)).second);
        for (const auto title : {words.title_vi, words.title_en}) {
            CHECK(seen.insert(title).second);
            CHECK_FALSE(title.ends_with('.'));
        }
        for (const auto remedy : {words.remedy_vi, words.remedy_en})
            CHECK((remedy.size() > 20 && remedy.ends_with('.')));
    }
}
