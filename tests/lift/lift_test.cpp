#include "adapters/lift/lift.hpp"

#include "adapters/edxml/read_packet.hpp"
#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;

kit::Outgoing lifted(const std::string& file) {
    const Bytes octets = edxml::test::sample(file);
    const auto packet = edxml::read_packet(octets, {});
    REQUIRE(packet.has_value());
    kit::Outgoing out = lift::lift(*packet, {file, "application/edxml+xml", octets, {}});
    // The packet goes as it is, under the file's name.
    REQUIRE(out.contents.size() == 1);
    CHECK(out.contents[0].name == file);
    CHECK(out.contents[0].media_type == "application/edxml+xml");
    CHECK(out.contents[0].bytes == octets);
    CHECK_FALSE(out.id);
    CHECK(out.secrecy.empty());
    return out;
}

std::vector<std::string> codes(const kit::Outgoing& outgoing) {
    std::vector<std::string> out;
    for (const AgencyCode& code : outgoing.receivers)
        out.push_back(code.text());
    return out;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("the samples' documents go to those in their To", "[lift]") {
    struct Row {
        std::string file, sender;
        Codes receivers;
        Business business;
        std::string refers_to, reason, number, notation, date, id;
    };
    const Row row = GENERATE(values<Row>({
        {"edoc_new.edxml", "000.00.00.A80", {"28.22.H17"}, Business::fresh, "", "Văn bản điện tử mới", "74fass22",
         "VPCP-TTĐT", "2019-01-16", "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"},
        {"edoc_revocation_type1.edxml", "000.00.00.G22", {"000.00.00.H41", "000.00.00.H14", "000.00.00.G17"},
         Business::recall, "000.00.04.G14,2012/08/06,267/VPCP-TTĐT", "Thu hồi văn bản điện tử", "7816", "VPCP-TTĐT",
         "2018-09-28", "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"},
        {"edoc_replacement_type3.edxml", "000.00.00.G22", {"000.00.00.H41", "000.00.00.H14", "000.00.00.G17"},
         Business::replace, "000.00.00.G22,2014/01/30,7806/VPCP-TTĐT", "Văn bản thay thế", "7816", "VPCP-TTĐT",
         "2018-09-28", "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"},
        {"received_2025_zip_payload.edxml", "vxp.saas.03", {"vxp.saas.03"}, Business::fresh, "", "", "BINTEST123",
         "GW-AUTO", "2025-10-23", "5e515fca-3627-4f2e-b517-7169acdc8bda"},
    }));
    CAPTURE(row.file);
    const kit::Outgoing out = lifted(row.file);
    CHECK(out.kind == Kind::document);
    CHECK(out.sender.text() == row.sender);
    CHECK(codes(out) == row.receivers);
    CHECK(out.urgency == Urgency::normal);
    CHECK(out.business == row.business);
    CHECK(out.business_refers_to == row.refers_to);
    CHECK(out.business_reason == row.reason);
    CHECK_FALSE(out.status);
    REQUIRE(out.document);
    CHECK(out.document->issuer == row.sender);
    CHECK(out.document->number == row.number);
    CHECK(out.document->notation == row.notation);
    CHECK(out.document->promulgated_on == row.date);
    CHECK(out.document->document_id == row.id);
    CHECK_FALSE(out.document->subject.empty());
    CHECK_FALSE(out.document->type_name.empty());
}

TEST_CASE("the samples' statuses go to the document's issuer", "[lift]") {
    const auto [file, code] = GENERATE(table<std::string, std::string>({{"status_01_inbox.edxml", "01"},
                                                                        {"status_02_rejection.edxml", "02"},
                                                                        {"status_03_acceptance.edxml", "03"},
                                                                        {"status_04_assignment.edxml", "04"},
                                                                        {"status_06_finish.edxml", "06"},
                                                                        {"status_15_change_acceptance.edxml", "15"},
                                                                        {"status_16_change_rejection.edxml", "16"}}));
    CAPTURE(file);
    const kit::Outgoing out = lifted(file);
    CHECK(out.kind == Kind::status);
    CHECK(out.sender.text() == "000.00.00.H41");
    // There is no To: ResponseFor/OrganId.
    CHECK(codes(out) == Codes{"000.00.00.G22"});
    CHECK_FALSE(out.document);
    REQUIRE(out.status);
    CHECK(out.status->code == code);
    CHECK_FALSE(out.status->description.empty());
    CHECK(out.status->staff == "Phong hanh chinh, Nguyen thi ngoc tram, 84912000001, ngoctram@nghean.vn");
    CHECK(out.status->reported_at == "2015/09/20 11:08:36");
    CHECK(out.status->answers_issuer == "000.00.00.G22");
    CHECK(out.status->answers_code == "7816/VPCP-TTĐT");
    CHECK(out.status->answers_date == "2015-09-30");
    CHECK(out.status->answers_document_id == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT");
}

TEST_CASE("urgency and a secrecy mark are lifted", "[lift]") {
    const auto lift = [](const edxml::test::DocumentText& text) {
        const Bytes octets = text.text();
        return lift::lift(edxml::read_packet(octets, {}).value(), {"a.edxml", "application/edxml+xml", octets, {}});
    };
    edxml::test::DocumentText text;
    text.more = "<OtherInfo><Priority>3</Priority></OtherInfo>";
    CHECK(lift(text).urgency == Urgency::express);
    CHECK(lift(text).secrecy.empty());
    text.subject = "<Subject>MẬT - kế hoạch</Subject>";
    CHECK(lift(text).secrecy == "Mật");
}
