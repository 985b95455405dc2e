// What went wrong at the axis and what the caller is told of it: refused, outage, unknown outcome or trouble of ours.

#include "tests/http/caller.hpp"
#include "tests/support/eventually.hpp"
#include "tests/vxp/trial_axis.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace hub;
using namespace hub::vxp;
using namespace hub::vxp::test;
using namespace std::chrono_literals;
using Outcome = CallFailure::Outcome;
using Manner = SiteReply::Manner;

namespace {

SiteReply leaves(Manner manner, std::chrono::milliseconds delay = 0ms) {
    SiteReply reply;
    reply.manner = manner;
    reply.delay = delay;
    return reply;
}

struct Case {
    const char* name;
    Disturbance disturbance;
    Outcome of_sending;
    Outcome of_others;
};

std::vector<Case> cases() {
    return {{"silent after the upload", {true, leaves(Manner::silent, 1500ms)}, Outcome::unknown, Outcome::outage},
            {"hung up, performed", {true, leaves(Manner::hung_up)}, Outcome::unknown, Outcome::outage},
            {"hung up, not performed", {false, leaves(Manner::hung_up)}, Outcome::unknown, Outcome::outage},
            {"500, performed", {true, text_reply(500, "<html>oops</html>")}, Outcome::unknown, Outcome::outage},
            {"500, empty", {false, text_reply(500, "")}, Outcome::unknown, Outcome::outage},
            {"garbage", {true, text_reply(200, "<html>login</html>")}, Outcome::unknown, Outcome::outage},
            {"cut JSON", {true, text_reply(200, R"({"status":"OK")")}, Outcome::unknown, Outcome::outage},
            {"contradiction", {true, text_reply(200, R"({"status":"OK","ErrorCode":"22"})")}, Outcome::unknown, Outcome::outage},
            {"not let in", {false, text_reply(403, "<html>no</html>")}, Outcome::outage, Outcome::outage},
            {"too large for a gateway", {false, text_reply(413, "")}, Outcome::outage, Outcome::outage},
            {"moved", {false, text_reply(302, "")}, Outcome::outage, Outcome::outage},
            {"500 with a frame", {false, text_reply(500, R"({"status":"FAIL","ErrorCode":"20"})")}, Outcome::refused,
             Outcome::refused}};
}

Client hasty(const Trial& trial) {
    return trial.client([](ClientSettings& settings) { settings.deadlines.answer = 300ms; });
}

}  // namespace

TEST_CASE("an OK without a DocId is told apart: what was done is not known", "[vxp]") {
    Trial trial;
    const auto packet = trial.file("packet", "<packet/>");
    trial.axis.disturb(Operation::send_packet, {false, text_reply(200, R"({"status":"OK","ErrorCode":"0"})")});
    const auto sent = hasty(trial).send(PacketKind::document, "H43", {}, packet);
    REQUIRE(sent.has_error());
    CHECK(sent.error().outcome == Outcome::unknown);
    CHECK(sent.error().is_bare_ok);
    trial.axis.disturb(Operation::send_packet, {false, text_reply(200, "<html>login</html>")});
    CHECK_FALSE(hasty(trial).send(PacketKind::document, "H43", {}, packet).error().is_bare_ok);
}

TEST_CASE("what is known of a packet that was sent and not answered", "[vxp]") {
    Trial trial;
    const auto packet = trial.file("packet", "<packet/>");
    std::size_t performed = 0;
    for (const Case& each : cases()) {
        INFO(each.name);
        trial.axis.disturb(Operation::send_packet, each.disturbance);
        const auto sent = hasty(trial).send(PacketKind::document, "H43", {}, packet);
        REQUIRE(sent.has_error());
        CHECK(sent.error().outcome == each.of_sending);
        performed += each.disturbance.is_performed ? 1 : 0;
        CHECK(trial.axis.held()->packets.size() == performed);
    }
}

TEST_CASE("a call that may be repeated ends as an outage, never as an empty list", "[vxp]") {
    Trial trial;
    for (const Case& each : cases()) {
        INFO(each.name);
        trial.axis.disturb(Operation::list_received, each.disturbance);
        trial.axis.disturb(Operation::update_status, each.disturbance);
        trial.axis.disturb(Operation::list_units, each.disturbance);
        trial.axis.disturb(Operation::download_packet, each.disturbance);
        const auto list = hasty(trial).received(PacketKind::document);
        REQUIRE(list.has_error());
        CHECK(list.error().outcome == each.of_others);
        CHECK(hasty(trial).acknowledge("a", AckState::done, "").error().outcome == each.of_others);
        CHECK(hasty(trial).units([](Unit&&) { return Result<void>{}; }).error().outcome == each.of_others);
    }
}

