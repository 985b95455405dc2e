#include "adapters/gateway/json_route.hpp"
#include "adapters/gateway/json_rows.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;

TEST_CASE("paths lead to calls", "[gateway]") {
    const auto file = json_route("GET", "/v1/inbox/abc/files/3").value();
    CHECK(file.call == JsonCall::give_file);
    CHECK(file.id == "abc");
    CHECK(file.file == "3");
    const auto list = json_route("GET", "/v1/inbox?kind=status&after=1.x&limit").value();
    CHECK(list.call == JsonCall::list_received);
    CHECK(list.query == std::map<std::string, std::string>{{"kind", "status"}, {"after", "1.x"}, {"limit", ""}});
    CHECK(json_route("POST", "/v1/documents").value().call == JsonCall::submit);
    CHECK(json_route("GET", "/v1/documents").value().call == JsonCall::list_sent);
    CHECK(json_route("GET", "/v1/receivers?text=a").value().call == JsonCall::list_receivers);
}

TEST_CASE("other paths and methods are told apart", "[gateway]") {
    for (const auto* path : {"", "/", "/v1", "/v1/inbox/", "/v1//inbox", "/v1/inbox/a/files", "/v1/inbox/a/files/",
                             "/v2/inbox", "v1/inbox", "*"})
        CHECK(json_route("GET", path).error().status == 404);
    CHECK(json_route("DELETE", "/v1/documents").error().status == 405);
    CHECK(json_route("DELETE", "/v1/documents").error().allowed == "POST, GET");
    CHECK(json_route("POST", "/v1/inbox/a/packet").error().allowed == "GET");
}

TEST_CASE("where a list goes on is read as it was written", "[gateway]") {
    const ListPlace place{Instant{std::chrono::milliseconds{1764236400123}}, "0193"};
    CHECK(text_of(place) == "1764236400123.0193");
    const auto read = parse_place(text_of(place));
    REQUIRE(read);
    CHECK(read->at == place.at);
    CHECK(read->doc_id == place.doc_id);
    CHECK(time_text(place.at) == "2025-11-27T09:40:00.123Z");
    for (const auto* text : {"", "1", ".", "-1.a", "x.a", "99999999999999999999.a"})
        CHECK_FALSE(parse_place(text));
    CHECK_FALSE(parse_place("1." + std::string(100, 'a')));
    CHECK(parse_seq("0") == 0);
    CHECK(parse_seq("4711") == 4711);
    // As an earlier version gave it.
    CHECK(parse_seq("1764236400123.0193") == 0);
    for (const auto* text : {"", "-1", "1a", ".", "x.a", "99999999999999999999"})
        CHECK_FALSE(parse_seq(text));
}
