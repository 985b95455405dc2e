// What is said of a ledger that takes nothing: which of the reasons it is.

#include "hub/ledger_thread.hpp"
#include "hub/telemetry/events.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdio>
#include <fstream>

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

/// What is logged while it lives, line by line.
class Logged {
public:
    Logged() : file_{std::tmpfile()}, before_{::dup(STDERR_FILENO)} {
        (void)::dup2(::fileno(file_), STDERR_FILENO);
        start_logging(LogLevel::info, LogFormat::json, LogLanguage::en);
    }
    ~Logged() {
        (void)::dup2(before_, STDERR_FILENO);
        (void)::close(before_);
        (void)std::fclose(file_);
        start_logging(LogLevel::warning, LogFormat::text);
    }
    Logged(const Logged&) = delete;
    Logged& operator=(const Logged&) = delete;

    std::size_t lines_with(std::string_view text) const {
        std::ifstream lines{"/proc/self/fd/" + std::to_string(::fileno(file_))};
        std::size_t count = 0;
        for (std::string line; std::getline(lines, line);)
            count += line.find(text) != std::string::npos ? 1U : 0U;
        return count;
    }

private:
    std::FILE* file_;
    int before_;
};

EnvelopeRecord refused_of(const AgencyCode& sender) {
    EnvelopeRecord refused{.sender = sender,
                           .id = std::nullopt,
                           .header = nullptr,
                           .frame = nullptr,
                           .header_digest = {},
                           .accepted_at = {},
                           .refusal = Fault{Errc::receiver_unknown, "to", {}},
                           .receivers = {}};
    refused.header = std::make_shared<const EnvelopeHeader>(EnvelopeHeader{.id = EnvelopeId::make(0, {}),
                                                                           .kind = Kind::document,
                                                                           .sender = sender,
                                                                           .receivers = {},
                                                                           .created_at = {},
                                                                           .expires_at = {},
                                                                           .document = {},
                                                                           .business_refers_to = {},
                                                                           .business_reason = {},
                                                                           .status = {},
                                                                           .parts = {},
                                                                           .traceparent = {},
                                                                           .refusal = {},
                                                                           .secrecy = {}});
    return refused;
}

}  // namespace

TEST_CASE("a sender that is refused all the time fills no log, and takes no line from another", "[ledger_thread]") {
    const Logged logged;
    ClosedLedger ledger{Errc::ledger_busy};
    ledger.is_open = true;
    BoundedQueue<Event> events{16};
    LedgerThread committer{{std::filesystem::temp_directory_path(), 0}, ledger, events};
    Batch batch;
    batch.envelopes.assign(4000, refused_of(test::code("H43.01")));
    batch.envelopes.push_back(refused_of(test::code("H43.02")));
    committer.begin(batch);
    std::vector<Event> taken;
    REQUIRE(events.pop(taken, 16, 30s) == 1);
    const std::string event = "ENVELOPE_REFUSED";
    CHECK(logged.lines_with(event) == LogBound::lines_of_one_max + 1);
    CHECK(logged.lines_with("H43.02") == 1);
}

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
    LogBound of_one{LogBound::lines_of_one_max};
    for (unsigned i = 0; i < LogBound::lines_of_one_max; ++i)
        CHECK(of_one.note(now) == 0u);
    CHECK_FALSE(of_one.note(now).has_value());
}
