// /v1/health, /v1/overdue and /metrics over a real ledger.

#include "hub/http/health.hpp"
#include "hub/http/overdue.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

struct Expected {
    http::Lamp lamp;
    http::Light light;
    std::string_view cause;
};

/// Cause and light of each finding at the hub that `change` has made worse.
std::vector<http::Finding> found_when(const std::function<void(http::HubStatus&)>& change) {
    http::HubStatus status;
    status.broker = "up";
    status.disk_free_bytes = 5'000'000'000;
    change(status);
    http::Noticed noticed;
    const auto lately = http::notice(noticed, status, {}, monday);
    return http::findings_of({status, *trial_directory(), {}, monday + std::chrono::days{365}, monday, 0, std::nullopt, lately});
}

bool has(const std::vector<http::Finding>& found, const Expected& expected) {
    return std::ranges::any_of(found, [&](const http::Finding& f) {
        return f.lamp == expected.lamp && f.light == expected.light && f.cause->id == expected.cause;
    });
}

}  // namespace

TEST_CASE("a hub that is well has green lamps alone", "[api][health]") {
    CHECK(found_when([](http::HubStatus&) {}).empty());
    TrialHub hub;
    const auto health = hub.ask("/v1/health");
    CHECK(text_at(health, "light") == "green");
    CHECK(health.at("lamps").as_array().size() == 5);
}

