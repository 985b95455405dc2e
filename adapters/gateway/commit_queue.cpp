#include "adapters/gateway/commit_queue.hpp"

#include "hub/telemetry/events.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

constexpr std::size_t commits_between_checkpoints = 64;

}  // namespace

CommitQueue::CommitQueue(Connection connection)
    : connection_{std::move(connection)}, thread_{[this] { work_off(); }} {}

CommitQueue::~CommitQueue() {
    {
        const std::scoped_lock lock{mutex_};
        is_closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

Result<void> CommitQueue::perform(Work work) {
    std::future<Result<void>> done;
    {
        const std::scoped_lock lock{mutex_};
        if (failure_)
            return *failure_;
        waiting_.push_back({std::move(work), std::promise<Result<void>>{}});
        done = waiting_.back().done->get_future();
    }
    changed_.notify_one();
    return done.get();
}

void CommitQueue::perform_later(Work work) {
    {
        const std::scoped_lock lock{mutex_};
        if (failure_)
            return;
        if (waiting_.size() < later_max) {
            waiting_.push_back({std::move(work), std::nullopt});
            changed_.notify_one();
            return;
        }
    }
    (void)perform(std::move(work));
}

std::optional<Fault> CommitQueue::failure() const {
    const std::scoped_lock lock{mutex_};
    return failure_;
}

void CommitQueue::work_off() {
    for (;;) {
        std::vector<Job> jobs;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [&] { return is_closing_ || !waiting_.empty(); });
            if (waiting_.empty())
                return;
            while (!waiting_.empty() && jobs.size() < works_in_commit_max) {
                jobs.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
        }
        commit(jobs);
    }
}

void CommitQueue::commit(std::vector<Job>& jobs) {
    std::vector<Result<void>> results(jobs.size());
    const auto broken = failure();
    const auto written = broken ? Result<void>{*broken} : write(jobs, results);
    if (!written) {
        if (connection_.database().is_in_transaction())
            (void)connection_.database().execute("ROLLBACK");
        std::ranges::fill(results, written);
        note_failure(written);
    } else {
        note_failure(tidy_log());
    }
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (jobs[i].done)
            jobs[i].done->set_value(results[i]);
}

Result<void> CommitQueue::write(std::vector<Job>& jobs, std::vector<Result<void>>& results) {
    ledger::Database& database = connection_.database();
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (auto marked = database.execute("SAVEPOINT work"); !marked)
            return marked;
        results[i] = jobs[i].work(connection_);
        // A full disk ends the transaction by itself.
        if (!results[i] && !database.is_in_transaction())
            return results[i];
        if (auto closed = database.execute(results[i] ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
            !closed)
            return closed;
    }
    return database.execute("COMMIT");
}

Result<void> CommitQueue::tidy_log() {
    return ++commits_ % commits_between_checkpoints == 0 ? connection_.database().checkpoint()
                                                         : Result<void>{};
}

/// A full disk may have room again; a checkpoint that met it is made later, for the log holds everything.
void CommitQueue::note_failure(const Result<void>& written) {
    if (written || disposition_of(written.error().code) != Disposition::halt || failure())
        return;
    const Fault fault = written.error();
    log(events::mailbox_failed, {.why = &fault});
    const std::scoped_lock lock{mutex_};
    failure_ = fault;
}

}  // namespace hub::gateway
