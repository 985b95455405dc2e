// The process ends at each step of the content store; the next one goes on.

#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace hub::test {
namespace {

constexpr int ended_at_the_step = 77;
constexpr std::size_t piece = 100'000;

/// Runs `work` on a store in a process that ends at the `nth` passing of `step`, without a word to anybody.
template <class Work>
int end_at(const StoreFolder& folder, std::string_view step, int nth, Work work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto settings = folder.settings();
        settings.at_step = [&](std::string_view name) {
            if (name == step && --nth == 0)
                ::_exit(ended_at_the_step);
        };
        auto store = contents::FileContentStore::open(settings);
        if (!store)
            ::_exit(1);
        work(**store);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const auto nobody_knows = [](const Digest&, CopyId) { return false; };

}  // namespace

TEST_CASE("an upload goes on after the process has ended at any step", "[contents][crash]") {
    const StoreFolder folder;
    const AgencyCode agency = agency_named("H43.01");
    const Bytes octets = octets_of(4 * piece + 1);
    const Digest digest = sha256(octets);
    struct Case {
        std::string_view step;
        int nth;
        std::optional<std::uint64_t> held;  ///< nullopt: the copy has its place, and nobody knows of it.
    };
    const auto [step, nth, held] =
        GENERATE(Case{"upload.begun", 1, 0}, Case{"upload.appended", 1, piece},
                 Case{"upload.appended", 3, 3 * piece}, Case{"upload.appended", 5, 4 * piece + 1},
                 Case{"finish.verified", 1, 4 * piece + 1}, Case{"finish.synced", 1, 4 * piece + 1},
                 Case{"finish.renamed", 1, std::nullopt}, Case{"finish.done", 1, std::nullopt});
    CAPTURE(step, nth);
    REQUIRE(end_at(folder, step, nth, [&](ContentStore& store) {
                (void)put_whole(store, agency, octets, piece);
            }) == ended_at_the_step);

    const auto store = folder.open();
    const auto progress = store->progress(agency, digest);
    REQUIRE(progress.has_value() == held.has_value());
    // Nothing has a final name that is not whole.
    REQUIRE(folder.files().size() == 1);
    CHECK(folder.files().at(0).starts_with("uploads/") == held.has_value());
    CHECK(std::filesystem::file_size(folder.path() / "contents" / folder.files().at(0)) ==
          held.value_or(octets.size()));
    CHECK(store->sweep(nobody_knows).copies == (held ? 0U : 1U));

    const std::uint64_t offset = held.value_or(0);
    CHECK((!progress || progress->offset == offset));
    auto upload = std::move(store->upload(agency, digest, offset, octets.size()).value());
    REQUIRE(upload->append(octets.substr(offset)).has_value());
    const auto copy = upload->finish();
    REQUIRE(copy.has_value());
    CHECK(get_whole(*store, record_of(octets, *copy, agency)).value() == octets);
    CHECK(folder.files().size() == 1);
}

TEST_CASE("the process ends while a copy is removed or swept", "[contents][crash]") {
    const StoreFolder folder;
    const AgencyCode agency = agency_named("H43.01");
    const Bytes octets = octets_of(1000), other = octets_of(1000, 2);
    const ContentRecord record = record_of(octets, put_whole(*folder.open(), agency, octets).value(), agency);
    const ContentRecord second = record_of(other, put_whole(*folder.open(), agency, other).value(), agency);
    SECTION("removed") {
        REQUIRE(end_at(folder, "remove.unlinked", 1, [&](ContentStore& store) {
                    store.remove(record.digest, record.copy);
                }) == ended_at_the_step);
        const auto store = folder.open();
        store->remove(record.digest, record.copy);
        CHECK(get_whole(*store, record).error().code == Errc::part_damaged);
        CHECK(get_whole(*store, second).has_value());
    }
    SECTION("swept") {
        REQUIRE(end_at(folder, "sweep.unlinked", 1, [&](contents::FileContentStore& store) {
                    (void)store.sweep(nobody_knows);
                }) == ended_at_the_step);
        CHECK(folder.files().size() == 1);
        CHECK(folder.open()->sweep(nobody_knows).copies == 1);
        CHECK(folder.files().empty());
    }
}

}  // namespace hub::test
