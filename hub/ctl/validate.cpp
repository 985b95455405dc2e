#include "hub/ctl/validate.hpp"

#include "adapters/edxml/natural_key.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "hub/ctl/sarif.hpp"
#include "hub/ctl/table.hpp"
#include "hub/telemetry/packet_rules.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::ctl {
namespace {

namespace json = boost::json;

// The axis states none; as much as adapters take that are not set otherwise. It is read piece by piece.
constexpr std::uint64_t packet_bytes_max = std::uint64_t{2048} * 1024 * 1024;

json::object object_of(const edxml::Finding& finding, Lang lang) {
    const Words words = words_of(finding.rule);
    return {{"severity", finding.severity == edxml::Severity::error ? "error" : "warning"},
            {"rule", name_of(finding.rule)},
            {"code", name_of(edxml::code_of(finding.rule))},
            {"edxml_code", edxml::error_code_of(finding)},
            {"line", finding.line},
            {"field", finding.field},
            {"value", finding.text},
            {"title", Both{words.title_vi, words.title_en}.in(lang)},
            {"remedy", Both{words.remedy_vi, words.remedy_en}.in(lang)}};
}

void add_packet(const edxml::Packet& packet, json::object& out) {
    out["from"] = packet.from.code.text();
    out["signature"] = packet.has_signature ? "present, not checked" : "none";
    json::array to;
    if (const auto* document = std::get_if<edxml::DocumentPacket>(&packet.content)) {
        out["kind"] = "document";
        for (const edxml::Organ& organ : document->to)
            to.push_back(json::string{organ.code.text()});
        out["subject"] = document->subject;
        out["natural_key"] = edxml::natural_key(packet.from, *document).document_id();
        out["attachments"] = document->attachments.size();
    } else {
        const auto& status = std::get<edxml::StatusPacket>(packet.content);
        out["kind"] = "status";
        out["status"] = status.code;
        to.push_back(json::string{status.answers.organ});
        if (const auto key = edxml::natural_key(status.answers))
            out["natural_key"] = key->document_id();
    }
    out["to"] = std::move(to);
}

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::string finding_text(const std::string& file, const json::object& finding, Lang lang) {
    constexpr Both error{"lỗi", "error"}, warning{"lưu ý", "warning"};
    const bool is_error = text_of(finding, "severity") == "error";
    std::string out = file;
    if (const auto line = finding.at("line").to_number<std::uint64_t>(); line > 0)
        out += ":" + std::to_string(line);
    out += ": " + std::string{(is_error ? error : warning).in(lang)} + ": " + text_of(finding, "title");
    if (const auto field = text_of(finding, "field"); !field.empty())
        out += ": " + printable(field);
    if (const auto value = text_of(finding, "value"); !value.empty())
        out += " (" + printable(value) + ")";
    return out + " [" + text_of(finding, "rule") + "]\n    " + text_of(finding, "remedy") + "\n";
}

Outcome<edxml::Report> inspect(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang) {
    edxml::Limits limits{.packet_bytes_max = packet_bytes_max};
    limits.today = today;
    std::error_code ignored;
    const auto spool = std::filesystem::temp_directory_path(ignored);
    auto report = edxml::inspect_packet_file(file, limits, ignored ? std::filesystem::path{"."} : spool);
    if (!report) {
        const Fault& fault = report.error();
        const bool is_missing = fault.code == Errc::not_found;
        constexpr Both missing{"Không tìm thấy tệp", "There is no such file"};
        constexpr Both unreadable{"Không đọc được tệp", "The file cannot be read"};
        constexpr Both remedy{"Kiểm tra tên tệp và quyền đọc.", "Check the name and the right to read it."};
        return Problem{is_missing ? Exit::not_found : Exit::failed,
                       std::string{name_of(fault.code)},
                       std::string{(is_missing ? missing : unreadable).in(lang)},
                       std::string{remedy.in(lang)},
                       file.string(),
                       fault.peer_text};
    }
    std::ranges::stable_sort(report->findings, {}, &edxml::Finding::line);
    return std::move(*report);
}

}  // namespace

Outcome<json::object> validate(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang) {
    const auto report = inspect(file, today, lang);
    if (!report)
        return report.error();
    json::array findings;
    for (const edxml::Finding& finding : report->findings)
        findings.push_back(object_of(finding, lang));
    const auto errors = std::ranges::count(report->findings, edxml::Severity::error, &edxml::Finding::severity);
    json::object out{{"file", file.string()},
                     {"refused", report->is_refused()},
                     {"errors", errors},
                     {"warnings", static_cast<std::int64_t>(report->findings.size()) - errors},
                     {"left_out", report->left_out},
                     {"findings", std::move(findings)}};
    if (report->packet)
        add_packet(*report->packet, out);
    return out;
}

Outcome<json::object> validate_as_sarif(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang,
                                        std::string_view version) {
    const auto report = inspect(file, today, lang);
    return report ? Outcome<json::object>{sarif_of(*report, file, lang, version)} : report.error();
}

std::string validation_text(const json::value& validation, Lang lang) {
    const json::object& object = validation.as_object();
    const std::string file = printable(text_of(object, "file"));
    std::string out;
    for (const json::value& finding : object.at("findings").as_array())
        out += finding_text(file, finding.as_object(), lang);
    if (const auto left_out = object.at("left_out").to_number<std::uint64_t>(); left_out > 0) {
        constexpr Both more{" phát hiện nữa không hiện ở đây", " more are not shown"};
        out += "… " + std::to_string(left_out) + std::string{more.in(lang)} + "\n";
    }
    constexpr Both refused{"KHÔNG gửi được", "REFUSED"}, good{"gửi được", "GOOD"};
    constexpr Both errors{" lỗi, ", " errors, "}, warnings{" lưu ý", " warnings"};
    out += file + ": " + std::string{(object.at("refused").as_bool() ? refused : good).in(lang)} + ", "
           + std::to_string(object.at("errors").to_number<std::int64_t>()) + std::string{errors.in(lang)}
           + std::to_string(object.at("warnings").to_number<std::int64_t>()) + std::string{warnings.in(lang)} + "\n";
    return out;
}

Exit exit_of_sarif(const json::object& log) {
    const json::array& results = log.at("runs").at(0).at("results").as_array();
    const bool is_faulty = std::ranges::any_of(results, [](const json::value& each) { return each.at("level") == "error"; });
    return is_faulty ? Exit::faulty : Exit::ok;
}

Exit exit_of(const json::object& validation) { return validation.at("refused").as_bool() ? Exit::faulty : Exit::ok; }

}  // namespace hub::ctl
