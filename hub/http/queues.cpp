#include "hub/http/queues.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/http/body.hpp"
#include "hub/http/etag.hpp"
#include "hub/http/json.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/shared_answer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace hub::http {
namespace {

namespace json = boost::json;

/// Whoever sees one agency alone is not told who it was and why, as with holds.
json::value json_of(const std::optional<QueueWord>& word, const Scope& scope) {
    if (!word)
        return nullptr;
    json::object out{{"by", nullptr}, {"at", json_text(time_text(word->at))}, {"reason", nullptr}};
    if (!scope) {
        out["by"] = json_text(word->by);
        out["reason"] = json_text(word->reason);
    }
    return out;
}

json::value json_of(const std::optional<QueueLimit>& limit, const Scope& scope) {
    if (!limit)
        return nullptr;
    json::object out = json_of(std::optional{limit->word}, scope).as_object();
    out["per_minute"] = limit->per_minute;
    return out;
}

/// Of one agency, or of all that something waits for, the oldest first, and behind them those that are only set.
struct Queues {
    std::vector<QueueAge> ages;
    std::map<AgencyCode, QueueControl> controls;
    Scope scope;                                    ///< Whose eyes they are for.
};

Result<Queues> queues_of(Sources& sources, const Scope& wanted, const Scope& scope) {
    auto ages = sources.search->queues(wanted);
    if (!ages)
        return ages.error();
    const auto controls = sources.search->queue_controls(wanted);
    if (!controls)
        return controls.error();
    Queues queues{std::move(*ages), {}, scope};
    for (const QueueControl& control : *controls) {
        if (!control.paused && !control.limit)
            continue;
        queues.controls.emplace(control.agency, control);
        if (std::ranges::find(queues.ages, control.agency, &QueueAge::agency) == queues.ages.end())
            queues.ages.push_back({.agency = control.agency});
    }
    return queues;
}

/// How many are late to be fetched, and since when the first of them was to be.
using LateByAgency = std::map<AgencyCode, std::pair<std::uint64_t, Instant>>;

/// By the same terms as the list of who is late.
Result<LateByAgency> late_of(Sources& sources, Instant now) {
    auto spans = late_spans(sources.deadlines, now);
    std::erase_if(spans, [](const LateSpan& span) { return span.duty != Duty::retrieval; });
    const auto overdue = sources.search->overdue(spans);
    if (!overdue)
        return overdue.error();
    LateByAgency late;
    for (const Overdue& one : *overdue) {
        const auto [known, is_new] = late.try_emplace(one.agency, 0, one.oldest_since);
        known->second.first += one.count;
        known->second.second = std::min(known->second.second, one.oldest_since);
    }
    return late;
}

json::object queue_row(const QueueAge& queue, const Queues& queues, const LateByAgency& late, Instant very_late_before,
                    Instant now) {
    json::object row = hub::http::json_of(queue, now);
    const auto is_late = late.find(queue.agency);
    row["late"] = is_late == late.end() ? 0 : is_late->second.first;
    row["level"] = is_late == late.end()                           ? "ok"
                   : is_late->second.second <= very_late_before ? "very_late"
                                                                : "late";
    const auto control = queues.controls.find(queue.agency);
    const bool is_set = control != queues.controls.end();
    row["paused"] = is_set ? json_of(control->second.paused, queues.scope) : nullptr;
    row["limit"] = is_set ? json_of(control->second.limit, queues.scope) : nullptr;
    // Of what can be changed: what waits is another number every second, and nobody could change anything.
    const json::object changeable{{"agency", row.at("agency")}, {"paused", row.at("paused")}, {"limit", row.at("limit")}};
    row["etag"] = etag_of(json::serialize(changeable));
    return row;
}

Response list_queues(Sources& sources, const Call& call) {
    const auto queues = queues_of(sources, call.caller.scope(), call.caller.scope());
    if (!queues)
        return problem(queues.error(), call.language());
    const auto late = late_of(sources, call.now);
    if (!late)
        return problem(late.error(), call.language());
    const Term& retrieval = sources.deadlines.retrieval;
    const WorkingCalendar& calendar = sources.deadlines.calendar;
    const Instant very_late_before = latest_very_late_start(retrieval, calendar, call.now);
    json::array out;
    for (const QueueAge& queue : queues->ages)
        out.push_back(queue_row(queue, *queues, *late, very_late_before, call.now));
    return json_response(json::object{{"queues", std::move(out)},
                                      {"late_before", time_text(latest_late_start(retrieval, calendar, call.now))},
                                      {"very_late_before", time_text(very_late_before)}});
}

/// not_found: of whom the directory knows nothing, nor an operator has set anything; or of another agency than a clerk's.
Result<AgencyCode> queue_agency(Sources& sources, const Call& call) {
    const Fault unknown{Errc::not_found, "agency", call.names.front().substr(0, limits::fault_text_bytes_max)};
    auto code = AgencyCode::parse(call.names.front());
    if (!code)
        return unknown;
    if (const Agency* const agency = sources.directory->named(*code, call.now))
        code = agency->code;
    const Scope scope = call.caller.scope();
    if (scope && *scope != *code)
        return unknown;
    if (sources.directory->find(*code))
        return *code;
    const auto controls = sources.search->queue_controls(*code);
    if (!controls)
        return controls.error();
    return controls->empty() ? Result<AgencyCode>{unknown} : Result<AgencyCode>{*code};
}

Response show_queue(Sources& sources, const Call& call, const AgencyCode& agency) {
    auto queues = queues_of(sources, agency, call.caller.scope());
    if (!queues)
        return problem(queues.error(), call.language());
    if (queues->ages.empty())
        queues->ages.push_back({.agency = agency});
    // Those that something waits for are told of with it.
    if (QueueAge& only = queues->ages.front(); only.waiting == 0) {
        const auto last = sources.search->last_retrieved_at(agency);
        if (!last)
            return problem(last.error(), call.language());
        only.last_retrieved_at = *last;
    }
    const auto late = late_of(sources, call.now);
    if (!late)
        return problem(late.error(), call.language());
    const auto& deadlines = sources.deadlines;
    const Instant very_late_before = latest_very_late_start(deadlines.retrieval, deadlines.calendar, call.now);
    const json::object row = queue_row(queues->ages.front(), *queues, *late, very_late_before, call.now);
    Response response = json_response(row);
    response.fields.push_back({"ETag", std::string{row.at("etag").as_string()}});
    return response;
}

Response show_queue(Sources& sources, const Call& call) {
    const auto agency = queue_agency(sources, call);
    return agency ? show_queue(sources, call, *agency) : problem(agency.error(), call.language());
}

struct QueueChange {
    QueueAct act{};
    Verb verb{};
    bool has_rate = false;
};

Response turn_queue(Sources& sources, const Call& call, const QueueChange& change) {
    const auto agency = queue_agency(sources, call);
    if (!agency)
        return problem(agency.error(), call.language());
    Body body{call.request};
    std::string reason = body.text("reason", limits::fault_text_bytes_max);
    if (!is_reason(reason))
        body.refuse("reason", reason);
    std::int64_t per_minute = 0;
    if (change.has_rate) {
        per_minute = body.whole("per_minute", 1, limits::queue_per_minute_max, 0);
        if (per_minute == 0)
            body.refuse("per_minute", "1 to " + std::to_string(limits::queue_per_minute_max));
    }
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    Act act = call.caller.act(change.verb, agency->text(), std::move(reason));
    const QueueOrder order{*agency, change.act, static_cast<std::uint32_t>(per_minute), std::move(act)};
    if (const auto turned = sources.turn_queue(order); !turned)
        return problem(turned.error(), call.language());
    return show_queue(sources, call, *agency);
}

}  // namespace

