#include "hub/core/fold.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace hub;

namespace {

/// Every precomposed letter of Vietnamese with a mark, upper and lower case, by its base letter.
struct Letters {
    char base;
    const char* letters;
};
constexpr std::array vietnamese{
    Letters{'a', "àáảãạăằắẳẵặâầấẩẫậÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ"}, Letters{'e', "èéẻẽẹêềếểễệÈÉẺẼẸÊỀẾỂỄỆ"},
    Letters{'i', "ìíỉĩịÌÍỈĨỊ"},                        Letters{'o', "òóỏõọôồốổỗộơờớởỡợÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ"},
    Letters{'u', "ùúủũụưừứửữựÙÚỦŨỤƯỪỨỬỮỰ"},            Letters{'y', "ỳýỷỹỵỲÝỶỸỴ"},
    Letters{'d', "đĐ"},
};

}  // namespace

TEST_CASE("all 134 marked letters of Vietnamese fold to their base letter", "[fold]") {
    std::size_t count = 0;
    for (const auto& [base, letters] : vietnamese) {
        const std::string folded = fold(letters);
        CHECK(folded == std::string(folded.size(), base));
        count += folded.size();
    }
    CHECK(count == 134);
}

TEST_CASE("the same words typed in different ways fold alike", "[fold]") {
    CHECK(fold("Đường sắt") == "duong sat");
    CHECK(fold("duong  SAT") == "duong sat");
    CHECK(fold("  V/v  kết nối,\n liên thông ") == "v/v ket noi, lien thong");
    CHECK(fold("\x44\x75\xcc\x9b\x6f\xcc\x9b\xcc\x80ng") == "duong");  // Combining horn and grave: D u+horn o+horn+grave.
    CHECK(fold("7816/VPCP-TTĐT") == "7816/vpcp-ttdt");
}

TEST_CASE("what is not UTF-8 neither stops nor lengthens the result", "[fold]") {
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; second += 7) {
            const std::string octets{static_cast<char>(first), static_cast<char>(second), 'x'};
            CHECK(fold(octets).size() <= octets.size());
            CHECK(is_utf8(fold(octets)));
        }
}

TEST_CASE("UTF-8 is recognised", "[fold]") {
    CHECK(is_utf8("Tiếng Việt"));
    CHECK(is_utf8(std::string_view{"a\0b", 3}));
    CHECK_FALSE(is_utf8("\xff"));
    CHECK_FALSE(is_utf8("\xc0\x80"));          // Overlong.
    CHECK_FALSE(is_utf8("\xe0\x80\x80"));      // Overlong.
    CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // Surrogate.
    CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // Beyond U+10FFFF.
    CHECK_FALSE(is_utf8("\xe1\xba"));          // Cut.
}
