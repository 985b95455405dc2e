#include "adapters/axis/inbound.hpp"
#include "tests/axis/departures.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <set>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace hub::axis::test;
using hub::test::code;
using namespace std::chrono_literals;
using vxp::PacketKind;

InboundSettings settings() { return {.province = trial_province()}; }
Digest digest(std::uint8_t first) { return Digest{{first}}; }

/// What the axis holds for us.
struct Item {
    std::string doc_id;
    std::string to;
    std::uint8_t octets;                    ///< The same ones: the same packet.
    std::vector<AgencyCode> names;
    std::string word;                       ///< What it was told.
};

/// The machine with a disk, an axis and a hub around it.
class InboundWorld {
public:
    InboundWorld() { begin(); }

    void turn() {
        Step step;
        machine->tick(now, Permit::all, step);
        run(step);
        // Again and again: what has been heard moves nothing.
        for (const auto& [id, receivers] : hub_has) {
            Step answer;
            machine->answered(id, hub_refuses ? std::optional{Inbound::Refusal{"receiver_unknown", "receivers[0]"}}
                                              : std::nullopt,
                              answer);
            run(answer);
        }
        now += 1s;
    }
    bool is_finished() const {
        return std::ranges::none_of(axis, [](const Item& item) { return item.word.empty(); });
    }
    void finish() {
        for (int i = 0; i < 3000 && !is_finished(); ++i)
            turn();
    }
    std::size_t deliveries(const std::string& receiver) const {
        std::size_t count = 0;
        for (const auto& [id, receivers] : hub_has)
            count += static_cast<std::size_t>(std::ranges::count(receivers, code(receiver)));
        return count;
    }

    std::vector<Item> axis;
    std::map<std::string, Arrival> rows;
    std::map<std::pair<Digest, std::string>, std::string> handed;
    std::map<EnvelopeId, std::vector<AgencyCode>> hub_has;
    bool hub_refuses = false;
    int dies_at = -1;
    int points = 0;
    std::deque<bool> calls_to_come;         ///< False: an outage. Then all succeed.
    Instant now = at_second(0);
    std::unique_ptr<Inbound> machine;
    std::vector<Notice> notices;

private:
    void begin() {
        machine = std::make_unique<Inbound>(settings());
        for (const auto& [doc_id, row] : rows)
            if (row.stage < Stage::done)
                machine->take_up(row);
    }
    bool dies() {
        if (points++ != dies_at)
            return false;
        begin();
        return true;
    }
    bool succeeds() {
        if (calls_to_come.empty())
            return true;
        const bool does = calls_to_come.front();
        calls_to_come.pop_front();
        return does;
    }
    void write(Step& step) {
        for (const Arrival& row : step.arrivals) {
            rows[row.doc_id] = row;
            if (row.stage == Stage::submitting)
                for (const AgencyCode& each : row.receivers)
                    handed.emplace(std::pair{row.digest, each.text()}, row.doc_id);
            if (row.stage == Stage::refused)
                std::erase_if(handed, [&](const auto& each) { return each.second == row.doc_id; });
        }
        step.arrivals.clear();
    }
    void run(Step& step) {
        for (;;) {
            write(step);
            if (step.effects.empty() || dies())
                return;
            for (const Effect& effect : std::exchange(step.effects, {})) {
                if (!perform(effect, step))
                    return;
                write(step);
            }
        }
    }
    Item& item(const std::string& doc_id) { return *std::ranges::find(axis, doc_id, &Item::doc_id); }

