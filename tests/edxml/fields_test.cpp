#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {
namespace {

using namespace std::chrono;

void check_fault(const DocumentText& text, Errc code, const std::string& field, const Limits& limits = {}) {
    const Fault fault = fault_of(text.text(), limits);
    CHECK(name_of(fault.code) == name_of(code));
    CHECK(fault.field == field);
}

Bytes status_text(const std::string& response_for, const std::string& code = "<StatusCode>01</StatusCode>") {
    return "<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXMLEnvelope><edXMLHeader><MessageHeader>"
           "<From><OrganId>H43.02</OrganId></From>"
           + response_for + code + "</MessageHeader></edXMLHeader></edXMLEnvelope></edXML>";
}

}  // namespace

TEST_CASE("the smallest correct packet", "[edxml]") {
    const DocumentPacket packet = document_of(DocumentText{}.text());
    CHECK(packet.to.at(0).code.text() == "H43.02");
    CHECK(packet.number == "12");
    CHECK(packet.promulgated_on == "2026-05-04");
    CHECK(packet.subject == "V/v báo cáo quý");
    CHECK(packet.attachments.empty());
}

TEST_CASE("prefixed, unprefixed and namespace-less names are the same", "[edxml]") {
    const std::string prefixed = "<edXML:To xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">"
                                 "<edXML:OrganId>H43.02</edXML:OrganId></edXML:To>";
    CHECK(document_of(DocumentText{.to = prefixed}.text()).to.size() == 1);
    CHECK(document_of(DocumentText{.to = "<To xmlns=\"\"><OrganId>H43.02</OrganId></To>"}.text()).to.size() == 1);
    // Of another namespace it is somebody else's element.
    check_fault({.to = "<To xmlns=\"urn:x\"><OrganId>H43.02</OrganId></To>"}, Errc::packet_field_missing,
                "MessageHeader/To");
}

TEST_CASE("sender and receivers", "[edxml]") {
    check_fault({.from = "<OrganName>X</OrganName>"}, Errc::packet_field_missing, "MessageHeader/From/OrganId");
    check_fault({.from = "<OrganId> null </OrganId>"}, Errc::packet_field_invalid, "MessageHeader/From/OrganId");
    check_fault({.from = "<OrganId>NULL</OrganId>"}, Errc::packet_field_invalid, "MessageHeader/From/OrganId");
    check_fault({.from = "<OrganId>H43 01</OrganId>"}, Errc::packet_field_invalid, "MessageHeader/From/OrganId");
    check_fault({.from = "<OrganId>H43.01</OrganId><OrganId>H43.09</OrganId>"}, Errc::packet_field_invalid,
                "MessageHeader/From/OrganId");
    check_fault({.to = ""}, Errc::packet_field_missing, "MessageHeader/To");
    check_fault({.to = "<To><OrganId>H43.02</OrganId></To><To><OrganId> </OrganId></To>"},
                Errc::packet_field_missing, "MessageHeader/To[2]/OrganId");
    check_fault({.to = "<To><OrganId>H43.02</OrganId></To><To><OrganId>\n H43.02 </OrganId></To>"},
                Errc::packet_field_invalid, "MessageHeader/To[2]/OrganId");
    check_fault({.to = "<To><OrganId>" + repeated("A", 36) + "</OrganId></To>"}, Errc::packet_field_invalid,
                "MessageHeader/To[1]/OrganId");
    Limits limits;
    limits.receivers_max = 1;
    check_fault({.to = "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>"},
                Errc::packet_field_invalid, "MessageHeader/To", limits);
}

TEST_CASE("a comment inside a code does not hide a part of it", "[edxml]") {
    CHECK(document_of(DocumentText{.to = "<To><OrganId>H43<!-- x -->.02</OrganId></To>"}.text()).to.at(0).code.text()
          == "H43.02");
}

TEST_CASE("lengths are counted in characters and refused where the hub depends on them", "[edxml]") {
    const auto code = [](const std::string& number, const std::string& notation) {
        return "<Code><CodeNumber>" + number + "</CodeNumber><CodeNotation>" + notation + "</CodeNotation></Code>";
    };
    CHECK(document_of(DocumentText{.code = code(repeated("1", 11), repeated("Đ", 30))}.text()).notation
          == repeated("Đ", 30));
    check_fault({.code = code(repeated("1", 12), "X")}, Errc::packet_field_invalid, "MessageHeader/Code/CodeNumber");
    check_fault({.code = code("1", repeated("Đ", 31))}, Errc::packet_field_invalid, "MessageHeader/Code/CodeNotation");
    check_fault({.code = code("", "X")}, Errc::packet_field_missing, "MessageHeader/Code/CodeNumber");
    check_fault({.code = ""}, Errc::packet_field_missing, "MessageHeader/Code");
    CHECK(document_of(DocumentText{.subject = "<Subject>" + repeated("ế", 500) + "</Subject>"}.text()).subject.size()
          == 1500);
    check_fault({.subject = "<Subject>" + repeated("ế", 501) + "</Subject>"}, Errc::packet_field_invalid,
                "MessageHeader/Subject");
    check_fault({.subject = ""}, Errc::packet_field_missing, "MessageHeader/Subject");
    check_fault({.subject = "<Subject>a&#127;b</Subject>"}, Errc::packet_field_invalid, "MessageHeader/Subject");
    check_fault({.from = "<OrganId>H43.01</OrganId><OrganName>" + repeated("x", 201) + "</OrganName>"},
                Errc::packet_field_invalid, "MessageHeader/From/OrganName");
    // Real packets exceed the 20 of Website.
    CHECK_NOTHROW(document_of(
        DocumentText{.from = "<OrganId>H43.01</OrganId><Website>https://www.ninhthuan.gov.vn/</Website>"}.text()));
    // What only travels along may be long, within one text's bound.
    const std::string type = "<DocumentType><TypeName>" + repeated("x", 400) + "</TypeName></DocumentType>";
    CHECK(document_of(DocumentText{.more = type}.text()).type_name.size() == 400);
    check_fault({.more = "<DocumentId>" + repeated("x", 4097) + "</DocumentId>"}, Errc::packet_field_invalid,
                "MessageHeader/DocumentId");
}

