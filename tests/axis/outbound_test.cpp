#include "tests/axis/outbound_world.hpp"

using namespace hub;
using namespace hub::axis;
using namespace hub::axis::test;
using namespace std::chrono_literals;

TEST_CASE("whatever happens to a send, and wherever the process dies, the axis has the packet once",
          "[axis][outbound]") {
    for (const Fate first : fates)
        for (const Fate second : fates)
            for (const Fate third : fates)
                for (int dies_at = -1; dies_at < 24; ++dies_at) {
                    OutboundWorld world;
                    world.dies_at = dies_at;
                    world.fates_to_come = {first, second, third};
                    for (std::uint64_t seq = 1; seq <= 3; ++seq)
                        world.add(departure(seq, std::to_string(seq) + "/SNV-VP"));
                    world.finish();
                    CAPTURE(static_cast<int>(first), static_cast<int>(second), static_cast<int>(third), dies_at);
                    REQUIRE(world.is_finished());
                    for (const Departure& row : world.rows) {
                        CHECK(world.copies(row) == 1);
                        CHECK(row.course == Course::told_sent);
                        CHECK(std::ranges::count(world.axis, row.doc_id, &vxp::SentPacket::sender_doc_id) == 1);
                        CHECK(std::ranges::count(world.told, row.seq) >= 1);
                    }
                }
}

TEST_CASE("blank lists do not lead to a second send", "[axis][outbound]") {
    for (int blanks = 0; blanks < 6; ++blanks) {
        OutboundWorld world;
        world.add(departure(1, "1/SNV-VP"));
        world.finish();
        world.fates_to_come = {Fate::done_unheard};
        world.lists_to_come.assign(static_cast<std::size_t>(blanks), false);
        world.add(departure(2, "2/SNV-VP"));
        world.finish();
        CAPTURE(blanks);
        REQUIRE(world.is_finished());
        CHECK(world.copies(world.rows[1]) == 1);
        CHECK(world.notices.size() == (blanks >= 5 ? 1U : 0U));
    }
}

TEST_CASE("what follows does not push an unclear packet off the axis's list", "[axis][outbound]") {
    for (const int dies_at : {-1, 5, 40, 80}) {
        OutboundWorld world{20};
        world.dies_at = dies_at;
        world.listed_most = 30;
        world.add(departure(1, "1/SNV-VP"));
        world.finish();
        world.fates_to_come = {Fate::done_unheard, Fate::answered, Fate::lost_unheard};
        world.lists_to_come = {false, false};
        for (std::uint64_t seq = 2; seq <= 300; ++seq)
            world.add(departure(seq, std::to_string(seq) + "/SNV-VP"));
        world.finish();
        CAPTURE(dies_at);
        REQUIRE(world.is_finished());
        CHECK(std::ranges::all_of(world.rows, [&](const Departure& row) { return world.copies(row) == 1; }));
    }
}

TEST_CASE("a packet that no list makes clear does not hold up the others for ever", "[axis][outbound]") {
    OutboundWorld world{5};
    world.add(departure(1, "1/SNV-VP"));
    world.finish();
    world.fates_to_come = {Fate::done_unheard};
    world.lists_to_come.assign(1000, false);
    for (std::uint64_t seq = 2; seq <= 20; ++seq)
        world.add(departure(seq, std::to_string(seq) + "/SNV-VP"));
    for (int i = 0; i < 3000; ++i)
        world.turn();
    CHECK(std::ranges::count(world.rows, Course::told_sent, &Departure::course) == 19);
    CHECK(world.rows[1].course == Course::unclear);
}

TEST_CASE("with nothing sent before, one list without the packet is not enough", "[axis][outbound]") {
    OutboundWorld world;
    world.fates_to_come = {Fate::done_unheard};
    world.lists_to_come = {false, false};
    world.add(departure(1, "1/SNV-VP"));
    world.finish();
    REQUIRE(world.is_finished());
    CHECK(world.copies(world.rows[0]) == 1);
}

