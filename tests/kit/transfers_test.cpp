// Contents that travel by themselves: tried again until done, urgent ones first, ended at once when the kit closes.

#include "adapters/kit/transfers.hpp"

#include "hub/core/signature.hpp"
#include "tests/kit/scripted_store.hpp"

#include <poll.h>

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct TransfersTrial : StoreTrial {
    std::optional<Transfers> transfers{std::in_place, access()};

    TransferOrder upload(const std::string& name, const Bytes& octets, Urgency urgency = Urgency::normal) {
        write_file(*this / name, octets);
        return {true, name, {sha256(octets), octets.size()}, *this / name, urgency};
    }
    TransferOrder download(const std::string& name, const Bytes& octets) const {
        return {false, name, {sha256(octets), octets.size()}, *this / name, Urgency::normal};
    }
    Transfers::Finished wait_for_one() {
        std::vector<Transfers::Finished> finished;
        REQUIRE(eventually([&] { return !(finished = transfers->finished()).empty(); }));
        REQUIRE(finished.size() == 1);
        return finished.front();
    }
};

}  // namespace

TEST_CASE("what fails is tried again until it is done", "[transfers]") {
    TransfersTrial trial;
    const Bytes octets = some_octets(2'000'000);
    SECTION("an upload") {
        trial.store.hang_up_receiving({500'000, 500'000, 500'000});
        trial.store.answer({"HEAD", 503, {}, {}});
        trial.store.answer({"PATCH", 409, "upload_busy", {}});
        trial.store.answer({"PATCH", 404, "not_found", {}});
        const TransferId id = trial.transfers->order(trial.upload("one", octets));
        const auto finished = trial.wait_for_one();
        CHECK(finished.id == id);
        CHECK_FALSE(finished.fault);
        CHECK(trial.store.content(sha256(octets)) == octets);
    }
    SECTION("a download") {
        trial.store.put(octets);
        trial.store.hang_up_sending({500'000, 500'000});
        trial.store.lie(1);
        trial.store.answer({"GET", 503, "part_damaged", {}});
        trial.store.answer({"GET", 404, "not_found", {}});
        trial.transfers->order(trial.download("one", octets));
        CHECK_FALSE(trial.wait_for_one().fault);
        CHECK(read_file(trial / "one") == octets);
    }
    CHECK(trial.transfers->progress().empty());
}

TEST_CASE("an upload that would always fail is given up", "[transfers]") {
    TransfersTrial trial;
    const Bytes octets = some_octets(100'000);
    trial.store.answer({"PATCH", 413, "part_too_large", {}});
    trial.transfers->order(trial.upload("one", octets));
    const auto finished = trial.wait_for_one();
    REQUIRE(finished.fault);
    CHECK(finished.fault->code == Errc::part_too_large);
    CHECK(trial.store.count("PATCH") == 1);
}

TEST_CASE("what is under way can be seen, and why it does not go on", "[transfers]") {
    TransfersTrial trial;
    const Bytes octets = some_octets(1'000'000);
    trial.store.put(octets);
    trial.store.answer({"GET", 503, "part_damaged", {{"Retry-After", "300"}}});
    const TransferId id = trial.transfers->order(trial.download("vb.edxml", octets));
    REQUIRE(eventually([&] { return trial.transfers->progress().front().fault.has_value(); }));
    const Transfer seen = trial.transfers->progress().front();
    CHECK(seen.number == static_cast<std::uint64_t>(id));
    CHECK_FALSE(seen.is_upload);
    CHECK(seen.name == "vb.edxml");
    CHECK(seen.bytes_done == 0);
    CHECK(seen.bytes_total == 1'000'000);
    CHECK(seen.fault->code == Errc::part_damaged);
    CHECK(trial.transfers->finished().empty());
}

TEST_CASE("an urgent one never waits for others", "[transfers]") {
    TransfersTrial trial;
    trial.store.shut_gate(true);
    for (unsigned i = 0; i < 5; ++i)
        trial.transfers->order(trial.upload("normal" + std::to_string(i), some_octets(1000, i + 2)));
    REQUIRE(eventually([&] { return trial.store.count("HEAD") == Transfers::at_once_max - 1; }));
    const TransferOrder urgent = trial.upload("urgent", some_octets(1000), Urgency::express);
    trial.transfers->order(urgent);
    CHECK(eventually([&] { return trial.store.count("HEAD " + urgent.content.digest.text()) == 1; }));
    CHECK(trial.store.count("HEAD") == Transfers::at_once_max);
    trial.store.shut_gate(false);
    CHECK(eventually([&] { return trial.transfers->progress().empty(); }));
    CHECK(trial.transfers->finished().size() == 6);
}

TEST_CASE("of those that wait the most urgent is next", "[transfers]") {
    TransfersTrial trial;
    trial.store.shut_gate(true);
    std::vector<TransferId> busy;
    for (unsigned i = 0; i < Transfers::at_once_max; ++i)
        busy.push_back(trial.transfers->order(
            trial.upload("busy" + std::to_string(i), some_octets(1000, i + 20), Urgency::express)));
    REQUIRE(eventually([&] { return trial.store.count("HEAD") == Transfers::at_once_max; }));
    const TransferOrder soon = trial.upload("soon", some_octets(1000, 3), Urgency::urgent);
    trial.transfers->order(trial.upload("late", some_octets(1000, 2)));
    trial.transfers->order(soon);
    // One place becomes free.
    trial.transfers->drop(busy.front());
    REQUIRE(eventually([&] { return trial.store.count("HEAD") > Transfers::at_once_max; }));
    CHECK(trial.store.requests().back() == "HEAD " + soon.content.digest.text());
    trial.store.shut_gate(false);
}

TEST_CASE("what is dropped is not reported, also when it is under way", "[transfers]") {
    TransfersTrial trial;
    trial.store.shut_gate(true);
    const TransferId id = trial.transfers->order(trial.upload("one", some_octets(1000)));
    REQUIRE(eventually([&] { return trial.store.count("HEAD") == 1; }));
    trial.transfers->drop(id);
    CHECK(trial.transfers->progress().empty());
    trial.store.shut_gate(false);
    trial.transfers->order(trial.upload("two", some_octets(1000, 2)));
    CHECK(trial.wait_for_one().id != id);
}

TEST_CASE("closing does not wait for what is under way, which goes on the next time", "[transfers]") {
    TransfersTrial trial;
    const Bytes octets = some_octets(2'000'000);
    trial.store.hang_up_receiving({1'000'000});
    trial.store.answer({"PATCH", 503, "", {}});
    trial.transfers->order(trial.upload("one", octets));
    trial.store.shut_gate(true);
    trial.transfers.reset();
    trial.store.shut_gate(false);
    trial.transfers.emplace(trial.access());
    trial.transfers->order(trial.upload("one", octets));
    CHECK_FALSE(trial.wait_for_one().fault);
    CHECK(trial.store.content(sha256(octets)) == octets);
}

TEST_CASE("without a store all waits and says why", "[transfers]") {
    Transfers transfers{std::nullopt};
    transfers.order({true, "one", {Digest{}, 5}, "/nowhere", Urgency::normal});
    REQUIRE(transfers.progress().size() == 1);
    CHECK(transfers.progress().front().fault->code == Errc::setting_invalid);
    CHECK(transfers.progress().front().fault->field == "contents_url");
}

TEST_CASE("who waits elsewhere is woken by an end", "[transfers]") {
    TransfersTrial trial;
    trial.transfers->order(trial.upload("one", some_octets(1000)));
    pollfd waiting{trial.transfers->wake_fd(), POLLIN, 0};
    CHECK(::poll(&waiting, 1, 30'000) == 1);
    CHECK(trial.transfers->finished().size() == 1);
    CHECK(::poll(&waiting, 1, 0) == 0);
}
