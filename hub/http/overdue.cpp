#include "hub/http/overdue.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/contacts.hpp"
#include "hub/http/json.hpp"
#include "hub/http/phone_list.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/reminders.hpp"
#include "hub/http/shared_answer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>
#include <map>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::array duties{Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer};

std::string agency_name(const Sources& sources, const AgencyCode& code) {
    const Agency* const agency = sources.directory->find(code);
    return agency ? agency->name : std::string{};
}

json::object overdue_row(const Overdue& late, const Reminders& reminders, const Sources& sources, Instant now) {
    const Term& term = sources.deadlines.term_of(late.duty, late.is_urgent);
    return {{"agency", json_text(late.agency.text())},
            {"name", json_text(agency_name(sources, late.agency))},
            {"duty", json::string{name_of(late.duty)}},
            {"urgent", late.is_urgent},
            {"count", late.count},
            {"count_is_bound", late.count == limits::overdue_counted_max},
            {"oldest_since", time_text(late.oldest_since)},
            {"oldest_due", time_text(term.from(late.oldest_since, sources.deadlines.calendar))},
            {"reminded", reminded_row(reminders, late.agency, late.duty, late.oldest_since)},
            {"contacts", contact_rows_of_receiver(*sources.directory, late.agency, now)}};
}

json::object delivery_row(const OverdueDelivery& late, const Sources& sources, const LateSpan& span) {
    const Term& term = sources.deadlines.term_of(span.duty, span.is_urgent);
    return {{"seq", number(late.seq)},
            {"id", late.id ? json::value(json_text(late.id->text())) : json::value(nullptr)},
            {"sender", json_text(late.sender.text())},
            {"receiver", json_text(late.receiver.text())},
            {"number", json_text(late.document.number)},
            {"notation", json_text(late.document.notation)},
            {"subject", json_text(late.document.subject)},
            {"since", time_text(late.since)},
            {"due", time_text(term.from(late.since, sources.deadlines.calendar))}};
}

/// "yes", whatever it is, or one duty.
std::optional<std::optional<Duty>> parse_owed(std::string_view text) {
    using Owed = std::optional<std::optional<Duty>>;
    const auto duty = parse_duty(text);
    return duty || text == "yes" ? Owed{std::in_place, duty} : Owed{};
}

struct Question {
    std::optional<AgencyCode> agency;
    std::optional<Duty> duty;
    bool is_urgent = false;
    bool is_csv = false;
    std::size_t count = 50;
};

Result<Question> question_of(const Call& call, const Directory& directory) {
    Query asked{call};
    Question question;
    question.agency = asked.agency("agency", directory);
    question.duty = asked.parsed("duty", parse_duty);
    question.is_urgent = asked.flag("urgent");
    question.is_csv = asked.is_csv();
    const bool is_of_one = question.is_urgent || asked.has("count");
    question.count = asked.count(limits::search_rows_max, question.count);
    if (const auto trouble = asked.trouble())
        return *trouble;
    if (question.agency && !question.duty)
        return invalid("duty", "");
    // They choose among the documents of one; passed over, others would be taken for what was asked for.
    if (!question.agency && (question.duty || is_of_one))
        return invalid("agency", "");
    return question;
}

/// Who may see one agency sees that it is late, and of the others nothing.
bool is_within(const Scope& scope, const AgencyCode& agency) { return !scope || *scope == agency; }

/// Nobody was reminded of what is late now before the oldest of it.
Instant oldest_of(const std::vector<Overdue>& overdue, Instant now) {
    for (const Overdue& late : overdue)
        now = std::min(now, late.oldest_since);
    return now;
}

