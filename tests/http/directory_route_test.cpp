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

TEST_CASE("a code is explained as the hub would route it", "[api][units]") {
    Country hub;
    const auto explained = [&](const std::string& query) {
        std::string lines;
        const auto answer = hub.ask("/v1/explain?" + query);
        CHECK_FALSE(answer.at("has_more").as_bool());
        for (const auto& each : answer.at("routes").as_array()) {
            const auto& route = each.as_object();
            const auto* refusal = route.at("refusal").if_object();
            lines += text_at(route, "by") + " " + (route.at("inbox").is_null() ? "-" : text_at(route, "inbox")) + " "
                     + (route.at("through").is_null() ? "-" : text_at(route, "through"))
                     + (refusal ? " " + text_at(*refusal, "code") : "") + "\n";
        }
        return lines;
    };
    CHECK(explained("receiver=H43.01") == "own_code H43.01 -\n");
    CHECK(explained("receiver=000.00.00.H43") == "alias H43 000.00.00.H43\n");
    CHECK(explained("receiver=H43.77.1") == "above H43 H43\n");
    CHECK(explained("receiver=H43.02&receiver=H43.03")
          == "own_code H43.02 - receiver_closed\nown_code H43.03 - receiver_closed\n");
    CHECK(explained("receiver=G22") == "axis 00.43.W00 -\n");
    CHECK(explained("receiver=G22.1") == "axis 00.43.W00 - receiver_closed\n");
    CHECK(explained("receiver=G99") == "axis 00.43.W00 - receiver_unknown\n");
    CHECK(text_at(hub.ask("/v1/explain?receiver=G22").at("routes").as_array().at(0).as_object(), "unit_name")
          == "Văn phòng Chính phủ");
    // A document's receivers, when it was accepted.
    CHECK(explained("id=2") == "own_code H43.01 -\naxis 00.43.W00 -\naxis 00.43.W00 -\n");
    CHECK(hub.ask("/v1/explain?id=2").at("at") == hub.ask("/v1/documents/2").at("accepted_at"));
    for (const char* wrong : {"", "receiver=", "receiver=no%20code", "receiver=H43&id=2", "id=nonsense", "other=1"}) {
        INFO(wrong);
        hub.ask(std::string{"/v1/explain?"} + wrong, 400);
    }
    hub.ask("/v1/explain?id=999", 404);
    hub.writer().refuse("H43", 3, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    REQUIRE(hub.writer().commit().has_value());
    const auto refused = hub.ask("/v1/explain?id=" + id(3).text());
    CHECK(refused.at("routes").as_array().empty());
    CHECK(text_at(refused.at("refusal").as_object(), "code") == "receiver_unknown");
    std::string many = "/v1/explain?receiver=H43";
    for (int i = 0; i < 500; ++i)
        many += "&receiver=H43";
    hub.ask(many, 400);
}
