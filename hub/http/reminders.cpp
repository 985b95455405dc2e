#include "hub/http/reminders.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/http/body.hpp"
#include "hub/http/json.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::array duties{Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer};
constexpr std::array<std::string_view, 4> means{"phone", "mail", "message", "other"};
constexpr std::size_t word_bytes_max = 32;

/// "retrieval, phone, 12 documents"
std::string detail_of(Duty duty, std::string_view by, std::uint64_t documents) {
    return std::string{name_of(duty)} + ", " + std::string{by} + ", " + std::to_string(documents) + " documents";
}

/// Nullopt: of another kind or from another version of the hub.
std::optional<Reminder> reminder_of(const AuditLine& line) {
    std::string_view rest = line.act.detail;
    const auto next = [&] {
        const std::string_view word = rest.substr(0, rest.find(", "));
        rest.remove_prefix(std::min(rest.size(), word.size() + 2));
        return word;
    };
    const auto agency = AgencyCode::parse(line.act.object);
    const auto duty = parse_duty(next());
    const std::string_view by = next();
    const auto documents = parse_number(rest.substr(0, rest.find(' ')));
    if (!agency || !duty || std::ranges::find(means, by) == means.end() || !documents)
        return std::nullopt;
    return Reminder{*agency, *duty, std::string{by}, *documents, line.at, line.act.actor, line.act.reason};
}

Result<void> add_reminders(const AuditQuery& query, Sources& sources, Reminders& reminders) {
    const auto page = sources.book->audit(query);
    if (!page)
        return page.error();
    reminders.has_more = reminders.has_more || page->has_more || page->is_cut;
    for (const AuditLine& line : page->lines)
        if (auto reminder = reminder_of(line))
            reminders.found.push_back(std::move(*reminder));
    return {};
}

/// When the delivery had done all that it owed: later statuses end no duty. Nullopt: it has not.
std::optional<Instant> done_at(const DeliverySummary& delivery, const Story& story) {
    const Business business = story.document.business;
    if (duty_of(delivery.station, delivery.change, business) != Duty::none)
        return std::nullopt;
    Station station = Station::accepted;
    Change change;
    std::optional<Instant> done;
    for (const Entry* const each : course_of(story, delivery.receiver)) {
        const Entry& entry = *each;
        station = *entry.event == ReceiptEvent::retried ? Station::accepted : next(station, *entry.event).value_or(station);
        change = next(change, *entry.event).value_or(change);
        if (duty_of(station, change, business) != Duty::none)
            done.reset();
        else if (!done)
            done = entry.at;
    }
    return done.value_or(delivery.changed_at);
}

/// Who takes the document, and when it had done all that it owed; nullopt: it has not. What comes later is about others.
std::map<AgencyCode, std::optional<Instant>> owed_until(const Story& story, const Sources& sources) {
    const DocumentSummary& document = story.document;
    std::map<AgencyCode, std::optional<Instant>> spans;
    if (document.kind != Kind::document)
        return spans;
    for (const DeliverySummary& delivery : document.deliveries) {
        const auto agency = resolve(*sources.directory, delivery.receiver, document.accepted_at);
        if (!agency)
            continue;
        const auto done = done_at(delivery, story);
        const auto [span, is_new] = spans.try_emplace((*agency)->code, done);
        if (!done)
            span->second.reset();
        else if (span->second)
            span->second = std::max(*span->second, *done);
    }
    return spans;
}

struct Order {
    AgencyCode agency;
    Duty duty{};
    Act act;
    std::uint64_t documents = 0;
};

Result<std::uint64_t> late_documents(Sources& sources, const AgencyCode& agency, Duty duty, Instant now) {
    const auto overdue = sources.search->overdue(late_spans(sources.deadlines, now));
    if (!overdue)
        return overdue.error();
    std::uint64_t documents = 0;
    for (const Overdue& late : *overdue)
        documents += late.agency == agency && late.duty == duty ? late.count : 0;
    return documents;
}

