// What is told of a packet before it is sent; and how the command ends.

#include "hub/ctl/validate.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

using namespace hub;
using namespace hub::ctl;
using test::has;
using namespace std::chrono;

namespace json = boost::json;

namespace {

constexpr year_month_day today{2026y, May, 4d};

std::filesystem::path packet(const std::string& name) {
    return std::filesystem::path{LGSP_SOURCE_DIR} / "tests" /
           (name.starts_with("hostile") ? "fuzz/corpus/packet" : "edxml/samples") / name;
}

json::object validated(const std::string& name, Lang lang = Lang::en) {
    const auto validation = validate(packet(name), today, lang);
    REQUIRE(validation.has_value());
    return *validation;
}

struct Run {
    int exit;
    std::string output;
};

/// The command itself; its answer for people goes to standard error where there is a problem.
Run lgsp(const std::string& arguments) {
    const std::string command = std::string{LGSP_COMMAND} + " " + arguments + " 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe);
    Run run{};
    char piece[4096];
    while (const std::size_t got = std::fread(piece, 1, sizeof piece, pipe))
        run.output.append(piece, got);
    run.exit = WEXITSTATUS(::pclose(pipe));
    return run;
}

}  // namespace

TEST_CASE("a packet with nothing but warnings may be sent", "[validate]") {
    const json::object validation = validated("received_2025_zip_payload.edxml");
    CHECK(exit_of(validation) == Exit::ok);
    CHECK(validation.at("refused") == false);
    CHECK(validation.at("errors") == 0);
    CHECK(validation.at("warnings") == 5);
    CHECK(validation.at("kind") == "document");
    CHECK(validation.at("from") == "vxp.saas.03");
    CHECK(validation.at("natural_key") == "vxp.saas.03,2025/10/23,BINTEST123/GW-AUTO");
    CHECK(validation.at("signature") == "none");
    CHECK(validated("edoc_new.edxml").at("signature") == "present, not checked");
    CHECK(validation.at("findings").at(0).at("line") == 6);
    CHECK(validation.at("findings").at(4).at("line") == 81);
    const json::object& second = validation.at("findings").at(1).as_object();
    CHECK(second.at("severity") == "warning");
    CHECK(second.at("rule") == "field_too_long");
    CHECK(second.at("code") == "packet_field_invalid");
    CHECK(second.at("edxml_code") == "R.MessageHeader.From.Website");
    CHECK(second.at("line") == 12);
    CHECK(second.at("field") == "MessageHeader/From/Website");
    CHECK(second.at("remedy") == "Shorten the named field to the number of characters given here.");
}

TEST_CASE("a status packet", "[validate]") {
    const json::object validation = validated("status_03_acceptance.edxml");
    CHECK(validation.at("kind") == "status");
    CHECK(validation.at("status") == "03");
    CHECK(validation.at("to") == json::array{"000.00.00.G22"});
    CHECK(validation.at("findings").as_array().empty());
    CHECK(validation_text(validation, Lang::en)
          == packet("status_03_acceptance.edxml").string() + ": GOOD, 0 errors, 0 warnings\n");
}

TEST_CASE("faults in both languages, each with its line, field, rule and remedy", "[validate]") {
    const std::string name = "hostile_pdf_as_text.edxml";
    const std::string vi = validation_text(validated(name, Lang::vi), Lang::vi);
    CHECK(has(vi, ".edxml:123: lỗi: PDF bị hỏng: đã bị đọc như văn bản: "
                  "AttachmentEncoded/Attachment[1]/ContentTransferEncoded"));
    CHECK(has(vi, "[pdf_read_as_text]\n    Lấy lại bản PDF gốc"));
    CHECK(has(vi, ": KHÔNG gửi được, 1 lỗi, 1 lưu ý\n"));
    const std::string en = validation_text(validated(name), Lang::en);
    CHECK(has(en, ".edxml:123: error: The PDF is damaged: it was read as text: "));
    CHECK(has(en, ": REFUSED, 1 errors, 1 warnings\n"));
    CHECK(exit_of(validated(name)) == Exit::faulty);
    CHECK(exit_of(validated("hostile_secret.edxml")) == Exit::faulty);
    CHECK(validated("hostile_empty.edxml").at("findings").at(0).at("rule") == "xml_broken");
}

