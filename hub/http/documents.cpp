#include "hub/http/documents.hpp"

#include "hub/core/cause.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/http/contacts.hpp"
#include "hub/http/json.hpp"
#include "hub/http/named_agency.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/queues.hpp"
#include "hub/http/reminders.hpp"
#include "hub/telemetry/axis_words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <tuple>

namespace hub::http {
namespace {

namespace json = boost::json;

std::optional<Kind> parse_kind(std::string_view name) {
    for (const Kind kind : {Kind::document, Kind::status, Kind::acknowledgement, Kind::receipt, Kind::service, Kind{}})
        if (name == kind_name(kind))
            return kind;
    return std::nullopt;
}

std::optional<Urgency> parse_urgency(std::string_view text) {
    const auto level = parse_number(text);
    return level && *level <= static_cast<std::uint64_t>(Urgency::express_timed) ? std::optional{static_cast<Urgency>(*level)}
                                                                                 : std::nullopt;
}

std::optional<std::string> parse_cause(std::string_view text) {
    return is_fingerprint(text) ? std::optional<std::string>{text} : std::nullopt;
}

std::optional<OperationSeq> parse_operation(std::string_view text) {
    const auto seq = parse_number(text);
    return seq ? std::optional{OperationSeq{std::min<std::uint64_t>(*seq, INT64_MAX)}} : std::nullopt;
}

/// How far a delivery is, or that it is parked on its way.
struct State {
    std::optional<Station> station;
    std::optional<Standing> standing;
};
std::optional<State> parse_state(std::string_view name) {
    if (name == name_of(Standing::parked))
        return State{std::nullopt, Standing::parked};
    const auto station = parse_station(name);
    return station ? std::optional{State{station, std::nullopt}} : std::nullopt;
}

/// Where a page ended: "4711" alone, or also by which way of reading the question it was found, "4711.2"; nothing had been
/// found by then: "4711.2.0".
struct Cursor {
    EnvelopeSeq before{};
    std::optional<std::size_t> attempt;
    bool has_found = true;
};

std::optional<Cursor> parse_cursor(std::string_view text) {
    constexpr std::string_view nothing_yet = ".0";
    const auto dot = text.find('.');
    const auto before = parse_number(text.substr(0, dot));
    Cursor cursor{EnvelopeSeq{before.value_or(0)}, std::nullopt};
    if (dot == std::string_view::npos)
        return before ? std::optional{cursor} : std::nullopt;
    std::string_view attempt = text.substr(dot + 1);
    cursor.has_found = !attempt.ends_with(nothing_yet);
    if (!cursor.has_found)
        attempt.remove_suffix(nothing_yet.size());
    const auto number = parse_number(attempt);
    cursor.attempt = number;
    return before && number ? std::optional{cursor} : std::nullopt;
}

std::string cursor_text(const SearchQuery& query, const SearchAnswer& found) {
    const bool has_found = !found.documents.empty() || (query.has_found && query.attempt == found.attempt);
    return std::to_string(number(found.searched_down_to)) + "." + std::to_string(found.attempt) + (has_found ? "" : ".0");
}

Result<SearchQuery> query_of(const Call& call, const Sources& sources) {
    Query asked{call};
    SearchQuery query;
    query.scope = call.caller.scope();
    query.text = asked.text("text").value_or("");
    query.named = named_agency(query.text, *sources.directory);
    query.number = asked.text("number").value_or("");
    query.notation = asked.text("notation").value_or("");
    query.id = asked.text("id").value_or("");
    query.subject = asked.text("subject").value_or("");
    // It stands for nothing that one could look for; without it others would be found.
    for (const auto& [key, said] : {std::pair{"text", &query.text}, {"number", &query.number}, {"notation", &query.notation},
                                    {"id", &query.id}, {"subject", &query.subject}})
        if (!said->empty() && said->find_first_not_of(" \t\r\n") == std::string::npos)
            asked.refuse(key, *said);
    query.agency = asked.agency("agency", *sources.directory);
    query.sender = asked.agency("sender", *sources.directory);
    query.receiver = asked.agency("receiver", *sources.directory);
    query.since = asked.time("since");
    query.until = asked.time("until");
    if (const auto state = asked.parsed("state", parse_state))
        std::tie(query.station, query.standing) = std::tie(state->station, state->standing);
    if (const auto standing = asked.parsed("standing", parse_standing))
        query.standing = standing;
    query.kind = asked.parsed("kind", parse_kind);
    query.urgency = asked.parsed("urgency", parse_urgency);
    query.cause = asked.parsed("cause", parse_cause).value_or("");
    query.operation = asked.parsed("operation", parse_operation);
    query.late = spans_asked_for(asked, sources.deadlines, call.now);
    query.refused_only = asked.flag("refused");
    if (const auto before = asked.parsed("before", parse_cursor)) {
        query.before = before->before;
        query.attempt = before->attempt;
        query.has_found = before->has_found;
    }
    query.count = asked.count(limits::search_rows_max, query.count);
    if (const auto trouble = asked.trouble())
        return *trouble;
    return query;
}

std::string_view name_of(FoundBy found_by) {
    switch (found_by) {
    case FoundBy::words: return "words";
    case FoundBy::loose_words: return "loose_words";
    case FoundBy::agency: return "agency";
    }
    return {};
}

/// A code without a name is still a code: what stands in the way of the name is no reason to say nothing.
std::string name_of(Sources& sources, const AgencyCode& code) {
    if (const Agency* agency = sources.directory->find(code))
        return agency->name;
    const auto unit = sources.search->unit(code);
    return unit && *unit ? (*unit)->name : std::string{};
}

/// Of whom the national axis has it, nothing else is known.
void say_what_axis_has(json::object& out, const DocumentSummary& document, const Sources& sources, Instant now) {
    for (std::size_t i = 0; i < document.deliveries.size(); ++i) {
        const DeliverySummary& delivery = document.deliveries[i];
        if (delivery.station != Station::retrieved || !is_outside(*sources.directory, delivery.receiver, now))
            continue;
        json::object& row = out["deliveries"].as_array()[i].as_object();
        row["label_vi"] = words_of_taken_by_axis.vi;
        row["label_en"] = words_of_taken_by_axis.en;
    }
}

Response find(Sources& sources, const Call& call) {
    const auto query = query_of(call, sources);
    if (!query)
        return problem(query.error(), call.language());
    const auto found = sources.search->find(*query);
    if (!found)
        return problem(found.error(), call.language());
    json::object understood{{"found_by", name_of(found->found_by)}, {"documents_only", found->is_documents_only}};
    if (query->named)
        understood["named_agency"] = json::object{{"code", query->named->agency.text()},
                                                  {"name", json_text(name_of(sources, query->named->agency))}};
    return documents_found(*found, sources, call, cursor_text(*query, *found), std::move(understood));
}

/// Of the receivers whom somebody has to telephone; for a clerk, when it is about its agency's own document.
void add_contacts(json::array& deliveries, const Story& story, const Sources& sources, const Call& call) {
    const Scope scope = call.caller.scope();
    const auto sender = resolve_sender(*sources.directory, story.document.sender, story.document.accepted_at);
    const bool is_told = !scope || (sender && (*sender)->code == *scope);
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
        const DeliverySummary& delivery = story.document.deliveries[i];
        json::object& row = deliveries[i].as_object();
        const bool is_late =
            delivery.owing && deadline_of(*delivery.owing, sources.deadlines, call.now).level >= Lateness::late;
        row["contacts"] = is_told && (is_late || delivery.standing == Standing::failed)
                              ? contact_rows_of_receiver(*sources.directory, delivery.receiver, call.now)
                              : json::array{};
    }
}

Response told(Sources& sources, const Call& call, const Story& story) {
    const auto reminders = reminders_of(sources, story);
    if (!reminders)
        return problem(reminders.error(), call.language());
    json::object out = json_of(story);
    say_what_axis_has(out, story.document, sources, call.now);
    out["reminders"] = reminder_rows(*reminders, sources, call.caller.scope());
    out["reminders_are_cut"] = reminders->has_more;
    add_duties(out["deliveries"].as_array(), story.document, sources.deadlines, call.now);
    add_contacts(out["deliveries"].as_array(), story, sources, call);
    if (auto told = say_what_is_paused(out["deliveries"].as_array(), story.document, sources, call); !told)
        return problem(told.error(), call.language());
    out["late"] = late_marks(story, sources.deadlines, call.now);
    for (std::size_t i = 0; i < story.document.deliveries.size(); ++i)
        out["deliveries"].as_array()[i].as_object()["receiver_name"] =
            json_text(name_of(sources, story.document.deliveries[i].receiver));
    out["sender_name"] = json_text(name_of(sources, story.document.sender));
    const auto issuer = AgencyCode::parse(story.document.document.issuer);
    out["issuer_name"] = json_text(issuer ? name_of(sources, *issuer) : std::string{});
    return json_response(out);
}

Response story(Sources& sources, const Call& call) {
    const std::string& name = call.names.front();
    const auto id = EnvelopeId::parse(name);
    const auto seq = parse_number(name);
    const Scope scope = call.caller.scope();
    const auto story = id    ? sources.search->story(*id, scope)
                       : seq ? sources.search->story(EnvelopeSeq{*seq}, scope)
                             : Result<Story>{invalid("id", name)};
    return story ? told(sources, call, *story) : problem(story.error(), call.language());
}

Response hold(Sources& sources, const Call& call, bool is_held) {
    const auto id = EnvelopeId::parse(call.names.front());
    if (!id)
        return problem(invalid("id", call.names.front()), call.language());
    Query asked{call};
    std::string reason = asked.reason();
    if (const auto trouble = asked.trouble())
        return problem(*trouble, call.language());
    const Act act = call.caller.act(is_held ? Verb::hold : Verb::release, id->text(), std::move(reason));
    if (const auto done = sources.hold({*id, is_held, act}); !done)
        return problem(done.error(), call.language());
    const auto story = sources.search->story(*id, call.caller.scope());
    return story ? told(sources, call, *story) : problem(story.error(), call.language());
}

}  // namespace

