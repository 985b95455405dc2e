// What people are told of the settings: every value in effect, where it comes from, and no secret.

#include "tests/settings/trial_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace {

using namespace hub;
using namespace hub::test;

/// By key; each is told once.
std::map<std::string, Setting> as_read(const TrialFolder& folder, const std::string& hub_toml) {
    const LoadedSettings loaded = folder.load(hub_toml);
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.settings);
    std::map<std::string, Setting> by_key;
    for (const Setting& setting : loaded.settings->as_read) {
        INFO(setting.key);
        CHECK(by_key.emplace(setting.key, setting).second);
    }
    return by_key;
}

/// With every section that may be left out, and nothing in it that may be.
std::string least() {
    std::string text = TrialFolder::hub_toml();
    text.resize(text.find("[http]"));
    for (const std::string_view line : {"verify_threads = 3\n", "disk_reserve_mib = 64\n", "queue_type = \"quorum\"\n"})
        text = with(text, line, "");
    return text + "[contents]\nlisten = \"[::]:7443\"\ncertificate_file = \"hub.pem\"\nkey_file = \"hub.key\"\nfolder = \"contents\"\n";
}

std::string words_of(const boost::json::value& value) {
    if (value.is_string())
        return std::string{value.as_string()};
    if (value.is_int64())
        return std::to_string(value.as_int64());
    std::string words;
    for (const auto& item : value.as_array())
        words += (words.empty() ? "" : ", ") + words_of(item);
    return words;
}

}  // namespace

TEST_CASE("a value is told as it is in effect, with file and line", "[settings]") {
    const TrialFolder folder;
    const auto told = as_read(folder, TrialFolder::hub_toml() + "[calendar]\nholidays = [2027-01-01, 2027-05-01]\n"
                                          "[[retention.agency]]\ncode = \"H43.01\"\ndocuments = \"20y\"\n");
    const auto check = [&](const std::string& key, const std::string& value, int line) {
        INFO(key);
        const Setting& setting = told.at(key);
        CHECK(setting.value == value);
        CHECK(setting.file == (line == 0 ? "" : (folder.path() / "hub.toml").string()));
        CHECK(setting.line == line);
    };
    check("hub.province_codes", "H43, 000.00.00.H43", 3);
    check("hub.agencies_file", (folder.path() / "agencies.toml").string(), 4);
    check("ledger.disk_reserve_mib", "64", 8);
    check("broker.url", "amqp://hub@127.0.0.1:5672/lgsp", 10);
    check("log.level", "debug", 20);
    check("calendar.holidays", "2027-01-01, 2027-05-01", 24);
    check("retention.agency[0].documents", "20y", 27);
    check("retention.agency[0].acknowledgements", "30d", 0);
    check("calendar.weekdays", "mon, tue, wed, thu, fri", 0);
    CHECK_FALSE(told.at("broker.ca_file").value.has_value());
    CHECK_FALSE(told.contains("contents.folder"));
    CHECK_FALSE(told.contains("agency[0].code"));
}

TEST_CASE("every setting of the schema is told, with the default that stands there", "[settings][schema]") {
    const TrialFolder folder;
    const auto told = as_read(folder, least());
    std::ifstream stream{LGSP_SOURCE_DIR "/schemas/settings.schema.json"};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    const auto schema = boost::json::parse(text);
    std::size_t count = 0;
    for (const auto& [section, description] : schema.at("properties").as_object())
        for (const auto& [key, property] : description.at("properties").as_object()) {
            const std::string name = std::string{section} + "." + std::string{key};
            INFO(name);
            if (name == "retention.agency")
                continue;
            ++count;
            REQUIRE(told.contains(name));
            const Setting& setting = told.at(name);
            if (const auto* usual = property.as_object().if_contains("default")) {
                CHECK(setting.value == words_of(*usual));
                CHECK(setting.file.empty());
            }
        }
    CHECK(told.size() == count);
}

TEST_CASE("of a secret the file's name is told and nothing else", "[settings]") {
    const TrialFolder folder;
    const auto told = as_read(folder, TrialFolder::hub_toml());
    std::vector<std::string> secrets;
    for (const auto& [key, setting] : told) {
        INFO(key);
        for (const char* held : {"correct horse", "0123456789abcdef", "PRIVATE KEY"})
            CHECK(setting.value.value_or("").find(held) == std::string::npos);
        if (setting.is_secret)
            secrets.push_back(key);
    }
    CHECK(secrets == std::vector<std::string>{"broker.key_file", "broker.password_file", "http.key_file", "http.token_file",
                                              "keys.key_file"});
    CHECK(told.at("http.token_file").value == (folder.path() / "http.token").string());
}