Response agencies(Sources& sources, const Call& call) {
    const auto overdue = sources.search->overdue(late_spans(sources.deadlines, call.now));
    if (!overdue)
        return problem(overdue.error(), call.language());
    const auto reminders = reminders_since(sources, oldest_of(*overdue, call.now));
    if (!reminders)
        return problem(reminders.error(), call.language());
    json::array out;
    for (const Overdue& late : *overdue)
        if (is_within(call.caller.scope(), late.agency))
            out.push_back(overdue_row(late, *reminders, sources, call.now));
    return json_response(json::object{{"as_of", time_text(call.now)}, {"overdue", std::move(out)}});
}

Response deliveries(Sources& sources, const Call& call, const Question& question) {
    json::array out;
    const std::size_t count = question.count;
    bool has_more = false;
    if (is_within(call.caller.scope(), *question.agency))
        for (const LateSpan& span : late_spans(sources.deadlines, call.now)) {
            if (span.duty != *question.duty || span.is_urgent != question.is_urgent)
                continue;
            const auto found = sources.search->overdue_of(*question.agency, span, count + 1);
            if (!found)
                return problem(found.error(), call.language());
            has_more = found->size() > count;
            for (std::size_t i = 0; i < std::min(count, found->size()); ++i)
                out.push_back(delivery_row((*found)[i], sources, span));
        }
    return json_response(
        json::object{{"as_of", time_text(call.now)}, {"deliveries", std::move(out)}, {"has_more", has_more}});
}

Response phone_list(Sources& sources, const Call& call, const Question& question) {
    auto overdue = sources.search->overdue(late_spans(sources.deadlines, call.now));
    if (!overdue)
        return problem(overdue.error(), call.language());
    std::erase_if(*overdue, [&](const Overdue& late) {
        const bool is_asked = !question.agency
                              || (late.agency == *question.agency && late.duty == *question.duty
                                  && late.is_urgent == question.is_urgent);
        return !is_asked || !is_within(call.caller.scope(), late.agency);
    });
    const auto reminders = reminders_since(sources, oldest_of(*overdue, call.now));
    if (!reminders)
        return problem(reminders.error(), call.language());
    auto list = phone_list_of(*overdue, *reminders, sources, call.now, call.language().starts_with("vi"));
    if (!list)
        return problem(list.error(), call.language());
    return {200, "text/csv; charset=utf-8", std::move(*list),
            {{"Content-Disposition", "attachment; filename=\"overdue.csv\""}}};
}

Response overdue(Sources& sources, SharedAnswer& shared, const Call& call) {
    const auto question = question_of(call, *sources.directory);
    if (!question)
        return problem(question.error(), call.language());
    if (question->is_csv)
        return phone_list(sources, call, *question);
    return question->agency ? deliveries(sources, call, *question)
                            : shared.answer(call, [&] { return agencies(sources, call); });
}

}  // namespace

std::vector<LateSpan> late_spans(const DeadlineRules& rules, Instant now) {
    std::vector<LateSpan> spans;
    for (const Duty duty : duties)
        for (const bool is_urgent : {true, false})
            // However long ago: what was forgotten longest is what somebody should look at first.
            spans.push_back({duty, is_urgent, Instant{},
                             latest_late_start(rules.term_of(duty, is_urgent), rules.calendar, now)});
    return spans;
}

std::vector<LateSpan> owed_spans(std::optional<Duty> duty) {
    std::vector<LateSpan> spans;
    for (const Duty each : duties)
        for (const bool is_urgent : {true, false})
            if (!duty || *duty == each)
                spans.push_back({each, is_urgent, Instant{}, Instant::max()});
    return spans;
}

std::vector<LateSpan> spans_asked_for(Query& asked, const DeadlineRules& rules, Instant now) {
    const auto owed = asked.parsed("owed", parse_owed);
    const bool is_late = asked.flag("overdue");
    if (!is_late)
        return owed ? owed_spans(*owed) : std::vector<LateSpan>{};
    auto spans = late_spans(rules, now);
    if (owed && *owed)
        std::erase_if(spans, [&](const LateSpan& span) { return span.duty != **owed; });
    return spans;
}

