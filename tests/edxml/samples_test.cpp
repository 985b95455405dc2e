// The packets of the national axis's SDK, byte for byte as they were found.

#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {
namespace {

std::vector<std::string> codes(const DocumentPacket& packet) {
    std::vector<std::string> out;
    for (const Organ& organ : packet.to)
        out.push_back(organ.code.text());
    return out;
}

}  // namespace

TEST_CASE("sample: a new document", "[edxml]") {
    const Bytes octets = sample("edoc_new.edxml");
    const auto read = read_packet(octets, {});
    REQUIRE(read.has_value());
    CHECK(read->from.code.text() == "000.00.00.A80");
    CHECK(read->from.name == "UBND xã Hòa Tiến - UBND huyện Hòa Vang - Thành phố Đà Nẵng");
    CHECK(read->has_signature);
    CHECK_FALSE(read->secrecy);
    const DocumentPacket packet = document_of(octets);
    CHECK(codes(packet) == std::vector<std::string>{"28.22.H17"});
    CHECK(packet.document_id == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT");
    CHECK(packet.number == "74fass22");
    CHECK(packet.notation == "VPCP-TTĐT");
    CHECK(packet.promulgated_on == "2019-01-16");
    CHECK(packet.place == "Hà Nội");
    CHECK(packet.type == "1");
    CHECK(packet.type_name == "Công văn");
    CHECK(packet.subject == "V/v kết nối, liên thông phần mềm quản lý văn bản");
    CHECK(packet.urgency == Urgency::normal);
    CHECK(packet.business == Business::fresh);
    CHECK(packet.business_refers_to.empty());
    CHECK(packet.business_reason == "Văn bản điện tử mới");
    CHECK(packet.staff.at(0).name == "Nguyễn Thị Ngọc Trâm");
    // Behind ContentTransferEncoded the attachment's text is repeated: it belongs to nothing.
    REQUIRE(packet.attachments.size() == 1);
    const Attachment& attached = packet.attachments.front();
    CHECK(attached.content_id == "209");
    CHECK(attached.name == "1896_QD-TTg_m_294779.doc");
    CHECK(attached.carried == ContentKind::zip);
    CHECK(attached.content == ContentKind::raw);
    CHECK(attached.content_bytes == 50);
}

TEST_CASE("sample: a recall names its document in ResponseFor", "[edxml]") {
    const DocumentPacket packet = document_of(sample("edoc_revocation_type1.edxml"));
    CHECK(codes(packet) == std::vector<std::string>{"000.00.00.H41", "000.00.00.H14", "000.00.00.G17"});
    CHECK(packet.number == "7816");
    CHECK(packet.promulgated_on == "2018-09-28");
    CHECK(packet.business == Business::recall);
    CHECK(packet.business_refers_to == "000.00.04.G14,2012/08/06,267/VPCP-TTĐT");
    CHECK(packet.business_reason == "Thu hồi văn bản điện tử");
    REQUIRE(packet.response_for.size() == 1);
    CHECK(packet.response_for[0].organ == "000.00.00.H14");
    CHECK(packet.response_for[0].code == "267/VPCP-TTĐT");
}

TEST_CASE("sample: a replacement", "[edxml]") {
    const DocumentPacket packet = document_of(sample("edoc_replacement_type3.edxml"));
    CHECK(codes(packet).size() == 3);
    CHECK(packet.business == Business::replace);
    CHECK(packet.business_refers_to == "000.00.00.G22,2014/01/30,7806/VPCP-TTĐT");
    CHECK(packet.business_reason == "Văn bản thay thế");
}

TEST_CASE("sample: ZIP octets labelled application/pdf, no OrganName, null in a trace", "[edxml]") {
    const Bytes octets = sample("received_2025_zip_payload.edxml");
    const auto read = read_packet(octets, {});
    REQUIRE(read.has_value());
    CHECK(read->from.code.text() == "vxp.saas.03");
    CHECK(read->from.name.empty());
    CHECK_FALSE(read->has_signature);
    const DocumentPacket packet = document_of(octets);
    CHECK(codes(packet) == std::vector<std::string>{"vxp.saas.03"});
    CHECK(packet.document_id == "5e515fca-3627-4f2e-b517-7169acdc8bda");
    CHECK(packet.number == "BINTEST123");
    CHECK(packet.notation == "GW-AUTO");
    CHECK(packet.promulgated_on == "2025-10-23");
    REQUIRE(packet.attachments.size() == 1);
    CHECK(packet.attachments[0].declared_type == "application/pdf");
    CHECK(packet.attachments[0].carried == ContentKind::zip);
    CHECK(packet.attachments[0].content == ContentKind::pdf);
    CHECK(packet.attachments[0].content_bytes == 11229);
}

TEST_CASE("samples: statuses", "[edxml]") {
    struct Row {
        std::string file, code, description;
    };
    const Row row = GENERATE(values<Row>({
        {"status_01_inbox.edxml", "01",
         "Văn thư - Phòng Văn thư - Lưu trữ: Đã đến - Phần mềm QLVB đã nhận nhưng văn thư chưa xử lý"},
        {"status_02_rejection.edxml", "02", "Văn thư - Phòng Văn thư - Lưu trữ: Từ chối không tiếp nhận văn bản điện tử"},
        {"status_03_acceptance.edxml", "03",
         "Văn thư cơ - Phòng Văn thư - Lưu trữ: Tiếp nhận văn bản điện tử, vào sổ văn bản đến của đơn vị"},
        {"status_04_assignment.edxml", "04", "Lãnh đạo: Phân công xử lý"},
        {"status_06_finish.edxml", "06", "Văn thư: Ban hành văn bản đến, hoàn thành xử lý"},
        {"status_15_change_acceptance.edxml", "15", "Văn thư đồng ý yêu cầu cập nhật, lấy lại"},
        {"status_16_change_rejection.edxml", "16", "Văn thư từ chối yêu cầu cập nhật, lấy lại"},
    }));
    CAPTURE(row.file);
    const Bytes octets = sample(row.file);
    CHECK(read_packet(octets, {})->from.code.text() == "000.00.00.H41");
    const StatusPacket packet = status_of(octets);
    CHECK(packet.code == row.code);
    CHECK(packet.description == row.description);
    CHECK(packet.reported_at == "2015/09/20 11:08:36");
    CHECK(packet.staff.text() == "Phong hanh chinh, Nguyen thi ngoc tram, 84912000001, ngoctram@nghean.vn");
    CHECK(packet.answers.organ == "000.00.00.G22");
    CHECK(packet.answers.code == "7816/VPCP-TTĐT");
    CHECK(packet.answers.promulgated_on == "2015-09-30");
    CHECK(packet.answers.document_id == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT");
}

TEST_CASE("sample: the SDK's own template is not well-formed by the rules of namespaces", "[edxml]") {
    const Fault fault = fault_of(sample("edoc_sdk_template.edxml"));
    CHECK(fault.code == Errc::packet_malformed);
    CHECK(fault.field.starts_with("line "));
    CHECK(fault.peer_text.find("xlink") != std::string::npos);
}

TEST_CASE("samples in JSON are no packets", "[edxml]") {
    CHECK(fault_of(sample("edoc_request_flat.json")).code == Errc::packet_malformed);
}

}  // namespace hub::edxml::test
