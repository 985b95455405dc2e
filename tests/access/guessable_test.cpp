// Which passwords somebody who guesses tries first.

#include "hub/access/guessable.hpp"
#include "hub/access/secret.hpp"

#include <catch2/catch.hpp>

using hub::access::is_guessable;
using hub::access::is_password;

TEST_CASE("what everybody tries first is no password", "[access]") {
    for (const char* password : {"password1234", "Password2024!", "P@ssw0rd1234", "passwordpassword", "mypassword!!!!", "123matkhau123",
                                 "matkhau12345", "Mật khẩu 2024", "MậtKhẩu@2024", "vietnam2024!", "VietNam@2025#", "admin2024matkhau",
                                 "qwertyuiop12", "quantrivien1", "hanoi-vietnam-2026", "lgsp2024lgsp", "iloveyou1234", "l0g1n-adm1n-2"}) {
        INFO(password);
        CHECK(is_guessable(password, "binh", "H43"));
    }
}

TEST_CASE("a password tells neither its user's name nor the hub's", "[access]") {
    for (const char* password : {"xin-Hoang.Van.Nam-9", "2024 HOÀNG VĂN NAM", "hoangvannam9142"}) {
        INFO(password);
        CHECK(is_guessable(password, "hoang.van.nam", "H43"));
        CHECK_FALSE(is_guessable(password, "le.thi.hoa", "H43"));
    }
    CHECK(is_guessable("tram 000.00.00.H43 day", "an", "000.00.00.H43"));
    // Of a name of two letters nobody could keep clear; alone with digits it is a guess all the same.
    CHECK_FALSE(is_guessable("con ngan bay ngang", "an", "H43"));
    CHECK(is_guessable("an1975-04-30", "an", "H43"));
    CHECK(is_guessable("an-matkhau-2024", "an", "H43"));
}

TEST_CASE("a sentence of one's own is a password, and so is what a machine made", "[access]") {
    for (const char* password : {"một câu dễ nhớ", "mật khẩu đủ dài", "một mật khẩu khác", "9142-7305-86", "correct horse battery",
                                 "trời mưa ở Hà Nội", "x7Qk-93bd-Lw2e", "another password"}) {
        INFO(password);
        CHECK(is_password(password, "an"));
        CHECK_FALSE(is_guessable(password, "an", "H43"));
    }
}
