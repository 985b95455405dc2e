#include "hub/http/health.hpp"

#include "hub/http/json.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours units_old_after{36};            // They are read once a night.
constexpr std::chrono::hours told_for{24};
constexpr std::chrono::seconds clock_set_at_least{2};
constexpr std::chrono::minutes clock_behind_at_least{1};

void look_at_broker(const HubStatus& status, const Lately& lately, std::vector<Finding>& found) {
    const auto add = [&](const Trouble& cause, Light light) {
        for (const Lamp lamp : {Lamp::receive, Lamp::deliver})
            found.push_back({&cause, lamp, light, {}, {}, 0});
    };
    if (status.broker == "blocked")
        add(troubles::broker_blocked, Light::red);
    else if (status.broker != "up")
        add(troubles::broker_down, Light::red);
    if (status.relay.is_refilling)
        found.push_back({&troubles::broker_wiped, Lamp::deliver, Light::yellow, {}, {}, 0});
    if (lately.inboxes_lost > 0)
        found.push_back({&troubles::inbox_lost, Lamp::deliver, Light::yellow, {}, {}, lately.inboxes_lost});
}

void look_at_store(const Looked& looked, std::vector<Finding>& found) {
    const HubStatus& status = looked.status;
    if (status.is_ledger_full)
        found.push_back({&troubles::ledger_full, Lamp::store, Light::red, {}, {}, 0});
    if (status.is_ledger_busy)
        found.push_back({&troubles::ledger_busy, Lamp::store, Light::red, {}, {}, 0});
    if (status.contents && status.contents->is_full)
        found.push_back({&troubles::contents_full, Lamp::store, Light::red, {}, {}, 0});
    if (status.contents && status.contents->is_unusable)
        found.push_back({&troubles::contents_unusable, Lamp::store, Light::red, {}, {}, 0});
    if (looked.lately.unreadable > 0)
        found.push_back({&troubles::document_unreadable, Lamp::store, Light::red, {}, {}, looked.lately.unreadable});
    if (looked.contents_damaged > 0)
        found.push_back({&troubles::content_damaged, Lamp::store, Light::yellow, {}, {}, looked.contents_damaged});
    if (status.is_ledger_slow)
        found.push_back({&troubles::ledger_slow, Lamp::store, Light::yellow, {}, {}, 0});
    const bool is_full = status.is_ledger_full || (status.contents && status.contents->is_full);
    const std::uint64_t free = std::min(status.disk_free_bytes, status.contents ? status.contents->disk_free_bytes : UINT64_MAX);
    if (!is_full && free < disk_short_bytes)
        found.push_back({&troubles::disk_short, Lamp::store, Light::yellow, {}, {}, 0});
}

/// Of agencies that try now: what they bring, or fetch, waits at their adapters.
void look_at_refusals(const HubStatus& status, std::vector<Finding>& found) {
    const bool is_full = status.contents && status.contents->is_full;
    for (const ContentRefusal& one : status.refusals.current) {
        if (one.why == Errc::certificate_not_valid_now)
            found.push_back({&troubles::content_certificate_ended, Lamp::route, Light::yellow, one.agency,
                             one.certificate_until, 0});
        else if (one.why == Errc::quota_exceeded)
            found.push_back({&troubles::content_quota, Lamp::store, Light::yellow, one.agency, one.since, 0});
        // There is room, but not beside what others have begun.
        else if (one.why == Errc::contents_full && !is_full)
            found.push_back({&troubles::contents_full, Lamp::store, Light::yellow, one.agency, one.since, 0});
    }
}

/// Of an agency the certificate counts that lasts longest: the others may be old ones.
std::optional<Instant> last_day(const Agency& agency) {
    std::optional<Instant> last;
    for (const Certificate& certificate : agency.certificates)
        last = std::max(last.value_or(certificate.valid_until()), certificate.valid_until());
    return last;
}

void look_at_certificates(const Looked& looked, std::vector<Finding>& found) {
    const auto add = [&](Instant until, const std::optional<AgencyCode>& agency) {
        if (until <= looked.now)
            found.push_back({&troubles::certificate_ended, Lamp::route, agency ? Light::yellow : Light::red, agency, until, 0});
        else if (until - looked.now < certificate_warned)
            found.push_back({&troubles::certificate_ends, Lamp::route, Light::yellow, agency, until, 0});
    };
    add(looked.certificate_valid_until, std::nullopt);
    for (const Agency& agency : looked.directory.agencies()) {
        const bool is_closed = agency.closed_at && *agency.closed_at <= looked.now;
        if (const auto last = last_day(agency); last && !is_closed)
            add(*last, agency.code);
    }
}

/// Of what is counted anew every few seconds: a connector that is only started again is no news.
constexpr std::chrono::seconds unread_at_least{20};

/// One comes every ten seconds. In either direction: the clock may have been set back since.
bool is_fresh(const AxisLink& link, Instant now) {
    constexpr std::chrono::seconds word_holds_for{60};
    return link.heard_at && std::chrono::abs(now - *link.heard_at) <= word_holds_for;
}

