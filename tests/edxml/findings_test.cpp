// All that is wrong with a packet, each with its line.

#include "adapters/edxml/field_reader.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/sources.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono;

namespace hub::edxml::test {
namespace {

Report report_of(BytesView octets, const Limits& limits = {}) {
    MemorySource source{octets};
    auto report = inspect_packet_from(source, limits, std::nullopt);
    REQUIRE(report.has_value());
    return *report;
}

/// "error date_form MessageHeader/DueDate:3", in the order of the findings.
std::vector<std::string> lines_of(const Report& report) {
    std::vector<std::string> out;
    for (const Finding& one : report.findings)
        out.push_back(std::string{one.severity == Severity::error ? "error " : "warning "}
                      + std::string{name_of(one.rule)} + " " + one.field + ":" + std::to_string(one.line));
    return out;
}

bool has(const Report& report, const std::string& line) {
    const auto lines = lines_of(report);
    return std::ranges::find(lines, line) != lines.end();
}

std::string long_text(std::size_t count) { return std::string(count, 'x'); }

}  // namespace

TEST_CASE("samples have no errors, and the warnings that they deserve", "[edxml]") {
    const Report axis = report_of(sample("received_2025_zip_payload.edxml"));
    CHECK(axis.packet.has_value());
    CHECK_FALSE(axis.is_refused());
    CHECK(lines_of(axis)
          == std::vector<std::string>{"warning field_too_long MessageHeader/From/Website:12",
                                      "warning field_missing MessageHeader/From/OrganName:6",
                                      "warning field_too_long MessageHeader/To[1]/Website:20",
                                      "warning field_missing MessageHeader/To[1]/OrganName:14",
                                      "warning content_type_wrong AttachmentEncoded/Attachment[1]/ContentType:81"});
    for (const char* name : {"edoc_new", "edoc_replacement_type3", "edoc_revocation_type1", "status_01_inbox",
                             "status_02_rejection", "status_16_change_rejection"}) {
        CAPTURE(name);
        CHECK_FALSE(report_of(sample(std::string{name} + ".edxml")).error);
    }
    const Report template_of_sdk = report_of(sample("edoc_sdk_template.edxml"));
    CHECK(template_of_sdk.is_refused());
    CHECK(lines_of(template_of_sdk) == std::vector<std::string>{"error xml_broken :116"});
}

TEST_CASE("every fault is told at once", "[edxml]") {
    const Report report =
        report_of("<edXML xmlns='http://www.mic.gov.vn/TBT/QCVN_102_2016'><edXMLEnvelope><edXMLHeader>\n"
                  "<MessageHeader><From><OrganId>null</OrganId><OrganName>x</OrganName></From>\n"
                  "<To><OrganId>H43.02</OrganId><OrganName>x</OrganName></To>\n"
                  "<To><OrganId>H43.02</OrganId><OrganName>x</OrganName></To>\n"
                  "<Code><CodeNumber>123456789012</CodeNumber></Code>\n"
                  "<PromulgationInfo><PromulgationDate>30/02/2026</PromulgationDate></PromulgationInfo>\n"
                  "<DocumentType><Type>3</Type><TypeName>Công văn</TypeName></DocumentType>\n"
                  "<DueDate>2026-01-02</DueDate>\n"
                  "<ToPlaces><Place>a</Place>\n<Place>"
                  + long_text(151)
                  + "</Place></ToPlaces>\n"
                  "<OtherInfo><Priority>x</Priority><PageAmount>two</PageAmount></OtherInfo>\n"
                  "</MessageHeader><TraceHeaderList><TraceHeader><Timestamp>2026/01/02 "
                  "24:00:00</Timestamp></TraceHeader>\n"
                  "<Bussiness><BussinessDocType>1</BussinessDocType></Bussiness></TraceHeaderList>\n"
                  "</edXMLHeader><edXMLBody><edXMLManifest><Reference><ContentId>cid:1</ContentId></"
                  "Reference></edXMLManifest>"
                  "</edXMLBody></edXMLEnvelope>\n"
                  "<AttachmentEncoded><Attachment><ContentId>2</ContentId><ContentTransferEncoded>*</"
                  "ContentTransferEncoded></Attachment>"
                  "</AttachmentEncoded></edXML>");
    CHECK(report.is_refused());
    CHECK_FALSE(report.packet);
    CHECK(lines_of(report)
          == std::vector<std::string>{
              "error organ_code MessageHeader/From/OrganId:2",
              "warning time_form TraceHeaderList/TraceHeader[1]/Timestamp:12",
              "error receiver_repeated MessageHeader/To[2]/OrganId:4",
              "error field_too_long MessageHeader/Code/CodeNumber:5",
              "error field_missing MessageHeader/Code/CodeNotation:5",
              "error date_form MessageHeader/PromulgationInfo/PromulgationDate:6",
              "warning value_not_allowed MessageHeader/DocumentType/Type:7",
              "error field_missing MessageHeader/Subject:2",
              "warning date_form MessageHeader/DueDate:8",
              "warning field_too_long MessageHeader/ToPlaces/Place[2]:10",
              "error value_not_allowed MessageHeader/OtherInfo/Priority:11",
              "warning number_form MessageHeader/OtherInfo/PageAmount:11",
              "error reference_missing TraceHeaderList/Bussiness/DocumentId:13",
              "warning reason_missing TraceHeaderList/Bussiness:13",
              "error manifest_disagrees AttachmentEncoded/Attachment[1]/ContentId:15",
              "error base64_broken AttachmentEncoded/Attachment[1]/ContentTransferEncoded:15",
              "error manifest_disagrees edXMLManifest/Reference:1"});
    CHECK(fault_of(*report.error) == Fault{Errc::packet_field_invalid, "MessageHeader/From/OrganId", "null"});
    CHECK(error_code_of(report.findings[2]) == "M.MessageHeader.To.OrganId");
    CHECK(error_code_of(report.findings[3]) == "R.MessageHeader.Code.CodeNumber");
    CHECK(error_code_of(report.findings[4]) == "N.MessageHeader.Code.CodeNotation");
    CHECK(error_code_of(report.findings[5]) == "T.MessageHeader.PromulgationInfo.PromulgationDate");
}

TEST_CASE("what only travels along is noted and kept", "[edxml]") {
    const std::string summary = long_text(5000);
    const Report report = report_of(DocumentText{.more = "<Content>" + summary + "</Content><Content>b</Content>"
                                                         "<DueDate>mai</DueDate>"}.text());
    REQUIRE(report.packet);
    CHECK(std::get<DocumentPacket>(report.packet->content).summary == summary);
    CHECK(std::get<DocumentPacket>(report.packet->content).due_on == "mai");
    CHECK(has(report, "warning field_repeated MessageHeader/Content:2"));
    CHECK(has(report, "warning field_too_long MessageHeader/Content:2"));
    CHECK(has(report, "warning date_form MessageHeader/DueDate:2"));
    CHECK(has(report, "warning field_missing TraceHeaderList/TraceHeader:2"));
    CHECK(has(report_of(DocumentText{.subject = "<Subject>B\xEF\xBF\xBDo c\xEF\xBF\xBDo</Subject>"}.text()),
              "warning text_damaged MessageHeader/Subject:2"));
}

TEST_CASE("limits of the table: of sender and receivers alike, of attachments", "[edxml]") {
    REQUIRE(limit_of("MessageHeader/To[12]/OrganName"));
    CHECK(limit_of("MessageHeader/To[12]/OrganName")->characters_max == 200);
    CHECK(limit_of("Status/From/Email")->characters_max == 100);
    CHECK(limit_of("MessageHeader/To/Subject") == nullptr);
    CHECK(limit_of("AttachmentEncoded/Attachment[2]/AttachmentName")->severity == Severity::warning);
    for (const FieldLimit& limit : field_limits) {
        CAPTURE(limit.path);
        CHECK(limit_of(limit.path) == &limit);
    }
}

TEST_CASE("a secrecy mark and a signature are told with the rest", "[edxml]") {
    Bytes octets = DocumentText{.subject = "<Subject>[Tuyệt mật] x</Subject>"}.text();
    octets.insert(octets.find("</edXMLHeader>"), "\n<Signature/>");
    const Report report = report_of(octets);
    CHECK_FALSE(report.error);
    CHECK(report.is_refused());
    CHECK(has(report, "error secret MessageHeader/Subject:2"));
    CHECK(has(report, "warning signature_not_checked Signature:3"));
    CHECK(has(report_of(DocumentText{.more = "\n<OtherInfo><Priority>7</Priority></OtherInfo>"}.text()),
              "error secret MessageHeader/OtherInfo/Priority:3"));
}

TEST_CASE("statuses: unknown codes and missing reasons are noted", "[edxml]") {
    const auto status = [](const std::string& code, const std::string& more = "") {
        return "<edXML "
               "xmlns='http://www.mic.gov.vn/TBT/"
               "QCVN_102_2016'><edXMLEnvelope><edXMLHeader><MessageHeader><From>"
               "<OrganId>H43</OrganId><OrganName>x</OrganName></From><ResponseFor><OrganId>H44</"
               "OrganId><Code>1/X</Code>"
               "</ResponseFor><StatusCode>"
               + code + "</StatusCode>" + more + "</MessageHeader></edXMLHeader></edXMLEnvelope></edXML>";
    };
    CHECK(lines_of(report_of(status("03"))).empty());
    CHECK(lines_of(report_of(status("07")))
          == std::vector<std::string>{"warning status_unknown MessageHeader/StatusCode:1"});
    CHECK(lines_of(report_of(status("13")))
          == std::vector<std::string>{"warning reason_missing MessageHeader/Description:1"});
    CHECK(lines_of(report_of(status("2", "<Description>x</Description>"))).empty());
    CHECK(lines_of(report_of(status("03", "<Timestamp>2026-05-04</Timestamp>")))
          == std::vector<std::string>{"warning time_form MessageHeader/Timestamp:1"});
}

TEST_CASE("a day that lies ahead", "[edxml]") {
    Limits limits;
    limits.today = 2026y / May / 3;
    CHECK(has(report_of(DocumentText{}.text(), limits),
              "error date_in_future MessageHeader/PromulgationInfo/PromulgationDate:2"));
}

TEST_CASE("there is an end to lists", "[edxml]") {
    std::string places, traces;
    for (std::size_t i = 0; i <= list_items_max; ++i) {
        places += "<Place>x</Place>";
        traces += "<TraceHeader/>";
    }
    CHECK(has(report_of(DocumentText{.more = "<ToPlaces>" + places + "</ToPlaces>"}.text()),
              "error field_repeated MessageHeader/ToPlaces/Place[2001]:2"));
    CHECK(has(report_of(DocumentText{.traces = traces}.text()),
              "error field_repeated TraceHeaderList/TraceHeader:2"));
}

TEST_CASE("there is an end to findings, and the error is not lost behind it", "[edxml]") {
    std::string places;
    for (int i = 0; i < 600; ++i)
        places += "<Place>" + long_text(151) + "</Place>";
    const Report report = report_of(DocumentText{.subject = "<Subject>x</Subject><ToPlaces>" + places + "</ToPlaces>",
                                                 .more = "<OtherInfo><Priority>x</Priority></OtherInfo>"}.text());
    CHECK(report.findings.size() == findings_max);
    CHECK(report.left_out > 100);
    REQUIRE(report.error);
    CHECK(report.error->rule == PacketRule::value_not_allowed);
}

}  // namespace hub::edxml::test
