// Names of parts come from outside: what a browser is told to save may do no harm and still be recognised.

#include "hub/http/attachment_name.hpp"

#include "hub/core/fold.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using hub::http::attachment_of;
using hub::http::safe_file_name;

TEST_CASE("a file name keeps what people read, and nothing that leads elsewhere", "[attachment]") {
    const std::pair<std::string, std::string> names[]{
        {"Công văn 12.pdf", "Công văn 12.pdf"},
        {"../../etc/passwd", "passwd"},
        {"C:\\Windows\\a.exe", "a.exe"},
        {"/", "part-1"},
        {"", "part-1"},
        {"..", "part-1"},
        {" . ", "part-1"},
        {".bashrc", "bashrc"},
        {"a.pdf. .", "a.pdf"},
        {"a\r\nSet-Cookie: x=y", "aSet-Cookie_ x=y"},
        {"a\"b<c>|d?*.pdf", "a_b_c__d__.pdf"},
        {"ten\u202Efdp.exe", "tenfdp.exe"},
        {"\u200B\uFEFF\u2066x\u0085.pdf", "x.pdf"},
        {std::string("a\0b.pdf", 7), "ab.pdf"},
        {"\xFF\xFE.pdf", "part-1"},
        {"đ", "đ"},
    };
    for (const auto& [name, safe] : names) {
        INFO(name);
        CHECK(safe_file_name(name, "part-1") == safe);
    }
}

TEST_CASE("a long name is cut between letters and keeps its ending", "[attachment]") {
    std::string name;
    for (int i = 0; i < 200; ++i)
        name += "ễ";
    const std::string safe = safe_file_name(name + ".edxml", "part-1");
    CHECK(safe.size() <= 180);
    CHECK(safe.size() > 170);
    CHECK(safe.ends_with("ễ.edxml"));
    CHECK(hub::is_utf8(safe));
    // No ending is longer than the name that it ends.
    const std::string odd = safe_file_name("a." + name, "part-1");
    CHECK(odd.size() <= 180);
    CHECK(hub::is_utf8(odd));
}

TEST_CASE("the field has the name in ASCII and whole, whatever is in it", "[attachment]") {
    CHECK(attachment_of("a b.pdf") == "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
    CHECK(attachment_of("Sổ 12%.pdf")
          == "attachment; filename=\"S_ 12_.pdf\"; filename*=UTF-8''S%E1%BB%95%2012%25.pdf");
    CHECK(attachment_of("'(1);x") == "attachment; filename=\"'(1);x\"; filename*=UTF-8''%27%281%29%3Bx");
    for (int octet = 1; octet < 256; ++octet) {
        const std::string field = attachment_of(safe_file_name(std::string(1, static_cast<char>(octet)) + "x", "part-1"));
        INFO(octet << " " << field);
        for (const char c : field)
            CHECK((static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F));
        CHECK(std::count(field.begin(), field.end(), '"') == 2);
        CHECK(field.find('\\') == std::string::npos);
    }
}