    bool perform(const Effect& effect, Step& step) {
        if (const auto* list = std::get_if<ListReceived>(&effect)) {
            std::vector<Inbound::Listed> listed;
            for (const Item& each : axis)
                if (each.word.empty())
                    listed.push_back({each.doc_id, each.to,
                                      rows.contains(each.doc_id) ? std::optional{rows.at(each.doc_id)} : std::nullopt});
            if (list->kind == PacketKind::document && succeeds())
                machine->listed(list->kind, listed, now);
            else
                machine->list_failed(list->kind, now);
        } else if (const auto* fetch = std::get_if<Fetch>(&effect)) {
            const Item& its = item(fetch->doc_id);
            if (dies())
                return false;
            std::vector<AgencyCode> had;
            for (const auto& [key, doc_id] : handed)
                if (key.first == digest(its.octets))
                    had.push_back(code(key.second));
            if (succeeds())
                machine->fetched(its.doc_id, {its.names, digest(its.octets), false, had, fresh()}, at_second(0), step);
            else
                machine->fetch_failed(its.doc_id, now);
        } else if (const auto* given = std::get_if<Submit>(&effect)) {
            const Arrival& row = rows.at(given->doc_id);
            REQUIRE(row.stage == Stage::submitting);
            hub_has[*row.envelope] = row.receivers;
            return !dies();
        } else if (const auto* word = std::get_if<Acknowledge>(&effect)) {
            // Not a word before the hub's.
            const Arrival& row = rows.at(word->doc_id);
            REQUIRE(row.stage != Stage::submitting);
            const bool does = succeeds();
            if (does)
                item(word->doc_id).word = word->state == vxp::AckState::done ? "done" : "fail " + word->code;
            if (dies())
                return false;
            if (does)
                machine->acknowledged(word->doc_id, step);
            else
                machine->acknowledge_failed(word->doc_id, now);
        } else if (const auto* notice = std::get_if<Notice>(&effect)) {
            notices.push_back(*notice);
        }
        return true;
    }
    EnvelopeId fresh() { return EnvelopeId::make(1'790'000'000'000 + ++ids_, {}); }

    std::uint64_t ids_ = 0;
};

std::vector<Item> one_packet_to_three() {
    const std::vector<AgencyCode> names{code("H43.01"), code("000.00.02.H43"), code("H99")};
    return {{"a", "H43.01", 1, names, {}}, {"b", "000.00.02.H43", 1, names, {}}};
}

}  // namespace

TEST_CASE("each receiver gets a packet once, wherever the process dies and whichever call fails", "[axis][inbound]") {
    for (int fails = 0; fails < 64; ++fails)
        for (int dies_at = -1; dies_at < 24; ++dies_at) {
            InboundWorld world;
            world.axis = one_packet_to_three();
            world.dies_at = dies_at;
            for (int bit = 0; bit < 6; ++bit)
                world.calls_to_come.push_back((fails >> bit & 1) == 0);
            world.finish();
            CAPTURE(fails, dies_at);
            REQUIRE(world.is_finished());
            CHECK(world.deliveries("H43.01") == 1);
            CHECK(world.deliveries("000.00.02.H43") == 1);
            CHECK(world.deliveries("H99") == 0);
            CHECK(world.axis[0].word == "done");
            CHECK(world.axis[1].word == "done");
        }
}

TEST_CASE("an agency that is named and listed by both of its codes gets a packet once", "[axis][inbound]") {
    for (int dies_at = -1; dies_at < 24; ++dies_at) {
        InboundWorld world;
        const std::vector<AgencyCode> names{code("H43.02"), code("000.00.02.H43")};
        world.axis = {{"a", "H43.02", 1, names, {}}, {"b", "000.00.02.H43", 1, names, {}}, {"c", "00.43.W00", 1, names, {}}};
        world.dies_at = dies_at;
        world.finish();
        CAPTURE(dies_at);
        REQUIRE(world.is_finished());
        CHECK(world.deliveries("H43.02") + world.deliveries("000.00.02.H43") == 1);
        for (const Item& item : world.axis)
            CHECK(item.word == "done");
    }
}

TEST_CASE("an item for the node as a whole is for all of its receivers, but for those that have it",
          "[axis][inbound]") {
    InboundWorld world;
    world.axis = one_packet_to_three();
    world.axis.push_back({"c", "00.43.W00", 1, {code("H43.01"), code("H43.05"), code("H99")}, {}});
    world.finish();
    CHECK(world.deliveries("H43.01") == 1);
    CHECK(world.deliveries("H43.05") == 1);
}