void look_at_axis(const HubStatus& status, Instant now, std::vector<Finding>& found) {
    // Without the broker nobody is heard, and that has causes of its own.
    if (status.broker != "up")
        return;
    for (const auto& [agency, link] : status.relay.axis) {
        if (link.unread_since && now - *link.unread_since >= unread_at_least)
            found.push_back({&troubles::axis_unread, Lamp::axis, Light::red, agency, link.unread_since, 0});
        else if (link.down_since && is_fresh(link, now))
            found.push_back({&troubles::axis_down, Lamp::axis, Light::red, agency, link.down_since, 0});
    }
}

/// Each with how many documents are late to be fetched.
std::map<AgencyCode, Finding> paused_queues(const Looked& looked) {
    std::map<AgencyCode, Finding> paused;
    for (const QueueControl& control : looked.queues)
        if (control.paused)
            paused.emplace(control.agency, Finding{&troubles::queue_paused, Lamp::deliver, Light::yellow, control.agency,
                                                   control.paused->at, 0});
    for (const Overdue& late : looked.overdue)
        if (const auto finding = paused.find(late.agency); finding != paused.end() && late.duty == Duty::retrieval)
            finding->second.count += late.count;
    return paused;
}

/// What needs a restart is only not to be forgotten; files with mistakes would keep the hub from coming back.
void look_at_configuration(const ConfigurationState& state, std::vector<Finding>& found) {
    if (state.refused_at)
        found.push_back({&troubles::config_refused, Lamp::route, Light::yellow, {}, state.refused_at, state.mistakes.size()});
    if (!state.restart_needed.empty())
        found.push_back({&troubles::config_needs_restart, Lamp::route, Light::green, {}, state.loaded_at,
                         state.restart_needed.size()});
}

void look_at_receivers(const Looked& looked, std::vector<Finding>& found) {
    if (looked.failed > 0)
        found.push_back({&troubles::deliveries_failed, Lamp::deliver, Light::red, {}, {}, looked.failed});
    if (looked.parked > 0)
        found.push_back({&troubles::deliveries_parked, Lamp::deliver, Light::green, {}, {}, looked.parked});
    const auto paused = paused_queues(looked);
    for (const auto& [agency, finding] : paused)
        found.push_back(finding);
    if (looked.units_read_at && looked.now - *looked.units_read_at > units_old_after)
        found.push_back({&troubles::units_old, Lamp::axis, Light::yellow, {}, looked.units_read_at, 0});
    for (const Overdue& late : looked.overdue) {
        // Of a paused queue what is late is in its own finding: it is nobody's fault but ours, and no surprise.
        if (late.duty != Duty::retrieval || paused.contains(late.agency))
            continue;
        const Agency* const agency = looked.directory.find(late.agency);
        const bool is_axis = agency && agency->is_axis;
        const auto same = std::ranges::find_if(found, [&](const Finding& f) {
            return f.agency == late.agency && (f.cause == &troubles::agency_late || f.cause == &troubles::axis_late);
        });
        if (same != found.end()) {
            same->count += late.count;
            same->since = std::min(same->since.value_or(late.oldest_since), late.oldest_since);
        } else {
            found.push_back({is_axis ? &troubles::axis_late : &troubles::agency_late, is_axis ? Lamp::axis : Lamp::deliver,
                             is_axis ? Light::red : Light::yellow, late.agency, late.oldest_since, late.count});
        }
    }
}

json::object cause_row(const Finding& finding, const Directory& directory, bool is_vietnamese) {
    const Words& words = finding.cause->words;
    const Agency* const agency = finding.agency ? directory.find(*finding.agency) : nullptr;
    const auto text_or_null = [](bool is_there, std::string_view text) {
        return is_there ? json::value(json_text(text)) : json::value(nullptr);
    };
    return {{"cause", json::string{finding.cause->id}},
            {"light", json::string{name_of(finding.light)}},
            {"title", json_text(is_vietnamese ? words.title_vi : words.title_en)},
            {"remedy", json_text(is_vietnamese ? words.remedy_vi : words.remedy_en)},
            {"agency", text_or_null(finding.agency.has_value(), finding.agency ? finding.agency->text() : "")},
            {"name", text_or_null(agency != nullptr, agency ? agency->name : "")},
            {"since", finding.since ? json::value(json_text(time_text(*finding.since))) : json::value(nullptr)},
            {"count", finding.count}};
}

Response health(Sources& sources, const Call& call) {
    // A clerk sees its own agency: how the hub is tells of all the others.
    if (call.caller.scope())
        return problem({Errc::not_allowed, "health", {}}, call.language());
    const auto found = find_out(sources, sources.status(), call.now);
    if (!found)
        return problem(found.error(), call.language());
    json::array out;
    Light worst = Light::green;
    for (const Lamp lamp : lamps) {
        json::array causes;
        for (const Finding& finding : *found)
            if (finding.lamp == lamp)
                causes.push_back(cause_row(finding, *sources.directory, call.language().starts_with("vi")));
        const Light light = light_of(*found, lamp);
        worst = std::max(worst, light);
        out.push_back(json::object{{"lamp", json::string{name_of(lamp)}},
                                   {"light", json::string{name_of(light)}},
                                   {"causes", std::move(causes)}});
    }
    return json_response(json::object{
        {"as_of", time_text(call.now)}, {"light", json::string{name_of(worst)}}, {"lamps", std::move(out)}});
}

}  // namespace