TEST_CASE("the list is asked only when the call has settled", "[axis][outbound]") {
    OutboundWorld world;
    world.fates_to_come = {Fate::lost_unheard};
    world.add(departure(1, "1/SNV-VP"));
    world.turn();
    CHECK(world.rows[0].course == Course::unclear);
    for (int second = 1; second < 120; ++second)
        world.turn();
    CHECK(world.rows[0].attempts == 1);
    world.finish();
    CHECK(world.rows[0].attempts == 2);
    CHECK(world.copies(world.rows[0]) == 1);
}

TEST_CASE("a list that was asked for before a call had settled says nothing of it", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, "D0", {}};
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    machine.take_up(departure(2, "2"), at_second(0), step);
    machine.tick(at_second(0), Permit::all, step);
    machine.unknown(1, {}, at_second(0), step);
    step = {};
    machine.tick(at_second(120), Permit::all, step);
    REQUIRE(step.effects == std::vector<Effect>{ListSent{vxp::PacketKind::document}});
    machine.unknown(2, {}, at_second(121), step);
    const std::vector<vxp::SentPacket> rows{{.sender_doc_id = "D0", .from = "H43.01", .notation = "0"}};
    machine.listed(vxp::PacketKind::document, rows, {"D0"}, at_second(250), step);
    CHECK(machine.find(1)->course == Course::waiting);
    CHECK(machine.find(2)->course == Course::unclear);
}

TEST_CASE("what shares a lane with an earlier one waits for it, and nothing else does", "[axis][outbound]") {
    OutboundWorld world;
    world.fates_to_come = {Fate::lost_unheard};
    world.add(departure(1, "1/SNV-VP"));
    Departure recall = departure(2, "2/SNV-VP");
    recall.lanes.emplace_back("number 1/SNV-VP");
    world.add(recall);
    world.add(departure(3, "3/SNV-VP"));
    world.finish();
    CHECK(world.order == std::vector<std::uint64_t>{1, 3, 1, 2});
}

TEST_CASE("so many sends at once, and none while the axis is down", "[axis][outbound]") {
    OutboundSettings settings{.retry_first = 30s, .settle = 120s, .sends_at_once = 2};
    Outbound machine{settings, {}, {}};
    Step step;
    for (std::uint64_t seq = 1; seq <= 4; ++seq)
        machine.take_up(departure(seq, std::to_string(seq)), at_second(0), step);
    machine.tick(at_second(0), Permit::none, step);
    machine.tick(at_second(0), Permit::probe, step);
    CHECK(step.effects.empty());
    machine.tick(at_second(0), Permit::all, step);
    CHECK(step.effects == std::vector<Effect>{SendPacket{1}, SendPacket{2}});
    machine.sent(1, "D1", step);
    step.effects.clear();
    machine.tick(at_second(0), Permit::all, step);
    CHECK(step.effects == std::vector<Effect>{Tell{1}, SendPacket{3}});
}

TEST_CASE("what the axis refuses, and what has expired, is told as failed", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, {}, {}};
    Step step;
    for (std::uint64_t seq = 1; seq <= 3; ++seq)
        machine.take_up(departure(seq, std::to_string(seq)), at_second(0), step);
    machine.tick(at_second(0), Permit::all, step);
    machine.refused(1, "axis_refused", "18: Don vi nhan khong ton tai", step);
    machine.not_sent(2, {}, at_second(0), step);
    machine.unknown(3, {}, at_second(0), step);
    CHECK(machine.find(1)->code == "axis_refused");
    step = {};
    machine.tick(at_second(30 * 24 * 3600), Permit::none, step);
    CHECK(machine.find(2)->course == Course::failed);
    CHECK(machine.find(2)->code == "envelope_expired");
    CHECK(std::ranges::count(step.effects, Effect{Tell{1}}) == 1);
    // Of the third nobody knows; as long as no list tells, it is no failure.
    CHECK(machine.find(3)->course == Course::unclear);
    machine.tick(at_second(31 * 24 * 3600), Permit::none, step);
    CHECK(machine.find(3)->code == "envelope_expired");
    CHECK(machine.find(3)->detail != machine.find(2)->detail);
}

