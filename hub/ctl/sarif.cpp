#include "hub/ctl/sarif.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/ctl/http_client.hpp"
#include "hub/telemetry/packet_rules.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::ctl {
namespace {

namespace json = boost::json;

/// What stands in a packet, or in the name of its file, need not be UTF-8.
json::string clean(std::string_view text) { return json::string{clean_utf8(std::string{text})}; }

std::string uri_of(const std::filesystem::path& file) {
    std::string uri = file.is_absolute() ? "file://" : "";
    for (auto part = file.begin(); part != file.end(); ++part) {
        const bool is_separated = part != file.begin() && !uri.ends_with('/');
        uri += *part == "/" ? "/" : (is_separated ? "/" : "") + encoded(part->string());
    }
    return uri;
}

json::object rule_of(PacketRule rule) {
    const Words words = words_of(rule);
    return {{"id", name_of(rule)},
            {"shortDescription", json::object{{"text", words.title_en}}},
            {"help", json::object{{"text", words.remedy_en}}},
            {"properties", json::object{{"code", name_of(edxml::code_of(rule))},
                                        {"title_vi", words.title_vi},
                                        {"title_en", words.title_en},
                                        {"remedy_vi", words.remedy_vi},
                                        {"remedy_en", words.remedy_en}}}};
}

std::string message_of(const edxml::Finding& finding, Lang lang) {
    const Words words = words_of(finding.rule);
    return std::string{Both{words.title_vi, words.title_en}.in(lang)} + (finding.field.empty() ? "" : ": " + finding.field)
           + (finding.text.empty() ? "" : " (" + finding.text + ")") + ". "
           + std::string{Both{words.remedy_vi, words.remedy_en}.in(lang)};
}

json::object result_of(const edxml::Finding& finding, std::size_t rule_index, const std::string& uri, Lang lang) {
    json::object place{{"artifactLocation", json::object{{"uri", uri}}}};
    if (finding.line > 0)
        place["region"] = json::object{{"startLine", finding.line}};
    json::object location{{"physicalLocation", std::move(place)}};
    if (!finding.field.empty())
        location["logicalLocations"] = json::array{json::object{{"fullyQualifiedName", clean(finding.field)}}};
    return {{"ruleId", name_of(finding.rule)},
            {"ruleIndex", rule_index},
            {"level", finding.severity == edxml::Severity::error ? "error" : "warning"},
            {"message", json::object{{"text", clean(message_of(finding, lang))}}},
            {"locations", json::array{std::move(location)}},
            {"properties", json::object{{"message_vi", clean(message_of(finding, Lang::vi))},
                                        {"message_en", clean(message_of(finding, Lang::en))},
                                        {"edxml_code", clean(edxml::error_code_of(finding))}}}};
}

}  // namespace

json::object sarif_of(const edxml::Report& report, const std::filesystem::path& file, Lang lang, std::string_view version) {
    std::vector<PacketRule> met;
    json::array rules, results;
    const std::string uri = uri_of(file);
    for (const edxml::Finding& finding : report.findings) {
        const auto it = std::ranges::find(met, finding.rule);
        const auto index = static_cast<std::size_t>(it - met.begin());
        if (it == met.end()) {
            met.push_back(finding.rule);
            rules.push_back(rule_of(finding.rule));
        }
        results.push_back(result_of(finding, index, uri, lang));
    }
    const json::object driver{{"name", "lgsp validate"}, {"version", version}, {"rules", std::move(rules)}};
    json::object run{{"tool", json::object{{"driver", driver}}},
                     {"results", std::move(results)},
                     {"properties", json::object{{"left_out", report.left_out}}}};
    return {{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", json::array{std::move(run)}}};
}

}  // namespace hub::ctl
