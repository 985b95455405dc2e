// Agencies of the province and units of the national axis, found together.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::id;
using test::text_at;
using test::TrialHub;

namespace {

struct Country : TrialHub {
    Country() {
        const auto page = std::make_shared<const UnitsPage>(UnitsPage{
            id(90), 1, true, true,
            {{code("G22"), code("000.00.00.G22"), "Văn phòng Chính phủ", std::nullopt, false, 7, "24/11/2026"},
             {code("G22.1"), std::nullopt, "Vụ Nội chính", code("G22"), true, 1, ""},
             // The axis knows the province's agencies too.
             {code("H43.01"), std::nullopt, "Sở Nội vụ tỉnh", std::nullopt, false, 1, ""}}});
        EnvelopeRecord& record = writer().accept("00.43.W00", 90, {});
        record.frame.reset();
        writer().batch.units.push_back({record.seq, page, next({}, *page, record.seq, at(50'000)).value()});
        writer().accept("H43", 1, {"H43.01@H43.01", "G22@00.43.W00", "X1@00.43.W00"});
        REQUIRE(writer().commit().has_value());
    }
    std::string found(const std::string& query) {
        std::string codes;
        const auto answer = ask("/v1/directory?" + query);
        for (const auto& row : answer.at("found").as_array())
            codes += text_at(row.as_object(), "listed_by").substr(0, 1) + ":" + text_at(row.as_object(), "code") + " ";
        return codes + (answer.at("has_more").as_bool() ? "…" : "");
    }
};

}  // namespace

TEST_CASE("agencies and units are found together", "[api][units]") {
    Country hub;
    CHECK(hub.found("text=noi") == "p:H43.01 a:G22.1 ");
    CHECK(hub.found("text=N%E1%BB%98I+v") == "p:H43.01 a:G22.1 ");
    CHECK(hub.found("text=noi&count=1") == "p:H43.01 …");
    CHECK(hub.found("text=000.00.00.G22") == "a:G22 ");
    CHECK(hub.found("text=000.00.00.H43") == "p:H43 ");
    CHECK(hub.found("text=oi") == "");
    CHECK(hub.found("text=nothing") == "");
    const auto row = hub.ask("/v1/directory?text=G22").at("found").as_array().at(0).as_object();
    CHECK(text_at(row, "name") == "Văn phòng Chính phủ");
    CHECK(text_at(row, "state") == "open");
    CHECK(row.at("version").as_int64() == 7);
    CHECK(row.at("other_codes").as_array().at(0).as_string() == "000.00.00.G22");
    CHECK(text_at(hub.ask("/v1/directory?text=G22.1").at("found").as_array().at(0).as_object(), "state") == "closed");
    for (const char* wrong : {"", "text=", "text=%20", "text=x&count=0", "text=x&count=201", "text=x&other=1"}) {
        INFO(wrong);
        hub.ask(std::string{"/v1/directory?"} + wrong, 400);
    }
}

TEST_CASE("a story and the status tell of units", "[api][units]") {
    Country hub;
    const auto story = hub.ask("/v1/documents/2");
    const auto name = [&](std::size_t i) {
        return text_at(story.at("deliveries").as_array().at(i).as_object(), "receiver_name");
    };
    CHECK(name(0) == "Sở Nội vụ");
    CHECK(name(1) == "Văn phòng Chính phủ");
    CHECK(name(2) == "");
    CHECK(text_at(story, "sender_name") == "Ủy ban nhân dân tỉnh");
    CHECK(text_at(story, "issuer_name") == "Ủy ban nhân dân tỉnh");
    const auto units = hub.ask("/v1/status").at("units").as_object();
    CHECK(units.at("count").as_int64() == 3);
    CHECK(text_at(units, "pass_ended_at") == "1970-01-01T00:00:50.000Z");
    CHECK(text_at(units, "full_pass_ended_at") == "1970-01-01T00:00:50.000Z");
}
