#include "adapters/gateway/vxp_refusal.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using gateway::vxp_refusal_of;

TEST_CASE("a fault becomes a code of the axis, with field, cause and remedy", "[gateway]") {
    const std::pair<Errc, std::string_view> codes[]{
        {Errc::sender_mismatch, "19"},  {Errc::receiver_unknown, "18"}, {Errc::receiver_closed, "23"},
        {Errc::packet_malformed, "22"}, {Errc::document_secret, "22"},  {Errc::packet_too_large, "904"},
        {Errc::not_found, "903"},       {Errc::ledger_full, "20"},      {Errc::internal, "20"}};
    for (const auto& [code, vxp_code] : codes)
        CHECK(vxp_refusal_of({code, {}, {}}).code == vxp_code);
    const auto refusal = vxp_refusal_of({Errc::receiver_unknown, "receivers[1]", "H43.99"});
    CHECK(refusal.text.find("[receivers[1]]: H43.99. ") != std::string::npos);
    CHECK(refusal.text.find("danh mục") != std::string::npos);
    // A document system has no commands of ours.
    CHECK(vxp_refusal_of({Errc::not_found, "docId", "7"}).text.find("lgsp") == std::string::npos);
}

TEST_CASE("nothing of a secret document and nothing of our own troubles is told", "[gateway]") {
    CHECK(vxp_refusal_of({Errc::document_secret, "Subject", "MẬT kế hoạch"}).text.find("kế hoạch") ==
          std::string::npos);
    const auto ours = vxp_refusal_of({Errc::internal, "/srv/lgsp/gateway/mailbox.db", "disk I/O error"});
    CHECK(ours.text.find("/srv") == std::string::npos);
    CHECK(ours.text.find("disk") == std::string::npos);
}
