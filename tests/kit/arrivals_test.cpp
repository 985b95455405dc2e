// Received envelopes with large parts: kept over every end of the process until they can be handed on, and then
// gone without a trace.

#include "adapters/kit/arrivals.hpp"

#include "hub/core/signature.hpp"
#include "tests/kit/scripted_store.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct ArrivalsTrial : StoreTrial {
    static constexpr Instant now{std::chrono::milliseconds{1'750'000'000'000}};

    const Bytes large = some_octets(300'000);
    std::optional<Transfers> transfers;
    std::unique_ptr<Arrivals> arrivals;
    std::set<EnvelopeId> known;

    ArrivalsTrial() { open(); }
    void open() {
        arrivals.reset();
        transfers.reset();
        transfers.emplace(access());
        arrivals = Arrivals::open(*this / "incoming", *this / "spool", *transfers,
                                  [&](const AgencyCode&, const EnvelopeId& id, std::uint32_t) {
                                      return known.contains(id);
                                  })
                       .value();
    }
    void take() {
        for (const auto& finished : transfers->finished())
            CHECK(arrivals->take(finished));
    }
    std::optional<Arrivals::Key> wait_for_next() {
        std::optional<Arrivals::Key> key;
        eventually([&] {
            take();
            key = arrivals->next(now, Arrivals::Clock::now());
            return key.has_value();
        });
        return key;
    }
    EnvelopeHeader header_of(std::uint8_t number) const {
        EnvelopeHeader header{.id = EnvelopeId::make(number, {number}),
                              .kind = Kind::document,
                              .sender = AgencyCode::parse("H43.02").value(),
                              .receivers = {AgencyCode::parse("H43.01").value()},
                              .created_at = now,
                              .expires_at = now + std::chrono::hours{1},
                              .document = DocumentName{}};
        header.parts = {{"1", "small", "text/plain", 5, sha256("small"), true},
                        {"2", "large", "application/edxml+xml", large.size(), sha256(large), false}};
        return header;
    }
    Arrivals::Key add(std::uint8_t number, bool is_urgent = false) {
        const EnvelopeHeader header = header_of(number);
        const std::vector<BytesView> parts{"small"};
        const Bytes frame = wire::encode_envelope(wire::encode_header(header), {}, parts);
        REQUIRE(arrivals->add(wire::decode_envelope(frame).value().header, frame, "code:0", is_urgent).has_value());
        return {header.id, header.sender};
    }
    std::optional<Arrivals::Key> next() const { return arrivals->next(now, Arrivals::Clock::now()); }
    bool is_empty() const { return names_in(*this / "incoming").empty() && names_in(*this / "spool").empty(); }
};

}  // namespace

TEST_CASE("an envelope is handed on when all its parts are there", "[arrivals]") {
    ArrivalsTrial trial;
    const auto key = trial.add(1);
    CHECK(trial.arrivals->has(key.sender, key.id));
    CHECK_FALSE(trial.next());
    trial.store.put(trial.large);
    CHECK(trial.wait_for_next() == key);
    const Received received = trial.arrivals->read(key).value();
    CHECK(received.header->id == key.id);
    REQUIRE(received.contents.size() == 2);
    CHECK(received.contents[0].bytes == "small");
    CHECK(received.contents[0].file.empty());
    CHECK(received.contents[1].name == "large");
    CHECK(received.contents[1].bytes.empty());
    CHECK(read_file(received.contents[1].file) == trial.large);
    CHECK(wire::decode_envelope(received.frame).has_value());

    SECTION("the handler leaves the file") {}
    SECTION("the handler moves the file away") {
        std::filesystem::rename(received.contents[1].file, trial / "taken");
    }
    REQUIRE(trial.arrivals->remove(key).has_value());
    CHECK(trial.is_empty());
    CHECK(trial.arrivals->count() == 0);
}

