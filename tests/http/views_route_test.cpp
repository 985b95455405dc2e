// Filters that users keep under a name.

#include "tests/http/people_hub.hpp"

using namespace hub;
using namespace hub::test;

namespace json = boost::json;

namespace {

struct ViewsHub : PeopleHub {
    http::Response keep(const std::string& user, const std::string& place, const std::string& query) {
        return as(user, "PUT", "/v1/views/" + place, json::serialize(json::object{{"query", query}}));
    }
    std::vector<std::string> names(const std::string& user) {
        std::vector<std::string> names;
        const json::object answer = asked(user, "/v1/views");
        for (const auto& each : answer.at("views").as_array())
            names.push_back(text_at(each.as_object(), "page") + "/" + text_at(each.as_object(), "name") + "?"
                            + text_at(each.as_object(), "query"));
        return names;
    }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a view is kept, replaced and forgotten, and is its user's alone", "[api][views]") {
    ViewsHub hub;
    CHECK(hub.names("operator").empty());
    const auto done = hub.keep("operator", "documents/Kh%E1%BA%A9n%20ch%C6%B0a%20l%E1%BA%A5y", "urgency=1&state=queued");
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(hub.keep("operator", "documents/B", "state=failed&columns=number,sender").status == 200);
    CHECK(hub.keep("operator", "receipts/B", "").status == 200);
    CHECK(hub.keep("clerk", "documents/B", "owed=yes").status == 200);
    CHECK(hub.names("operator") == Names{"documents/B?state=failed&columns=number,sender",
                                         "documents/Khẩn chưa lấy?urgency=1&state=queued", "receipts/B?"});
    CHECK(hub.names("clerk") == Names{"documents/B?owed=yes"});
    CHECK(hub.keep("operator", "documents/B", "state=parked").status == 200);
    CHECK(hub.names("operator").front() == "documents/B?state=parked");
    CHECK(hub.as("operator", "DELETE", "/v1/views/documents/B").status == 200);
    CHECK(hub.as("operator", "DELETE", "/v1/views/documents/B").status == 404);
    CHECK(hub.names("operator").size() == 2);
    CHECK(hub.names("clerk").size() == 1);
    CHECK(hub.as("nobody", "GET", "/v1/views").status == 401);
}

TEST_CASE("a user keeps fifty views", "[api][views]") {
    ViewsHub hub;
    for (int i = 0; i < access::AccessStore::views_per_user_max; ++i)
        REQUIRE(hub.keep("viewer", "documents/" + std::to_string(i), "kind=all").status == 200);
    const auto refused = hub.keep("viewer", "documents/more", "kind=all");
    CHECK(refused.status == 409);
    CHECK(text_at(object_of(refused.body), "code") == "too_many_views");
    CHECK(hub.keep("viewer", "documents/7", "kind=document").status == 200);
    CHECK(hub.keep("operator", "documents/more", "kind=all").status == 200);
    CHECK(hub.names("viewer").size() == 50);
}

TEST_CASE("a view that is none is refused", "[api][views]") {
    ViewsHub hub;
    struct Row {
        std::string target, body, field;
    };
    const std::vector<Row> rows{{"Documents/a", R"({"query":""})", "page"},
                                {"documents/%20", R"({"query":""})", "name"},
                                {"documents/a%0Ab", R"({"query":""})", "name"},
                                {"documents/%FF", R"({"query":""})", "name"},
                                {"documents/" + std::string(101, 'x'), R"({"query":""})", "name"},
                                {"documents/a", "", "query"},
                                {"documents/a", R"({"query":7})", "query"},
                                {"documents/a", R"({"query":")" + std::string(1001, 'x') + "\"}", "query"},
                                {"documents/a", R"({"query":"","name":"b"})", "name"}};
    for (const Row& row : rows) {
        const auto response = hub.as("viewer", "PUT", "/v1/views/" + row.target, row.body);
        INFO(row.target << " " << row.body.substr(0, 60) << "\n" << response.body);
        CHECK(response.status == 400);
        CHECK(text_at(object_of(response.body), "field") == row.field);
    }
    CHECK(hub.names("viewer").empty());
    // What is hostile stays a text.
    CHECK(hub.keep("viewer", "documents/%3Cscript%3E'%22", "text=<script>").status == 200);
    CHECK(hub.names("viewer") == Names{"documents/<script>'\"?text=<script>"});
}