TEST_CASE("an item that names another province's receiver is for ours of the packet", "[axis][inbound]") {
    InboundWorld world;
    const std::vector<AgencyCode> names{code("H99"), code("H43.01"), code("000.00.02.H43")};
    world.axis = {{"a", "H99", 1, names, {}}, {"b", "H43.01", 1, names, {}}};
    world.finish();
    CHECK(world.deliveries("H99") == 0);
    CHECK(world.deliveries("H43.01") == 1);
    CHECK(world.deliveries("000.00.02.H43") == 1);
    CHECK(world.axis[0].word == "done");
    CHECK(world.axis[1].word == "done");
}

TEST_CASE("of a unit of the province that the hub does not know its sender hears", "[axis][inbound]") {
    InboundWorld world;
    world.hub_refuses = true;
    world.axis = {{"a", "H43.77", 1, {code("H43.77"), code("H43.01")}, {}}};
    world.finish();
    CHECK(world.deliveries("H43.77") == 1);
    CHECK(world.axis[0].word == "fail receiver_unknown");
}

TEST_CASE("the same packet under another DocId is done, and not handed over again", "[axis][inbound]") {
    InboundWorld world;
    world.axis = {{"a", "H43.01", 1, {code("H43.01")}, {}}};
    world.finish();
    world.axis.push_back({"b", "H43.01", 1, {code("H43.01")}, {}});
    world.finish();
    CHECK(world.axis[1].word == "done");
    CHECK(world.deliveries("H43.01") == 1);
    CHECK(world.hub_has.size() == 1);
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].what == Notice::What::repeated);
    CHECK(world.notices[0].place == "b");
}

