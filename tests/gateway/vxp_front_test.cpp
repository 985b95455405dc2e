#include "adapters/gateway/vxp_front.hpp"

#include "tests/edxml/packet_text.hpp"
#include "tests/gateway/told_kit.hpp"
#include "tests/support/eventually.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;
using hub::test::eventually;

TEST_CASE("what the national axis has taken is not said to be with its receiver", "[gateway]") {
    Desk desk;
    CallBudget budget{{}};
    RefusedCalls refused;
    VxpFront front{{{"H43.01", vxp::Secret{"0123456789abcdef"}, desk.line}}, vxp::HashCheck::ignored, *desk.counter,
                   budget, refused};
    edxml::test::DocumentText text;
    text.to = "<To><OrganId>H53</OrganId></To><To><OrganId>H43.02</OrganId></To>";
    const auto id = desk.submit(text.text()).value().id;
    const auto tell = [&](const std::string& what, const std::string& receiver, const std::string& words) {
        desk.kit->then([=](kit::Handler& handler) {
            wire::Receipt told = receipt(id, what, receiver);
            told.text = words;
            (void)handler.on_receipt(told);
        });
        desk.workers->wake(*desk.line);
    };
    const auto becomes = [&](const std::string& receiver, const std::string& status, const std::string& words) {
        return eventually([&] {
            for (const vxp::SentPacket& row : front.sent("H43.01", vxp::PacketKind::document, id.text()).value())
                if (row.to == receiver)
                    return row.receive_status == status && row.receive_status_text == words;
            return false;
        });
    };
    tell("retrieved", "H53", "DocId 9fbf");
    tell("retrieved", "H43.02", "");
    CHECK(becomes("H53", "processing", "retrieved Trục quốc gia đã nhận, chưa rõ bên nhận: DocId 9fbf"));
    CHECK(becomes("H43.02", "done", "retrieved Bên nhận đã lấy về"));
    tell("01", "H53", "");
    CHECK(becomes("H53", "done", "01 Đã đến"));
    tell("13", "H53", "");
    CHECK(becomes("H53", "done", "01 Đã đến; Thu hồi: chờ bên nhận trả lời"));
    tell("16", "H53", "");
    CHECK(becomes("H53", "done", "01 Đã đến; Thu hồi: bên nhận từ chối"));
}