TEST_CASE("an unclear outcome is looked up once more when its time is over", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, "D0", "D0"};
    constexpr std::int64_t over = 30 * 24 * 3600;
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    machine.tick(at_second(over - 10), Permit::all, step);
    machine.unknown(1, {}, at_second(over - 10), step);
    machine.tick(at_second(over), Permit::all, step);
    REQUIRE(machine.find(1)->course == Course::unclear);
    step = {};
    // Not before the axis has had its time.
    machine.tick(at_second(over + 60), Permit::all, step);
    CHECK(step.effects.empty());
    machine.tick(at_second(over + 200), Permit::all, step);
    REQUIRE(step.effects == std::vector<Effect>{ListSent{vxp::PacketKind::document}});
    const vxp::SentPacket before{.sender_doc_id = "D0", .from = "H43.01", .notation = "0"};
    const vxp::SentPacket its{.sender_doc_id = "D1", .from = "H43.01", .to = "H99", .title = "Trích yếu 1", .notation = "1"};
    SECTION("found: it was sent") {
        machine.listed(vxp::PacketKind::document, std::vector{its, before}, {"D0"}, at_second(over + 201), step);
        CHECK(machine.find(1)->course == Course::sent);
        CHECK(machine.find(1)->doc_id == "D1");
    }
    SECTION("absent: it failed, and is not sent again") {
        machine.listed(vxp::PacketKind::document, std::vector{before}, {"D0"}, at_second(over + 201), step);
        CHECK(machine.find(1)->course == Course::failed);
        CHECK(machine.find(1)->detail.empty());
    }
    SECTION("the list does not tell") {
        machine.listed(vxp::PacketKind::document, {}, {}, at_second(over + 201), step);
        CHECK(machine.find(1)->course == Course::failed);
        CHECK_FALSE(machine.find(1)->detail.empty());
    }
    SECTION("no list comes: it is asked for again") {
        machine.list_failed(vxp::PacketKind::document, at_second(over + 201));
        step = {};
        machine.tick(at_second(over + 1000), Permit::all, step);
        CHECK(step.effects == std::vector<Effect>{ListSent{vxp::PacketKind::document}});
    }
}

TEST_CASE("many packets about one document hold up no other document", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, {}, {}};
    Step step;
    std::uint64_t seq = 0;
    for (int i = 0; i < 2000; ++i) {
        REQUIRE(machine.has_room());
        machine.take_up(departure(++seq, "1"), at_second(0), step);
    }
    REQUIRE(machine.has_room());
    machine.take_up(departure(++seq, "2"), at_second(0), step);
    machine.tick(at_second(0), Permit::all, step);
    std::vector<std::uint64_t> sent;
    for (const Effect& effect : step.effects)
        if (const auto* packet = std::get_if<SendPacket>(&effect))
            sent.push_back(packet->seq);
    CHECK(sent == std::vector<std::uint64_t>{1, seq});
    // Of its own it is still one after the other, in their order.
    for (std::uint64_t each = 1; each < 100; ++each) {
        step = {};
        machine.sent(each, "D" + std::to_string(each), step);
        machine.told(each, step);
        machine.tick(at_second(0), Permit::all, step);
        REQUIRE(std::ranges::count(step.effects, Effect{SendPacket{each + 1}}) == 1);
        REQUIRE(std::ranges::count(step.effects, Effect{SendPacket{each + 2}}) == 0);
    }
    // And what nothing holds up fills the window.
    while (machine.has_room()) {
        ++seq;
        machine.take_up(departure(seq, "n" + std::to_string(seq)), at_second(0), step);
    }
    // One of the lane's is free as well.
    CHECK(seq == 2000 - 1 + Outbound::free_max);
}