TEST_CASE("what waits goes on after the process has ended", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    trial.store.hang_up_sending({100'000});
    trial.store.shut_gate(true);
    const auto key = trial.add(1, true);
    trial.open();
    trial.store.shut_gate(false);
    CHECK(trial.arrivals->has(key.sender, key.id));
    CHECK(trial.wait_for_next() == key);
    const Received received = trial.arrivals->read(key).value();
    CHECK(received.is_urgent);
    CHECK(read_file(received.contents[1].file) == trial.large);

    // The process ends before it was handed on, and once more when the handler had moved the file.
    std::filesystem::rename(received.contents[1].file, trial / "taken");
    trial.open();
    CHECK(trial.wait_for_next() == key);
    CHECK(read_file(trial.arrivals->read(key).value().contents[1].file) == trial.large);
}

TEST_CASE("what was handed on before the process ended is not handed on again", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    const auto key = trial.add(1);
    REQUIRE(trial.wait_for_next());
    trial.known.insert(key.id);
    trial.open();
    CHECK_FALSE(trial.arrivals->has(key.sender, key.id));
    CHECK(trial.is_empty());
}

TEST_CASE("files of others in the spool are left alone, halves of ours are not", "[arrivals]") {
    ArrivalsTrial trial;
    const auto key = trial.add(1);
    const std::string ours = key.id.text() + "~H43.02.1";
    const std::string gone = EnvelopeId::make(9, {9}).text() + "~H43.02.1.partial";
    write_file(trial / "spool" / gone, "half");
    write_file(trial / "spool" / "vb.edxml", "another's");
    trial.open();
    const auto names = names_in(trial / "spool");
    CHECK(std::ranges::find(names, gone) == names.end());
    CHECK(std::ranges::find(names, "vb.edxml") != names.end());
}

TEST_CASE("halves and damaged files in incoming are dropped: the hub sends them again", "[arrivals]") {
    ArrivalsTrial trial;
    const auto key = trial.add(1);
    const auto file = trial / "incoming" / (key.id.text() + "~H43.02");
    SECTION("damaged") {
        Bytes octets = read_file(file);
        octets.resize(octets.size() - 5);
        octets += "other";
        write_file(file, octets);
    }
    SECTION("cut short") { write_file(file, Bytes{read_file(file)}.substr(0, 20)); }
    write_file(trial / "incoming" / ("." + key.id.text() + "~H43.02.tmp"), "half");
    trial.open();
    CHECK_FALSE(trial.arrivals->has(key.sender, key.id));
    CHECK(names_in(trial / "incoming").empty());
}

TEST_CASE("urgent ones are handed on first, then the oldest", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    const auto second = trial.add(2), first = trial.add(1), urgent = trial.add(3, true);
    REQUIRE(eventually([&] {
        trial.take();
        return trial.transfers->progress().empty();
    }));
    trial.take();
    for (const auto& expected : {urgent, first, second}) {
        CHECK(trial.next() == expected);
        REQUIRE(trial.arrivals->remove(expected).has_value());
    }
    CHECK_FALSE(trial.next());
}

TEST_CASE("one that cannot be fetched keeps nobody waiting, and is given up when it has expired and was tried for a day",
          "[arrivals]") {
    ArrivalsTrial trial;
    const auto key = trial.add(1);
    REQUIRE(eventually([&] { return trial.transfers->progress().front().fault.has_value(); }));
    const auto expired = trial.now + std::chrono::hours{24 * 31};
    const auto began = Arrivals::Clock::now(), day_later = began + Arrivals::given_up_after;
    CHECK_FALSE(trial.arrivals->next(expired, began));
    CHECK_FALSE(trial.arrivals->next(trial.now, day_later));
    CHECK(trial.arrivals->next(expired, day_later) == key);
    const Fault why = trial.arrivals->read(key).error();
    CHECK(why.code == Errc::envelope_expired);
    CHECK(why.field == "parts");
    CHECK(why.peer_text.starts_with("not fetched: not_found"));
    REQUIRE(trial.arrivals->remove(key).has_value());
    CHECK(trial.transfers->progress().empty());
    CHECK(trial.is_empty());

    // Brought once more it is tried anew.
    REQUIRE(trial.add(1) == key);
    CHECK_FALSE(trial.arrivals->next(expired, Arrivals::Clock::now()));
    trial.store.put(trial.large);
    CHECK(trial.wait_for_next() == key);
}

TEST_CASE("one whose time is over before the first try is fetched", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    trial.store.shut_gate(true);
    const auto key = trial.add(1);
    const auto expired = trial.now + std::chrono::hours{24 * 31};
    CHECK_FALSE(trial.arrivals->next(expired, Arrivals::Clock::now() + 2 * Arrivals::given_up_after));
    trial.store.shut_gate(false);
    REQUIRE(eventually([&] {
        trial.take();
        return trial.arrivals->next(expired, Arrivals::Clock::now()) == key;
    }));
    CHECK(read_file(trial.arrivals->read(key).value().contents[1].file) == trial.large);
}

TEST_CASE("a part that is gone from the spool is fetched again", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    const auto key = trial.add(1);
    REQUIRE(trial.wait_for_next());
    std::filesystem::remove(trial.arrivals->read(key).value().contents[1].file);
    CHECK(trial.arrivals->read(key).error().code == Errc::part_damaged);
    CHECK_FALSE(trial.next());
    REQUIRE(trial.wait_for_next());
    CHECK(read_file(trial.arrivals->read(key).value().contents[1].file) == trial.large);
}

TEST_CASE("the same content in two envelopes is there for each", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    const auto first = trial.add(1), second = trial.add(2);
    REQUIRE(eventually([&] {
        trial.take();
        return trial.transfers->progress().empty();
    }));
    trial.take();
    REQUIRE(trial.wait_for_next() == first);
    std::filesystem::rename(trial.arrivals->read(first).value().contents[1].file, trial / "taken");
    REQUIRE(trial.arrivals->remove(first).has_value());
    REQUIRE(trial.wait_for_next() == second);
    CHECK(read_file(trial.arrivals->read(second).value().contents[1].file) == trial.large);
}

TEST_CASE("a part that came with its envelope is not fetched", "[arrivals]") {
    ArrivalsTrial trial;
    const EnvelopeHeader header = trial.header_of(1);
    CHECK_FALSE(trial.arrivals->has_all_parts(header));
    const std::vector<wire::AttachedPart> attached{{1, trial.large}};
    REQUIRE(trial.arrivals->keep(header, attached).has_value());
    CHECK(trial.arrivals->has_all_parts(header));
    const auto key = trial.add(1);
    SECTION("at once") {}
    SECTION("nor after the process has ended") { trial.open(); }
    CHECK(trial.next() == key);
    CHECK(trial.transfers->progress().empty());
    const Received received = trial.arrivals->read(key).value();
    REQUIRE(received.contents.size() == 2);
    CHECK(read_file(received.contents[1].file) == trial.large);
    CHECK(trial.store.requests().empty());
    REQUIRE(trial.arrivals->remove(key).has_value());
    CHECK(trial.is_empty());
}

TEST_CASE("what came with an envelope and is not what its header says is fetched", "[arrivals]") {
    ArrivalsTrial trial;
    trial.store.put(trial.large);
    Bytes other = trial.large;
    std::vector<wire::AttachedPart> attached{{1, other}};
    SECTION("other octets") { other.back() ^= 1; }
    SECTION("fewer") { attached[0].octets.remove_suffix(1); }
    SECTION("of another part") { attached[0].index = 0; }
    SECTION("of none") { attached[0].index = 2; }
    const EnvelopeHeader header = trial.header_of(1);
    REQUIRE(trial.arrivals->keep(header, attached).has_value());
    CHECK_FALSE(trial.arrivals->has_all_parts(header));
    CHECK(names_in(trial / "spool").empty());
    const auto key = trial.add(1);
    CHECK(trial.wait_for_next() == key);
    CHECK(read_file(trial.arrivals->read(key).value().contents[1].file) == trial.large);
    CHECK(trial.store.count("GET") == 1);
}

TEST_CASE("a part that was damaged in the spool while the process was not there is fetched again", "[arrivals]") {
    ArrivalsTrial trial;
    const std::vector<wire::AttachedPart> attached{{1, trial.large}};
    REQUIRE(trial.arrivals->keep(trial.header_of(1), attached).has_value());
    const auto key = trial.add(1);
    const auto file = trial.arrivals->read(key).value().contents[1].file;
    Bytes octets = trial.large;
    octets.front() ^= 1;
    write_file(file, octets);
    trial.open();
    CHECK_FALSE(trial.next());
    trial.store.put(trial.large);
    REQUIRE(trial.wait_for_next() == key);
    CHECK(read_file(trial.arrivals->read(key).value().contents[1].file) == trial.large);
}

TEST_CASE("parts that came with an envelope that was never added go at the next start", "[arrivals]") {
    ArrivalsTrial trial;
    const std::vector<wire::AttachedPart> attached{{1, trial.large}};
    REQUIRE(trial.arrivals->keep(trial.header_of(1), attached).has_value());
    write_file(trial / "spool" / ("." + EnvelopeId::make(2, {2}).text() + "~H43.02.1.tmp"), "half");
    trial.open();
    CHECK(trial.is_empty());
}
