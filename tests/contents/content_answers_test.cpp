// What the hub keeps for its operators of callers that its content store turns away.

#include "hub/content_desk.hpp"

#include "hub/ledger/memory_ledger.hpp"
#include "hub/store_watch.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace {

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

Certificate certificate_of(const std::string& name) {
    return Certificate::parse(make_key(KeyKind::p256, name).certificate_pem).value();
}

struct AnswersTrial {
    Certificate own = certificate_of("H43.01"), of_closed = certificate_of("H43.02");
    Instant now = own.valid_from() + 1h;
    StoreFolder folder;
    std::unique_ptr<contents::FileContentStore> store = folder.open();
    ledger::MemoryLedger ledger;
    BoundedQueue<Event> events{limits::inbox_events_max};
    Requests requests{events};
    RefusalLog refusals;
    ContentAnswers answers{
        std::make_shared<const Directory>(
            Directory::build({{.code = code("H43.01"), .certificates = {own}},
                              {.code = code("H43.02"), .closed_at = now - 1min, .certificates = {of_closed}}},
                             {code("H43")})
                .value()),
        ledger.view(),
        *store,
        requests,
        events,
        refusals,
        [this] { return now; },
        [] { return std::nullopt; },
        [] { return false; },
        [this](const AgencyCode&, const Fault& fault) { unusable.push_back(fault.code); }};
    std::vector<Errc> unusable;

    /// As the server does it.
    void come(const Digest& certificate) {
        if (!answers.agency_of(certificate))
            answers.turned_away(certificate, "192.0.2.7");
    }
};

}  // namespace

TEST_CASE("an agency whose certificate has ended is told by name, with the day", "[contents][refusals]") {
    AnswersTrial trial;
    trial.come(trial.own.id());
    CHECK(trial.refusals.snapshot().current.empty());
    trial.now = trial.own.valid_until();
    trial.come(trial.own.id());
    trial.come(trial.own.id());
    const auto all = trial.refusals.snapshot();
    REQUIRE(all.current.size() == 1);
    CHECK(all.current[0]
          == ContentRefusal{code("H43.01"), Errc::certificate_not_valid_now, trial.now, 2, trial.own.valid_until()});
    trial.refusals.look(trial.now + ContentRefusals::over_after);
    CHECK(trial.refusals.snapshot().current.empty());
}

TEST_CASE("an agency that is closed is told as that", "[contents][refusals]") {
    AnswersTrial trial;
    trial.come(trial.of_closed.id());
    const auto all = trial.refusals.snapshot();
    REQUIRE(all.current.size() == 1);
    CHECK(all.current[0].agency == code("H43.02"));
    CHECK(all.current[0].why == Errc::sender_closed);
}

TEST_CASE("whoever shows a stranger's certificate or none is a number and no agency's matter", "[contents][refusals]") {
    AnswersTrial trial;
    for (int i = 0; i < 1000; ++i)
        trial.come(sha256(std::to_string(i)));
    trial.answers.turned_away(std::nullopt, "192.0.2.8");
    const auto all = trial.refusals.snapshot();
    CHECK(all.current.empty());
    CHECK(all.refused == std::array<std::uint64_t, 4>{});
    CHECK(all.strangers == std::array<std::uint64_t, 2>{1000, 1});
}

TEST_CASE("a share that is used up and a disk without room are told by agency, other failures not",
          "[contents][refusals]") {
    AnswersTrial trial;
    trial.answers.failed(code("H43.01"), {Errc::quota_exceeded, "Upload-Length", {}});
    trial.answers.failed(code("H43.01"), {Errc::contents_full, "contents", {}});
    trial.answers.failed(code("H43.01"), {Errc::internal, "contents", "I/O error"});
    const auto all = trial.refusals.snapshot();
    REQUIRE(all.current.size() == 2);
    CHECK(all.refused == std::array<std::uint64_t, 4>{0, 0, 1, 1});
}

TEST_CASE("what the store cannot do as a whole is told as that, and not call by call", "[contents]") {
    AnswersTrial trial;
    trial.answers.failed(code("H43.01"), {Errc::folder_unusable, "contents", "Read-only file system"});
    CHECK(trial.unusable == std::vector{Errc::folder_unusable});
    CHECK(trial.refusals.snapshot().current.empty());
}

TEST_CASE("a store that takes no octet is in trouble until it takes one", "[contents]") {
    std::atomic<bool> takes = false;
    const auto probe = [&]() -> Result<void> {
        return takes ? Result<void>{} : Fault{Errc::folder_unusable, "contents", "Read-only file system"};
    };
    StoreWatch watch{probe, "contents", 1ms};
    const auto becomes = [&](bool is_trouble) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (watch.trouble().has_value() != is_trouble && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
        return watch.trouble().has_value() == is_trouble;
    };
    CHECK(becomes(true));
    takes = true;
    CHECK(becomes(false));
    takes = false;
    CHECK(becomes(true));
}

TEST_CASE("what one file met is trouble of the store only if the store says so itself", "[contents]") {
    std::atomic<bool> takes = true;
    std::atomic<int> asked = 0;
    const auto probe = [&]() -> Result<void> {
        ++asked;
        return takes ? Result<void>{} : Fault{Errc::folder_unusable, "contents", "Read-only file system"};
    };
    // By itself it looks once, at the beginning.
    StoreWatch watch{probe, "contents", 1h};
    const auto comes = [](const auto& is_so) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!is_so() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
        return is_so();
    };
    REQUIRE(comes([&] { return asked == 1; }));
    const Fault fault{Errc::folder_unusable, "contents", "Permission denied"};
    watch.met(code("H43.01"), fault);
    CHECK_FALSE(watch.trouble());
    REQUIRE(comes([&] { return asked == 2; }));
    CHECK_FALSE(watch.trouble());
    takes = false;
    // While it is being asked it is not asked again for another one.
    CHECK(comes([&] {
        watch.met(code("H43.01"), fault);
        return watch.trouble().has_value();
    }));
    CHECK(watch.trouble()->peer_text == "Read-only file system");
    // Known already: nothing is asked, and only a look in its time ends it.
    const int before = asked;
    takes = true;
    watch.met(code("H43.01"), fault);
    std::this_thread::sleep_for(20ms);
    CHECK(asked == before);
    CHECK(watch.trouble());
}
