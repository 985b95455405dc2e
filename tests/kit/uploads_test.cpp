// When a submission may be sent: not before all its parts are there, and not never.

#include "adapters/kit/uploads.hpp"

#include "hub/core/signature.hpp"
#include "tests/kit/scripted_store.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct UploadsTrial : StoreTrial {
    static constexpr Instant now{std::chrono::milliseconds{1'750'000'000'000}};

    Transfers transfers{access()};
    Uploads uploads{transfers};
    const Bytes first = some_octets(100'000, 1), second = some_octets(200'000, 2);
    const EnvelopeHeader header = [this] {
        EnvelopeHeader h{.id = EnvelopeId::make(1, {1}),
                         .kind = Kind::document,
                         .sender = AgencyCode::parse("H43.01").value(),
                         .receivers = {},
                         .created_at = now,
                         .expires_at = now + std::chrono::hours{1}};
        h.parts = {{"1", "one", "", first.size(), sha256(first), false},
                   {"2", "small", "", 1, Digest{}, true},
                   {"3", "two", "", second.size(), sha256(second), false}};
        return h;
    }();

    UploadsTrial() {
        write_file(*this / "one", first);
        write_file(*this / "two", second);
    }
    void begin() { uploads.begin(header, {*this / "one", *this / "two"}); }
    void take() {
        for (const auto& finished : transfers.finished())
            CHECK(uploads.take(finished));
    }
    bool is_waiting() const { return uploads.is_waiting(header.id, now); }
    bool ends_waiting() {
        return eventually([&] {
            take();
            return !is_waiting();
        });
    }
};

}  // namespace

TEST_CASE("a submission waits until all its parts are in the store", "[uploads]") {
    UploadsTrial trial;
    trial.store.answer({"PATCH", 503, "", {}});
    trial.begin();
    CHECK(trial.is_waiting());
    REQUIRE(trial.ends_waiting());
    CHECK(trial.store.content(sha256(trial.first)) == trial.first);
    CHECK(trial.store.content(sha256(trial.second)) == trial.second);
    CHECK_FALSE(trial.uploads.cause(trial.header.id));
}

TEST_CASE("a submission without large parts never waits", "[uploads]") {
    UploadsTrial trial;
    EnvelopeHeader header = trial.header;
    header.parts = {trial.header.parts[1]};
    trial.uploads.begin(header, {});
    CHECK_FALSE(trial.uploads.is_waiting(header.id, trial.now));
    CHECK_FALSE(trial.uploads.again(header.id));
    CHECK(trial.transfers.progress().empty());
}

TEST_CASE("what the hub has lost is put again, but not for ever", "[uploads]") {
    UploadsTrial trial;
    trial.begin();
    REQUIRE(trial.ends_waiting());
    trial.store.lose(sha256(trial.first));
    CHECK(trial.uploads.again(trial.header.id));
    CHECK(trial.is_waiting());
    REQUIRE(trial.ends_waiting());
    CHECK(trial.store.content(sha256(trial.first)) == trial.first);
    CHECK(trial.store.count("PATCH " + sha256(trial.second).text()) == 1);
    int rounds = 0;
    while (trial.uploads.again(trial.header.id))
        ++rounds;
    CHECK(rounds < 10);
}

TEST_CASE("a part that cannot be put ends the waiting, and the cause is known", "[uploads]") {
    UploadsTrial trial;
    std::filesystem::remove(trial / "one");
    trial.begin();
    REQUIRE(trial.ends_waiting());
    REQUIRE(trial.uploads.cause(trial.header.id));
    CHECK(trial.uploads.cause(trial.header.id)->code == Errc::part_missing);
    CHECK_FALSE(trial.uploads.again(trial.header.id));
}

TEST_CASE("a list of files that is gone is a part that is gone", "[uploads]") {
    UploadsTrial trial;
    trial.uploads.begin(trial.header, {});
    REQUIRE(trial.ends_waiting());
    CHECK(trial.uploads.cause(trial.header.id)->code == Errc::part_missing);
}

TEST_CASE("an expired submission waits no longer: the hub's refusal answers it", "[uploads]") {
    UploadsTrial trial;
    trial.store.shut_gate(true);
    trial.begin();
    CHECK(trial.is_waiting());
    CHECK_FALSE(trial.uploads.is_waiting(trial.header.id, trial.header.expires_at));
    trial.uploads.forget(trial.header.id);
    CHECK(trial.transfers.progress().empty());
    trial.store.shut_gate(false);
}
