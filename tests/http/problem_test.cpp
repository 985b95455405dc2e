#include "hub/http/language.hpp"
#include "hub/http/problem.hpp"

#include "hub/telemetry/remedy.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::object_of;
using test::text_at;

namespace {

constexpr int codes_count = static_cast<int>(Errc::setting_invalid) + 1;

}  // namespace

TEST_CASE("every code becomes a problem with its words in both languages", "[problem]") {
    for (int value = 0; value < codes_count; ++value) {
        const auto code = static_cast<Errc>(value);
        INFO(name_of(code));
        const Words words = words_of(code);
        const auto vi = object_of(http::problem({code, "field", "theirs"}, "vi").body);
        const auto en = object_of(http::problem({code, "field", "theirs"}, "en").body);
        CHECK(text_at(vi, "title") == words.title_vi);
        CHECK(text_at(vi, "remedy") == words.remedy_vi);
        CHECK(text_at(en, "title") == words.title_en);
        CHECK(text_at(en, "remedy") == words.remedy_en);
        for (const auto& body : {vi, en}) {
            CHECK(text_at(body, "code") == name_of(code));
            CHECK(text_at(body, "type") == "/problems/" + std::string{name_of(code)});
            CHECK(text_at(body, "field") == "field");
            CHECK(text_at(body, "detail") == "theirs");
        }
    }
}

TEST_CASE("the language that is liked best is spoken", "[problem]") {
    const std::pair<const char*, const char*> lists[]{
        {"", "en"}, {"vi", "vi"}, {"vi-VN", "vi"}, {"VI", "vi"}, {"en", "en"}, {"fr", "en"}, {"*", "en"}, {"vie", "en"},
        {"vi;q=0.3, en;q=0.9", "en"}, {"en;q=0.3, vi;q=0.9", "vi"}, {"fr, vi;q=0.5", "vi"}, {"vi,en", "vi"}, {"en,vi", "en"},
        {"vi;q=0, en", "en"}, {"vi;q=0", "en"}, {"vi ; q=0.8 , en-GB;q=0.801", "en"}, {"vi;q=nonsense", "en"},
        {"vi;q=1.000,en", "vi"}, {",,vi", "vi"}, {"vi;", "vi"}};
    for (const auto& [list, language] : lists) {
        INFO(list);
        CHECK(http::preferred_language(list) == language);
    }
}

TEST_CASE("the status says whether to correct, to wait or to call the operator", "[problem]") {
    const auto status = [](Errc code) { return http::problem({code, {}, {}}, {}).status; };
    CHECK(status(Errc::not_found) == 404);
    CHECK(status(Errc::field_invalid) == 400);
    CHECK(status(Errc::ledger_busy) == 503);
    CHECK(status(Errc::ledger_full) == 503);
    CHECK(status(Errc::ledger_corrupt) == 500);
    CHECK(status(Errc::internal) == 500);
    for (int value = 0; value < codes_count; ++value) {
        const auto response = http::problem({static_cast<Errc>(value), {}, {}}, {});
        CHECK(object_of(response.body).at("status").to_number<unsigned>() == response.status);
        CHECK(response.content_type == "application/problem+json");
    }
    const auto chosen = http::problem(405, {Errc::field_invalid, "method", "PUT"}, {});
    CHECK(chosen.status == 405);
    CHECK(object_of(chosen.body).at("status").to_number<unsigned>() == 405);
}

TEST_CASE("the language is the reader's, English when it is another", "[problem]") {
    const auto title = [](std::string_view language) {
        return text_at(object_of(http::problem({Errc::not_found, {}, {}}, language).body), "title");
    };
    for (const std::string_view vi : {"vi", "vi-VN", "vi-VN,vi;q=0.9,en;q=0.8"})
        CHECK(title(vi) == "Không tìm thấy");
    for (const std::string_view en : {"en", "en-US,vi;q=0.1", "", "fr", "*"})
        CHECK(title(en) == "Not found");
}

TEST_CASE("a problem bears the trace of its caller", "[problem]") {
    constexpr std::string_view id = "4bf92f3577b34da6a3ce929d0e0e4736";
    CHECK(http::trace_id_of("00-" + std::string{id} + "-00f067aa0ba902b7-01") == id);
    for (const char* odd : {"", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e47-36-00f067aa0ba902b7-01", "\"}"})
        CHECK(http::trace_id_of(odd).empty());
    auto refused = http::problem({Errc::not_found, "id", "x"}, "en");
    http::put_trace(id, refused);
    CHECK(text_at(object_of(refused.body), "trace_id") == id);
    http::Response page{200, "application/json", "{}", {}};
    http::put_trace(id, page);
    CHECK(page.body == "{}");
}
