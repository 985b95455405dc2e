#include "hub/http/metrics.hpp"

#include "hub/http/health.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/problem.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace hub::http {
namespace {

/// Text of exposition format 0.0.4.
class Exposition {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_ += "# HELP ";
        text_ += name;
        text_ += ' ';
        text_ += help;
        text_ += "\n# TYPE ";
        text_ += name;
        text_ += ' ';
        text_ += type;
        text_ += '\n';
    }
    /// `labels` as they stand between the braces; empty: none.
    void sample(double value, std::string_view labels = {}) {
        text_ += name_;
        if (!labels.empty()) {
            text_ += '{';
            text_ += labels;
            text_ += '}';
        }
        std::array<char, 32> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        text_ += ' ';
        text_.append(digits.data(), end);
        text_ += '\n';
    }
    void one(std::string_view name, std::string_view type, std::string_view help, double value) {
        family(name, type, help);
        sample(value);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
    std::string name_;
};

/// What stands in a label's value must not end it.
std::string label(std::string_view name, std::string_view value) {
    std::string text{name};
    text += "=\"";
    for (const char c : value) {
        if (c == '\\' || c == '"')
            text += '\\';
        text += c == '\n' ? ' ' : c;
    }
    return text + '"';
}

double of(std::uint64_t value) { return static_cast<double>(value); }
double of(bool value) { return value ? 1 : 0; }
double seconds(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }
double seconds(std::chrono::milliseconds span) { return std::chrono::duration<double>(span).count(); }

/// Of what may be anybody's there is one number for each way.
void write_refusals(Exposition& out, const ContentRefusals::Snapshot& refusals) {
    const auto code = [](Errc why) { return label("code", name_of(why)); };
    out.family("lgsp_contents_refused_total", "counter", "Calls of agencies that the content store refused.");
    for (std::size_t i = 0; i < ContentRefusals::reasons.size(); ++i)
        out.sample(of(refusals.refused[i]), code(ContentRefusals::reasons[i]));
    out.family("lgsp_contents_refused_agencies", "gauge", "Agencies that it refuses now.");
    for (const Errc why : ContentRefusals::reasons) {
        const auto count = std::ranges::count(refusals.current, why, &ContentRefusal::why);
        out.sample(static_cast<double>(count), code(why));
    }
    out.family("lgsp_contents_strangers_total", "counter", "Connections to it that no agency's certificate stood behind.");
    constexpr std::array<std::string_view, ContentRefusals::stranger_kinds.size()> ways{"certificate", "handshake"};
    for (std::size_t i = 0; i < ways.size(); ++i)
        out.sample(of(refusals.strangers[i]), label("at", ways[i]));
}

void write_state(Exposition& out, const HubStatus& status) {
    out.family("lgsp_build_info", "gauge", "Version of the hub.");
    out.sample(1, label("version", status.version));
    out.one("lgsp_start_time_seconds", "gauge", "When the hub started.", seconds(status.started_at));
    out.one("lgsp_broker_up", "gauge", "1: connected to RabbitMQ and it takes messages.", of(status.broker == "up"));
    out.one("lgsp_broker_refilling", "gauge", "1: RabbitMQ had lost its data.", of(status.relay.is_refilling));
    out.one("lgsp_ledger_writable", "gauge", "0: the disk of the ledger is full, or it is locked; intake stands.",
            of(!status.is_ledger_full && !status.is_ledger_busy));
    out.one("lgsp_ledger_locked", "gauge", "1: another program has locked the ledger.", of(status.is_ledger_busy));
    out.one("lgsp_ledger_disk_free_bytes", "gauge", "Free on the disk of the ledger.", of(status.disk_free_bytes));
    if (!status.contents)
        return;
    out.one("lgsp_contents_writable", "gauge", "0: the content store takes nothing.",
            of(!status.contents->is_full && !status.contents->is_unusable));
    out.one("lgsp_contents_unusable", "gauge", "1: the content store's folder is not there or takes nothing.",
            of(status.contents->is_unusable));
    out.one("lgsp_contents_disk_free_bytes", "gauge", "Free on the disk of the content store.",
            of(status.contents->disk_free_bytes));
    write_refusals(out, status.refusals);
}

void write_counters(Exposition& out, const Relay::Counters& relay) {
    const std::array<std::tuple<std::string_view, std::uint64_t, std::string_view>, 10> counters{{
        {"lgsp_envelopes_accepted_total", relay.accepted, "Envelopes that the hub took."},
        {"lgsp_envelopes_refused_total", relay.refused, "Envelopes that the hub refused."},
        {"lgsp_axis_words_refused_total", relay.axis_words_refused, "Words about the axis that the hub refused."},
        {"lgsp_envelopes_repeated_total", relay.repeated, "Envelopes that were there already and answered again."},
        {"lgsp_deliveries_confirmed_total", relay.confirmed, "Deliveries that RabbitMQ has in an inbox."},
        {"lgsp_deliveries_returned_total", relay.returned, "Deliveries that RabbitMQ gave back."},
        {"lgsp_inboxes_lost_total", relay.inboxes_lost, "Inboxes found to hold less than they should."},
        {"lgsp_deliveries_unreadable_total", relay.unreadable, "Deliveries whose bytes the ledger could not give."},
        {"lgsp_contents_damaged_total", relay.contents_damaged, "Large parts found damaged."},
        {"lgsp_envelopes_retired_total", relay.envelopes_retired, "Envelopes whose time was over."},
    }};
    for (const auto& [name, value, help] : counters)
        out.one(name, "counter", help, of(value));
    out.one("lgsp_deliveries_unconfirmed", "gauge", "Deliveries at RabbitMQ without its confirm.",
            of(relay.publishes_unconfirmed));
}

void write_queues(Exposition& out, const std::vector<QueueAge>& queues, Instant now) {
    std::uint64_t waiting = 0;
    for (const QueueAge& queue : queues)
        waiting += queue.waiting;
    const auto age = [&](const QueueAge& queue) { return seconds(now - queue.oldest_at.value_or(now)); };
    out.one("lgsp_deliveries_waiting", "gauge", "Documents that receivers have not taken.", of(waiting));
    out.one("lgsp_agencies_waiting", "gauge", "Agencies for which something waits.", of(queues.size()));
    out.one("lgsp_oldest_waiting_seconds", "gauge", "Age of the oldest document that waits.",
            queues.empty() ? 0 : age(queues.front()));
    out.family("lgsp_queue_oldest_seconds", "gauge", "The same for the agencies with the oldest ones.");
    for (std::size_t i = 0; i < std::min(queues.size(), metrics_agencies_max); ++i)
        out.sample(age(queues[i]), label("agency", queues[i].agency.text()));
}

void write_paused(Exposition& out, const std::vector<QueueControl>& controls, Instant now) {
    std::uint64_t paused = 0;
    Instant since = now;
    for (const QueueControl& control : controls) {
        if (!control.paused)
            continue;
        ++paused;
        since = std::min(since, control.paused->at);
    }
    out.one("lgsp_queues_paused", "gauge", "Agencies whose queue an operator has paused.", of(paused));
    out.one("lgsp_queue_paused_seconds", "gauge", "For how long the one is paused that was paused first.", seconds(now - since));
    out.one("lgsp_queues_limited", "gauge", "Agencies whose queue an operator has limited.",
            of(static_cast<std::uint64_t>(std::ranges::count_if(controls, [](const auto& one) { return one.limit.has_value(); }))));
}

/// Without an axis participant in the directory there is nothing to say.
void write_axis(Exposition& out, const HubStatus& status, const Directory& directory) {
    if (std::ranges::none_of(directory.agencies(), &Agency::is_axis))
        return;
    const auto found = axis_findings(status, status.now);
    const auto is_there = [&](const Trouble& cause) {
        return std::ranges::any_of(found, [&](const Finding& finding) { return finding.cause == &cause; });
    };
    // Who says nothing does not say that it is there.
    if (is_axis_heard(status, status.now))
        out.one("lgsp_axis_up", "gauge", "0: the national axis does not answer its connector.",
                of(!is_there(troubles::axis_down)));
    out.one("lgsp_axis_connector_up", "gauge", "0: no connector takes what is for the national axis.",
            of(!is_there(troubles::axis_unread)));
}

/// What the connector says. Of one that says nothing, or nothing now, there is nothing.
void write_axis_work(Exposition& out, const HubStatus& status) {
    const auto it = std::ranges::find_if(status.relay.axis, [](const auto& one) { return one.second.figures.has_value(); });
    if (it == status.relay.axis.end() || !is_axis_heard(status, status.now))
        return;
    const AxisFigures& said = *it->second.figures;
    out.family("lgsp_axis_call_timestamp_seconds", "gauge", "When the connector last called the axis, with which result.");
    for (const AxisCall call : axis_calls)
        for (const auto& [result, at] : {std::pair{"ok", said.of(call).succeeded_at}, {"failed", said.of(call).failed_at}})
            if (at)
                out.sample(seconds(*at), label("call", name_of(call)) + "," + label("result", result));
    const std::array<std::pair<std::string_view, AxisFigures::Backlog>, 3> backlogs{
        {{"out", said.out}, {"in", said.in}, {"unclear", said.unclear}}};
    out.family("lgsp_axis_packets", "gauge", "Packets at the connector: for the axis, of it, and sent with nobody knows what.");
    for (const auto& [what, backlog] : backlogs)
        out.sample(of(backlog.count), label("what", what));
    out.family("lgsp_axis_oldest_seconds", "gauge", "Age of the oldest of them.");
    for (const auto& [what, backlog] : backlogs)
        out.sample(seconds(status.now - backlog.oldest_at.value_or(status.now)), label("what", what));
    if (said.clock_ahead)
        out.one("lgsp_axis_clock_ahead_seconds", "gauge", "By how much the axis's clock is ahead of the connector's.",
                seconds(*said.clock_ahead));
}

void write_failures(Exposition& out, const FailureReport& failures, std::uint64_t parked) {
    std::uint64_t failed = 0;
    for (const FailureGroup& group : failures.groups)
        failed += group.count;
    out.one("lgsp_deliveries_failed", "gauge", "Deliveries that stand failed until an operator has them brought again.",
            of(failed));
    out.one("lgsp_deliveries_parked", "gauge", "Deliveries that an operator has set aside until one lets them go on.",
            of(parked));
}

void write_operations(Exposition& out, const std::vector<Operation>& open) {
    constexpr std::array states{OperationState::waiting, OperationState::needs_approval, OperationState::running,
                                OperationState::stopped};
    out.family("lgsp_operations", "gauge", "Operations on many deliveries that are not over.");
    for (const OperationState state : states)
        out.sample(static_cast<double>(std::ranges::count(open, state, &Operation::state)), label("state", name_of(state)));
}

void write_overdue(Exposition& out, const std::vector<Overdue>& overdue) {
    std::map<Duty, std::uint64_t> by_duty{
        {Duty::retrieval, 0}, {Duty::arrival, 0}, {Duty::decision, 0}, {Duty::change_answer, 0}};
    for (const Overdue& late : overdue)
        by_duty[late.duty] += late.count;
    out.family("lgsp_overdue", "gauge", "Documents whose receivers are late, at most 1000 counted for an agency.");
    for (const auto& [duty, count] : by_duty)
        out.sample(of(count), label("duty", name_of(duty)));
}

void write_certificates(Exposition& out, const Sources& sources, Instant now) {
    out.one("lgsp_certificate_valid_seconds", "gauge", "How long the hub's own certificate is still valid.",
            seconds(sources.certificate_valid_until - now));
    std::optional<Instant> soonest;
    for (const Agency& agency : sources.directory->agencies())
        for (const Certificate& certificate : agency.certificates)
            if (certificate.valid_until() > now && (!soonest || certificate.valid_until() < *soonest))
                soonest = certificate.valid_until();
    if (soonest)
        out.one("lgsp_agency_certificate_valid_seconds", "gauge", "The same for the agency's that ends first.",
                seconds(*soonest - now));
}

/// Named as Prometheus names its own.
void write_configuration(Exposition& out, const ConfigurationState& state) {
    out.one("lgsp_config_last_reload_successful", "gauge", "0: the files have mistakes; the hub runs with what it had.",
            of(!state.refused_at));
    out.one("lgsp_config_last_reload_success_timestamp_seconds", "gauge", "When what the hub runs with was read.",
            seconds(state.loaded_at));
    out.one("lgsp_config_restart_needed", "gauge", "Settings changed in the files that hold only after a restart.",
            of(std::uint64_t{state.restart_needed.size()}));
}

Response metrics(Sources& sources, const Call& call) {
    // It counts every agency: who sees one alone has no use for it.
    if (call.caller.scope())
        return problem({Errc::not_allowed, "metrics", {}}, call.language());
    const HubStatus status = sources.status();
    const auto queues = sources.search->queues({});
    if (!queues)
        return problem(queues.error(), call.language());
    const auto controls = sources.search->queue_controls({});
    if (!controls)
        return problem(controls.error(), call.language());
    const auto overdue = sources.search->overdue(late_spans(sources.deadlines, call.now));
    if (!overdue)
        return problem(overdue.error(), call.language());
    const auto failures = sources.book->failures();
    if (!failures)
        return problem(failures.error(), call.language());
    const auto operations = sources.book->open_operations();
    if (!operations)
        return problem(operations.error(), call.language());
    const auto parked = sources.book->count_parked();
    if (!parked)
        return problem(parked.error(), call.language());
    Exposition out;
    write_state(out, status);
    write_counters(out, status.relay);
    write_queues(out, *queues, call.now);
    write_paused(out, *controls, call.now);
    write_overdue(out, *overdue);
    write_failures(out, *failures, *parked);
    write_operations(out, *operations);
    write_axis(out, status, *sources.directory);
    write_axis_work(out, status);
    write_certificates(out, sources, call.now);
    write_configuration(out, status.configuration);
    return {200, "text/plain; version=0.0.4; charset=utf-8", out.take(), {}};
}

}  // namespace

std::vector<Route> metrics_routes(Sources& sources) {
    return {{"GET", "/metrics", Right::read, [&](const Call& call) { return metrics(sources, call); }}};
}

}  // namespace hub::http
