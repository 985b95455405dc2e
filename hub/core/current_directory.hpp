#pragma once
// The directory that holds now, for threads that ask it one question at a time: a reload of the settings puts another one
// in its place, and whoever still reads the old one keeps it. Thread-safe.

#include "hub/core/directory.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace hub {

class CurrentDirectory {
public:
    explicit CurrentDirectory(std::shared_ptr<const Directory> first) : directory_{std::move(first)} {}

    /// For one question: what it points to lives as long as what is given here.
    std::shared_ptr<const Directory> get() const {
        const std::lock_guard lock{mutex_};
        return directory_;
    }
    void set(std::shared_ptr<const Directory> next) {
        const std::lock_guard lock{mutex_};
        directory_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Directory> directory_;
};

}  // namespace hub
