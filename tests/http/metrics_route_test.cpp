// The figures for Prometheus, and that board, alerts and runbook ask for what there is.

#include "hub/http/health.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

TEST_CASE("metrics are what the hub's state says, one line a sample", "[api][metrics]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.status.relay.accepted = 7;
    hub.status.contents.emplace().disk_free_bytes = 9;
    hub.status.refusals.refused = {40, 0, 3, 0};
    hub.status.refusals.strangers = {5, 6};
    for (const auto agency : {"H43.01", "H43.02"})
        hub.status.refusals.current.push_back({code(agency), Errc::certificate_not_valid_now, monday, 20, monday});
    for (std::uint64_t n = 1; n <= 25; ++n)
        hub.writer().accept("H43", n, {"H43." + std::to_string(100 + n)});
    REQUIRE(hub.writer().commit().has_value());
    const http::Response response = hub.get("/metrics");
    REQUIRE(response.status == 200);
    CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
    const auto says = [&](const std::string& line) { return response.body.find('\n' + line + '\n') != std::string::npos; };
    CHECK(says("lgsp_build_info{version=\"1.2.3\"} 1"));
    CHECK(says("lgsp_broker_up 1"));
    CHECK(says("lgsp_envelopes_accepted_total 7"));
    CHECK(says("lgsp_contents_disk_free_bytes 9"));
    CHECK(says("lgsp_contents_refused_total{code=\"certificate_not_valid_now\"} 40"));
    CHECK(says("lgsp_contents_refused_total{code=\"quota_exceeded\"} 3"));
    CHECK(says("lgsp_contents_refused_agencies{code=\"certificate_not_valid_now\"} 2"));
    CHECK(says("lgsp_contents_refused_agencies{code=\"contents_full\"} 0"));
    CHECK(says("lgsp_contents_strangers_total{at=\"certificate\"} 5"));
    CHECK(says("lgsp_contents_strangers_total{at=\"handshake\"} 6"));
    CHECK(says("lgsp_deliveries_waiting 25"));
    CHECK(says("lgsp_overdue{duty=\"retrieval\"} 25"));
    CHECK(says("lgsp_overdue{duty=\"decision\"} 0"));
    CHECK(says("lgsp_oldest_waiting_seconds 374398.999"));
    std::istringstream lines{response.body};
    int agencies = 0;
    std::string name;
    for (std::string line; std::getline(lines, line);) {
        agencies += line.starts_with("lgsp_queue_oldest_seconds{");
        if (line.starts_with("# TYPE "))
            name = line.substr(7, line.find(' ', 7) - 7);
        else if (!line.starts_with('#'))
            CHECK((line.starts_with(name + ' ') || line.starts_with(name + '{')));
    }
    CHECK(agencies == 20);
}

TEST_CASE("alerts and board ask for metrics that there are", "[api][metrics]") {
    TrialHub hub;
    hub.status.contents.emplace();
    hub.status.relay.axis[test::code("00.43.W00")].heard_at = hub.status.now;
    const std::string metrics = hub.get("/metrics").body;
    for (const char* file : {"alerts.yaml", "lgsp-hub.json"}) {
        std::ifstream stream{std::string{LGSP_SOURCE_DIR "/deploy/grafana/"} + file};
        const std::string text{std::istreambuf_iterator<char>{stream}, {}};
        REQUIRE(text.size() > 100);
        std::size_t asked = 0;
        for (auto at = text.find("lgsp_"); at != std::string::npos; at = text.find("lgsp_", at + 1)) {
            const std::string name = text.substr(at, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at) - at);
            CAPTURE(file, name);
            CHECK(metrics.find("# TYPE " + name + ' ') != std::string::npos);
            ++asked;
        }
        CHECK(asked > 5);
    }
}

TEST_CASE("each alert has its section in the runbook, and silence about the axis is one", "[api][metrics]") {
    const auto text_of = [](const std::string& file) {
        std::ifstream stream{std::string{LGSP_SOURCE_DIR "/"} + file};
        return std::string{std::istreambuf_iterator<char>{stream}, {}};
    };
    // As forges make an anchor of a heading.
    std::set<std::string> anchors;
    std::istringstream runbook{text_of("docs/operations.md")};
    for (std::string line; std::getline(runbook, line);) {
        if (!line.starts_with("##"))
            continue;
        std::string anchor;
        for (const char c : line.substr(line.find(' ') + 1))
            if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-')
                anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            else if (c == ' ')
                anchor += '-';
        anchors.insert(anchor);
    }
    const std::string alerts = text_of("deploy/grafana/alerts.yaml");
    std::size_t rules = 0, named = 0;
    constexpr std::string_view place = "docs/operations.md#";
    for (auto at = alerts.find("- alert: "); at != std::string::npos; at = alerts.find("- alert: ", at + 1))
        ++rules;
    for (auto at = alerts.find(place); at != std::string::npos; at = alerts.find(place, at + 1), ++named) {
        const auto from = at + place.size();
        const std::string anchor = alerts.substr(from, alerts.find('"', from) - from);
        CAPTURE(anchor);
        CHECK(anchors.contains(anchor));
    }
    CHECK(rules == named);
    CHECK(rules > 10);
    CHECK(alerts.find("expr: lgsp_axis_connector_up == 1 unless lgsp_axis_up\n") != std::string::npos);
}