TEST_CASE("each fault lights its lamp and names its cause", "[api][health]") {
    using http::Lamp, http::Light;
    const auto expect = [](const std::function<void(http::HubStatus&)>& change, std::vector<Expected> expected) {
        const auto found = found_when(change);
        CHECK(found.size() == expected.size());
        for (const Expected& one : expected) {
            CAPTURE(one.cause);
            CHECK(has(found, one));
        }
    };
    expect([](auto& s) { s.broker = "connecting"; },
           {{Lamp::receive, Light::red, "BROKER_DOWN"}, {Lamp::deliver, Light::red, "BROKER_DOWN"}});
    expect([](auto& s) { s.broker = "blocked"; },
           {{Lamp::receive, Light::red, "BROKER_BLOCKED"}, {Lamp::deliver, Light::red, "BROKER_BLOCKED"}});
    expect([](auto& s) { s.relay.is_refilling = true; }, {{Lamp::deliver, Light::yellow, "BROKER_WIPED"}});
    expect([](auto& s) { s.relay.inboxes_lost = 1; }, {{Lamp::deliver, Light::yellow, "INBOX_LOST"}});
    expect([](auto& s) { s.is_ledger_full = true; }, {{Lamp::store, Light::red, "LEDGER_FULL"}});
    expect([](auto& s) { s.is_ledger_busy = true; }, {{Lamp::store, Light::red, "LEDGER_BUSY"}});
    expect([](auto& s) { s.disk_free_bytes = 1'999'999'999; }, {{Lamp::store, Light::yellow, "DISK_SHORT"}});
    expect([](auto& s) { s.contents.emplace().disk_free_bytes = 1; }, {{Lamp::store, Light::yellow, "DISK_SHORT"}});
    expect([](auto& s) { s.contents.emplace().is_full = true; }, {{Lamp::store, Light::red, "CONTENTS_FULL"}});
    expect([](auto& s) { s.relay.unreadable = 1; }, {{Lamp::store, Light::red, "DOCUMENT_UNREADABLE"}});
    expect([](auto& s) { s.contents = {.disk_free_bytes = 5'000'000'000, .is_unusable = true}; },
           {{Lamp::store, Light::red, "CONTENTS_UNUSABLE"}});
    expect([](auto& s) { s.is_ledger_slow = true; }, {{Lamp::store, Light::yellow, "LEDGER_SLOW"}});
    const auto axis = [](AxisLink link) {
        return [link](auto& s) { s.relay.axis.emplace(test::code("00.43.W00"), link); };
    };
    expect(axis({monday, monday, {}}), {{Lamp::axis, Light::red, "AXIS_DOWN"}});
    expect(axis({monday, {}, monday - 20s}), {{Lamp::axis, Light::red, "AXIS_UNREAD"}});
    expect(axis({monday, {}, monday - 19s}), {});
    expect(axis({monday, {}, {}}), {});
    // An old word says nothing of now.
    expect(axis({monday - 60s, monday - 1h, {}}), {{Lamp::axis, Light::red, "AXIS_DOWN"}});
    expect(axis({monday - 60s - 1ms, monday - 1h, {}}), {});
    expect(axis({monday + 61s, monday - 1h, {}}), {});
    expect([](auto& s) { s.written_until = s.now + 61s; }, {{Lamp::route, Light::yellow, "CLOCK_BEHIND"}});
    expect([](auto& s) { s.written_until = s.now + 60s; }, {});
    const auto days = found_when([](auto& s) { s.written_until = s.now + std::chrono::days{3}; });
    REQUIRE(days.size() == 1);
    CHECK(days[0].count == 3 * 86'400);
}

TEST_CASE("agencies that the content store refuses light a lamp, by name; strangers light none", "[api][health]") {
    using http::Lamp, http::Light;
    const Instant ended = monday - 48h;
    const auto found_with = [&](std::vector<ContentRefusal> refused, bool is_full = false) {
        return found_when([&](http::HubStatus& status) {
            status.contents.emplace().disk_free_bytes = 5'000'000'000;
            status.contents->is_full = is_full;
            status.refusals.current = std::move(refused);
            status.refusals.strangers = {1000, 1000};
        });
    };
    CHECK(found_with({}).empty());
    auto found = found_with({{code("H43.01"), Errc::certificate_not_valid_now, monday - 1h, 7, ended}});
    REQUIRE(found.size() == 1);
    CHECK(has(found, {Lamp::route, Light::yellow, "CONTENT_CERTIFICATE_ENDED"}));
    CHECK(found[0].agency == code("H43.01"));
    CHECK(found[0].since == ended);
    found = found_with({{code("H43.02"), Errc::quota_exceeded, monday - 1h, 7, {}}});
    REQUIRE(found.size() == 1);
    CHECK(has(found, {Lamp::store, Light::yellow, "CONTENT_QUOTA"}));
    CHECK(found[0].since == monday - 1h);
    // No room beside what others have begun; with a full disk one cause is enough.
    const ContentRefusal no_room{code("H43.02"), Errc::contents_full, monday - 1h, 7, {}};
    CHECK(has(found_with({no_room}), {Lamp::store, Light::yellow, "CONTENTS_FULL"}));
    found = found_with({no_room}, true);
    REQUIRE(found.size() == 1);
    CHECK(has(found, {Lamp::store, Light::red, "CONTENTS_FULL"}));
    // Who was closed is to be refused.
    CHECK(found_with({{code("H43.01"), Errc::sender_closed, monday - 1h, 7, {}}}).empty());
}

TEST_CASE("what has mended itself is told for a day, and anew when it happens again", "[health]") {
    http::HubStatus status;
    http::Noticed noticed;
    const auto lost = [&](std::uint64_t count, Instant now) {
        status.relay.inboxes_lost = count;
        return http::notice(noticed, status, {}, now).inboxes_lost;
    };
    CHECK(lost(0, monday) == 0);
    CHECK(lost(2, monday + 1h) == 2);
    CHECK(lost(2, monday + 25h - 1ms) == 2);
    CHECK(lost(2, monday + 25h) == 0);
    CHECK(lost(3, monday + 26h) == 3);
    CHECK(lost(3, monday + 50h) == 0);
}

TEST_CASE("a clock that is set lights the lamp until it is set back", "[health]") {
    http::HubStatus status;
    http::Noticed noticed;
    std::chrono::milliseconds uptime{5000};
    const auto set_by = [&](Instant now) {
        return http::notice(noticed, status, [&] { return uptime; }, now).clock_set_by;
    };
    CHECK(set_by(monday) == 0ms);
    uptime += 1h;
    CHECK(set_by(monday + 1h) == 0ms);
    CHECK(set_by(monday + 1h + 2s) == 2s);
    CHECK(set_by(monday) == -1h);
    uptime += 1h;
    CHECK(set_by(monday + 2h + 1s) == 1s);
    const auto found_after = [&](std::chrono::milliseconds by) {
        status.broker = "up";
        status.disk_free_bytes = 5'000'000'000;
        return http::findings_of({status, *trial_directory(), {}, monday + std::chrono::days{365}, monday, 0, std::nullopt,
                                  {0, 0, by}});
    };
    CHECK(found_after(1999ms).empty());
    for (const auto by : {2000ms, -2000ms, 36'000'000ms}) {
        const auto found = found_after(by);
        REQUIRE(found.size() == 1);
        CHECK(has(found, {http::Lamp::route, http::Light::yellow, "CLOCK_SET"}));
        CHECK(found[0].count == static_cast<std::uint64_t>(std::abs(by.count())) / 1000);
    }
}

TEST_CASE("what failed, and a directory that is not read any more, light their lamps", "[api][health]") {
    http::HubStatus status;
    status.broker = "up";
    status.disk_free_bytes = 5'000'000'000;
    const auto directory = trial_directory();
    const auto found_with = [&](std::uint64_t failed, std::optional<Instant> units_read_at) {
        return http::findings_of({status, *directory, {}, monday + std::chrono::days{365}, monday, failed, units_read_at});
    };
    CHECK(found_with(0, monday - 36h).empty());
    const auto old = found_with(0, monday - 36h - 1ms);
    REQUIRE(old.size() == 1);
    CHECK(has(old, {http::Lamp::axis, http::Light::yellow, "UNITS_OLD"}));
    const auto failed = found_with(3, std::nullopt);
    REQUIRE(failed.size() == 1);
    CHECK(has(failed, {http::Lamp::deliver, http::Light::red, "DELIVERIES_FAILED"}));
    CHECK(failed[0].count == 3);
}

TEST_CASE("what is set aside is told and counted, and lights nothing", "[api][health][parked]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.status.broker = "up";
    hub.status.disk_free_bytes = 5'000'000'000;
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    CHECK(hub.get("/metrics").body.find("\nlgsp_deliveries_parked 0\n") != std::string::npos);
    hub.writer().fail(1, EnvelopeSeq{1}, "H43.01", {"ledger_full", "no room"});
    hub.writer().move(1, Station::failed, Carriage::parked_failed);
    REQUIRE(hub.writer().commit().has_value());
    const auto health = hub.ask("/v1/health");
    const auto& deliver = health.at("lamps").at(2).as_object();
    CHECK(text_at(deliver, "light") == "green");
    REQUIRE(deliver.at("causes").as_array().size() == 1);
    const auto& cause = deliver.at("causes").at(0).as_object();
    CHECK(text_at(cause, "cause") == "DELIVERIES_PARKED");
    CHECK(text_at(cause, "light") == "green");
    CHECK(cause.at("count").to_number<int>() == 1);
    const std::string metrics = hub.get("/metrics").body;
    CHECK(metrics.find("\nlgsp_deliveries_parked 1\n") != std::string::npos);
    CHECK(metrics.find("\nlgsp_deliveries_failed 0\n") != std::string::npos);
}

TEST_CASE("a receiver that could not store a document makes the hub red", "[api][health]") {
    TrialHub hub;
    hub.writer().accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    hub.writer().fail(1, EnvelopeSeq{1}, "H43.01", {"ledger_full", "no room"});
    REQUIRE(hub.writer().commit().has_value());
    const auto health = hub.ask("/v1/health");
    CHECK(text_at(health, "light") == "red");
    CHECK(text_at(health.at("lamps").at(2).at("causes").at(0).as_object(), "cause") == "DELIVERIES_FAILED");
}

TEST_CASE("certificates light the lamp of routing", "[api][health]") {
    http::HubStatus status;
    status.broker = "up";
    status.disk_free_bytes = 5'000'000'000;
    const auto directory = trial_directory();
    const Instant its_end = directory->find(code("H43.01"))->certificates.front().valid_until();
    const auto found_at = [&](Instant now, Instant own_end) {
        return http::findings_of({status, *directory, {}, own_end, now});
    };
    const Instant far = its_end + std::chrono::days{1000};
    CHECK(found_at(its_end - std::chrono::days{30}, far).empty());
    auto found = found_at(its_end - std::chrono::days{30} + 1ms, far);
    REQUIRE(found.size() == 1);
    CHECK(has(found, {http::Lamp::route, http::Light::yellow, "CERTIFICATE_ENDS"}));
    CHECK(found[0].agency == code("H43.01"));
    CHECK(found[0].since == its_end);
    CHECK(has(found_at(its_end, far), {http::Lamp::route, http::Light::yellow, "CERTIFICATE_ENDED"}));
    CHECK(has(found_at(its_end - std::chrono::days{60}, its_end - std::chrono::days{60}),
              {http::Lamp::route, http::Light::red, "CERTIFICATE_ENDED"}));
}

TEST_CASE("who is late is told by agency, and the axis by its own lamp", "[api][health][overdue]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.writer().accept("H43", 1, {"H43.01", "G22@00.43.W00"});
    hub.writer().accept("H43", 2, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());

    const auto overdue = hub.ask("/v1/overdue").at("overdue").as_array();
    REQUIRE(overdue.size() == 2);
    const auto& first = overdue[0].as_object();
    CHECK(text_at(first, "agency") == "H43.01");
    CHECK(text_at(first, "name") == "Sở Nội vụ");
    CHECK(text_at(first, "duty") == "retrieval");
    CHECK(first.at("urgent").as_bool());
    CHECK(first.at("count").as_int64() == 2);
    // Taken at 7:00 there; half an hour from the beginning of work.
    CHECK(text_at(first, "oldest_since") == "1970-01-01T00:00:01.001Z");
    CHECK(text_at(first, "oldest_due") == "1970-01-01T01:00:00.000Z");

    const auto lamps = hub.ask("/v1/health").at("lamps").as_array();
    CHECK(text_at(lamps[2].as_object(), "light") == "yellow");
    CHECK(text_at(lamps[2].at("causes").at(0).as_object(), "cause") == "AGENCY_LATE");
    CHECK(lamps[2].at("causes").at(0).at("count").as_int64() == 2);
    CHECK(text_at(lamps[3].as_object(), "light") == "red");
    CHECK(text_at(lamps[3].at("causes").at(0).as_object(), "cause") == "AXIS_LATE");

    const auto late = hub.ask("/v1/overdue?agency=H43.01&duty=retrieval&urgent=true&count=1");
    REQUIRE(late.at("deliveries").as_array().size() == 1);
    CHECK(late.at("deliveries").at(0).at("number") == "1");
    CHECK(late.at("has_more").as_bool());
    CHECK(hub.ask("/v1/overdue?agency=H43.01&duty=retrieval").at("deliveries").as_array().empty());
    CHECK(hub.ask("/v1/overdue?agency=H43.01&duty=arrival&urgent=true").at("deliveries").as_array().empty());
}

TEST_CASE("what is not late yet is not told, and what has been late for long is not forgotten", "[api][overdue]") {
    const auto count_at = [](Instant now) {
        TrialHub hub;
        hub.writer().accept("H43", 1, {"H43.01"});
        REQUIRE(hub.writer().commit().has_value());
        hub.status.now = now;
        return hub.ask("/v1/overdue").at("overdue").as_array().size();
    };
    CHECK(count_at(Instant{1h - 1ms}) == 0);
    CHECK(count_at(Instant{1h}) == 1);
    CHECK(count_at(Instant{std::chrono::days{31} + 2s}) == 1);
    CHECK(count_at(Instant{std::chrono::days{1000}}) == 1);
}

TEST_CASE("a wrong question about lateness names its field", "[api][overdue]") {
    TrialHub hub;
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"agency=H43", "duty"},      {"duty=arrival", "agency"},        {"agency=&duty=arrival", "agency"},
        {"duty=none&agency=H43", "duty"}, {"agency=H43&duty=arrival&urgent=1", "urgent"},
        {"agency=H43&duty=arrival&count=0", "count"},   {"agency=H43&duty=arrival&count=501", "count"}, {"other=1", "other"}};
    for (const auto& [query, field] : wrong) {
        CAPTURE(query);
        CHECK(text_at(hub.ask("/v1/overdue?" + query, 400), "field") == field);
    }
}

TEST_CASE("a story shows which terms have passed, also of what was done too late", "[api][health]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.writer().accept("H43", 1, {"H43.01", "H43.02", "H43.03"});
    const auto event = [&](const char* receiver, ReceiptEvent what, std::int64_t when) {
        Entry entry = entry_of(EntryKind::station, EnvelopeSeq{1});
        entry.event = what;
        entry.receiver = test::code(receiver);
        hub.writer().entry(std::move(entry));
        hub.writer().batch.entries.back().at = test::at(when);
    };
    const std::int64_t minute = 60'000;
    event("H43.01", ReceiptEvent::stored, 2 * minute);
    event("H43.01", ReceiptEvent::status_01, 3000 * minute);
    event("H43.01", ReceiptEvent::status_03, 3001 * minute);
    event("H43.03", ReceiptEvent::not_stored, 3 * minute);
    REQUIRE(hub.writer().commit().has_value());
    const auto late = hub.ask("/v1/documents/1").at("late").as_array();
    REQUIRE(late.size() == 2);
    CHECK(text_at(late[0].as_object(), "receiver") == "H43.01");
    CHECK(text_at(late[0].as_object(), "duty") == "arrival");
    CHECK(text_at(late[0].as_object(), "done_at") == "1970-01-03T02:00:00.000Z");
    CHECK(text_at(late[1].as_object(), "receiver") == "H43.02");
    CHECK(text_at(late[1].as_object(), "duty") == "retrieval");
    CHECK(late[1].at("done_at").is_null());
}

TEST_CASE("for a request that could not be delivered nobody is late", "[api][health]") {
    for (const bool is_undone : {true, false}) {
        TrialHub hub;
        hub.status.now = monday + std::chrono::days{20};
        hub.writer().accept("H43", 1, {"H43.01"});
        const auto event = [&](ReceiptEvent what, std::int64_t minutes) {
            Entry entry = entry_of(EntryKind::station, EnvelopeSeq{1});
            entry.event = what;
            entry.receiver = test::code("H43.01");
            hub.writer().entry(std::move(entry));
            hub.writer().batch.entries.back().at = test::at(minutes * 60'000);
        };
        for (const auto what : {ReceiptEvent::stored, ReceiptEvent::status_01, ReceiptEvent::status_03, ReceiptEvent::status_06})
            event(what, 2);
        event(ReceiptEvent::recall_asked, 10);
        event(is_undone ? ReceiptEvent::change_failed : ReceiptEvent::status_15, 10 + 10 * 24 * 60);
        REQUIRE(hub.writer().commit().has_value());
        const auto late = hub.ask("/v1/documents/1").at("late").as_array();
        CHECK(late.size() == (is_undone ? 0 : 1));
    }
}

TEST_CASE("each delivery tells what its receiver owes, by when, and how near that is", "[api][health]") {
    TrialHub hub;
    // Thursday the first, 7:00: urgent documents.
    hub.writer().accept("H43", 1, {"H43.01", "H43.02", "H43.03", "00.43.W00"});
    const auto move = [&](std::uint64_t delivery, Station station, Instant at) {
        hub.writer().batch.stations.push_back({DeliverySeq{delivery}, station, at, Carriage::taken, {}});
    };
    move(2, Station::retrieved, monday - 1h);
    move(3, Station::registered, monday - 1h);
    hub.writer().fail(4, EnvelopeSeq{1}, "00.43.W00", Cause{.code = "axis_refused"});
    REQUIRE(hub.writer().commit().has_value());
    hub.status.now = monday;
    const auto told = [&](const boost::json::object& document, std::size_t delivery) {
        const boost::json::value& owes = document.at("deliveries").at(delivery).at("owes");
        return owes.is_null() ? std::string{"-"}
                              : text_at(owes.as_object(), "duty") + " " + text_at(owes.as_object(), "level") + " "
                                    + text_at(owes.as_object(), "due_at");
    };
    for (const boost::json::object& document : {hub.ask("/v1/documents/1"), hub.ask("/v1/documents").at("documents").at(0).as_object()}) {
        CHECK(told(document, 0) == "retrieval very_late 1970-01-01T01:00:00.000Z");
        CHECK(told(document, 1) == "arrival ok 1970-01-05T10:00:00.000Z");
        CHECK(told(document, 2) == "-");
        // It has not come, and nobody is late with it.
        CHECK(told(document, 3) == "-");
    }
    hub.status.now = monday + 1h;
    CHECK(told(hub.ask("/v1/documents/1"), 1) == "arrival due_soon 1970-01-05T10:00:00.000Z");
    hub.status.now = monday + 2h;
    CHECK(told(hub.ask("/v1/documents/1"), 1) == "arrival late 1970-01-05T10:00:00.000Z");
    hub.status.now = monday + 26h;
    const auto story = hub.ask("/v1/documents/1");
    CHECK(told(story, 1) == "arrival very_late 1970-01-05T10:00:00.000Z");
    CHECK(text_at(story.at("late").at(0).as_object(), "level") == "very_late");
}

TEST_CASE("a queue is very late a working day after its term, not over a weekend", "[api][health]") {
    TrialHub hub;
    hub.writer().accept("H43", 1, {"H43.01"});
    hub.writer().batch.envelopes.back().accepted_at = Instant{std::chrono::days{1} + 8h};
    REQUIRE(hub.writer().commit().has_value());
    // Friday the second, 15:00; due at 15:30.
    const auto level = [&](Instant now) {
        hub.status.now = now;
        return text_at(hub.ask("/v1/queues").at("queues").at(0).as_object(), "level");
    };
    CHECK(level(Instant{std::chrono::days{1} + 9h}) == "late");
    CHECK(level(Instant{std::chrono::days{3} + 9h}) == "late");
    const auto sunday = hub.ask("/v1/queues");
    CHECK(text_at(sunday, "late_before") > text_at(sunday, "very_late_before"));
    CHECK(level(monday + 29min) == "late");
    CHECK(level(monday + 30min) == "very_late");
}

TEST_CASE("queues are as late as the list of who is late says", "[api][health]") {
    TrialHub hub;
    hub.status.now = monday;
    hub.writer().accept("H43", 1, {"H43.01", "00.43.W00"});
    REQUIRE(hub.writer().commit().has_value());
    hub.writer().batch.stations.push_back({DeliverySeq{1}, Station::queued, test::at(2000), Carriage::at_adapter, {}});
    hub.writer().fail(2, EnvelopeSeq{1}, "00.43.W00", Cause{.code = "axis_refused"});
    REQUIRE(hub.writer().commit().has_value());
    const auto answer = hub.ask("/v1/queues");
    const auto& queues = answer.at("queues").as_array();
    REQUIRE(queues.size() == 1);
    CHECK(text_at(queues[0].as_object(), "agency") == "H43.01");
    CHECK(queues[0].at("waiting").to_number<int>() == 1);
    CHECK(queues[0].at("late").to_number<int>() == 1);
    CHECK(text_at(queues[0].as_object(), "level") == "very_late");
    CHECK(text_at(answer, "late_before") > text_at(answer, "very_late_before"));
    CHECK(hub.ask("/v1/overdue").at("overdue").as_array().size() == 1);
    const std::string metrics = hub.get("/metrics").body;
    CHECK(metrics.find("\nlgsp_deliveries_waiting 1\n") != std::string::npos);
    CHECK(metrics.find("\nlgsp_deliveries_failed 1\n") != std::string::npos);
    CHECK(metrics.find("\nlgsp_axis_up ") == std::string::npos);
    CHECK(metrics.find("\nlgsp_axis_connector_up 1\n") != std::string::npos);
    // A failed one is under its own cause, and does not wait for the axis.
    const auto health = hub.ask("/v1/health");
    for (const auto& lamp : health.at("lamps").as_array())
        if (text_at(lamp.as_object(), "lamp") == "axis")
            CHECK(text_at(lamp.as_object(), "light") == "green");
    const auto now = hub.status.now;
    const std::vector<std::pair<AxisLink, std::string>> said{{{now, {}, {}}, "lgsp_axis_up 1"},
                                                             {{now, now, {}}, "lgsp_axis_up 0"},
                                                             {{now - 60s, {}, {}}, "lgsp_axis_up 1"}};
    for (const auto& [link, line] : said) {
        hub.status.relay.axis[test::code("00.43.W00")] = link;
        CHECK(hub.get("/metrics").body.find('\n' + line + '\n') != std::string::npos);
    }
    // Nobody has said for a minute how it is.
    for (const std::optional<Instant> down_since : {std::optional<Instant>{}, std::optional{now - 1h}}) {
        hub.status.relay.axis[test::code("00.43.W00")] = {now - 61s, down_since, {}};
        CHECK(hub.get("/metrics").body.find("\nlgsp_axis_up ") == std::string::npos);
    }
}
