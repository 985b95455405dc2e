#include "hub/core/routing.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using namespace std::chrono_literals;

namespace {

constexpr Instant day(int n) { return Instant{std::chrono::hours{24 * n}}; }

Directory province() {
    std::vector<Agency> agencies;
    agencies.push_back({.code = code("H43"), .name = "UBND tỉnh", .aliases = {{code("000.00.00.H43"), {}, {}}}});
    agencies.push_back({.code = code("H43.05"),
                        .name = "Sở Tài chính",
                        .aliases = {{code("000.00.11.H43"), {}, day(100)}},
                        .serves_subordinates = true});
    agencies.push_back({.code = code("H43.06"),
                        .name = "Sở mới",
                        .aliases = {{code("000.00.11.H43"), day(100), {}}},
                        .opened_at = day(50)});
    agencies.push_back({.code = code("H43.09"), .name = "Sở cũ", .closed_at = day(10), .successor = code("H43.05")});
    agencies.push_back({.code = code("000.00.31.H43"), .name = "Huyện", .serves_subordinates = true});
    agencies.push_back({.code = code("H43.05.02"), .name = "Chi cục", .serves_subordinates = true});
    agencies.push_back({.code = code("AXIS"), .name = "Trục quốc gia", .is_axis = true});
    return Directory::build(std::move(agencies), {code("H43"), code("000.00.00.H43")}).value();
}

std::string route(const Directory& directory, std::string_view receiver, Instant now = day(1)) {
    const auto agency = resolve(directory, code(receiver), now);
    return agency ? (*agency)->code.text() : std::string{name_of(agency.error().code)};
}

}  // namespace

TEST_CASE("a receiver's code leads to one inbox", "[routing]") {
    const Directory directory = province();
    const auto [receiver, inbox] = GENERATE(table<std::string, std::string>({
        {"H43", "H43"},
        {"000.00.00.H43", "H43"},                  // Old form as an alias.
        {"H43.05", "H43.05"},
        {"H43.05.77", "H43.05"},                   // Below an agency that serves its subordinates.
        {"H43.05.02.001", "H43.05.02"},            // The longest prefix wins.
        {"000.20.31.H43", "000.00.31.H43"},        // The old form is read from right to left.
        {"H43.99", "receiver_unknown"},            // H43 does not take what is below it.
        {"000.00.77.H43", "receiver_unknown"},
        {"G22", "AXIS"},                           // Outside the province.
        {"000.00.00.H41", "AXIS"},
        {"28.22.H17", "AXIS"},
    }));
    CHECK(route(directory, receiver) == inbox);
}

TEST_CASE("aliases and agencies hold between their dates", "[routing]") {
    const Directory directory = province();
    CHECK(route(directory, "000.00.11.H43", day(99)) == "H43.05");
    CHECK(route(directory, "000.00.11.H43", day(100)) == "H43.06");
    CHECK(route(directory, "H43.06", day(49)) == "receiver_closed");
    CHECK(route(directory, "H43.09", day(9)) == "H43.09");
    CHECK(route(directory, "H43.09", day(10)) == "receiver_closed");
    CHECK(resolve(directory, code("H43.09"), day(10)).error().peer_text == "H43.09 -> H43.05");
}

TEST_CASE("without an axis participant the outside is unknown", "[routing]") {
    const Directory directory = Directory::build({{.code = code("H43")}}, {code("H43")}).value();
    CHECK(route(directory, "G22") == "receiver_unknown");
}

TEST_CASE("a directory that contradicts itself is refused", "[directory]") {
    const auto fails = [](std::vector<Agency> agencies) {
        const auto built = Directory::build(std::move(agencies), {});
        return !built && built.error().code == Errc::setting_invalid;
    };
    CHECK(fails({{.code = code("H43")}, {.code = code("H43")}}));
    CHECK(fails({{.code = code("A"), .is_axis = true}, {.code = code("B"), .is_axis = true}}));
    CHECK(fails({{.code = code("A"), .successor = code("C")}}));
    CHECK(fails({{.code = code("A"), .aliases = {{code("B"), {}, {}}}}, {.code = code("B")}}));
    CHECK(fails({{.code = code("A"), .aliases = {{code("X"), {}, day(5)}}},
                 {.code = code("B"), .aliases = {{code("X"), day(4), {}}}}}));
    CHECK_FALSE(fails({{.code = code("A"), .aliases = {{code("X"), {}, day(5)}}},
                       {.code = code("B"), .aliases = {{code("X"), day(5), {}}}}}));
}