std::string_view name_of(Lamp lamp) noexcept {
    switch (lamp) {
    case Lamp::receive: return "receive";
    case Lamp::route: return "route";
    case Lamp::deliver: return "deliver";
    case Lamp::axis: return "axis";
    case Lamp::store: return "store";
    }
    return "receive";
}

std::string_view name_of(Light light) noexcept {
    switch (light) {
    case Light::green: return "green";
    case Light::yellow: return "yellow";
    case Light::red: return "red";
    }
    return "red";
}

std::chrono::seconds clock_behind(const HubStatus& status) noexcept {
    const auto behind = std::chrono::floor<std::chrono::seconds>(status.written_until - status.now);
    return behind > clock_behind_at_least ? behind : std::chrono::seconds{0};
}

Lately notice(Noticed& noticed, const HubStatus& status, const std::function<std::chrono::milliseconds()>& uptime,
              Instant now) {
    const auto count_of = [&](Noticed::Growth& growth, std::uint64_t count) {
        if (count > growth.count)
            growth.at = now;
        growth.count = count;
        return now - growth.at < told_for ? count : 0;
    };
    Lately found{count_of(noticed.inboxes_lost, status.relay.inboxes_lost),
                 count_of(noticed.unreadable, status.relay.unreadable), {}};
    if (uptime) {
        const std::chrono::milliseconds ahead = now.time_since_epoch() - uptime();
        found.clock_set_by = ahead - *(noticed.clock_ahead ? noticed.clock_ahead : noticed.clock_ahead = ahead);
    }
    return found;
}

std::vector<Finding> findings_of(const Looked& looked) {
    std::vector<Finding> found;
    look_at_broker(looked.status, looked.lately, found);
    look_at_store(looked, found);
    look_at_certificates(looked, found);
    const auto set_by = std::chrono::floor<std::chrono::seconds>(std::chrono::abs(looked.lately.clock_set_by));
    if (set_by >= clock_set_at_least)
        found.push_back({&troubles::clock_set, Lamp::route, Light::yellow, {}, {}, static_cast<std::uint64_t>(set_by.count())});
    if (const auto behind = clock_behind(looked.status); behind > std::chrono::seconds{0})
        found.push_back({&troubles::clock_behind, Lamp::route, Light::yellow, {}, {},
                         static_cast<std::uint64_t>(behind.count())});
    look_at_configuration(looked.status.configuration, found);
    look_at_axis(looked.status, looked.now, found);
    look_at_receivers(looked, found);
    look_at_refusals(looked.status, found);
    std::ranges::stable_sort(found, [](const Finding& a, const Finding& b) {
        return a.lamp != b.lamp ? a.lamp < b.lamp : a.light > b.light;
    });
    return found;
}

Light light_of(const std::vector<Finding>& found, Lamp lamp) {
    Light worst = Light::green;
    for (const Finding& finding : found)
        if (finding.lamp == lamp)
            worst = std::max(worst, finding.light);
    return worst;
}

Result<std::vector<Finding>> find_out(Sources& sources, const HubStatus& status, Instant now) {
    const auto overdue = sources.search->overdue(late_spans(sources.deadlines, now));
    if (!overdue)
        return overdue.error();
    const auto failures = sources.book->failures();
    if (!failures)
        return failures.error();
    const auto units = sources.search->unit_totals();
    if (!units)
        return units.error();
    // More than this many are told as this many.
    constexpr std::size_t damaged_counted_max = 1000;
    const auto damaged = sources.search->damaged_contents_due(damaged_counted_max);
    if (!damaged)
        return damaged.error();
    const auto parked = sources.book->count_parked();
    if (!parked)
        return parked.error();
    const auto queues = sources.search->queue_controls({});
    if (!queues)
        return queues.error();
    std::uint64_t failed = 0;
    for (const FailureGroup& group : failures->groups)
        failed += group.count;
    return findings_of(
        {status, *sources.directory, *overdue, sources.certificate_valid_until, now, failed, units->pass_ended_at,
         notice(*sources.noticed, status, sources.uptime, now), *damaged, *parked, *queues});
}

std::vector<Finding> axis_findings(const HubStatus& status, Instant now) {
    std::vector<Finding> found;
    look_at_axis(status, now, found);
    return found;
}

bool is_axis_heard(const HubStatus& status, Instant now) {
    return std::ranges::any_of(status.relay.axis, [&](const auto& one) { return is_fresh(one.second, now); });
}

std::vector<Route> health_routes(Sources& sources) {
    return {{"GET", "/v1/health", Right::read, [&](const Call& call) { return health(sources, call); }}};
}

}  // namespace hub::http
