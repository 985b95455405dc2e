#include "adapters/gateway/line_workers.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

/// Between two rounds in which nothing happened. With 500 lines a round takes a few milliseconds.
constexpr std::chrono::milliseconds idle_pause{200};
/// While somebody waits for an answer.
constexpr std::chrono::milliseconds short_pause{10};
/// Of one round. A connection takes its time, and those that stand must be heard every 10 seconds.
constexpr std::chrono::seconds connecting_max{3};

}  // namespace

LineWorkers::LineWorkers(const std::vector<std::unique_ptr<Line>>& lines, unsigned threads) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i)
        workers_.push_back(std::make_unique<Worker>());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Worker& worker = *workers_[i % workers_.size()];
        worker.lines.push_back(lines[i].get());
        worker_of_.emplace(lines[i].get(), &worker);
    }
    for (const auto& worker : workers_)
        worker->thread = std::thread{[w = worker.get()] { work(*w); }};
}

LineWorkers::~LineWorkers() {
    for (const auto& worker : workers_) {
        const std::scoped_lock lock{worker->mutex};
        worker->is_stopping = true;
        worker->changed.notify_one();
    }
    for (const auto& worker : workers_)
        worker->thread.join();
}

void LineWorkers::wake(const Line& line) {
    Worker& worker = *worker_of_.at(&line);
    {
        const std::scoped_lock lock{worker.mutex};
        worker.is_woken = true;
    }
    worker.changed.notify_one();
}

void LineWorkers::work(Worker& worker) {
    for (;;) {
        bool has_happened = false;
        bool is_expecting = false;
        const auto begun = std::chrono::steady_clock::now();
        for (Line* line : worker.lines) {
            if (!line->is_connected() && std::chrono::steady_clock::now() - begun > connecting_max) {
                has_happened = true;
                continue;
            }
            has_happened = line->turn() || has_happened;
            is_expecting = line->is_expecting() || is_expecting;
        }
        std::unique_lock lock{worker.mutex};
        if (!has_happened)
            worker.changed.wait_for(lock, is_expecting ? short_pause : idle_pause,
                                    [&] { return worker.is_woken || worker.is_stopping; });
        worker.is_woken = false;
        if (worker.is_stopping)
            return;
    }
}

}  // namespace hub::gateway