Result<json::value> pause_of(Sources& sources, const AgencyCode& inbox, const Scope& scope) {
    const auto controls = sources.search->queue_controls(inbox);
    if (!controls)
        return controls.error();
    return controls->empty() ? json::value(nullptr) : json_of(controls->front().paused, scope);
}

Result<void> say_what_is_paused(json::array& rows, const DocumentSummary& document, Sources& sources, const Call& call) {
    const auto controls = sources.search->queue_controls({});
    if (!controls)
        return controls.error();
    for (std::size_t i = 0; i < document.deliveries.size(); ++i) {
        const DeliverySummary& delivery = document.deliveries[i];
        json::value& told = rows[i].as_object()["queue_paused"];
        told = nullptr;
        // What lies in the inbox is kept back by nobody.
        if (delivery.standing != Standing::waiting || delivery.station != Station::accepted || controls->empty())
            continue;
        const Agency* const taker = resolution_of(*sources.directory, delivery.receiver, call.now).agency;
        const auto control = std::ranges::find(*controls, taker ? taker->code : delivery.receiver, &QueueControl::agency);
        if (control != controls->end())
            told = json_of(control->paused, call.caller.scope());
    }
    return {};
}

std::vector<Route> queue_routes(Sources& sources) {
    const auto shared = std::make_shared<SharedAnswer>(std::chrono::seconds{1});
    const auto changing = [&](std::string_view pattern, QueueChange change) {
        return Route{"POST", pattern, Right::operate, [&sources, shared, change](const Call& call) {
                         Response response = turn_queue(sources, call, change);
                         shared->forget();
                         return response;
                     }};
    };
    return {
        {"GET", "/v1/queues", Right::read, [&sources, shared](const Call& call) {
             return shared->answer(call, [&] { return list_queues(sources, call); });
         }},
        {"GET", "/v1/queues/{agency}", Right::read, [&](const Call& call) { return show_queue(sources, call); }},
        changing("/v1/queues/{agency}/pause", {QueueAct::pause, Verb::queue_pause}),
        changing("/v1/queues/{agency}/resume", {QueueAct::resume, Verb::queue_resume}),
        changing("/v1/queues/{agency}/limit", {QueueAct::limit, Verb::queue_limit, true}),
        changing("/v1/queues/{agency}/unlimit", {QueueAct::limit, Verb::queue_limit}),
    };
}

}  // namespace hub::http