TEST_CASE("findings as SARIF: each with its rule, its line and words of both languages", "[validate]") {
    const auto log = validate_as_sarif(packet("hostile_pdf_as_text.edxml"), today, Lang::vi, "1.2.3");
    REQUIRE(log.has_value());
    CHECK(log->at("version") == "2.1.0");
    const json::value& run = log->at("runs").at(0);
    CHECK(run.at("tool").at("driver").at("version") == "1.2.3");
    const json::array& results = run.at("results").as_array();
    REQUIRE(results.size() == 2);
    const auto error = std::ranges::find_if(results, [](const json::value& each) { return each.at("level") == "error"; });
    REQUIRE(error != results.end());
    CHECK(error->at("ruleId") == "pdf_read_as_text");
    const json::value& place = error->at("locations").at(0).at("physicalLocation");
    CHECK(place.at("region").at("startLine") == 123);
    CHECK(place.at("artifactLocation").at("uri").as_string().starts_with("file:///"));
    CHECK(has(std::string{error->at("message").at("text").as_string()}, "PDF bị hỏng"));
    CHECK(has(std::string{error->at("properties").at("message_en").as_string()}, "The PDF is damaged"));
    const json::array& rules = run.at("tool").at("driver").at("rules").as_array();
    for (const json::value& result : results)
        CHECK(rules.at(result.at("ruleIndex").to_number<std::size_t>()).at("id") == result.at("ruleId"));
    CHECK(exit_of_sarif(*log) == Exit::faulty);
    CHECK(exit_of_sarif(*validate_as_sarif(packet("status_03_acceptance.edxml"), today, Lang::en, "")) == Exit::ok);
    CHECK(validate_as_sarif(packet("no_such.edxml"), today, Lang::en, "").error().exit == Exit::not_found);
}

TEST_CASE("a packet of tomorrow", "[validate]") {
    const auto validation = validate(packet("edoc_new.edxml"), year_month_day{2019y, January, 15d}, Lang::en);
    REQUIRE(validation.has_value());
    CHECK(has(validation_text(*validation, Lang::en), "2019/01/16: in the future) [date_in_future]"));
}

TEST_CASE("what stands in a packet does not reach the terminal as it is", "[validate]") {
    std::string folder = (std::filesystem::temp_directory_path() / "lgsp-validate-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()));
    const auto path = std::filesystem::path{folder} / "x.edxml";
    std::ofstream{path}
        << "<edXML "
           "xmlns='http://www.mic.gov.vn/TBT/QCVN_102_2016'><edXMLEnvelope><edXMLHeader><MessageHeader>"
           "<From><OrganId>a&#x9b;31m&#x202e;</OrganId></From></MessageHeader></edXMLHeader></"
           "edXMLEnvelope></edXML>";
    const auto validation = validate(path, today, Lang::en);
    std::filesystem::remove_all(folder);
    REQUIRE(validation.has_value());
    const std::string text = validation_text(*validation, Lang::en);
    CHECK(has(text, "[organ_code]"));
    CHECK_FALSE(has(text, "\xC2\x9B"));
    CHECK_FALSE(has(text, "\xE2\x80\xAE"));
}

TEST_CASE("how lgsp validate ends", "[validate]") {
    const std::string good = packet("status_03_acceptance.edxml").string();
    const std::string bad = packet("hostile_zip_bomb.edxml").string();
    CHECK(lgsp("--lang en validate " + good).exit == 0);
    const Run refused = lgsp("--lang en validate " + bad);
    CHECK(refused.exit == 8);
    CHECK(has(refused.output, "error: The file within the ZIP is too large"));
    const Run as_json = lgsp("--json --lang vi validate " + bad);
    CHECK(as_json.exit == 8);
    CHECK(json::parse(as_json.output).at("findings").at(1).at("title") == "Tệp giải nén quá lớn");
    CHECK(lgsp("validate").exit == 2);
    CHECK(lgsp("validate " + good + " " + good).exit == 2);
    const Run missing = lgsp("--json validate /none.edxml");
    CHECK(missing.exit == 3);
    CHECK(json::parse(missing.output).at("error").at("code") == "not_found");
}
