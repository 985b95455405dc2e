#pragma once
// Between those who ask over HTTP and the core: an upload that is complete, or a legal hold, becomes an event, and
// whoever asked waits until its commit is answered. Thread-safe.

#include "hub/contents/file_content_store.hpp"
#include "hub/core/desk.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/queue.hpp"
#include "hub/http/content_server.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

namespace hub {

class Requests final {
public:
    explicit Requests(BoundedQueue<Event>& events) : events_{events} {}

    /// `make` builds the event for the ticket that it is given. Returns its answer; timed_out when the hub stops, too
    /// many wait already or nothing was committed in time: then it may still happen. What nobody waits for any more
    /// counts until it is answered, since its event may still be in the inbox.
    Result<void> ask(const std::function<Event(Ticket)>& make, std::chrono::milliseconds at_most);
    void answer(Answer given);
    /// Nobody waits any more, and nobody may ask.
    void stop();

private:
    struct Waiting {
        std::optional<Answer> answer;
        bool is_given_up = false;
    };

    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::condition_variable answered_;
    std::map<Ticket, Waiting> waiting_;
    std::uint64_t last_ticket_ = 0;
    bool is_stopping_ = false;
};

/// What the content store's door asks, answered from directory, ledger and store.
class ContentAnswers final : public http::ContentDesk {
public:
    using Clock = std::function<Instant()>;
    ContentAnswers(std::shared_ptr<const Directory> directory, std::unique_ptr<LedgerView> view,
                   contents::FileContentStore& store, Requests& requests, BoundedQueue<Event>& events, Clock clock,
                   std::function<bool()> is_busy)
        : directory_{std::move(directory)}, view_{std::move(view)}, store_{store}, requests_{requests}, events_{events},
          clock_{std::move(clock)}, is_busy_{std::move(is_busy)} {}

    std::optional<AgencyCode> agency_of(const Digest& certificate_sha256) override;
    Result<std::optional<ContentRecord>> may_fetch(const AgencyCode& agency, const Digest& digest) override;
    ContentStore& store() override { return store_; }
    Result<void> stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy) override;
    void damaged(const Digest& digest, CopyId copy) override;
    void failed(const AgencyCode& agency, const Fault& fault) override;
    bool is_busy() override { return is_busy_(); }

private:
    const std::shared_ptr<const Directory> directory_;
    std::mutex mutex_;                               ///< Guards view_: one thread at a time may ask it.
    std::unique_ptr<LedgerView> view_;
    contents::FileContentStore& store_;
    Requests& requests_;
    BoundedQueue<Event>& events_;
    const Clock clock_;
    const std::function<bool()> is_busy_;
};

/// Performs what the core decided about requests and copies. `store` may be null: no large parts are taken.
class HubDesk final : public Desk {
public:
    HubDesk(Requests& requests, contents::FileContentStore* store) : requests_{requests}, store_{store} {}
    void perform(Answer effect) override { requests_.answer(std::move(effect)); }
    void perform(RemoveCopy effect) override;

private:
    Requests& requests_;
    contents::FileContentStore* store_;
};

}  // namespace hub
