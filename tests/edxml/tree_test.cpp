// The whole tree of a packet as typed values.

#include "adapters/edxml/natural_key.hpp"
#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {
namespace {

Packet packet_of(BytesView octets, const Limits& limits = {}) {
    auto read = read_packet(octets, limits);
    INFO((read ? "" : read.error().field + ": " + read.error().peer_text));
    REQUIRE(read.has_value());
    return *read;
}

}  // namespace

TEST_CASE("all of a document's header is read", "[edxml]") {
    const Packet packet = packet_of(sample("edoc_new.edxml"));
    CHECK(packet.from.in_charge == "UBND xã Hòa Tiến - UBND huyện Hòa Vang - Thành phố Đà Nẵng");
    CHECK(packet.from.address == "Số 1 Hoàng Hoa Thám, Quận Ba Đình, Hà Nội");
    CHECK(packet.from.email == "vpcp@gov.vn");
    CHECK(packet.from.telephone == "8043100");
    CHECK(packet.from.fax == "048989898789");
    CHECK(packet.from.website == "vpcp.vn");
    CHECK(packet.traces == TraceList{"", "", {{"000.00.00.G22", "2018/09/28 00:00:00"}}});
    const auto& document = std::get<DocumentPacket>(packet.content);
    CHECK(document.type_detail == "0");
    CHECK(document.summary == document.subject);
    CHECK(document.signer
          == Signer{"TL. BO TRUONG", "Cuc truong cuc ung dung cong nghe thong tin", "Nguyen Thanh Phuc"});
    CHECK(document.due_on == "2018-09-28");
    CHECK(document.to_places == std::vector<std::string>{"Cac bo va co quan ngang bo", "Uy ban nhan dan cac tinh, TP"});
    CHECK(document.other.sphere == "Liên thông văn bản quốc gia");
    CHECK(document.other.typer == "TVC");
    CHECK(document.other.copies == "2");
    CHECK(document.other.pages == "22");
    CHECK(document.other.direction == false);
    CHECK(document.other.appendixes.size() == 1);
    CHECK(document.steering_type == "1");
    CHECK(document.business_document_id == "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT");
    CHECK(document.has_paper == false);
    CHECK(document.manifest == std::vector<Reference>{{"209", "application/zip", "1896_QD-TTg_m_294779.doc",
                                                       "1896_QD-TTg_m_294779.doc"}});
    CHECK(document.attachments.at(0).description == "1896_QD-TTg_m_294779.doc");
    // As the axis shows it: present, and nothing else.
    CHECK(packet.has_signature);
    CHECK(packet.signature.starts_with(
        "<Signature><SignedInfo><CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/"));
    CHECK(packet.signature.ends_with("</X509Data></KeyInfo></Signature>"));
}

TEST_CASE("a replacement names documents and those for whom", "[edxml]") {
    const DocumentPacket document = document_of(sample("edoc_replacement_type3.edxml"));
    const Replacement one{"000.00.00.G22,2014/01/30,7806/VPCP-TTĐT", {"000.00.00.H41", "000.00.00.H14"}};
    CHECK(document.replacements == std::vector<Replacement>{one, one});
}

TEST_CASE("an update names what changes", "[edxml]") {
    const DocumentPacket document = document_of(DocumentText{
        .more = "<OtherInfo><ReplyFors><ReplyFor>5/X</ReplyFor></"
                "ReplyFors><ReferenceCodes>000.00.14.H20-200703-0002"
                "</ReferenceCodes><Direction>TRUE</Direction></OtherInfo><ResponseForTask><TaskCode>T1</"
                "TaskCode><TaskCode>T2"
                "</TaskCode></ResponseForTask><ApplicationType>MCDT_DT</ApplicationType>",
        .traces =
            "<Bussiness><BussinessDocType>2</BussinessDocType><DocumentId>old</DocumentId><Paper>1</Paper>"
            "<BussinessDocumentInfo><DocumentInfo>0</DocumentInfo><DocumentReceiver>1</"
            "DocumentReceiver><ReceiverList>"
            "<Receiver><OrganId>H43.03</OrganId><ReceiverType>1</ReceiverType></"
            "Receiver><Receiver><OrganId>H43.02"
            "</OrganId><ReceiverType>0</ReceiverType></Receiver></ReceiverList></BussinessDocumentInfo>"
            "<StaffInfo><Staff>A</Staff><StaffId>7</StaffId></StaffInfo><StaffInfo><DepartmentId>P1</"
            "DepartmentId>"
            "</StaffInfo></Bussiness>"}
                                                    .text());
    const Change change{false, true, {{"H43.03", true}, {"H43.02", false}}};
    CHECK(document.changes == std::vector<Change>{change});
    CHECK(document.has_paper == true);
    CHECK(document.staff.size() == 2);
    CHECK(document.staff.at(0).id == "7");
    CHECK(document.staff.at(1).department_id == "P1");
    CHECK(document.other.reply_for == std::vector<std::string>{"5/X"});
    CHECK(document.other.reference_codes == std::vector<std::string>{"000.00.14.H20-200703-0002"});
    CHECK(document.other.direction == true);
    CHECK(document.task_codes == std::vector<std::string>{"T1", "T2"});
    CHECK(document.application_type == "MCDT_DT");
}

