#include "adapters/gateway/json_problem.hpp"
#include "adapters/gateway/refused_calls.hpp"
#include "adapters/gateway/shown_fault.hpp"
#include "adapters/gateway/vxp_refusal.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;

namespace {

std::string text_of(const vxp::SiteReply& reply) { return std::get<std::string>(reply.body.at(0)); }

}  // namespace

TEST_CASE("no name of a file of this machine is shown to a caller", "[gateway]") {
    const Fault faults[]{{Errc::not_found, "/srv/lgsp/gateway/spool/1.part", "No such file"},
                         {Errc::packet_too_large, "/srv/lgsp/gateway/spool/1.part", "1000"},
                         {Errc::field_invalid, "/srv/lgsp/gateway/spool/1.part", "x"},
                         {Errc::ledger_full, "/srv/lgsp/gateway/spool/1.part", "No space"}};
    for (const Fault& fault : faults) {
        CHECK(vxp_refusal_of(fault).text.find("/srv") == std::string::npos);
        for (const auto* language : {"vi", "en"})
            CHECK(text_of(problem(fault, language)).find("/srv") == std::string::npos);
    }
    // A file of ours that is gone is no DocId that is unknown.
    CHECK(vxp_refusal_of(faults[0]).code == "20");
    CHECK(problem(faults[0], "en").status == 500);
    CHECK(vxp_refusal_of(faults[1]).code == "904");
    CHECK(shown_fault({Errc::not_found, "docId", "7"}) == Fault{Errc::not_found, "docId", "7"});
}

TEST_CASE("a full disk is told so that the caller knows what to do", "[gateway]") {
    const Fault full{Errc::ledger_full, "disk", {}};
    CHECK(vxp_refusal_of(full).text.find("gui lai sau") != std::string::npos);
    const auto reply = problem(full, "en");
    CHECK(reply.status == 503);
    CHECK(reply.retry_after);
    CHECK(problem_code_of(reply) == "ledger_full");
    CHECK(text_of(reply).find("ledger's disk") == std::string::npos);
}

TEST_CASE("refused calls fill no log", "[gateway]") {
    RefusedCalls refused;
    const AgencyCode agency = AgencyCode::parse("H43.01").value();
    const auto now = RefusedCalls::Clock::now();
    unsigned lines = 0;
    for (int i = 0; i < 1000; ++i)
        lines += refused.note(i % 2 == 0 ? &agency : nullptr, "sendEdoc 22", now) ? 1U : 0U;
    CHECK(lines == RefusedCalls::lines_a_minute_max);
    CHECK_FALSE(refused.note(&agency, "sendEdoc 22", now + std::chrono::seconds{59}));
    CHECK(refused.note(&agency, "sendEdoc 22", now + std::chrono::seconds{60}));
}
