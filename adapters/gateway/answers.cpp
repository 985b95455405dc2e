#include "adapters/gateway/answers.hpp"

namespace hub::gateway {

Answers::Waiter::Waiter(Answers& answers, const EnvelopeId& id) : answers_{answers}, id_{id} {
    const std::scoped_lock lock{answers_.mutex_};
    answers_.waiting_.emplace(id_, &answer_);
}

Answers::Waiter::~Waiter() {
    const std::scoped_lock lock{answers_.mutex_};
    std::erase_if(answers_.waiting_, [&](const auto& each) { return each.second == &answer_; });
}

std::optional<Answer> Answers::Waiter::wait(std::chrono::milliseconds at_most) {
    std::unique_lock lock{answers_.mutex_};
    answers_.changed_.wait_for(lock, at_most, [&] { return answer_.has_value(); });
    return answer_;
}

void Answers::tell(const EnvelopeId& id, const Answer& answer) {
    {
        const std::scoped_lock lock{mutex_};
        const auto [first, last] = waiting_.equal_range(id);
        if (first == last)
            return;
        for (auto each = first; each != last; ++each)
            if (!*each->second)
                *each->second = answer;
    }
    changed_.notify_all();
}

}  // namespace hub::gateway