TEST_CASE("an outcome that comes late, or twice, moves nothing", "[axis][outbound]") {
    Outbound machine{{}, {}, {}};
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    machine.sent(1, "D1", step);
    CHECK(machine.find(1)->course == Course::waiting);
    machine.tick(at_second(0), Permit::all, step);
    machine.unknown(1, {}, at_second(0), step);
    machine.sent(1, "D1", step);
    machine.refused(1, "axis_refused", "", step);
    machine.not_sent(1, {}, at_second(0), step);
    CHECK(machine.find(1)->course == Course::unclear);
    machine.sent(99, "D1", step);
    machine.told(99, step);
}

TEST_CASE("sends that never get there are told of once, with what was answered", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, "D0", {}};
    const std::vector<vxp::SentPacket> rows{{.sender_doc_id = "D0", .from = "H43.01", .notation = "0"}};
    std::vector<Notice> notices;
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    Instant now = at_second(0);
    const auto pass = [&](std::chrono::seconds time) {
        now += time;
        step = {};
        machine.tick(now, Permit::all, step);
    };
    const auto note = [&] {
        for (const Effect& effect : step.effects)
            if (const auto* notice = std::get_if<Notice>(&effect))
                notices.push_back(*notice);
    };
    const bool is_looked_up = GENERATE(true, false);
    for (int sends = 1; sends <= 6; ++sends) {
        pass(1000s);
        REQUIRE(machine.find(1)->course == Course::sending);
        step = {};
        if (is_looked_up) {
            // The last send had no answer: what was answered before tells more.
            machine.unknown(1, sends == 3 ? "" : "HTTP 413", now, step);
            pass(200s);
            REQUIRE(step.effects == std::vector<Effect>{ListSent{vxp::PacketKind::document}});
            machine.listed(vxp::PacketKind::document, rows, {"D0"}, now, step);
        } else {
            machine.not_sent(1, "HTTP 413", now, step);
        }
        note();
        CHECK(notices.size() == (sends < 3 ? 0 : 1));
    }
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].what == Notice::What::send_in_vain);
    CHECK(notices[0].code == "HTTP 413");
}

TEST_CASE("while the axis is away no packet is to blame", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, "D0", {}};
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    for (int sends = 1; sends <= 6; ++sends) {
        machine.tick(at_second(sends * 1000), Permit::all, step);
        machine.not_sent(1, {}, at_second(sends * 1000), step);
    }
    CHECK(std::ranges::none_of(step.effects, [](const Effect& effect) { return std::holds_alternative<Notice>(effect); }));
}

TEST_CASE("an OK without a DocId is looked up, and not believed for ever", "[axis][outbound]") {
    Outbound machine{{.retry_first = 30s, .settle = 120s, .sends_at_once = 4}, "D0", {}};
    std::vector<vxp::SentPacket> rows{{.sender_doc_id = "D0", .from = "H43.01", .notation = "0"}};
    Step step;
    machine.take_up(departure(1, "1"), at_second(0), step);
    Instant now = at_second(0);
    const auto send_and_look = [&] {
        now += 1000s;
        machine.tick(now, Permit::all, step);
        REQUIRE(machine.find(1)->course == Course::sending);
        machine.sent_without_id(1, "OK without a DocId", now, step);
        CHECK(machine.find(1)->course == Course::unclear);
        now += 200s;
        machine.tick(now, Permit::all, step);
        step = {};
        machine.listed(vxp::PacketKind::document, rows, {"D0"}, now, step);
    };
    for (unsigned sends = 1; sends < Outbound::bare_oks_most; ++sends) {
        send_and_look();
        CHECK(machine.find(1)->course == Course::waiting);
    }
    SECTION("the list has it at last") {
        rows.push_back({.sender_doc_id = "D1", .from = "H43.01", .notation = "1"});
        send_and_look();
        CHECK(machine.find(1)->course == Course::sent);
        CHECK(machine.find(1)->doc_id == "D1");
    }
    SECTION("it never does") {
        send_and_look();
        CHECK(machine.find(1)->course == Course::failed);
        CHECK(machine.find(1)->code == name_of(Errc::axis_refused));
        CHECK(machine.find(1)->detail == "OK without a DocId");
        REQUIRE(step.effects.size() == 1);
        CHECK(std::get<Notice>(step.effects[0]).what == Notice::What::send_refused);
    }
}
