#include "hub/ctl/table.hpp"

#include <catch2/catch.hpp>

using namespace hub::ctl;

TEST_CASE("a Vietnamese letter is one column, however it is composed", "[table]") {
    CHECK(display_width("") == 0);
    CHECK(display_width("Duong") == 5);
    CHECK(display_width("Đường sắt") == 9);
    CHECK(display_width("Đươ\u0300ng să\u0301t") == 9);
    CHECK(display_width("u\u031B\u0323") == 1);
    CHECK(display_width("…") == 1);
    CHECK(display_width("🚂") == 1);
}

TEST_CASE("octets that are no text become blanks", "[table]") {
    // To an 8-bit terminal some of them are control characters.
    for (const auto& [octets, shown] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"\xFF", " "}, {"\xE1", " "}, {"\xE1\xBB", "  "}, {"a\xC4", "a "}, {"\xF0\x9F", "  "}, {"\x80\x80\x80", "   "}}) {
        CHECK(display_width(octets) == shown.size());
        CHECK(shortened(octets, 10) == shown);
    }
}

TEST_CASE("long text is cut between letters and says so", "[table]") {
    CHECK(shortened("Đường sắt", 9) == "Đường sắt");
    CHECK(shortened("Đường sắt", 8) == "Đường s…");
    CHECK(shortened("Đường sắt", 2) == "Đ…");
    CHECK(shortened("Đường sắt", 1) == "…");
    CHECK(shortened("", 1).empty());
    // The mark goes with its letter.
    CHECK(shortened("a\u0301b\u0301c\u0301", 2) == "a\u0301…");
    CHECK(display_width(shortened(std::string(1000, 'x'), 40)) == 40);
}

TEST_CASE("control characters become blanks", "[table]") {
    CHECK(shortened("a\nb\tc\x1B[2Jd\x7F", 20) == "a b c [2Jd ");
    CHECK(shortened(std::string_view{"a\0b", 3}, 20) == "a b");
}

TEST_CASE("foreign text cannot steer the terminal", "[table]") {
    const std::pair<std::string_view, std::string_view> texts[]{
        {"Đường sắt", "Đường sắt"},
        {"a\x1B[2J\x07z", "a [2J z"},
        {"one\r\ntwo", "one  two"},
        {"csi \xC2\x9B 2J", "csi   2J"},  // U+009B says the same as ESC [.
        {"\xC2\xA0\xC2\xA9", "\xC2\xA0\xC2\xA9"},
        {"fdp.\xE2\x80\xAEtxt", "fdp. txt"},  // U+202E turns the direction of what follows.
        {"\xE2\x81\xA6x\xE2\x81\xA9", " x "},
        {"\xE2\x80\x8F", " "},
        {"\u061Cx\u200By\uFEFFz\u2028", " x y z "},
        {"\U000E0041", " "},
        {"\xE2\x1B[2J", "  [2J"},  // No letter hides what is behind it.
        {"\x9B""2J", " 2J"},
        {"…–“”", "…–“”"}};
    for (const auto& [text, shown] : texts) {
        CHECK(printable(text) == shown);
        CHECK(shortened(text, 100) == shown);
    }
}

TEST_CASE("columns stand under their headings", "[table]") {
    Table table{{"Mã", "Tên", "Trạng thái"}};
    CHECK(table.text() == "Mã  Tên  Trạng thái\n");
    table.add({"H43", "Ủy ban", "mở"});
    table.add({"H43.01", "Sở", ""});
    table.add({"", "Sơ\u0309 N", "đóng"});
    CHECK(table.text() == "Mã      Tên     Trạng thái\n"
                          "H43     Ủy ban  mở\n"
                          "H43.01  Sở      \n"
                          "        Sơ\u0309 N    đóng\n");
}

TEST_CASE("times are Vietnam's", "[table]") {
    CHECK(local_time("2026-11-24T01:02:03.004Z") == "2026-11-24 08:02:03");
    CHECK(local_time("2026-11-24T16:59:59.999Z") == "2026-11-24 23:59:59");
    CHECK(local_time("2026-11-24T17:00:00.000Z") == "2026-11-25 00:00:00");
    CHECK(local_time("2024-02-28T20:00:00Z") == "2024-02-29 03:00:00");
    CHECK(local_time("2026-12-31T20:00:00Z") == "2027-01-01 03:00:00");
    for (const char* other : {"", "soon", "2026-11-24", "-"})
        CHECK(local_time(other) == other);
}

TEST_CASE("durations in their two largest units", "[table]") {
    const std::pair<std::int64_t, std::string_view> durations[]{
        {0, "0s"},          {59, "59s"},    {60, "1m"},       {75, "1m15s"},
        {3599, "59m59s"},   {3600, "1h"},   {3659, "1h"},     {5400, "1h30m"},
        {86'399, "23h59m"}, {86'400, "1d"}, {90'000, "1d1h"}, {864'000, "10d"}};
    for (const auto& [seconds, text] : durations)
        CHECK(duration_text(seconds, Lang::en) == text);
    const std::pair<std::int64_t, std::string_view> in_vietnamese[]{
        {0, "0 giây"}, {75, "1 phút 15 giây"}, {3600, "1 giờ"}, {5400, "1 giờ 30 phút"}, {90'000, "1 ngày 1 giờ"}};
    for (const auto& [seconds, text] : in_vietnamese)
        CHECK(duration_text(seconds, Lang::vi) == text);
}
