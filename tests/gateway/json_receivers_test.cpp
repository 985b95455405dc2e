#include "adapters/gateway/json_receivers.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;

namespace {

const std::vector<Unit> province{{"H43.02", "Sở Tư pháp", {}, false},
                                 {"H43.01", "Sở Nội vụ", {"000.00.01.H43"}, false},
                                 {"H43.09", "Sở cũ", {}, true},
                                 {"H43", "Ủy ban nhân dân tỉnh", {"000.00.00.H43"}, false}};

std::string page(const std::map<std::string, std::string>& query) {
    const auto asked = receivers_asked(query);
    if (!asked)
        return "refused " + asked.error().field;
    const auto answer = receivers_page(province, *asked);
    std::string codes;
    for (const auto& row : answer.at("receivers").as_array())
        codes += std::string{row.at("code").as_string()} + " ";
    return codes + boost::json::serialize(answer.at("next"));
}

}  // namespace

TEST_CASE("the agencies that can be sent to are listed in the order of their codes, closed ones are not", "[gateway]") {
    CHECK(page({}) == "H43 H43.01 H43.02 null");
    CHECK(page({{"limit", "2"}}) == "H43 H43.01 \"H43.01\"");
    CHECK(page({{"limit", "2"}, {"after", "H43.01"}}) == "H43.02 null");
    const auto row = receivers_page(province, {.text = "noi vu", .after = {}}).at("receivers").as_array().at(0);
    CHECK(row == boost::json::parse(R"({"code": "H43.01", "name": "Sở Nội vụ", "old_code": "000.00.01.H43",
                                        "aliases": ["000.00.01.H43"]})"));
}

TEST_CASE("a receiver is found by beginnings of words, by either code, with and without tone marks", "[gateway]") {
    CHECK(page({{"text", "so"}}) == "H43.01 H43.02 null");
    CHECK(page({{"text", "s%E1%BB%9F+t%C6%B0"}}) == "H43.02 null");
    CHECK(page({{"text", "000.00.01"}}) == "H43.01 null");
    CHECK(page({{"text", "h43.02"}}) == "H43.02 null");
    CHECK(page({{"text", "phap x"}}) == "null");
    CHECK(page({{"text", "hap"}}) == "null");
}

TEST_CASE("a parameter of the list that is wrong is named", "[gateway]") {
    CHECK(page({{"limit", "201"}}) == "refused limit");
    CHECK(page({{"limit", "0"}}) == "refused limit");
    CHECK(page({{"text", "%E1"}}) == "refused text");
    CHECK(page({{"text", "%4"}}) == "refused text");
    CHECK(page({{"q", "x"}}) == "refused q");
}