Response documents_found(const SearchAnswer& found, const Sources& sources, const Call& call, const std::string& cursor,
                         json::object answer) {
    json::array documents;
    for (const DocumentSummary& document : found.documents) {
        documents.push_back(json_of(document));
        add_duties(documents.back().at("deliveries").as_array(), document, sources.deadlines, call.now);
        say_what_axis_has(documents.back().as_object(), document, sources, call.now);
    }
    answer["documents"] = std::move(documents);
    answer["has_more"] = found.has_more;
    answer["is_cut"] = found.is_cut;
    answer["searched_down_to"] = number(found.searched_down_to);
    const bool goes_on = found.has_more || found.is_cut;
    answer["next"] = goes_on ? json::value(json_text(cursor)) : json::value(nullptr);
    Response response = json_response(answer);
    if (goes_on)
        response.fields.push_back(next_page(call, cursor));
    return response;
}

std::vector<Route> document_routes(Sources& sources) {
    return {
        with_query({"GET", "/v1/documents", Right::read, [&](const Call& call) { return find(sources, call); }}),
        {"GET", "/v1/documents/{id}", Right::read, [&](const Call& call) { return story(sources, call); }},
        with_query({"POST", "/v1/documents/{id}/hold", Right::hold,
                    [&](const Call& call) { return hold(sources, call, true); }}),
        with_query({"POST", "/v1/documents/{id}/release", Right::hold,
                    [&](const Call& call) { return hold(sources, call, false); }}),
    };
}

}  // namespace hub::http
