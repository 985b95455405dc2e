#pragma once
// Between those who ask over HTTP and the core: an upload that is complete, or a legal hold, becomes an event, and
// whoever asked waits until its commit is answered. Thread-safe.

#include "hub/contents/file_content_store.hpp"
#include "hub/core/current_directory.hpp"
#include "hub/core/desk.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/queue.hpp"
#include "hub/http/content_server.hpp"
#include "hub/refusal_log.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

namespace hub {

class Requests final {
public:
    explicit Requests(BoundedQueue<Event>& events) : events_{events} {}

    using Make = std::function<Event(Ticket)>;
    using Answered = std::function<void(Result<void>)>;

    /// `make` builds the event for the ticket that it is given. `answered` is called once, from any thread, with the
    /// answer; with timed_out when the hub stops or too many wait already. It must not wait, nor ask anything here; and
    /// it is not called any more once stop() has returned.
    void begin(const Make& make, Answered answered);
    /// begin(), and waits. timed_out also when nothing was committed in time: then it may still happen, and it counts
    /// as waiting until it is answered, since its event may still be in the inbox.
    Result<void> ask(const Make& make, std::chrono::milliseconds at_most);
    void answer(const Answer& given);
    /// Nobody waits any more, and nobody may ask.
    void stop();

private:
    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::map<Ticket, Answered> waiting_;
    std::uint64_t last_ticket_ = 0;
    bool is_stopping_ = false;
};

/// What the content store's door asks, answered from directory, ledger and store.
class ContentAnswers final : public http::ContentDesk {
public:
    using Clock = std::function<Instant()>;
    /// Told what may be of the store as a whole: its disk is to be asked.
    using Unusable = std::function<void(const AgencyCode&, const Fault&)>;
    ContentAnswers(std::shared_ptr<const Directory> directory, std::unique_ptr<LedgerView> view,
                   contents::FileContentStore& store, Requests& requests, BoundedQueue<Event>& events,
                   RefusalLog& refusals, Clock clock, std::function<std::optional<Fault>()> trouble,
                   std::function<bool()> is_busy, Unusable unusable = {})
        : directory_{std::move(directory)}, view_{std::move(view)}, store_{store}, requests_{requests}, events_{events},
          refusals_{refusals}, clock_{std::move(clock)}, trouble_{std::move(trouble)}, is_busy_{std::move(is_busy)},
          unusable_{std::move(unusable)} {}

    /// Whose certificates open the door from the next question on.
    void use(std::shared_ptr<const Directory> directory) { directory_.set(std::move(directory)); }
    std::optional<AgencyCode> agency_of(const Digest& certificate_sha256) override;
    void turned_away(const std::optional<Digest>& certificate_sha256, std::string_view address) override;
    Result<std::optional<ContentRecord>> may_fetch(const AgencyCode& agency, const Digest& digest) override;
    ContentStore& store() override { return store_; }
    Result<void> may_put() override;
    void stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                std::function<void(Result<void>)> known) override;
    void damaged(const Digest& digest, CopyId copy) override;
    /// What was damaged() before.
    void whole(const Digest& digest, CopyId copy);
    void failed(const AgencyCode& agency, const Fault& fault) override;
    bool is_busy() override { return is_busy_(); }

private:
    CurrentDirectory directory_;
    std::mutex mutex_;                               ///< Guards view_: one thread at a time may ask it.
    std::unique_ptr<LedgerView> view_;
    contents::FileContentStore& store_;
    Requests& requests_;
    BoundedQueue<Event>& events_;
    RefusalLog& refusals_;
    const Clock clock_;
    const std::function<std::optional<Fault>()> trouble_; ///< Why the ledger or the store takes nothing.
    const std::function<bool()> is_busy_;
    const Unusable unusable_;
};

/// Performs what the core decided about requests and copies. `store` may be null: no large parts are taken.
class HubDesk final : public Desk {
public:
    HubDesk(Requests& requests, contents::FileContentStore* store) : requests_{requests}, store_{store} {}
    void perform(Answer effect) override { requests_.answer(effect); }
    void perform(RemoveCopy effect) override;

private:
    Requests& requests_;
    contents::FileContentStore* store_;
};

}  // namespace hub
