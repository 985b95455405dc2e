#include "adapters/edxml/write_status.hpp"
#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {

TEST_CASE("a written status reads as it was meant", "[edxml]") {
    const StatusPacket status{.code = "03", .description = "Đã tiếp nhận <vào sổ> & \"xong\" ]]>",
                              .reported_at = "2026/05/04 08:00:00",
                              .staff = {.department = "Văn thư", .name = "", .mobile = "", .email = ""},
                              .answers = {.organ = "000.00.00.H43", .code = "12/SNV-VP", .promulgated_on = "2026-05-03",
                                          .document_id = "000.00.00.H43,2026/05/03,12/SNV-VP"}};
    const Bytes octets = write_status({*AgencyCode::parse("H43.02"), "Sở Tài chính"}, status);
    const auto read = read_packet(octets, {});
    REQUIRE(read.has_value());
    CHECK(read->from.code.text() == "H43.02");
    CHECK(read->from.name == "Sở Tài chính");
    const StatusPacket again = status_of(octets);
    CHECK(again.code == "03");
    CHECK(again.description == status.description);
    CHECK(again.reported_at == status.reported_at);
    CHECK(again.staff == status.staff);
    CHECK(again.answers.organ == status.answers.organ);
    CHECK(again.answers.code == status.answers.code);
    CHECK(again.answers.promulgated_on == status.answers.promulgated_on);
    CHECK(again.answers.document_id == status.answers.document_id);
    CHECK(octets.find("<edXML:PromulgationDate>2026/05/03</edXML:PromulgationDate>") != Bytes::npos);
}

TEST_CASE("what may not stand in XML is left out", "[edxml]") {
    const StatusPacket status{.code = "01", .description = "a\x01\x02 b\r", .reported_at = "", .staff = {},
                              .answers = {.organ = "H43", .code = "1/X", .promulgated_on = "", .document_id = ""}};
    const Bytes octets = write_status({*AgencyCode::parse("H43.02"), ""}, status);
    CHECK(status_of(octets).description == "a b");
    CHECK(octets.find("StaffInfo") == Bytes::npos);
    CHECK(octets.find("PromulgationDate") == Bytes::npos);
}

}  // namespace hub::edxml::test