TEST_CASE("blank means nothing pending: with HTTP 200, of lists of packets, and nowhere else", "[vxp]") {
    Trial trial;
    trial.axis.held()->waiting = {{.doc_id = "a", .message_type = "edoc"}};
    const Disturbance blank{true, text_reply(200, "")};
    trial.axis.disturb(Operation::list_received, blank);
    CHECK(trial.client().received(PacketKind::document).value().empty());
    CHECK(trial.client().received(PacketKind::document).value().size() == 1);
    trial.axis.disturb(Operation::list_sent, blank);
    CHECK(trial.client().sent(PacketKind::document, "").value().empty());

    for (const unsigned status : {204U, 500U, 503U, 404U}) {
        trial.axis.disturb(Operation::list_received, {true, text_reply(status, "")});
        CHECK(trial.client().received(PacketKind::document).error().outcome == Outcome::outage);
    }
    trial.axis.disturb(Operation::list_received, {true, text_reply(200, " ")});
    CHECK(trial.client().received(PacketKind::document).error().outcome == Outcome::outage);
    trial.axis.disturb(Operation::list_units, blank);
    CHECK(trial.client().units([](Unit&&) { return Result<void>{}; }).error().outcome == Outcome::outage);
    trial.axis.disturb(Operation::count_documents, blank);
    CHECK(trial.client().count(PacketKind::document).error().outcome == Outcome::outage);
    trial.axis.disturb(Operation::send_packet, blank);
    CHECK(trial.client().send(PacketKind::document, "H43", {}, trial.file("p", "x")).error().outcome == Outcome::unknown);
    trial.axis.disturb(Operation::update_status, blank);
    CHECK(trial.client().acknowledge("a", AckState::done, "").error().outcome == Outcome::outage);
    for (const auto operation : {Operation::get_packet, Operation::download_packet}) {
        trial.axis.disturb(operation, blank);
        const auto to = trial.fresh();
        const auto got = operation == Operation::get_packet ? trial.client().get("a", to) : trial.client().download("a", to);
        CHECK(got.error().outcome == Outcome::outage);
        CHECK_FALSE(std::filesystem::exists(to));
    }
}

TEST_CASE("an answer that comes late, but in time, is an answer", "[vxp]") {
    Trial trial;
    Disturbance late;
    late.delay = 600ms;
    trial.axis.disturb(Operation::send_packet, late);
    // Later than a connection may take: that deadline is over once there is one.
    const auto client = trial.client([](ClientSettings& settings) { settings.deadlines.connect = 300ms; });
    CHECK(client.send(PacketKind::document, "H43", {}, trial.file("p", "x")).has_value());
}

TEST_CASE("where nobody listens, or everybody is hung up on, nothing was sent", "[vxp]") {
    Trial trial;
    const auto packet = trial.file("packet", "<packet/>");
    const auto nobody = trial.client([](ClientSettings& settings) { settings.address.port = "1"; });
    CHECK(nobody.send(PacketKind::document, "H43", {}, packet).error().outcome == Outcome::outage);
    const auto no_host = trial.client([](ClientSettings& settings) { settings.address.host = "no-such-host.invalid"; });
    CHECK(no_host.send(PacketKind::document, "H43", {}, packet).error().outcome == Outcome::outage);
    trial.axis.is_closed = true;
    CHECK(trial.client().received(PacketKind::document).error().outcome == Outcome::outage);
    // The connection was taken: nobody can say what became of the octets.
    CHECK(trial.client().send(PacketKind::document, "H43", {}, packet).error().outcome == Outcome::unknown);
    trial.axis.is_closed = false;
    CHECK(trial.client().received(PacketKind::document).has_value());
}

TEST_CASE("a certificate that is not trusted ends the call before anything is sent", "[vxp]") {
    Trial trial{{}, true};
    const auto packet = trial.file("packet", "<packet/>");
    CHECK(trial.client().send(PacketKind::document, "H43", {}, packet).has_value());
    const auto strict = trial.client([](ClientSettings& settings) { settings.trust = TlsTrust::load({}).value(); });
    CHECK(strict.send(PacketKind::document, "H43", {}, packet).error().outcome == Outcome::outage);
    const auto other_name = trial.client([](ClientSettings& settings) { settings.address.host = "127.0.0.1"; });
    CHECK(other_name.send(PacketKind::document, "H43", {}, packet).error().outcome == Outcome::outage);
    CHECK(trial.axis.held()->packets.size() == 1);
}

TEST_CASE("trouble of ours is told as such, before anything is sent", "[vxp]") {
    Trial trial;
    const auto missing = trial.client().send(PacketKind::document, "H43", {}, trial.fresh());
    REQUIRE(missing.has_error());
    CHECK(missing.error().outcome == Outcome::ours);
    CHECK(missing.error().fault->code == Errc::not_found);
    const auto bad_code = trial.client().send(PacketKind::document, "H43\r\nX: y", {}, trial.file("p", "x"));
    CHECK(bad_code.error().outcome == Outcome::ours);
    CHECK(bad_code.error().fault->field == "from");
    CHECK(trial.axis.records().empty());
}

