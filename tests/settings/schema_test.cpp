// schemas/settings.schema.json describes for editors what hub/settings.cpp judges: here they are held together.

#include "tests/settings/trial_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace {

using namespace hub;
using namespace hub::test;

std::string read(const std::filesystem::path& file) {
    std::ifstream stream{file};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    REQUIRE(stream);
    return text;
}

boost::json::object schema() {
    return boost::json::parse(read(LGSP_SOURCE_DIR "/schemas/settings.schema.json")).as_object();
}

/// A value that the schema's property allows, as TOML.
std::string sample(const boost::json::object& property) {
    if (const auto* choices = property.if_contains("enum"))
        return "\"" + std::string{choices->as_array().at(0).as_string()} + "\"";
    const auto* type = property.if_contains("type");
    if (type && type->as_string() == "integer")
        return std::to_string(property.at("minimum").as_int64());
    if (type && type->as_string() == "array")
        return "[\"H43\"]";
    return "\"H43.LGSP\"";
}

}  // namespace

TEST_CASE("the hub knows every setting of the schema, and its bounds", "[settings][schema]") {
    const TrialFolder folder;
    const auto sections = schema().at("properties").as_object();
    REQUIRE(sections.size() == 12);
    for (const auto& [section, description] : sections)
        for (const auto& [key, property] : description.at("properties").as_object()) {
            const std::string name = std::string{section.data(), section.size()} + "."
                                     + std::string{key.data(), key.size()};
            const auto said = [&](const std::string& value) {
                return lines_of(folder.load(name + " = " + value + "\n").mistakes);
            };
            const auto& object = property.as_object();
            INFO(name);
            CHECK(said(sample(object)).find(name + ": no such setting") == std::string::npos);
            if (const auto* choices = object.if_contains("enum")) {
                for (const auto& choice : choices->as_array())
                    CHECK(said("\"" + std::string{choice.as_string()} + "\"").find(name + ":") == std::string::npos);
                CHECK(said("\"other\"").find(name + ":") != std::string::npos);
            }
            if (const auto* least = object.if_contains("minimum")) {
                CHECK(said(std::to_string(least->as_int64())).find(name + ":") == std::string::npos);
                CHECK(said(std::to_string(least->as_int64() - 1)).find(name + ":") != std::string::npos);
                const auto most = object.at("maximum").as_int64();
                CHECK(said(std::to_string(most)).find(name + ":") == std::string::npos);
                CHECK(said(std::to_string(most + 1)).find(name + ":") != std::string::npos);
            }
        }
}

TEST_CASE("what the schema requires is what the hub misses in an empty file", "[settings][schema]") {
    const TrialFolder folder;
    const std::string said = lines_of(folder.load("").mistakes);
    const auto sections = schema().at("properties").as_object();
    std::size_t required_count = 0;
    const auto needed = schema().at("required").as_array();
    for (const auto& [section, description] : sections) {
        const auto* required = description.as_object().if_contains("required");
        // What is required in a section that may be left out is missed only there.
        if (!required || std::ranges::find(needed, boost::json::value(section)) == needed.end())
            continue;
        for (const auto& key : required->as_array()) {
            ++required_count;
            const std::string line =
                std::string{section.data(), section.size()} + "." + std::string{key.as_string()} + ": missing\n";
            INFO(line << said);
            CHECK(said.find(line) != std::string::npos);
        }
    }
    CHECK(folder.load("").mistakes.size() == required_count);
}

TEST_CASE("the example names every setting, as comment or not", "[settings][schema]") {
    const auto sections = schema().at("properties").as_object();
    const std::string example = read(LGSP_SOURCE_DIR "/config/hub.example.toml");
    for (const auto& [section, description] : sections) {
        const std::string head = "\n[" + std::string{section.data(), section.size()} + "]";
        INFO(head);
        const auto from = example.find(head);
        REQUIRE(from != std::string::npos);
        const std::string part = example.substr(from, example.find("\n[", from + 1) - from);
        for (const auto& [key, property] : description.at("properties").as_object()) {
            INFO(std::string(key.data(), key.size()));
            const bool is_list_of_tables = property.as_object().contains("items")
                                           && property.at("items").as_object().contains("properties");
            const std::string name{key.data(), key.size()};
            CHECK(part.find(is_list_of_tables ? head.substr(1, head.size() - 2) + "." + name + "]" : name + " = ")
                  != std::string::npos);
        }
    }
}