TEST_CASE("dates are real days written yyyy/MM/dd", "[edxml]") {
    const auto dated = [](const std::string& date) {
        return DocumentText{.promulgation = "<PromulgationInfo><PromulgationDate>" + date
                                            + "</PromulgationDate></PromulgationInfo>"};
    };
    const std::string field = "MessageHeader/PromulgationInfo/PromulgationDate";
    CHECK(document_of(dated("2024/02/29").text()).promulgated_on == "2024-02-29");
    CHECK(document_of(dated("1900/01/01").text()).promulgated_on == "1900-01-01");
    for (const char* wrong : {"2023/02/29", "0034/01/01", "1899/12/31", "04/05/2026", "2026-05-04", "2026/5/4",
                              "2026/13/01", "2026/00/10", "2026/05/04 00:00:00", "20x6/05/04", "-026/05/04"})
        check_fault(dated(wrong), Errc::packet_field_invalid, field);
    check_fault(dated(""), Errc::packet_field_missing, field);

    Limits limits;
    limits.today = 2026y / May / 4;
    CHECK_NOTHROW(document_of(dated("2026/05/04").text(), limits));
    check_fault(dated("2026/05/05"), Errc::packet_field_invalid, field, limits);
}

TEST_CASE("urgency", "[edxml]") {
    const auto priority = [](const std::string& value) {
        return DocumentText{.more = "<OtherInfo><Priority>" + value + "</Priority></OtherInfo>"};
    };
    CHECK(document_of(priority("").text()).urgency == Urgency::normal);
    CHECK(document_of(priority("3").text()).urgency == Urgency::express);
    CHECK(document_of(priority(" 4 ").text()).urgency == Urgency::express_timed);
    check_fault(priority("Khẩn"), Errc::packet_field_invalid, "MessageHeader/OtherInfo/Priority");
    check_fault(priority("-1"), Errc::packet_field_invalid, "MessageHeader/OtherInfo/Priority");
}

TEST_CASE("business", "[edxml]") {
    const auto traces = [](const std::string& business) {
        return DocumentText{.traces = "<Bussiness>" + business + "</Bussiness>"};
    };
    const DocumentPacket update =
        document_of(traces("<BussinessDocType>2</BussinessDocType><DocumentId>old</DocumentId>").text());
    CHECK(update.business == Business::update);
    CHECK(update.business_refers_to == "old");
    check_fault(traces("<BussinessDocType>1</BussinessDocType>"), Errc::packet_field_missing,
                "TraceHeaderList/Bussiness/DocumentId");
    check_fault(traces("<BussinessDocType>4</BussinessDocType>"), Errc::packet_field_invalid,
                "TraceHeaderList/Bussiness/BussinessDocType");
    CHECK(document_of(DocumentText{}.text()).business == Business::fresh);
}

TEST_CASE("status packets", "[edxml]") {
    const std::string organ = "<ResponseFor><OrganId>H43.01</OrganId>";
    const StatusPacket packet = status_of(status_text(organ + "<Code>12/SNV-VP</Code></ResponseFor>"));
    CHECK(packet.answers.code == "12/SNV-VP");
    CHECK(packet.answers.promulgated_on.empty());

    const auto nested = organ + "<Code><CodeNumber>12</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code></ResponseFor>";
    CHECK(status_of(status_text(nested)).answers.code == "12/SNV-VP");
    const auto by_id = organ + "<DocumentId>x</DocumentId></ResponseFor>";
    CHECK(status_of(status_text(by_id, "<StatusCode>3</StatusCode>")).code == "03");
    CHECK(status_of(status_text(by_id, "<StatusCode>07</StatusCode>")).code == "07");

    CHECK(fault_of(status_text("")).field == "MessageHeader/ResponseFor");
    CHECK(fault_of(status_text(organ + "</ResponseFor>")).field == "MessageHeader/ResponseFor/Code");
    CHECK(fault_of(status_text("<ResponseFor><Code>1/X</Code></ResponseFor>")).field
          == "MessageHeader/ResponseFor/OrganId");
    CHECK(fault_of(status_text(by_id, "<StatusCode/>")).field == "MessageHeader/StatusCode");
    CHECK(fault_of(status_text(by_id, "<StatusCode>01</StatusCode><Subject>x</Subject>")).code
          == Errc::packet_field_invalid);

    // The container's older name.
    Bytes older = status_text(by_id);
    for (const std::string name : {"<MessageHeader>", "</MessageHeader>"})
        older.replace(older.find(name), name.size(), name[1] == '/' ? "</Status>" : "<Status>");
    CHECK(status_of(older).code == "01");
}

}  // namespace hub::edxml::test
