#include "adapters/kit/known_ids.hpp"

#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <iostream>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

constexpr std::size_t record_bytes = 32;
const Instant start{std::chrono::minutes{29'000'000}};

AgencyCode agency(const std::string& text = "H43.02") { return AgencyCode::parse(text).value(); }
EnvelopeId known_id(std::uint64_t n) {
    std::array<std::uint8_t, 10> random{};
    for (std::size_t i = 0; i < 8; ++i)
        random[i] = static_cast<std::uint8_t>(n * 0x9E3779B97F4A7C15ULL >> 8 * i);
    return EnvelopeId::make(1'790'000'000'000 + n, random);
}
KnownIds open_known(const FreshFolder& folder, Instant oldest = {}) { return KnownIds::open(folder / "known", oldest).value(); }

/// VmRSS of this process, in KiB.
std::size_t resident_kib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;)
        if (std::size_t kib = 0; word == "VmRSS:" && status >> kib)
            return kib;
    return 0;
}

}  // namespace

TEST_CASE("ids are known for each sender, with their word, before and after they are saved", "[known_ids]") {
    const FreshFolder folder;
    {
        KnownIds known = open_known(folder);
        for (std::uint64_t n = 0; n < 1000; ++n)
            known.add(agency(), known_id(n), start + std::chrono::minutes{n}, n % 3 != 0);
        known.add(agency(), known_id(5), start, false);
        CHECK(known.size() == 1000);
        REQUIRE(known.save().has_value());
        known.add(agency("H43.03"), known_id(5), start, true);
        CHECK(known.unsaved() == 1);
    }
    const KnownIds known = open_known(folder);
    CHECK(known.size() == 1000);
    for (std::uint64_t n = 0; n < 1000; ++n) {
        const auto word = known.find(agency(), known_id(n));
        REQUIRE(word);
        CHECK(word->is_stored == (n % 3 != 0));
        CHECK(word->at == start + std::chrono::minutes{n});
    }
    CHECK_FALSE(known.find(agency("H43.03"), known_id(5)));
    CHECK(known.has(known_id(999)));
    CHECK_FALSE(known.has(known_id(1000)));
}

TEST_CASE("a damaged record costs itself alone, a torn one nothing that was promised", "[known_ids]") {
    const FreshFolder folder;
    {
        KnownIds known = open_known(folder);
        for (std::uint64_t n = 0; n < 10; ++n)
            known.add(agency(), known_id(n), start, true);
        REQUIRE(known.save().has_value());
    }
    Bytes octets = read_file(folder / "known");
    REQUIRE(octets.size() == 10 * record_bytes);
    octets[3 * record_bytes + 20] = static_cast<char>(octets[3 * record_bytes + 20] ^ 1);
    write_file(folder / "known", octets.substr(0, octets.size() - 1));
    {
        KnownIds known = open_known(folder);
        CHECK(known.size() == 8);
        CHECK_FALSE(known.has(known_id(3)));
        CHECK_FALSE(known.has(known_id(9)));
        known.add(agency(), known_id(11), start, true);
        REQUIRE(known.save().has_value());
    }
    CHECK(open_known(folder).has(known_id(11)));
    CHECK(open_known(folder).size() == 9);
}

TEST_CASE("when most of the file is too old it is written anew", "[known_ids]") {
    const FreshFolder folder;
    {
        KnownIds known = open_known(folder);
        for (std::uint64_t n = 0; n < 100; ++n)
            known.add(agency(), known_id(n), start + std::chrono::minutes{n}, true);
        REQUIRE(known.save().has_value());
    }
    KnownIds known = open_known(folder, start + std::chrono::minutes{90});
    CHECK(known.size() == 10);
    CHECK(read_file(folder / "known").size() == 10 * record_bytes);
    known.add(agency(), known_id(1000), start + std::chrono::minutes{95}, true);
    REQUIRE(known.save().has_value());
    CHECK(open_known(folder).size() == 11);
}

TEST_CASE("more than are held apart are sorted in", "[known_ids]") {
    const FreshFolder folder;
    KnownIds known = open_known(folder);
    constexpr std::uint64_t count = 2 * KnownIds::recent_max + 10;
    for (std::uint64_t n = 0; n < count; ++n)
        known.add(agency(), known_id(count - n), start, true);
    CHECK(known.size() == count);
    for (std::uint64_t n = 1; n <= count; n += 97)
        CHECK(known.has(known_id(n)));
}

// Not run by itself: `kit_test "[measure]"`.
TEST_CASE("five million ids", "[.][measure]") {
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::time_point since) {
        return std::chrono::duration<double>(Clock::now() - since).count();
    };
    const FreshFolder folder;
    constexpr std::uint64_t count = 5'000'000;
    const std::size_t before = resident_kib();
    auto since = Clock::now();
    {
        KnownIds known = open_known(folder);
        for (std::uint64_t n = 0; n < count; ++n) {
            known.add(agency(), known_id(n), start, true);
            if (n % 50'000 == 0)
                REQUIRE(known.save().has_value());
        }
        REQUIRE(known.save().has_value());
        std::cout << "added and saved: " << seconds(since) << " s, " << (resident_kib() - before) / 1024 << " MiB\n";
    }
    since = Clock::now();
    const KnownIds known = open_known(folder);
    std::cout << "opened: " << seconds(since) << " s, file " << std::filesystem::file_size(folder / "known") / 1024 / 1024
              << " MiB, resident " << (resident_kib() - before) / 1024 << " MiB more than before\n";
    since = Clock::now();
    constexpr std::uint64_t asked = 100'000;
    std::uint64_t found = 0;
    for (std::uint64_t n = 0; n < asked; ++n)
        found += known.find(agency(), known_id(n * 97 % (2 * count))) ? 1U : 0U;
    std::cout << "asked: " << seconds(since) / asked * 1e6 << " us each, " << found << " of " << asked << " known\n";
    CHECK(known.size() == count);
}
