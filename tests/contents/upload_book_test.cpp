// Shares and what takes the place of what: the arithmetic of the quota, without a disk.

#include "hub/contents/upload_book.hpp"
#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <random>

namespace hub::test {
namespace {

using contents::UploadBook;
using contents::UploadKey;

constexpr UploadBook::Bounds bounds{
    .part_bytes_max = 400, .agency_bytes_max = 1000, .uploads_per_agency_max = 20, .uploads_max = 100};

UploadKey key_of(std::string_view name, const AgencyCode& agency = agency_a) { return {agency, sha256(name)}; }
ContentStore::Paid paying(std::uint64_t bytes) {
    return [bytes] { return bytes; };
}

/// nullopt: it may.
std::optional<Errc> begun(UploadBook& book, const UploadKey& key, std::uint64_t total,
                          const ContentStore::Paid& paid = {}, std::uint64_t offset = 0) {
    const auto result = book.begin(key, offset, total, paid);
    return result ? std::optional<Errc>{} : std::optional{result.error().code};
}

}  // namespace

TEST_CASE("what takes the place of a copy that the agency pays for needs no room twice", "[contents]") {
    UploadBook book{bounds};
    book.set_used(agency_a, 1000);
    CHECK(begun(book, key_of("d"), 300) == Errc::quota_exceeded);
    CHECK(begun(book, key_of("d"), 300, paying(0)) == Errc::quota_exceeded);
    CHECK(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    CHECK(book.used(agency_a) == 1300);
    CHECK(begun(book, key_of("x"), 1) == Errc::quota_exceeded);
    book.finished(key_of("d"));
    CHECK(begun(book, key_of("x"), 1) == Errc::quota_exceeded);
    book.give_back(key_of("d"), 300);
    CHECK(book.used(agency_a) == 1000);
    CHECK(begun(book, key_of("x"), 1) == Errc::quota_exceeded);
}

TEST_CASE("whether an agency pays already is asked only when it matters", "[contents]") {
    UploadBook book{bounds};
    int asked = 0;
    const auto paid = [&]() -> std::uint64_t {
        ++asked;
        return 300;
    };
    book.set_used(agency_a, 700);
    CHECK(begun(book, key_of("d"), 300, paid) == std::nullopt);
    CHECK(asked == 0);
    CHECK(begun(book, key_of("e"), 300, paid) == std::nullopt);
    CHECK(asked == 1);
}

TEST_CASE("of another size it is not what the agency pays for", "[contents]") {
    UploadBook book{bounds};
    book.set_used(agency_a, 1000);
    CHECK(begun(book, key_of("d"), 301, paying(300)) == Errc::quota_exceeded);
    CHECK(begun(book, key_of("d"), 299, paying(300)) == Errc::quota_exceeded);
    // One that turns out to be another: dropped, and nothing is left of it.
    REQUIRE(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    book.dropped(key_of("d"));
    CHECK(book.used(agency_a) == 1000);
    // Begun at its size, begun anew at another.
    REQUIRE(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    book.paused(key_of("d"), 10, std::nullopt);
    CHECK(begun(book, key_of("d"), 400, paying(300)) == Errc::quota_exceeded);
    CHECK(book.progress(key_of("d"))->offset == 10);
}

TEST_CASE("all that is put again at once may be beyond the share by the size of one part", "[contents]") {
    UploadBook book{bounds};
    book.set_used(agency_a, 1000);
    CHECK(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    CHECK(begun(book, key_of("d"), 300, paying(300)) == Errc::upload_busy);
    CHECK(begun(book, key_of("e"), 101, paying(101)) == Errc::quota_exceeded);
    CHECK(begun(book, key_of("e"), 100, paying(100)) == std::nullopt);
    CHECK(begun(book, key_of("f"), 1, paying(1)) == Errc::quota_exceeded);
    // Begun anew it counts once.
    book.paused(key_of("d"), 10, std::nullopt);
    CHECK(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    CHECK(book.used(agency_a) == 1400);
    book.dropped(key_of("d"));
    CHECK(begun(book, key_of("f"), 300, paying(300)) == std::nullopt);
    book.dropped(key_of("e"));
    book.dropped(key_of("f"));
    CHECK(book.used(agency_a) == 1000);
}

TEST_CASE("once another copy has taken the place, what is put again is paid for like everything", "[contents]") {
    UploadBook book{bounds};
    book.set_used(agency_a, 1000);
    REQUIRE(begun(book, key_of("d"), 300, paying(300)) == std::nullopt);
    book.give_back(key_of("d"), 300);
    CHECK(begun(book, key_of("x"), 1) == Errc::quota_exceeded);
    book.finished(key_of("d"));
    CHECK(book.used(agency_a) == 1000);
    // A copy that never became a content is not paid for twice.
    book.set_used(agency_a, 1001);
    CHECK(begun(book, key_of("d"), 300, paying(300)) == Errc::quota_exceeded);
}

TEST_CASE("what an earlier process had begun counts in full, and goes on", "[contents]") {
    UploadBook book{bounds};
    REQUIRE(book.found(key_of("d"), {100, 300}));
    book.set_used(agency_a, 1000);
    CHECK(begun(book, key_of("e"), 100, paying(100)) == Errc::quota_exceeded);
    CHECK(begun(book, key_of("d"), 300, {}, 100) == std::nullopt);
    book.finished(key_of("d"));
    book.give_back(key_of("d"), 300);
    CHECK(book.used(agency_a) == 1000);
}

namespace {

/// Two agencies and six contents. A copy that is finished becomes a content, and the copy before it is given back, some
/// time later and in this order, as in the hub.
class Play {
public:
    explicit Play(std::uint64_t seed) : random_{seed} {}

    void step() {
        const std::size_t d = any(6);
        const UploadKey key = key_of(names[d], any(2) ? agency_a : agency_b);
        switch (any(6)) {
        case 0:
        case 1: begin(key, d); break;
        case 2: end(key, d); break;
        case 3:
            if (is_begun(key)) {
                book_.dropped(key);
                begun_.erase(key);
            }
            break;
        case 4: commit(); break;
        case 5: give_back(); break;
        }
        for (const AgencyCode& agency : {agency_a, agency_b})
            CHECK(book_.used(agency) <= bounds.agency_bytes_max + 2 * bounds.part_bytes_max);
    }
    void come_to_rest() {
        for (const auto& [key, total] : begun_)
            book_.dropped(key);
        begun_.clear();
        while (!stored_.empty())
            commit();
        while (!gone_.empty())
            give_back();
        for (const AgencyCode& agency : {agency_a, agency_b}) {
            std::uint64_t paid = 0;
            for (std::size_t d = 0; d < payers_.size(); ++d)
                paid += payers_[d] == agency ? sizes[d] : 0;
            CHECK(book_.used(agency) == paid);
            CHECK(paid <= bounds.agency_bytes_max);
        }
    }

private:
    static constexpr std::array<const char*, 6> names{"a", "b", "c", "d", "e", "f"};
    static constexpr std::array<std::uint64_t, 6> sizes{400, 400, 300, 300, 200, 100};

    std::size_t any(std::size_t count) { return random_() % count; }
    bool is_begun(const UploadKey& key) const { return begun_.contains(key); }

    void begin(const UploadKey& key, std::size_t d) {
        if (is_begun(key) && any(2))
            book_.paused(key, 0, std::nullopt);
        const std::uint64_t total = any(8) ? sizes[d] : 1 + any(400);
        const auto paid = [&] { return payers_[d] == key.agency ? sizes[d] : 0; };
        if (book_.begin(key, 0, total, paid))
            begun_[key] = total;
    }
    void end(const UploadKey& key, std::size_t d) {
        if (!is_begun(key))
            return;
        // Octets of another size have another digest.
        if (begun_[key] == sizes[d]) {
            book_.finished(key);
            stored_.emplace_back(key.agency, d);
        } else {
            book_.dropped(key);
        }
        begun_.erase(key);
    }
    void commit() {
        if (stored_.empty())
            return;
        const auto [agency, d] = stored_.front();
        stored_.pop_front();
        if (payers_[d])
            gone_.emplace_back(*payers_[d], d);
        payers_[d] = agency;
    }
    void give_back() {
        if (gone_.empty())
            return;
        const auto [agency, d] = gone_.front();
        gone_.pop_front();
        book_.give_back(key_of(names[d], agency), sizes[d]);
    }

    std::mt19937_64 random_;
    UploadBook book_{bounds};
    std::map<UploadKey, std::uint64_t> begun_;
    std::array<std::optional<AgencyCode>, 6> payers_{};
    std::deque<std::pair<AgencyCode, std::size_t>> stored_, gone_;
};

}  // namespace

TEST_CASE("in whatever order it happens, nobody comes to have more than the share", "[contents]") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        Play play{seed};
        for (int round = 0; round < 5; ++round) {
            for (int i = 0; i < 60; ++i)
                play.step();
            play.come_to_rest();
        }
    }
}

}  // namespace hub::test