TEST_CASE("a call ends when it is to stop, and at its deadline in all", "[vxp]") {
    Trial trial;
    std::stop_source stop;
    trial.axis.disturb(Operation::list_received, {true, leaves(Manner::silent, 3s)});
    std::jthread stopper{[&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    }};
    const auto before = std::chrono::steady_clock::now();
    CHECK(trial.client().received(PacketKind::document, stop.get_token()).error().outcome == Outcome::outage);
    // Before it has begun: nothing is sent.
    const auto heard = trial.axis.records().size();
    CHECK(trial.client().received(PacketKind::document, stop.get_token()).error().outcome == Outcome::outage);
    CHECK(trial.axis.records().size() == heard);
    const auto short_lived = trial.client([](ClientSettings& settings) { settings.deadlines.whole = 200ms; });
    trial.axis.disturb(Operation::list_received, {true, leaves(Manner::silent, 3s)});
    CHECK(short_lived.received(PacketKind::document).error().outcome == Outcome::outage);
    CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("a reply without end is cut off", "[vxp]") {
    Trial trial;
    trial.axis.disturb(Operation::update_status, {true, text_reply(200, "{\"x\":\"" + std::string(200'000, 'x'))});
    const auto done = trial.client().acknowledge("a", AckState::done, "");
    REQUIRE(done.has_error());
    CHECK(done.error().outcome == Outcome::outage);
}

TEST_CASE("the server bounds what callers do, and answers what it can", "[vxp]") {
    ServerSettings settings;
    settings.packet_bytes_max = 100'000;
    settings.listener.header_time = 500ms;
    settings.listener.stall_time = 500ms;
    Trial trial{settings};
    SECTION("a packet too large") {
        const auto sent = trial.client().send(PacketKind::document, "H43", {}, trial.file("p", Bytes(400'000, 'x')));
        REQUIRE(sent.has_error());
        CHECK(sent.error().outcome == Outcome::refused);
        CHECK(sent.error().code == error_code::too_large);
        CHECK(sent.error().http_status == 413);
        CHECK(trial.axis.held()->packets.empty());
        CHECK(hub::test::eventually([&] { return std::filesystem::is_empty(trial.spool()); }));
    }
    SECTION("no such path, wrong method, no HTTP") {
        hub::test::Caller caller{trial.port()};
        REQUIRE(caller.send("GET /XrdAdapter/adapter/nothing HTTP/1.1\r\nHost: x\r\n\r\n"));
        auto reply = caller.read();
        REQUIRE(reply.has_value());
        CHECK(reply->status == 404);
        CHECK(reply->body.find("\"906\"") != std::string::npos);
        REQUIRE(caller.send("GET /XrdAdapter/adapter/sendEdoc HTTP/1.1\r\nHost: x\r\n\r\n"));
        CHECK(caller.read()->status == 405);
        REQUIRE(caller.send("nonsense\r\n\r\n"));
        CHECK(caller.read()->status == 400);
    }
    SECTION("a header too large") {
        hub::test::Caller caller{trial.port()};
        REQUIRE(caller.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(120'000, 'x') + "\r\n\r\n"));
        CHECK(caller.read()->status == 431);
    }
    SECTION("a request that stands still, and silence") {
        hub::test::Caller silent{trial.port()}, slow{trial.port()}, kept{trial.port()};
        REQUIRE(slow.send("GET / HT"));
        REQUIRE(kept.send("GET /XrdAdapter/adapter/nothing HTTP/1.1\r\nHost: x\r\n\r\n"));
        CHECK(kept.read().has_value());
        CHECK(silent.read_to_end().empty());
        CHECK(kept.read_to_end().empty());
        CHECK(slow.read_to_end().starts_with("HTTP/1.1 408 "));
        CHECK(trial.client().count(PacketKind::document).has_value());
    }
}

TEST_CASE("over the bound a connection is hung up on at once", "[vxp]") {
    ServerSettings settings;
    const bool is_by_address = GENERATE(false, true);
    (is_by_address ? settings.listener.connections_per_address_max : settings.listener.connections_max) = 2;
    settings.listener.header_time = 60s;
    Trial trial{settings};
    const auto before = std::chrono::steady_clock::now();
    hub::test::Caller first{trial.port()};
    {
        hub::test::Caller second{trial.port()}, third{trial.port()};
        CHECK(third.read_to_end().empty());
    }
    // The place of the second is free again.
    CHECK(hub::test::eventually([&] { return trial.client().count(PacketKind::document).has_value(); }));
    CHECK(std::chrono::steady_clock::now() - before < 30s);
}

TEST_CASE("who calls too often is told when to come again, and each call that began is over once", "[vxp]") {
    Trial trial;
    trial.axis.pause = 7s;
    const auto failed = trial.client().count(PacketKind::document);
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == error_code::too_often);
    CHECK(failed.error().http_status == 429);
    CHECK(trial.axis.under_way == 0);
    trial.axis.pause = 0s;
    CHECK(trial.client().count(PacketKind::document).has_value());
    CHECK(hub::test::eventually([&] { return trial.axis.under_way == 0; }));
    // Nobody who has not proved who he is uses up what is another's.
    trial.axis.pause = 7s;
    const auto stranger = trial.client([](ClientSettings& settings) { settings.secret = Secret{"another"}; });
    CHECK(stranger.count(PacketKind::document).error().code == error_code::wrong_caller);
}
