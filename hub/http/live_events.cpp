#include "hub/http/live_events.hpp"

#include "hub/access/store.hpp"
#include "hub/http/listeners.hpp"
#include "hub/http/live_state.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"


namespace hub::http {
namespace {

constexpr std::chrono::seconds full_pause{30};
constexpr std::chrono::milliseconds reconnect_after{5000};

std::string event_text(std::string_view event, std::string_view data, std::string_view id = {}) {
    std::string text;
    if (!id.empty())
        text += "id: " + std::string{id} + '\n';
    return text + "event: " + std::string{event} + "\ndata: " + std::string{data} + "\n\n";
}

/// A clock may be set back: that ends no waiting later than it should have ended.
bool is_over(Instant since, std::chrono::milliseconds span, Instant now) { return now < since || now - since >= span; }

/// What all who listen have in common.
struct Broadcast {
    explicit Broadcast(Sources& given) : sources{given}, state{given}, life{std::to_string(given.now().time_since_epoch().count())} {}

    /// "LIFE-REVISION": what another process counted is worth nothing.
    std::string id_of(LiveState::Revision revision) const { return life + '-' + std::to_string(revision); }
    std::optional<LiveState::Revision> revision_of(std::string_view id) const {
        if (!id.starts_with(life + '-'))
            return std::nullopt;
        const auto revision = parse_number(id.substr(life.size() + 1));
        return revision && *revision <= state.revision() ? revision : std::nullopt;
    }

    Sources& sources;
    LiveState state;
    const std::string life;
    Listeners listeners{{}};
};

class LiveHearing final : public Hearing {
public:
    LiveHearing(Broadcast& broadcast, Listeners::Place place, const Call& call)
        : broadcast_{broadcast}, place_{std::move(place)}, caller_{call.caller},
          heard_{broadcast.revision_of(call.request.last_event_id)}, checked_at_{call.now}, told_at_{call.now} {}

    std::optional<std::string> next() override;

private:
    bool is_still_welcome(Instant now) const;
    std::string tick(Instant now) const;
    std::string changes(Instant now);

    Broadcast& broadcast_;
    const Listeners::Place place_;
    const Caller caller_;
    std::optional<LiveState::Revision> heard_;   ///< Nullopt: who knows what it has missed.
    Instant checked_at_;
    Instant told_at_;
    bool has_begun_ = false;
};

std::optional<std::string> LiveHearing::next() {
    const Instant now = broadcast_.sources.now();
    if (is_over(checked_at_, caller_checked_every, now)) {
        if (!is_still_welcome(now))
            return std::nullopt;
        checked_at_ = now;
    }
    std::string text = has_begun_ ? std::string{} : "retry: " + std::to_string(reconnect_after.count()) + "\n\n";
    text += caller_.role == Role::clerk ? tick(now) : changes(now);
    has_begun_ = true;
    if (text.empty() && is_over(told_at_, heartbeat_every, now))
        text = event_text("beat", "{}");
    if (!text.empty())
        told_at_ = now;
    return text;
}

bool LiveHearing::is_still_welcome(Instant now) const {
    access::AccessStore* const access = broadcast_.sources.access;
    if (caller_.by == KnownBy::place)
        return !access || !access->has_users();
    if (!caller_.secret)
        return true;
    const auto known = access->still_known(*caller_.secret, now);
    return known && *known && (*known)->name == caller_.name && (*known)->role == caller_.role
           && (*known)->agency == caller_.agency;
}

std::string LiveHearing::tick(Instant now) const {
    return has_begun_ && !is_over(told_at_, clerk_looks_every, now) ? std::string{} : event_text("look_again", "{}");
}

std::string LiveHearing::changes(Instant now) {
    LiveState& state = broadcast_.state;
    state.look(now);
    std::string text;
    const std::string id = broadcast_.id_of(state.revision());
    if (!heard_)
        text = event_text("look_again", "{}", id);
    else
        for (const LiveState::Change& change : state.since(*heard_, caller_.may(Right::operate)))
            text += event_text(change.event, change.data, id);
    heard_ = state.revision();
    return text;
}

Begun listen(Broadcast& broadcast, const Call& call) {
    auto place = broadcast.listeners.take(call.caller);
    if (!place)
        return too_many_requests(full_pause, call.language());
    return Stream{std::make_unique<LiveHearing>(broadcast, std::move(*place), call)};
}

}  // namespace

std::vector<Route> live_routes(Sources& sources) {
    const auto broadcast = std::make_shared<Broadcast>(sources);
    return {{"GET", "/v1/events", Right::read, {}, Where::here,
             [broadcast](const Call& call) { return listen(*broadcast, call); }}};
}

}  // namespace hub::http
