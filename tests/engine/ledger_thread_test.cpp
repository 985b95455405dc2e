// What is said of a ledger that takes nothing: which of the reasons it is.

#include "hub/ledger_thread.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

/// Refuses to commit until it is let.
class ClosedLedger final : public Ledger {
public:
    explicit ClosedLedger(Errc code) : code_{code} {}
    Result<void> commit(const Batch&) override {
        return is_open ? Result<void>{} : Result<void>{Fault{code_, "ledger", "database is locked"}};
    }
    std::unique_ptr<LedgerView> view() override { return nullptr; }

    std::atomic<bool> is_open = false;

private:
    const Errc code_;
};

/// trouble() as soon as there is some.
std::optional<Fault> trouble_of(const LedgerThread& committer) {
    for (int i = 0; i < 30'000 && !committer.trouble(); ++i)
        std::this_thread::sleep_for(1ms);
    return committer.trouble();
}

}  // namespace

TEST_CASE("a ledger that another program has locked is no full disk", "[ledger_thread]") {
    for (const Errc code : {Errc::ledger_busy, Errc::ledger_full}) {
        INFO(name_of(code));
        ClosedLedger ledger{code};
        BoundedQueue<Event> events{16};
        LedgerThread committer{{std::filesystem::temp_directory_path(), 0}, ledger, events};
        CHECK_FALSE(committer.trouble().has_value());
        const Batch batch;
        committer.begin(batch);
        const auto trouble = trouble_of(committer);
        REQUIRE(trouble.has_value());
        CHECK(trouble->code == code);
        ledger.is_open = true;
        std::vector<Event> taken;
        REQUIRE(events.pop(taken, 16, 30s) == 1);
        REQUIRE(std::holds_alternative<LedgerCommitted>(taken.front()));
        CHECK_FALSE(std::get<LedgerCommitted>(taken.front()).fault.has_value());
        CHECK_FALSE(committer.trouble().has_value());
    }
}

TEST_CASE("a disk without its reserve is full before anything is written", "[ledger_thread]") {
    ClosedLedger ledger{Errc::ledger_busy};
    BoundedQueue<Event> events{16};
    const LedgerThread committer{{std::filesystem::temp_directory_path(), UINT64_MAX}, ledger, events};
    REQUIRE(committer.trouble().has_value());
    CHECK(committer.trouble()->code == Errc::ledger_full);
    CHECK(committer.trouble()->field == "disk");
}

TEST_CASE("lines that anybody can cause are bounded, and what is left out is counted", "[ledger_thread]") {
    LogBound bound;
    const auto now = LogBound::Clock::now();
    for (unsigned i = 0; i < LogBound::lines_a_minute_max; ++i)
        CHECK(bound.note(now) == 0u);
    for (int i = 0; i < 4000; ++i)
        CHECK_FALSE(bound.note(now + 59s).has_value());
    CHECK(bound.note(now + 60s) == 4000u);
    CHECK(bound.note(now + 60s) == 0u);
}
