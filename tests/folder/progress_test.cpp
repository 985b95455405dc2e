#include "adapters/folder/progress.hpp"

#include "tests/support/fresh_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

const folder::Progress::Time start = folder::Progress::Time{} + 1h;

kit::Transfer upload(std::uint64_t done) { return {7, true, "vb.edxml", done, 100 * 1024 * 1024, {}}; }

}  // namespace

TEST_CASE("a transfer is told of every two seconds while it moves, with share and rate", "[progress]") {
    const FreshFolder base;
    folder::Progress progress{base.path()};
    constexpr std::uint64_t mib = 1024 * 1024;
    CHECK(progress.look({upload(0)}, {}, start).empty());
    CHECK(progress.look({upload(10 * mib)}, {}, start + 1s).empty());
    CHECK(progress.look({upload(20 * mib)}, {}, start + 2s)
          == std::vector<std::string>{"↑ vb.edxml: 20 % / 100.0 MiB, 10.0 MiB/s"});
    CHECK(progress.look({upload(21 * mib)}, {}, start + 3s).empty());
    CHECK(progress.look({upload(21 * mib)}, {}, start + 4s)
          == std::vector<std::string>{"↑ vb.edxml: 21 % / 100.0 MiB, 0.5 MiB/s"});
    CHECK(progress.look({upload(21 * mib)}, {}, start + 9s).empty());
    CHECK(progress.look({}, {}, start + 10s).empty());
}

TEST_CASE("why a transfer does not go on is told once", "[progress]") {
    const FreshFolder base;
    folder::Progress progress{base.path()};
    kit::Transfer stuck{8, false, "vb.edxml", 0, 100, Fault{Errc::setting_invalid, "contents_url", {}}};
    CHECK(progress.look({stuck}, {}, start).empty());
    const auto lines = progress.look({stuck}, {}, start + 2s);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().starts_with("↓ vb.edxml: "));
    CHECK(lines.front().find("(setting_invalid contents_url)") != std::string::npos);
    CHECK(progress.look({stuck}, {}, start + 20s).empty());
}

TEST_CASE("tries that are refused each time are told as that, and not as progress", "[progress]") {
    const FreshFolder base;
    folder::Progress progress{base.path()};
    kit::Transfer refused{8, true, "vb.edxml", 0, 100, std::nullopt};
    CHECK(progress.look({refused}, {}, start).empty());
    refused.bytes_done = 39;
    refused.fault = Fault{Errc::quota_exceeded, "contents", {}};
    const auto lines = progress.look({refused}, {}, start + 2s);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().find("(quota_exceeded contents)") != std::string::npos);
    // The next tries send as much, and no more.
    for (int i = 2; i < 10; ++i) {
        refused.bytes_done = i % 2 == 0 ? 0 : 39;
        CHECK(progress.look({refused}, {}, start + i * 2s).empty());
    }
}

TEST_CASE("the file shows what is on its way, at most a second old, and then nothing", "[progress]") {
    const FreshFolder base;
    folder::Progress progress{base.path()};
    progress.look({}, {}, start);
    CHECK(names_in(base.path()).empty());
    kit::Transfer download{8, false, "in.edxml", 5, 100, Fault{Errc::hub_unreachable, "contents", {}}};
    progress.look({upload(50), download}, {}, start);
    const auto parse = [&] { return boost::json::parse(read_file(base / "progress.json")).at("transfers").as_array(); };
    REQUIRE(parse().size() == 2);
    CHECK(parse()[0].at("name").as_string() == "vb.edxml");
    CHECK(parse()[0].at("direction").as_string() == "upload");
    CHECK(parse()[0].at("done").to_number<int>() == 50);
    CHECK(parse()[1].at("direction").as_string() == "download");
    CHECK(parse()[1].at("code").as_string() == "hub_unreachable");
    CHECK(parse()[1].at("field").as_string() == "contents");
    progress.look({upload(60)}, {}, start + 500ms);
    CHECK(parse().size() == 2);
    progress.look({upload(60)}, {}, start + 1s);
    REQUIRE(parse().size() == 1);
    CHECK(parse()[0].at("done").to_number<int>() == 60);
    progress.look({}, {}, start + 2s);
    CHECK(parse().empty());
    CHECK(names_in(base.path()) == std::vector<std::string>{"progress.json"});
}

TEST_CASE("what stands in the way of all is in the file while it lasts", "[progress]") {
    const FreshFolder base;
    folder::Progress progress{base.path()};
    progress.look({}, Fault{Errc::timed_out, "inbox.H43.01", "another adapter"}, start);
    const auto parse = [&] { return boost::json::parse(read_file(base / "progress.json")).as_object(); };
    const auto trouble = parse().at("trouble").as_object();
    CHECK(trouble.at("code").as_string() == "timed_out");
    CHECK(trouble.at("field").as_string() == "inbox.H43.01");
    CHECK(trouble.at("text").as_string() == "another adapter");
    CHECK_FALSE(trouble.at("title_vi").as_string().empty());
    CHECK(parse().at("transfers").as_array().empty());
    progress.look({}, {}, start + 1s);
    CHECK_FALSE(parse().contains("trouble"));
}