Result<Order> order_of(Sources& sources, const Call& call) {
    const auto code = AgencyCode::parse(call.names.front());
    const Agency* const agency = code ? sources.directory->named(*code, call.now) : nullptr;
    if (!agency)
        return Fault{Errc::not_found, "agency", call.names.front().substr(0, limits::fault_text_bytes_max)};
    Body body{call.request};
    const std::string duty_name = body.text("duty", word_bytes_max), by = body.text("by", word_bytes_max);
    std::string note = body.text("note", limits::fault_text_bytes_max);
    const auto duty = parse_duty(duty_name);
    if (!duty)
        body.refuse("duty", duty_name);
    if (std::ranges::find(means, by) == means.end())
        body.refuse("by", by);
    if (!is_reason(note))
        body.refuse("note", note);
    if (const auto trouble = body.trouble())
        return *trouble;
    const auto documents = late_documents(sources, agency->code, *duty, call.now);
    if (!documents)
        return documents.error();
    Act act = call.caller.act(Verb::remind, agency->code.text(), std::move(note), detail_of(*duty, by, *documents));
    return Order{agency->code, *duty, std::move(act), *documents};
}

Begun remind(Sources& sources, const std::shared_ptr<std::atomic<bool>>& is_news, const Call& call) {
    auto order = order_of(sources, call);
    if (!order)
        return problem(order.error(), call.language());
    // Nobody is reminded of what they are not late with: it would stand there for ever.
    if (order->documents == 0)
        return problem(409, call_problems::not_late, "duty", name_of(order->duty), call.language());
    return Work{[&sources, is_news, order = std::move(*order), language = call.language()] {
        if (const auto noted = sources.record(order.act); !noted)
            return problem(noted.error(), language);
        is_news->store(true);
        return json_response(json::object{{"agency", json_text(order.agency.text())},
                                          {"duty", json_text(name_of(order.duty))},
                                          {"documents", order.documents}});
    }};
}

}  // namespace

std::optional<Duty> parse_duty(std::string_view name) {
    for (const Duty duty : duties)
        if (name == name_of(duty))
            return duty;
    return std::nullopt;
}

Result<Reminders> reminders_since(Sources& sources, Instant since) {
    AuditQuery query;
    query.verb = Verb::remind;
    query.since = since;
    query.count = limits::search_rows_max;
    Reminders reminders;
    if (auto added = add_reminders(query, sources, reminders); !added)
        return added.error();
    return reminders;
}

Result<Reminders> reminders_of(Sources& sources, const Story& story) {
    AuditQuery query;
    query.verb = Verb::remind;
    query.since = story.document.accepted_at;
    query.count = limits::search_rows_max;
    Reminders reminders;
    for (const auto& [agency, until] : owed_until(story, sources)) {
        query.object = agency.text();
        query.until = until;
        if (auto added = add_reminders(query, sources, reminders); !added)
            return added.error();
    }
    std::ranges::stable_sort(reminders.found, std::greater{}, &Reminder::at);
    reminders.has_more = reminders.has_more || reminders.found.size() > limits::search_rows_max;
    while (reminders.found.size() > limits::search_rows_max)
        reminders.found.pop_back();
    return reminders;
}

json::object reminded_row(const Reminders& reminders, const AgencyCode& agency, Duty duty, Instant since) {
    const auto is_meant = [&](const Reminder& one) { return one.agency == agency && one.duty == duty && one.at >= since; };
    const auto last = std::ranges::find_if(reminders.found, is_meant);
    return {{"count", std::ranges::count_if(reminders.found, is_meant)},
            {"count_is_bound", reminders.has_more},
            {"last_at", last == reminders.found.end() ? json::value(nullptr) : json::value(json_text(time_text(last->at)))}};
}

json::array reminder_rows(const Reminders& reminders, const Sources& sources, const Scope& scope) {
    json::array out;
    for (const Reminder& one : reminders.found) {
        const Agency* const agency = sources.directory->find(one.agency);
        const auto unless_scoped = [&](const std::string& text) {
            return scope ? json::value(nullptr) : json::value(json_text(text));
        };
        out.push_back(json::object{{"at", time_text(one.at)},
                                   {"agency", json_text(one.agency.text())},
                                   {"name", json_text(agency ? agency->name : std::string{})},
                                   {"duty", json_text(name_of(one.duty))},
                                   {"by", json_text(one.by)},
                                   {"actor", unless_scoped(one.actor)},
                                   {"note", unless_scoped(one.note)}});
    }
    return out;
}

std::vector<Route> reminder_routes(Sources& sources, std::shared_ptr<std::atomic<bool>> is_news) {
    return {{"POST", "/v1/agencies/{code}/remind", Right::remind, {}, Where::aside,
             [&sources, is_news = std::move(is_news)](const Call& call) { return remind(sources, is_news, call); }}};
}

}  // namespace hub::http
