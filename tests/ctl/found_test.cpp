#include "hub/ctl/found.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub::ctl;

namespace {

boost::json::value answer(std::string_view documents, bool has_more = false, bool is_cut = false) {
    return boost::json::object{{"documents", boost::json::parse(documents)},
                               {"has_more", has_more},
                               {"is_cut", is_cut},
                               {"searched_down_to", 4711}};
}

constexpr std::string_view one_document =
    R"([{"kind":"status","id":"S","seq":3},{"kind":"document","id":"D","seq":2}])";
constexpr std::string_view two =
    R"([{"kind":"document","id":"D","seq":2},{"kind":"document","id":null,"seq":1}])";

}  // namespace

TEST_CASE("a table is shown when something was found", "[found]") {
    CHECK_FALSE(nothing_found(answer(one_document), Lang::en));
    CHECK_FALSE(nothing_found(answer(one_document, false, true), Lang::en));
}

TEST_CASE("nothing found is told apart from not all searched", "[found]") {
    const auto none = nothing_found(answer("[]"), Lang::en);
    REQUIRE(none);
    CHECK(none->exit == Exit::not_found);
    CHECK(none->code == "not_found");
    CHECK(none->title == "No document was found");
    CHECK(nothing_found(answer("[]"), Lang::vi)->title == "Không tìm thấy văn bản nào");

    const auto cut = nothing_found(answer("[]", false, true), Lang::en);
    REQUIRE(cut);
    CHECK(cut->exit == Exit::not_found);
    CHECK(cut->code == "search_cut");
    CHECK(cut->title == "Not all was searched; nothing was found so far");
    CHECK(cut->remedy == "Go on with --before 4711, or add conditions.");
    CHECK(nothing_found(answer("[]", false, true), Lang::vi)->remedy ==
          "Tìm tiếp bằng --before 4711, hoặc thêm điều kiện.");
    // A hub that says how the text was read is asked on in the same way.
    boost::json::value read_as = answer("[]", false, true);
    read_as.as_object()["next"] = "4711.1.0";
    CHECK(nothing_found(read_as, Lang::en)->remedy == "Go on with --before 4711.1.0, or add conditions.");
}

TEST_CASE("one document is meant, whatever was reported about it", "[found]") {
    const auto found = only_document(answer(one_document), "7816", Lang::en);
    REQUIRE(found.has_value());
    CHECK(*found == "D");
    CHECK(*only_document(answer(R"([{"kind":"document","id":null,"seq":7}])"), "7816", Lang::en) == "7");

    const auto none = only_document(answer(R"([{"kind":"status","id":"S"}])"), "7816", Lang::vi);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().exit == Exit::not_found);
    CHECK(none.error().field == "7816");
    CHECK(none.error().title == "Không tìm thấy văn bản này");

    const auto several = only_document(answer(two), "7816", Lang::en);
    REQUIRE_FALSE(several.has_value());
    CHECK(several.error().exit == Exit::conflict);
    CHECK(several.error().code == "several_found");
    CHECK(several.error().detail == "D; 1");
    const auto told = only_document(answer(R"([{"kind":"document","id":"D","number":"7","notation":"VP","sender":"H43.01",
                                               "accepted_at":"2026-11-24T01:02:03Z","subject":"V/v nghỉ tết"},
                                              {"kind":"document","id":"E"}])"), "7", Lang::en);
    CHECK(told.error().detail == "D (7/VP, H43.01, 2026-11-24 08:02:03, V/v nghỉ tết); E");
    // There may be another one further on.
    CHECK(only_document(answer(one_document, true), "7816", Lang::en).error().code == "several_found");
}

TEST_CASE("an answer of another version finds nothing", "[found]") {
    for (const char* text : {"{}", R"({"documents":7})", R"({"documents":[]})"}) {
        CHECK(nothing_found(boost::json::parse(text), Lang::en));
        CHECK_FALSE(only_document(boost::json::parse(text), "7816", Lang::en).has_value());
    }
    CHECK_FALSE(only_document(answer("[1,null,{}]"), "7816", Lang::en).has_value());
}
