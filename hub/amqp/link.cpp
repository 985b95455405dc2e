#include "hub/amqp/link.hpp"

#include <algorithm>
#include <utility>

namespace hub::amqp {

std::chrono::milliseconds BackOff::next() {
    constexpr std::int64_t first_ms = 100;
    constexpr std::int64_t max_ms = 10'000;
    const std::int64_t ceiling = std::min(max_ms, first_ms << std::min(tries_++, 10u));
    // Between half of it and all of it: adapters that lost the same broker must not come back at one instant.
    return std::chrono::milliseconds{std::uniform_int_distribution{ceiling / 2, ceiling}(random_)};
}

LinkStatus Link::status() const {
    const std::lock_guard lock{mutex_};
    return {state_, trouble_};
}

void Link::stop() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    stopped_.notify_all();
}

void Link::came_up() {
    back_off_.reset();
    set(LinkState::up, {});
}

void Link::went_down(const Result<void>& why) {
    set(LinkState::connecting, why ? std::string{} : why.error().field + ": " + why.error().peer_text);
}

void Link::set_blocked(bool is_blocked, std::string reason) {
    set(is_blocked ? LinkState::blocked : LinkState::up, std::move(reason));
}

void Link::wait_to_retry() {
    std::unique_lock lock{mutex_};
    stopped_.wait_for(lock, back_off_.next(), [this] { return is_stopping_.load(); });
}

void Link::set(LinkState state, std::string trouble) {
    const std::lock_guard lock{mutex_};
    state_ = state;
    trouble_ = std::move(trouble);
}

}  // namespace hub::amqp
