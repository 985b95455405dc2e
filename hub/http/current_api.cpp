#include "hub/http/current_api.hpp"

#include <utility>

namespace hub::http {
namespace {

Work kept(Work work, std::shared_ptr<Api> api) {
    return [work = std::move(work), api = std::move(api)] { return work(); };
}

}  // namespace

/// What one listener is told by its Api, for as long as that is the one that holds.
class CurrentApi::Kept final : public Hearing {
public:
    Kept(const CurrentApi& current, std::shared_ptr<Api> api, std::unique_ptr<Hearing> hearing)
        : current_{current}, api_{std::move(api)}, hearing_{std::move(hearing)} {}

    std::optional<std::string> next() override {
        return current_.get() == api_ ? hearing_->next() : std::nullopt;
    }

private:
    const CurrentApi& current_;
    const std::shared_ptr<Api> api_;              ///< Outlives what it has begun.
    const std::unique_ptr<Hearing> hearing_;
};

void CurrentApi::set(std::shared_ptr<Api> next) {
    const std::lock_guard lock{mutex_};
    api_.swap(next);
}

std::shared_ptr<Api> CurrentApi::get() const {
    const std::lock_guard lock{mutex_};
    return api_;
}

Begun CurrentApi::begin(const Request& request) {
    const auto api = get();
    Begun begun = api->begin(request);
    if (auto* const work = std::get_if<Work>(&begun))
        *work = kept(std::move(*work), api);
    else if (auto* const long_work = std::get_if<LongWork>(&begun))
        long_work->work = kept(std::move(long_work->work), api);
    else if (auto* const stream = std::get_if<Stream>(&begun))
        stream->hearing = std::make_unique<Kept>(*this, api, std::move(stream->hearing));
    return begun;
}

}  // namespace hub::http