TEST_CASE("traces keep what other systems wrote", "[edxml]") {
    const Packet packet = packet_of(sample("received_2025_zip_payload.edxml"));
    CHECK(packet.traces.traces == std::vector<Trace>{{"null", "2025/10/23 16:28:42"}, {"", "2025/10/23 16:28:43"}});
    Bytes octets = DocumentText{}.text();
    octets.insert(octets.find("<TraceHeaderList") + 16, " version='1.0' x='y' id=\"a&#10;b\"");
    CHECK(packet_of(octets).traces.id == "a\nb");
    CHECK(packet_of(octets).traces.version == "1.0");
}

TEST_CASE("errors that another system tells", "[edxml]") {
    Bytes octets = DocumentText{}.text();
    octets.insert(octets.find("</edXMLHeader>"),
                  "<ErrorList><Error><ErrorCode>N.MessageHeader.To</ErrorCode><Description>d"
                  "</Description></Error></ErrorList>");
    CHECK(packet_of(octets).errors == std::vector<PeerError>{{"N.MessageHeader.To", "d"}});
}

TEST_CASE("a signature is kept for others, within a bound", "[edxml]") {
    const auto signed_with = [](const std::string& signature) {
        Bytes octets = DocumentText{}.text();
        octets.insert(octets.find("</edXMLHeader>"), signature);
        return packet_of(octets);
    };
    const std::string dsig = "http://www.w3.org/2000/09/xmldsig#";
    CHECK(signed_with("<ds:Signature xmlns:ds='" + dsig
                      + "' Id='a\"b'> <!-- x --> <ds:V> &lt;1 </ds:V></ds:Signature>")
              .signature == "<Signature xmlns=\"" + dsig + "\" Id=\"a&quot;b\"><V>&lt;1</V></Signature>");
    const Packet large = signed_with("<Signature><V>" + std::string(signature_bytes_max + 1, 'x') + "</V></Signature>");
    CHECK(large.has_signature);
    CHECK(large.signature.empty());
    // Short for whoever writes it, and without end for whoever writes it out.
    std::string deep;
    for (int i = 0; i < 2000; ++i)
        deep += "<p:a><q:a/></p:a>";
    CHECK(signed_with("<Signature xmlns:p='urn:" + std::string(300, 'p') + "' xmlns:q='urn:q'>" + deep + "</Signature>")
              .signature.empty());
    CHECK(signed_with("").has_signature == false);
}

TEST_CASE("a mark is found also where somebody hid an element behind it", "[edxml]") {
    CHECK(packet_of(DocumentText{.subject = "<Subject>[Mật] Báo cáo<x/></Subject>"}.text()).secrecy.has_value());
}

TEST_CASE("the natural key of a document, and of what a status is about", "[edxml]") {
    const Packet packet = packet_of(sample("edoc_revocation_type1.edxml"));
    const NaturalKey key = natural_key(packet.from, std::get<DocumentPacket>(packet.content));
    CHECK(key == NaturalKey{"000.00.00.G22", "2018-09-28", "7816/VPCP-TTĐT"});
    CHECK(key.document_id() == "000.00.00.G22,2018/09/28,7816/VPCP-TTĐT");
    CHECK(parse_document_id(key.document_id()) == key);
    CHECK(parse_document_id("000.00.00.G22,2018-09-28, 7816/VPCP-TTĐT ") == key);
    for (const char* other : {"", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", "H43-2018-12", "H43,2018,12",
                              "H43,2018/02/30,12/X", ",2018/09/28,12/X", "H43,2018/09/28,"})
        CHECK_FALSE(parse_document_id(other));
    const ResponseFor answers = status_of(sample("status_03_acceptance.edxml")).answers;
    CHECK(natural_key(answers) == NaturalKey{"000.00.00.G22", "2015-09-30", "7816/VPCP-TTĐT"});
    CHECK(natural_key(ResponseFor{.organ = "H43", .code = "1/X", .document_id = "H43,2015-09-30,1/X"})
          == NaturalKey{"H43", "2015-09-30", "1/X"});
    CHECK_FALSE(natural_key(ResponseFor{.organ = "H43", .code = "1/X"}));
}

}  // namespace hub::edxml::test
