#include "hub/access/secret.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub::access;

TEST_CASE("tokens and codes are never the same twice", "[access]") {
    std::set<std::string> made;
    for (int i = 0; i < 1000; ++i) {
        const std::string token = make_token();
        CHECK(token.size() == 43);
        CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == token.npos);
        made.insert(token);
        made.insert(make_code());
    }
    CHECK(made.size() == 2000);
}

TEST_CASE("a code is good however it is typed", "[access]") {
    const std::string code = make_code();
    CHECK(code.size() == 23);
    CHECK(code[5] == '-');
    std::string typed;
    for (const char c : code)
        typed += c == '-' ? " " : std::string{static_cast<char>(std::tolower(c))};
    CHECK(normalised_code(typed) == normalised_code(code));
    CHECK(normalised_code(code).size() == 20);
    CHECK(normalised_code("").empty());
}

TEST_CASE("a password is right for its own hash alone", "[access]") {
    const std::string hash = hash_password("mật khẩu đủ dài");
    CHECK(hash.starts_with("scrypt$15$8$1$"));
    CHECK(hash_password("mật khẩu đủ dài") != hash);
    CHECK(is_right("mật khẩu đủ dài", hash));
    CHECK_FALSE(is_right("mật khẩu đủ dàj", hash));
    CHECK_FALSE(is_right("", hash));
    std::string other = hash;
    other.back() = other.back() == '0' ? '1' : '0';
    CHECK_FALSE(is_right("mật khẩu đủ dài", other));
    for (const std::string& none : {std::string{}, std::string{"scrypt$15$8$1$"}, hash.substr(0, 40), hash + "0",
                                    "scrypt$14" + hash.substr(9), std::string{"plain"}})
        CHECK_FALSE(is_right("mật khẩu đủ dài", none));
}

TEST_CASE("which passwords are taken", "[access]") {
    CHECK(is_password("một câu dễ nhớ", "an"));
    CHECK(is_password("9142-7305-86", "an"));
    CHECK_FALSE(is_password("mot cau kho", "an"));
    CHECK_FALSE(is_password("ạạạạ", "an"));
    CHECK_FALSE(is_password("            ", "an"));
    CHECK_FALSE(is_password("123456789012", "an"));
    CHECK_FALSE(is_password("abcabcabcabc", "an"));
    CHECK_FALSE(is_password("nguyen.van.an", "nguyen.van.an"));
    const auto long_one = [](std::size_t bytes) {
        std::string text;
        while (text.size() < bytes)
            text += "qazwsxedc";
        return text.substr(0, bytes);
    };
    CHECK(is_password(long_one(256), "an"));
    CHECK_FALSE(is_password(long_one(257), "an"));
    CHECK_FALSE(is_password("\xFF\xFE 0123456789012", "an"));
}
