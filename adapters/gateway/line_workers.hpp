#pragma once
// A few threads that take turns with many lines. A line is always one worker's.

#include "adapters/gateway/line.hpp"

namespace hub::gateway {

class LineWorkers {
public:
    /// `lines` must outlive it.
    LineWorkers(const std::vector<std::unique_ptr<Line>>& lines, unsigned threads);
    ~LineWorkers();  ///< After the turn that is under way.

    /// A line has got something to do.
    void wake(const Line& line);

private:
    struct Worker {
        std::vector<Line*> lines;
        std::mutex mutex;
        std::condition_variable changed;
        bool is_woken = false;
        bool is_stopping = false;
        std::thread thread;
    };
    static void work(Worker& worker);

    std::vector<std::unique_ptr<Worker>> workers_;
    std::map<const Line*, Worker*> worker_of_;
};

}  // namespace hub::gateway
