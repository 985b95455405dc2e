#pragma once
// An answer that is dear to make and is asked for by each open page: whoever sees everything is told what another has
// just been told. One thread.

#include "hub/http/router.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace hub::http {

class SharedAnswer {
public:
    /// However dear it is, it is made again after this.
    static constexpr std::chrono::milliseconds shared_max{10'000};
    /// It takes no more of the thread than one part of so many.
    static constexpr int share = 20;

    explicit SharedAnswer(std::chrono::milliseconds shared_min) : shared_min_{shared_min} {}

    /// What make() gives, a Response, or gave to another a moment ago. Not for callers with a scope of their own.
    template <class Make>
    Response answer(const Call& call, Make make) {
        if (call.caller.scope())
            return make();
        if (made_at_ && call.now >= *made_at_ && call.now - *made_at_ < shared_for_)
            return response_;
        const auto begun = std::chrono::steady_clock::now();
        Response response = make();
        const auto took = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        if (response.status != 200)
            return response;
        shared_for_ = std::clamp(took * share, shared_min_, shared_max);
        made_at_ = call.now;
        return response_ = std::move(response);
    }

    /// What was told is told to nobody else.
    void forget() noexcept { made_at_.reset(); }

private:
    const std::chrono::milliseconds shared_min_;
    std::chrono::milliseconds shared_for_{};
    std::optional<Instant> made_at_;
    Response response_;
};

}  // namespace hub::http
