#include "hub/core/vietnamese_holidays.hpp"
#include "hub/doctor.hpp"

#include "tests/settings/trial_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

#include <filesystem>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

TEST_CASE("a folder is looked at with its rights and its room", "[doctor]") {
    const TrialFolder folder;
    const auto kept = folder.path() / "ledger";
    const Examined new_one = examine_folder("ledger_folder", kept, 0);
    CHECK(new_one.health == Health::poor);
    CHECK(new_one.words.title_en.find("first start") != std::string_view::npos);
    CHECK(examine_folder("ledger_folder", kept / "deeper", 0).health == Health::bad);
    std::filesystem::create_directory(kept);
    std::filesystem::permissions(kept, std::filesystem::perms::owner_all);
    const Examined good = examine_folder("ledger_folder", kept, 0);
    CHECK(good.health == Health::good);
    CHECK(good.found.starts_with(kept.string() + ": "));
    const Examined full = examine_folder("ledger_folder", kept, UINT64_MAX);
    CHECK(full.health == Health::bad);
    CHECK(full.words.title_en.find("reserve") != std::string_view::npos);
    std::filesystem::permissions(kept, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    CHECK(examine_folder("ledger_folder", kept, 0).health == Health::poor);
    CHECK(examine_folder("ledger_folder", folder.write("a file", ""), 0).health == Health::bad);
    const Examined nameless = examine_folder("ledger_folder", kept / std::string(300, 'x') / "ledger", 0);
    CHECK(nameless.health == Health::bad);
    CHECK(nameless.words.remedy_en.find("Make the folder") == std::string_view::npos);
}

TEST_CASE("the disk is measured, and leaves nothing behind", "[doctor]") {
    const TrialFolder folder;
    const auto kept = folder.path() / "ledger";
    std::filesystem::create_directory(kept);
    const auto latency = measure_disk(kept);
    REQUIRE(latency.has_value());
    CHECK(latency->median <= latency->longest);
    CHECK(std::filesystem::is_empty(kept));
    CHECK(examine_latency(measure_disk(folder.path() / "nowhere")).health == Health::bad);
}

TEST_CASE("a slow disk is told apart from one that is too slow", "[doctor]") {
    const auto at = [](std::chrono::microseconds median) { return examine_latency(DiskLatency{median, 2 * median}); };
    CHECK(at(19'999us).health == Health::good);
    CHECK(at(20'000us).health == Health::poor);
    CHECK(at(200'000us).health == Health::bad);
    CHECK(at(1'250us).found == "1.2 ms, max 2.5 ms");
}

TEST_CASE("a calendar that lacks holidays of the year, or soon will, is told", "[doctor]") {
    WorkingCalendar::Days days;
    days.holidays = holidays_fixed_by_law(days.is_working_weekday);
    const auto examined = [&](const char* date) {
        const Instant now = Instant{parse_day(date)->time_since_epoch() + Minutes{12 * 60}} - WorkingCalendar::zone;
        return examine_calendar(WorkingCalendar{days}, now);
    };
    CHECK(examined("2026-06-01").health == Health::poor);
    CHECK(examined("2026-06-01").found == "2026: 9/11");
    for (const char* announced : {"2026-02-20", "2026-09-01"})
        days.holidays.insert(*parse_day(announced));
    CHECK(examined("2026-06-01").health == Health::good);
    CHECK(examined("2026-10-31").health == Health::good);
    CHECK(examined("2026-11-03").found == "2027: 9/11");
    days.holidays.clear();
    CHECK(examined("2026-06-01").found == "2026: 0/11");
}

TEST_CASE("the certificate that ends first counts; without its own the hub is of no use", "[doctor]") {
    const Instant now{std::chrono::days{20'000}};
    const auto examined = [&](int own, int other) {
        const std::vector<std::pair<std::string, Instant>> ends{{"hub", now + std::chrono::days{own}},
                                                                {"H43.01", now + std::chrono::days{other}}};
        return examine_certificates(ends, now);
    };
    CHECK(examined(31, 400).health == Health::good);
    CHECK(examined(30, 400).health == Health::poor);
    CHECK(examined(30, 400).found == "hub: 30 d");
    CHECK(examined(400, -1).health == Health::poor);
    CHECK(examined(400, -1).found == "H43.01: -1 d");
    CHECK(examined(0, 400).health == Health::bad);
}

TEST_CASE("a broker that is not there is told in its words, with a remedy", "[doctor]") {
    amqp::Address address;
    address.port = 1;
    const Examined broker = examine_broker(address).front();
    CHECK(broker.health == Health::bad);
    CHECK_FALSE(broker.found.empty());
    CHECK_FALSE(broker.words.remedy_vi.empty());
}

TEST_CASE("what was found reads in both languages, and as JSON", "[doctor]") {
    const std::vector<Examined> all{examine_clock(true), examine_clock(false), examine_open_files(1024),
                                    examine_folder("ledger_folder", "/dev/null/nowhere", 0)};
    const std::string vi = examined_as_text(all, LogLanguage::vi);
    CHECK(vi.starts_with("ok  clock: NTP\n!   clock: -\n      Đồng hồ máy không được đồng bộ.\n"));
    CHECK(vi.find("BAD ledger_folder: /dev/null: ") != std::string::npos);
    CHECK(examined_as_text(all, LogLanguage::en).find("ulimit -n") != std::string::npos);
    const auto json = boost::json::parse(examined_as_json(all)).as_object();
    CHECK_FALSE(json.at("ok").as_bool());
    REQUIRE(json.at("examined").as_array().size() == 4);
    CHECK(json.at("examined").at(0).at("remedy_vi").is_null());
    CHECK(json.at("examined").at(3).at("health") == "bad");
    CHECK_FALSE(json.at("examined").at(3).at("remedy_vi").as_string().empty());
}

TEST_CASE("documents that wait for agencies that the file does not list are told of", "[doctor]") {
    const auto code = [](std::string_view text) { return AgencyCode::parse(text).value(); };
    const auto directory =
        Directory::build({{.code = code("H43")}, {.code = code("H43.01"), .aliases = {{code("H43.05"), {}, {}}}}}, {code("H43")})
            .value();
    std::vector<QueueAge> waiting{{.agency = code("H43.01"), .waiting = 3}};
    CHECK(examine_agencies(directory, waiting).health == Health::good);
    CHECK(examine_agencies(directory, waiting).found == "2");
    // Renamed, and taken out.
    waiting.push_back({.agency = code("H43.05"), .waiting = 12});
    waiting.push_back({.agency = code("H43.06"), .waiting = 1});
    const Examined found = examine_agencies(directory, waiting);
    CHECK(found.health == Health::poor);
    CHECK(found.found == "H43.05: 12, H43.06: 1");
    for (int i = 10; i < 20; ++i)
        waiting.push_back({.agency = code("H43." + std::to_string(i)), .waiting = 1});
    CHECK(examine_agencies(directory, waiting).found == "H43.05: 12, H43.06: 1, H43.10: 1, H43.11: 1, H43.12: 1, … (12)");
}
