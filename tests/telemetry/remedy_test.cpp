#include "hub/telemetry/remedy.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <vector>

namespace {

using namespace hub;

/// Every code that core names: name_of() falls back to "internal" for values that are none.
std::vector<Errc> all_codes() {
    std::vector<Errc> codes;
    for (int i = 0; i < 256; ++i)
        if (const auto code = static_cast<Errc>(i); code == Errc::internal || name_of(code) != "internal")
            codes.push_back(code);
    return codes;
}

bool is_sentence(std::string_view text) { return text.size() > 20 && text.ends_with('.'); }

}  // namespace

TEST_CASE("every code has its own words in both languages", "[remedy]") {
    std::set<std::string_view> titles;
    const auto codes = all_codes();
    REQUIRE(codes.size() > 30);
    for (const Errc code : codes) {
        INFO(name_of(code));
        const Words words = words_of(code);
        CHECK(titles.insert(words.title_vi).second);
        CHECK(titles.insert(words.title_en).second);
        CHECK_FALSE(words.title_vi.ends_with('.'));
        CHECK_FALSE(words.title_en.ends_with('.'));
        CHECK(is_sentence(words.remedy_vi));
        CHECK(is_sentence(words.remedy_en));
        const auto by_name = words_of_name(name_of(code));
        REQUIRE(by_name);
        CHECK(by_name->title_vi == words.title_vi);
    }
}

TEST_CASE("a code of another version has no words", "[remedy]") {
    CHECK_FALSE(words_of_name("").has_value());
    CHECK_FALSE(words_of_name("receiver_on_holiday").has_value());
    CHECK_FALSE(words_of_name("Receiver_unknown").has_value());
}

TEST_CASE("every station and event that a receipt can name has its words", "[remedy]") {
    for (const std::string_view name : {"accepted", "refused", "queued", "retrieved", "failed", "01", "02", "03", "04",
                                        "05", "06", "13", "15", "16", "status", "recall", "update",
                                        "replace"}) {
        INFO(name);
        const auto words = station_words_of_name(name);
        REQUIRE(words);
        CHECK_FALSE(words->vi.empty());
        CHECK_FALSE(words->en.empty());
    }
    CHECK(station_words_of_name("01")->vi == "Đã đến");
    CHECK(station_words_of_name("03")->vi == "Đã tiếp nhận");
    CHECK(station_words(ReceiptEvent::status_06).vi == "Hoàn thành");
    CHECK_FALSE(station_words_of_name("07").has_value());
    CHECK_FALSE(station_words_of_name("confirmed").has_value());
}
