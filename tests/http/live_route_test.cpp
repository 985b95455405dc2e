// /v1/events: who is told what, how often, and until when. Over a real ledger, without a socket: see live_server_test.cpp.

#include "hub/core/signature.hpp"
#include "hub/http/listeners.hpp"
#include "hub/http/live_events.hpp"
#include "hub/http/live_state.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

http::Request listen_request(const std::string& user, std::string last_event_id = {}) {
    return {.method = "GET",
            .target = "/v1/events",
            .host = "127.0.0.1:7780",
            .accept_language = "en",
            .address = "192.0.2.7",
            .cookie = user.empty() ? std::string{} : "lgsp=" + user + "'s secret",
            .last_event_id = std::move(last_event_id)};
}

struct LiveHub : TrialHub {
    void add(const std::string& name, Role role, std::optional<std::string> agency = std::nullopt) {
        const access::User user{name, role, agency ? std::optional{code(*agency)} : std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    std::unique_ptr<http::Hearing> listen(const std::string& user, std::string last_event_id = {}) {
        http::Begun begun = begin(listen_request(user, std::move(last_event_id)));
        auto* const stream = std::get_if<http::Stream>(&begun);
        REQUIRE(stream);
        return std::move(stream->hearing);
    }
    void accept(std::uint64_t n, const std::string& sender = "H43", const std::string& receiver = "H43.01") {
        writer().accept(sender, n, {receiver});
        REQUIRE(writer().commit().has_value());
    }
    std::string after(std::chrono::milliseconds span, http::Hearing& hearing) {
        status.now += span;
        return hearing.next().value_or("over");
    }
    /// What the ledger is asked for is not what the test changes.
    void run_operation(std::uint64_t done) {
        Operation operation;
        operation.seq = OperationSeq{1};
        operation.key = "k";
        operation.act = DeliveryAct::retry;
        operation.expected = 10;
        operation.done = done;
        operation.asked_at = operation.changed_at = status.now;
        writer().batch.operations.push_back(operation);
        REQUIRE(writer().commit().has_value());
    }
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

std::string last_id_in(const std::string& text) {
    const auto at = text.rfind("id: ");
    REQUIRE(at != std::string::npos);
    return text.substr(at + 4, text.find('\n', at) - at - 4);
}

}  // namespace

TEST_CASE("a stream begins with looking again and goes on with what changed", "[api][live]") {
    LiveHub hub;
    hub.accept(1);
    const auto answer = hub.get("/v1/events");
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "text/event-stream");
    const auto hearing = hub.listen("");
    const std::string first = hearing->next().value();
    CHECK(first.starts_with("retry: 5000\n\n"));
    CHECK(has(first, "\nevent: look_again\ndata: {}\n\n"));
    CHECK_FALSE(has(first, "event: ledger"));
    CHECK(hub.after(1s, *hearing).empty());
    hub.accept(2);
    hub.accept(3);
    const std::string told = hub.after(1s, *hearing);
    CHECK(has(told, "event: ledger\ndata: {\"entries\":"));
    CHECK(has(told, "\"envelopes\":3}\n\n"));
    CHECK(told.find("event: ledger") == told.rfind("event: ledger"));
    CHECK_FALSE(has(told, "look_again"));
    CHECK(hub.after(1s, *hearing).empty());
}

TEST_CASE("nothing is told twice in one second, whoever asks", "[api][live]") {
    LiveHub hub;
    const auto first = hub.listen(""), second = hub.listen("");
    (void)first->next();
    (void)second->next();
    hub.accept(1);
    CHECK(hub.after(999ms, *first).empty());
    CHECK(hub.after(0ms, *second).empty());
    CHECK(has(hub.after(1ms, *first), "event: ledger"));
    CHECK(has(hub.after(0ms, *second), "event: ledger"));
    hub.accept(2);
    CHECK(hub.after(999ms, *second).empty());
    CHECK(has(hub.after(1ms, *second), "event: ledger"));
    // A clock that was set back silences nobody.
    hub.accept(3);
    hub.status.now -= 1h;
    CHECK(has(hub.after(0ms, *first), "event: ledger"));
}

TEST_CASE("a lamp that changes is told, a count is not", "[api][live]") {
    LiveHub hub;
    const auto hearing = hub.listen("");
    (void)hearing->next();
    hub.status.broker = "connecting";
    const std::string told = hub.after(1s, *hearing);
    CHECK(has(told, "event: health\ndata: {\"lamps\":{\"receive\":\"red\",\"route\":\"green\",\"deliver\":\"red\""));
    CHECK(hub.after(1s, *hearing).empty());
    hub.status.broker = "up";
    CHECK(has(hub.after(1s, *hearing), "\"deliver\":\"green\""));
}

TEST_CASE("an operation's progress is told to who may operate", "[api][live]") {
    LiveHub hub;
    hub.add("operator", Role::operator_);
    hub.add("viewer", Role::viewer);
    const auto may = hub.listen("operator"), may_not = hub.listen("viewer");
    (void)may->next();
    (void)may_not->next();
    hub.run_operation(3);
    CHECK(has(hub.after(1s, *may), "event: operation\ndata: {\"operations\":[{\"operation\":1,\"state\":\"running\",\"done\":3"));
    CHECK_FALSE(has(hub.after(0s, *may_not), "operation"));
    CHECK(hub.after(1s, *may).empty());
    hub.run_operation(4);
    CHECK(has(hub.after(1s, *may), "\"done\":4,\"expected\":10"));
}

TEST_CASE("a clerk hears the same whatever others do", "[api][live]") {
    const auto heard = [](bool is_busy) {
        LiveHub hub;
        hub.add("clerk", Role::clerk, "H43.01");
        hub.add("operator", Role::operator_);
        const auto hearing = hub.listen("clerk");
        std::string all = hearing->next().value();
        for (std::uint64_t n = 1; n <= 40; ++n) {
            if (is_busy)
                hub.accept(n, "H43", "H43.03");
            hub.status.broker = is_busy && n % 2 == 0 ? "connecting" : "up";
            all += std::to_string(n) + hub.after(1s, *hearing);
        }
        return all;
    };
    const std::string quiet = heard(false);
    CHECK(quiet == heard(true));
    CHECK(quiet.starts_with("retry: 5000\n\nevent: look_again\ndata: {}\n\n1234"));
    CHECK(has(quiet, "5event: look_again\ndata: {}\n\n6789"));
    CHECK_FALSE(has(quiet, "id:"));
}

TEST_CASE("who comes back hears what it has missed, or is told to look again", "[api][live]") {
    LiveHub hub;
    auto hearing = hub.listen("");
    const std::string id = last_id_in(hearing->next().value());
    hearing.reset();
    CHECK(hub.listen("", id)->next().value() == "retry: 5000\n\n");
    hub.accept(1);
    hub.status.now += 10min;
    const std::string missed = hub.listen("", id)->next().value();
    CHECK(has(missed, "event: ledger"));
    CHECK_FALSE(has(missed, "look_again"));
    for (const std::string& strange : {std::string{"1"}, std::string{"other-1"}, id + "9999", id + "x", std::string{"-"},
                                       std::string(5000, '9')})
        CHECK(has(hub.listen("", strange)->next().value(), "look_again"));
}

TEST_CASE("a silent hub still says that it is there", "[api][live]") {
    LiveHub hub;
    const auto hearing = hub.listen("");
    (void)hearing->next();
    CHECK(hub.after(14s, *hearing).empty());
    CHECK(hub.after(1s, *hearing) == "event: beat\ndata: {}\n\n");
    CHECK(hub.after(14s, *hearing).empty());
    CHECK(hub.after(1s, *hearing) == "event: beat\ndata: {}\n\n");
}

TEST_CASE("a stream ends with what it was opened by", "[api][live][access]") {
    LiveHub hub;
    const auto nobody = hub.listen("");
    (void)nobody->next();
    hub.add("admin", Role::administrator);
    CHECK(hub.after(2s, *nobody) == "over");

    for (const std::string name : {"signs-out", "disabled", "promoted", "expires", "stays"})
        hub.add(name, Role::operator_);
    std::map<std::string, std::unique_ptr<http::Hearing>> hearings;
    for (const std::string name : {"signs-out", "disabled", "promoted", "expires", "stays"}) {
        hearings[name] = hub.listen(name);
        CHECK(hub.after(0s, *hearings[name]) != "over");
    }
    REQUIRE(hub.access().end(sha256("signs-out's secret")).has_value());
    const auto change = [&](const std::string& name, Role role, bool is_disabled) {
        REQUIRE(hub.access().change({name, role, std::nullopt, is_disabled, hub.status.now, {}}).has_value());
    };
    change("disabled", Role::operator_, true);
    change("promoted", Role::viewer, false);
    hub.status.now += 2s;
    CHECK(hub.after(0s, *hearings["signs-out"]) == "over");
    CHECK(hub.after(0s, *hearings["disabled"]) == "over");
    CHECK(hub.after(0s, *hearings["promoted"]) == "over");
    CHECK(hub.after(0s, *hearings["stays"]) != "over");
    CHECK(hub.after(11h, *hearings["expires"]) != "over");
    CHECK(hub.after(1h, *hearings["expires"]) == "over");
}

TEST_CASE("to listen is no sign of life", "[api][live][access]") {
    LiveHub hub;
    hub.add("viewer", Role::viewer);
    REQUIRE(hub.access().begin(sha256(std::string{"viewer's secret"} + "2"), {"viewer", 60min, hub.status.now + 12h},
                               hub.status.now).has_value());
    auto request = listen_request("");
    request.cookie = "lgsp=viewer's secret2";
    http::Begun begun = hub.begin(request);
    auto& hearing = *std::get<http::Stream>(begun).hearing;
    for (int minute = 0; minute < 59; ++minute)
        REQUIRE(hub.after(1min, hearing) != "over");
    CHECK(hub.after(1min, hearing) == "over");
}

TEST_CASE("a token's stream ends with it", "[api][live][access]") {
    LiveHub hub;
    hub.add("admin", Role::administrator);
    REQUIRE(hub.access().add({"board", Role::viewer, std::nullopt, "admin", hub.status.now, hub.status.now + 24h, {}},
                             sha256("board's secret")).has_value());
    auto request = listen_request("");
    request.authorization = "Bearer board's secret";
    http::Begun begun = hub.begin(request);
    auto& hearing = *std::get<http::Stream>(begun).hearing;
    CHECK(hub.after(10s, hearing) != "over");
    REQUIRE(hub.access().revoke("board", hub.status.now).has_value());
    CHECK(hub.after(2s, hearing) == "over");
}

TEST_CASE("there is room for so many listeners and no more", "[api][live]") {
    LiveHub hub;
    hub.add("viewer", Role::viewer);
    std::vector<std::unique_ptr<http::Hearing>> hearings;
    for (std::size_t i = 0; i < http::Listeners::Bounds{}.per_session; ++i) {
        hub.status.now += 1s;
        hearings.push_back(hub.listen("viewer"));
    }
    const auto refused = hub.answer(listen_request("viewer"));
    CHECK(refused.status == 429);
    CHECK(field_of(refused, "Retry-After") == "30");
    CHECK(text_at(object_of(refused.body), "code") == "too_many_requests");
    hearings.pop_back();
    CHECK(hub.answer(listen_request("viewer")).status == 200);
    CHECK(hub.get("/v1/events?since=1").status == 401);
    auto strange = listen_request("viewer");
    strange.target += "?since=1";
    CHECK(hub.answer(strange).status == 400);
}

TEST_CASE("places are counted by everything that a caller is known by", "[live]") {
    http::Listeners listeners{{.in_all = 7, .per_address = 5, .per_name = 3, .per_session = 2}};
    const auto caller = [](std::string name, std::string address, std::optional<int> session) {
        http::Caller made{.name = std::move(name), .address = std::move(address)};
        if (session)
            made.session = sha256(std::to_string(*session));
        return made;
    };
    std::vector<http::Listeners::Place> places;
    const auto take = [&](const http::Caller& by) {
        auto place = listeners.take(by);
        if (place)
            places.push_back(std::move(*place));
        return place.has_value();
    };
    CHECK(take(caller("a", "1", 1)));
    CHECK(take(caller("a", "1", 1)));
    CHECK_FALSE(take(caller("a", "1", 1)));
    CHECK(take(caller("a", "1", 2)));
    CHECK_FALSE(take(caller("a", "2", 3)));
    CHECK(take(caller("b", "1", std::nullopt)));
    CHECK(take(caller("c", "1", std::nullopt)));
    CHECK_FALSE(take(caller("d", "1", std::nullopt)));
    CHECK(take(caller("d", "2", std::nullopt)));
    CHECK(take(caller("e", "2", std::nullopt)));
    CHECK_FALSE(take(caller("f", "3", std::nullopt)));
    CHECK(listeners.count() == 7);
    // What was refused has taken nothing, what has ended is given back whole.
    places.clear();
    CHECK(listeners.count() == 0);
    for (int i = 0; i < 2; ++i)
        CHECK(take(caller("a", "1", 1)));
}
