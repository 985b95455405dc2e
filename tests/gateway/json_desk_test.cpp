#include "adapters/gateway/json_desk.hpp"

#include "tests/edxml/packet_text.hpp"
#include "tests/gateway/told_kit.hpp"
#include "tests/support/eventually.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;
using edxml::test::DocumentText;
using hub::test::eventually;

namespace {

vxp::SiteReply perform(Desk& desk, JsonCall call, const std::string& id, const std::string& body = {}) {
    JsonDesk json{*desk.counter};
    JsonRequest request;
    request.line = desk.line;
    request.route.call = call;
    request.route.id = id;
    request.body = body;
    std::vector<SpooledFile> kept;
    return json.perform(request, kept);
}

boost::json::object body_of(const vxp::SiteReply& reply) {
    return boost::json::parse(std::get<std::string>(reply.body.front())).as_object();
}

Bytes namesake(const std::string& subject) {
    DocumentText text;
    text.to = "<To><OrganId>H43.02</OrganId></To>";
    text.subject = "<Subject>" + subject + "</Subject>";
    return text.text();
}

void tell(Desk& desk, const EnvelopeId& id, const std::string& what, const std::string& code = {}) {
    desk.kit->then([=](kit::Handler& handler) {
        wire::Receipt told = receipt(id, what, "H43.02");
        told.code = code;
        (void)handler.on_receipt(told);
    });
    desk.workers->wake(*desk.line);
}

}  // namespace

TEST_CASE("of two documents of one name a status is about the one that is named", "[gateway]") {
    Desk desk;
    DocumentText text;
    text.to = "<To><OrganId>H43.01</OrganId></To>";
    text.from = "<OrganId>H43.09</OrganId><OrganName>X</OrganName>";
    EnvelopeHeader first = header_to("H43.01", 1), second = header_to("H43.01", 2);
    REQUIRE(desk.receive(first, text.text()));
    REQUIRE(desk.receive(second, text.text()));
    std::vector<EnvelopeId> answered;
    for (const ReceivedPacket& each : desk.counter->received(*desk.line, Kind::document).value()) {
        CHECK(perform(desk, JsonCall::report_status, each.doc_id, R"({"code": "03"})").status == 201);
        answered.push_back(desk.kit->handed_in().back().status.value().answers_envelope.value());
        CHECK(answered.back() == each.envelope);
    }
    CHECK(answered == std::vector{first.id, second.id});
    CHECK(desk.kit->handed_in().size() == 2);
}

TEST_CASE("of two documents of one name the one that is named is asked back, also after an end", "[gateway]") {
    Desk desk;
    const auto first = desk.submit(namesake("một")).value().id;
    const auto second = desk.submit(namesake("hai")).value().id;
    CHECK(perform(desk, JsonCall::recall, first.text(), R"({"reason": "Sai"})").status == 202);
    CHECK(desk.kit->handed_in().back().status.value().answers_envelope == first);
    CHECK(perform(desk, JsonCall::recall, second.text(), R"({"reason": "Sai"})").status == 202);
    CHECK(desk.kit->handed_in().back().status.value().answers_envelope == second);
    CHECK(desk.kit->handed_in().size() == 4);
}

TEST_CASE("what is about one of two documents is the same envelope after an end", "[gateway]") {
    Desk desk{{.answer_time = std::chrono::milliseconds{1}}};
    const auto first = desk.submit(namesake("một")).value().id;
    desk.kit->answer_by(std::nullopt, true);
    CHECK(perform(desk, JsonCall::recall, first.text(), R"({"reason": "Sai"})").status == 202);
    REQUIRE(eventually([&] { return desk.kit->handed_in().size() == 2; }));
    const auto before = desk.kit->handed_in().back();
    desk.open(true);
    desk.line->look_again();
    desk.workers->wake(*desk.line);
    REQUIRE(eventually([&] {
        const auto again = desk.kit->handed_in();
        return std::ranges::any_of(again, [&](const kit::Outgoing& each) { return each.id == before.id; });
    }));
    for (const kit::Outgoing& each : desk.kit->handed_in())
        if (each.id == before.id)
            CHECK(each.status.value().answers_envelope == first);
}

TEST_CASE("a sender sees what became of a change that he has asked for", "[gateway]") {
    Desk desk;
    const auto id = desk.submit(namesake("một")).value().id;
    const auto change = [&] {
        const auto shown = body_of(perform(desk, JsonCall::show_sent, id.text()));
        return boost::json::serialize(shown.at("receivers").at(0).at("change"));
    };
    CHECK(change() == "null");
    tell(desk, id, "13");
    CHECK(eventually([&] { return change() == R"({"kind":"recall","state":"asked"})"; }));
    tell(desk, id, "16");
    CHECK(eventually([&] { return change() == R"({"kind":"recall","state":"declined"})"; }));
    tell(desk, id, "update");
    CHECK(eventually([&] { return change() == R"({"kind":"update","state":"asked"})"; }));
    // The document goes on: it is told as some status.
    tell(desk, id, "status", "15");
    CHECK(eventually([&] { return change() == R"({"kind":"update","state":"agreed"})"; }));
}

TEST_CASE("a refusal without a reason is none, and a code has two digits", "[gateway]") {
    Desk desk;
    REQUIRE(desk.receive(header_to("H43.01", 1), namesake("một")));
    const auto id = desk.counter->received(*desk.line, Kind::document).value().front().doc_id;
    const auto refused = body_of(perform(desk, JsonCall::report_status, id, R"({"code": "02"})"));
    CHECK(refused.at("field").as_string() == "description");
    const auto status = [&](const std::string& code, const std::string& description) {
        return desk.submit("<edXML xmlns='http://www.mic.gov.vn/TBT/QCVN_102_2016'><edXMLEnvelope><edXMLHeader><MessageHeader>"
                           "<From><OrganId>H43.01</OrganId><OrganName>X</OrganName></From><ResponseFor><OrganId>H43.02</OrganId>"
                           "<Code>1/X</Code><PromulgationDate>2026/11/20</PromulgationDate><DocumentId>a</DocumentId>"
                           "</ResponseFor><StatusCode>" + code + "</StatusCode><Description>" + description +
                           "</Description><Timestamp>2026/11/20 08:00:00</Timestamp></MessageHeader></edXMLHeader>"
                           "</edXMLEnvelope></edXML>");
    };
    CHECK(status("02", "").error() == Fault{Errc::packet_field_missing, "MessageHeader/Description", {}});
    CHECK(status("13", "").error() == Fault{Errc::packet_field_missing, "MessageHeader/Description", {}});
    CHECK(status("abc", "x").error() == Fault{Errc::packet_field_invalid, "MessageHeader/StatusCode", "abc"});
    CHECK(status("02", "Sai nơi nhận").has_value());
    CHECK(status("77", "").has_value());
    DocumentText recall;
    recall.to = "<To><OrganId>H43.02</OrganId></To>";
    recall.traces = "<TraceHeader><OrganId>H43.01</OrganId><Timestamp>2026/11/20 08:00:00</Timestamp></TraceHeader>"
                    "<Bussiness><DocumentId>a</DocumentId><BussinessDocType>1</BussinessDocType></Bussiness>";
    CHECK(desk.submit(recall.text()).error()
          == Fault{Errc::packet_field_missing, "TraceHeaderList/Bussiness/BussinessDocReason", {}});
}