TEST_CASE("a copy is judged when the hub has judged the first one", "[axis][inbound]") {
    const auto first = EnvelopeId::make(1, {}), second = EnvelopeId::make(2, {});
    const std::vector<AgencyCode> names{code("H43.01"), code("H43.05")};
    const Effect fetch_copy{Fetch{"b"}};
    Inbound machine{settings()};
    Step step;
    SECTION("both were listed") {
        machine.listed(PacketKind::document, {{"a", "H43.01", {}}, {"b", "00.43.W00", {}}}, at_second(0));
        machine.tick(at_second(0), Permit::all, step);
        machine.fetched("a", {names, digest(1), false, {}, first}, at_second(0), step);
    }
    SECTION("the process has ended in between") {
        machine.take_up({.doc_id = "a", .stage = Stage::submitting, .envelope = first, .digest = digest(1),
                         .receivers = {code("H43.01")}, .listed_at = at_second(0)});
        machine.listed(PacketKind::document, {{"b", "00.43.W00", {}}}, at_second(0));
        machine.tick(at_second(0), Permit::all, step);
    }
    step = {};
    machine.fetched("b", {names, digest(1), false, {code("H43.01")}, second}, at_second(0), step);
    CHECK(step.arrivals.empty());
    machine.tick(at_second(86'400), Permit::all, step);
    CHECK(std::ranges::count(step.effects, fetch_copy) == 0);

    // Another packet's copy is not asked for.
    machine.answered(EnvelopeId::make(3, {}), std::nullopt, step);
    machine.answered(first, Inbound::Refusal{"receiver_unknown", "receivers[0]"}, step);
    step = {};
    machine.tick(at_second(86'401), Permit::all, step);
    CHECK(std::ranges::count(step.effects, fetch_copy) == 1);
    step = {};
    machine.fetched("b", {names, digest(1), false, {}, second}, at_second(86'401), step);
    REQUIRE(step.arrivals.size() == 1);
    CHECK(step.arrivals[0].stage == Stage::submitting);
    CHECK(step.arrivals[0].receivers == names);
}

TEST_CASE("nothing for the province: done, nothing handed over, and said", "[axis][inbound]") {
    InboundWorld world;
    world.axis = {{"a", "00.43.W00", 1, {code("H99")}, {}}};
    world.finish();
    CHECK(world.axis[0].word == "done");
    CHECK(world.hub_has.empty());
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].what == Notice::What::not_ours);
}

TEST_CASE("what the hub refuses is answered with fail, and may be handed over under another DocId", "[axis][inbound]") {
    InboundWorld world;
    world.hub_refuses = true;
    world.axis = {{"a", "H43.77", 1, {code("H43.77")}, {}}};
    world.finish();
    CHECK(world.axis[0].word == "fail receiver_unknown");
    CHECK(world.handed.empty());
    world.hub_refuses = false;
    world.axis.push_back({"b", "H43.77", 1, {code("H43.77")}, {}});
    world.finish();
    CHECK(world.axis[1].word == "done");
}

TEST_CASE("an echo is dropped, a packet that cannot be used is failed", "[axis][inbound]") {
    Inbound machine{settings()};
    Step step;
    machine.listed(PacketKind::document, {{"a", "H43.01", {}}, {"b", "H43.01", {}}}, at_second(0));
    machine.fetched("a", {{code("H43.01")}, digest(1), true, {}, EnvelopeId::make(1, {})}, at_second(0), step);
    machine.unusable("b", {"document_secret", "MessageHeader/Subject"}, step);
    REQUIRE(step.arrivals.size() == 2);
    CHECK(step.arrivals[0].stage == Stage::dropped);
    CHECK(step.arrivals[1].stage == Stage::refused);
    CHECK(std::ranges::count(step.effects, Effect{Discard{"b"}}) == 1);
    step = {};
    machine.tick(at_second(0), Permit::all, step);
    CHECK(std::ranges::count(step.effects, Effect{Acknowledge{"a", vxp::AckState::done, {}, {}}}) == 1);
    CHECK(std::ranges::count(step.effects, Effect{Acknowledge{"b", vxp::AckState::failed, "document_secret",
                                                              "MessageHeader/Subject"}}) == 1);
}

TEST_CASE("what was finished and is listed again is told again, once, as before", "[axis][inbound]") {
    Inbound machine{settings()};
    Step step;
    const Arrival failed{.doc_id = "a", .stage = Stage::failed, .code = "packet_malformed"};
    machine.listed(PacketKind::document, {{"a", "H43.01", failed}, {"a", "H43.01", failed}}, at_second(0));
    machine.tick(at_second(0), Permit::all, step);
    CHECK(std::ranges::count(step.effects, Effect{Acknowledge{"a", vxp::AckState::failed, "packet_malformed", {}}}) ==
          1);
    step = {};
    machine.acknowledged("a", step);
    CHECK(step.arrivals.empty());
    CHECK(machine.waiting() == 0);
}

TEST_CASE("a list is bounded: new packets first, the rest with the next one", "[axis][inbound]") {
    Inbound machine{settings()};
    std::vector<Inbound::Listed> list;
    for (int i = 0; i < 3000; ++i)
        list.push_back(
            {"old" + std::to_string(i), "H43.01", Arrival{.doc_id = "old" + std::to_string(i), .stage = Stage::done}});
    for (int i = 0; i < 5; ++i)
        list.push_back({"new" + std::to_string(i), "H43.01", {}});
    machine.listed(PacketKind::document, list, at_second(0));
    CHECK(machine.waiting() == Inbound::told_again_max + 5);
    list.clear();
    for (int i = 0; i < 3000; ++i)
        list.push_back({"more" + std::to_string(i), "H43.01", {}});
    machine.listed(PacketKind::document, list, at_second(0));
    CHECK(machine.waiting() == Inbound::active_max);
}

TEST_CASE("a packet that always fails holds up nobody", "[axis][inbound]") {
    Inbound machine{settings()};
    Step step;
    std::vector<Inbound::Listed> list;
    for (int i = 0; i < 9; ++i)
        list.push_back({"d" + std::to_string(i), "H43.01", {}});
    machine.listed(PacketKind::document, list, at_second(0));
    std::set<std::string> fetched;
    for (int second = 0; second < 200 && fetched.size() < 8; ++second) {
        step = {};
        machine.tick(at_second(second), Permit::all, step);
        for (const Effect& effect : step.effects)
            if (const auto* fetch = std::get_if<Fetch>(&effect)) {
                if (fetch->doc_id == "d0") {
                    machine.fetch_failed("d0", at_second(second));
                    continue;
                }
                fetched.insert(fetch->doc_id);
                Step taken;
                machine.unusable(fetch->doc_id, {"packet_malformed", {}}, taken);
                machine.acknowledged(fetch->doc_id, taken);
            }
    }
    CHECK(fetched.size() == 8);
}

TEST_CASE("while the axis is down one list at a time finds out", "[axis][inbound]") {
    Inbound machine{settings()};
    machine.listed(PacketKind::document, {{"a", "H43.01", {}}}, at_second(0));
    Step step;
    machine.tick(at_second(1), Permit::none, step);
    CHECK(step.effects.empty());
    machine.tick(at_second(1), Permit::probe, step);
    machine.tick(at_second(1), Permit::probe, step);
    CHECK(step.effects == std::vector<Effect>{ListReceived{PacketKind::document}});
}

TEST_CASE("a packet that the axis lists and does not give is told once, and asked for later and later", "[axis][inbound]") {
    Inbound machine{settings()};
    Step step;
    const std::vector<Inbound::Listed> list{{"a", "H43.01", {}}};
    machine.listed(PacketKind::document, list, at_second(0));
    int asked = 0;
    for (int second = 0; second < 3600; ++second) {
        Step turn;
        machine.tick(at_second(second), Permit::all, turn);
        for (const Effect& effect : turn.effects) {
            if (std::holds_alternative<Fetch>(effect)) {
                ++asked;
                machine.fetch_refused("a", "903: Khong co", at_second(second), step);
            }
            if (const auto* poll = std::get_if<ListReceived>(&effect))
                machine.listed(poll->kind, poll->kind == PacketKind::document ? list : std::vector<Inbound::Listed>{},
                               at_second(second));
        }
    }
    CHECK(asked >= 5);
    CHECK(asked <= 20);
    CHECK(step.effects == std::vector<Effect>{Notice{Notice::What::fetch_refused, "a", std::nullopt, "axis_refused",
                                                     "903: Khong co"}});
    CHECK(machine.fetches_refused() == 1);
    machine.listed(PacketKind::document, {}, at_second(3600));
    CHECK(machine.fetches_refused() == 0);
    CHECK(machine.waiting() == 0);
}

TEST_CASE("a packet that came damaged is fetched again before it is refused", "[axis][inbound]") {
    Inbound machine{settings()};
    Step step;
    machine.listed(PacketKind::document, {{"a", "H43.01", {}}}, at_second(0));
    for (unsigned i = 1; i < Inbound::damaged_most; ++i) {
        step = {};
        machine.tick(at_second(1000 * i), Permit::all, step);
        REQUIRE(std::ranges::count(step.effects, Effect{Fetch{"a"}}) == 1);
        machine.damaged("a", {"packet_malformed", "edXML"}, at_second(1000 * i), step);
        CHECK(step.arrivals.empty());
    }
    step = {};
    machine.tick(at_second(9000), Permit::all, step);
    REQUIRE(std::ranges::count(step.effects, Effect{Fetch{"a"}}) == 1);
    SECTION("it was the line") {
        machine.fetched("a", {{code("H43.01")}, digest(1), false, {}, EnvelopeId::make(1, {})}, at_second(9000), step);
        CHECK(step.arrivals.at(0).stage == Stage::submitting);
    }
    SECTION("it is the packet") {
        machine.damaged("a", {"packet_malformed", "edXML"}, at_second(9000), step);
        CHECK(step.arrivals.at(0).stage == Stage::refused);
    }
}
