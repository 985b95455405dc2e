#include "hub/ctl/recall.hpp"

#include "adapters/edxml/read_packet.hpp"
#include "hub/ctl/files.hpp"
#include "tests/support/fresh_folder.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <filesystem>

using namespace hub;
using namespace hub::ctl;

namespace json = boost::json;

namespace {

json::value change(const char* kind, const char* state) { return json::object{{"kind", kind}, {"state", state}}; }

/// As the hub's API tells it.
json::value story() {
    return json::object{{"id", "0192f0c1-2345-7abc-8def-0123456789ab"},
                        {"kind", "document"},
                        {"sender", "H43.01"},
                        {"issuer", "000.00.01.H43"},
                        {"number", "12"},
                        {"notation", "BC-VP"},
                        {"promulgated_on", "2026-11-20"},
                        {"document_id", "000.00.01.H43,2026/11/20,12/BC-VP"},
                        {"deliveries", json::array{json::object{{"receiver", "H43.02"}, {"change", nullptr}},
                                                   json::object{{"receiver", "H43.03"}, {"change", change("recall", "declined")}},
                                                   json::object{{"receiver", "H43.04"}, {"change", change("recall", "asked")}},
                                                   json::object{{"receiver", "H43.05"}, {"change", change("recall", "agreed")}},
                                                   json::object{{"receiver", "H43.06"}, {"change", change("update", "asked")}}}}};
}

struct Trial {
    /// 2026-11-24 20:30:00 UTC, the next day in Vietnam.
    std::chrono::system_clock::time_point now{std::chrono::seconds{1'795'552'200}};
    test::FreshFolder folder;

    Outcome<json::object> ask(const json::value& of, std::vector<std::string> receivers = {}) const {
        return recall(of, {"Sai thẩm quyền", std::move(receivers), folder.path()}, now, Lang::en);
    }
    std::vector<std::string> asked(std::vector<std::string> receivers = {}) const {
        std::vector<std::string> codes;
        const auto outcome = ask(story(), std::move(receivers));
        REQUIRE(outcome.has_value());
        for (const json::value& one : outcome->at("asked").as_array()) {
            codes.emplace_back(one.at("receiver").as_string());
            CHECK(std::filesystem::exists(folder.path() / std::string{one.at("file").as_string()}));
        }
        return codes;
    }
    using Codes = std::vector<std::string>;
};

}  // namespace

TEST_CASE("those are asked who have the document and no open question", "[recall]") {
    const Trial trial;
    SECTION("all") { CHECK(trial.asked() == Trial::Codes{"H43.02", "H43.03", "H43.06"}); }
    SECTION("some") { CHECK(trial.asked({"H43.06"}) == Trial::Codes{"H43.06"}); }
}

TEST_CASE("the packet says who, what and why as edXML wants it", "[recall]") {
    const Trial trial;
    REQUIRE(trial.asked({"H43.02"}).size() == 1);
    const auto file = std::filesystem::directory_iterator{trial.folder.path()}->path();
    CHECK(file.filename().string().starts_with("recall-0192f0c1-2345-7abc-8def-0123456789ab-H43.02-"));
    const auto octets = read_file(file, 65536, Lang::en);
    REQUIRE(octets.has_value());
    const auto read = edxml::read_packet(*octets, {});
    REQUIRE(read.has_value());
    CHECK(read->from.code.text() == "000.00.01.H43");
    const auto& status = std::get<edxml::StatusPacket>(read->content);
    CHECK(status.code == "13");
    CHECK(status.description == "Sai thẩm quyền");
    CHECK(status.reported_at == "2026/11/25 03:30:00");
    CHECK(status.answers.organ == "H43.02");
    CHECK(status.answers.code == "12/BC-VP");
    CHECK(status.answers.promulgated_on == "2026-11-20");
    CHECK(status.answers.document_id == "000.00.01.H43,2026/11/20,12/BC-VP");
}

TEST_CASE("nobody is asked who never got it, nor when all have answered", "[recall]") {
    const Trial trial;
    const auto stranger = trial.ask(story(), {"H43.02", "H43.77"});
    REQUIRE_FALSE(stranger.has_value());
    CHECK(stranger.error().exit == Exit::not_found);
    CHECK(stranger.error().detail == "H43.77");
    CHECK(stranger.error().field == "--to");
    // Nobody has to wonder at an option that was not written.
    for (const auto& codes : {std::vector<std::string>{"H43.04"}, std::vector<std::string>{"H43.05"}}) {
        const auto again = trial.ask(story(), codes);
        REQUIRE_FALSE(again.has_value());
        CHECK(again.error().exit == Exit::conflict);
        CHECK(again.error().field == "id");
    }
    CHECK(trial.ask(story(), {"H43.04", "H43.05"}).error().code == "change_pending");
    CHECK(std::filesystem::is_empty(trial.folder.path()));
    SECTION("what is no document") {
        json::value status = story();
        status.as_object()["kind"] = "status";
        CHECK(trial.ask(status).error().exit == Exit::not_found);
    }
    SECTION("an answer of another hub") {
        CHECK(trial.ask(json::array{}).error().exit == Exit::not_found);
        CHECK(trial.ask(json::object{{"sender", 5}, {"kind", "document"}, {"deliveries", 7}}).error().exit == Exit::not_found);
    }
}

TEST_CASE("an outbox that is not there is told", "[recall]") {
    const Trial trial;
    const auto asked = recall(story(), {"x", {}, trial.folder.path() / "absent"}, trial.now, Lang::en);
    REQUIRE_FALSE(asked.has_value());
    CHECK(asked.error().code == "file_not_found");
}