void add_duties(json::array& deliveries, const DocumentSummary& document, const DeadlineRules& rules, Instant now) {
    for (std::size_t i = 0; i < document.deliveries.size(); ++i) {
        json::value& owes = deliveries[i].as_object()["owes"];
        const auto& owing = document.deliveries[i].owing;
        if (!owing)
            continue;
        const Deadline deadline = deadline_of(*owing, rules, now);
        owes = json::object{{"duty", json::string{name_of(owing->duty)}},
                            {"since", time_text(owing->since)},
                            {"due_at", time_text(deadline.due_at)},
                            {"level", json::string{name_of(deadline.level)}}};
    }
}

std::vector<const Entry*> course_of(const Story& story, const AgencyCode& receiver) {
    std::vector<const Entry*> course;
    const auto is_request = [](const Entry* entry) { return asked_by(*entry->event) != Business::fresh; };
    for (const Entry& entry : story.entries) {
        if (!entry.event || entry.receiver != receiver)
            continue;
        if (*entry.event != ReceiptEvent::change_failed) {
            course.push_back(&entry);
            continue;
        }
        const auto request = std::find_if(course.rbegin(), course.rend(), is_request);
        if (request != course.rend())
            course.erase(std::next(request).base());
    }
    return course;
}

json::array late_marks(const Story& story, const DeadlineRules& rules, Instant now) {
    const DocumentSummary& document = story.document;
    json::array marks;
    if (document.kind != Kind::document)
        return marks;
    const bool is_urgent = document.urgency != Urgency::normal;
    for (const DeliverySummary& delivery : document.deliveries) {
        Station station = Station::accepted;
        Change change;
        std::map<Duty, Instant> since{{Duty::retrieval, document.accepted_at}};
        Duty owed = Duty::retrieval;
        const auto end = [&](std::optional<Instant> done_at) {
            if (owed == Duty::none)
                return;
            const Deadline deadline = deadline_of({owed, is_urgent, since.at(owed)}, rules, done_at.value_or(now));
            const Instant due = deadline.due_at;
            // At the border itself it is done in time, and not done it is late.
            if (done_at ? due < *done_at : due <= now)
                marks.push_back(json::object{{"receiver", json_text(delivery.receiver.text())},
                                             {"duty", json::string{name_of(owed)}},
                                             {"since", time_text(since.at(owed))},
                                             {"due", time_text(due)},
                                             {"level", json::string{name_of(deadline.level)}},
                                             {"done_at", done_at ? json::value(json_text(time_text(*done_at))) : json::value(nullptr)}});
        };
        for (const Entry* const each : course_of(story, delivery.receiver)) {
            const Entry& entry = *each;
            station = *entry.event == ReceiptEvent::retried ? Station::accepted
                                                            : next(station, *entry.event).value_or(station);
            change = next(change, *entry.event).value_or(change);
            const Duty owes = duty_of(station, change, document.business);
            if (owes == owed)
                continue;
            end(entry.at);
            owed = owes;
            // A question stops no clock, and begins one of its own each time.
            if (owed == Duty::change_answer)
                since.insert_or_assign(owed, entry.at);
            else
                since.try_emplace(owed, entry.at);
        }
        end(std::nullopt);
    }
    return marks;
}

std::vector<Route> overdue_routes(Sources& sources) {
    // Lateness is a matter of minutes.
    const auto shared = std::make_shared<SharedAnswer>(std::chrono::seconds{5});
    const auto is_news = std::make_shared<std::atomic<bool>>(false);
    auto routes = reminder_routes(sources, is_news);
    routes.push_back(with_query({"GET", "/v1/overdue", Right::read, [&sources, shared, is_news](const Call& call) {
                                     // Who has just noted a reminder looks whether it is there.
                                     if (is_news->exchange(false))
                                         shared->forget();
                                     return overdue(sources, *shared, call);
                                 }}));
    return routes;
}

}  // namespace hub::http
