#include "hub/http/explain.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/queues.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

struct RuleWords {
    std::string_view vi, en;
};

RuleWords words_of(ResolvedBy rule) noexcept {
    switch (rule) {
    case ResolvedBy::own_code: return {"mã của chính đơn vị này", "the agency's own code"};
    case ResolvedBy::alias: return {"mã khác của đơn vị này, có hiệu lực lúc đó", "another code of the agency that held then"};
    case ResolvedBy::above: return {"đơn vị cấp trên gần nhất nhận thay cấp dưới", "the nearest agency above takes for those below"};
    case ResolvedBy::axis: return {"ngoài tỉnh: qua trục quốc gia", "outside the province: by the national axis"};
    case ResolvedBy::nobody: return {"không đơn vị nào nhận mã này", "nobody takes this code"};
    }
    return {};
}

struct Question {
    std::vector<AgencyCode> receivers;
    std::string id;                           ///< Of a document, instead of receivers.
    std::optional<Fault> refusal;             ///< Of that document, which has no receivers then.
    bool has_more = false;
    Instant at;
};

Result<Question> question_of(const Call& call) {
    Query asked{call};
    Question question{.at = call.now};
    question.id = asked.text("id").value_or("");
    for (const std::string& written : asked.texts("receiver")) {
        auto code = AgencyCode::parse(written);
        code ? question.receivers.push_back(std::move(*code)) : asked.refuse("receiver", written);
    }
    if (question.receivers.size() > limits::search_rows_max)
        asked.refuse("receiver", "at most " + std::to_string(limits::search_rows_max));
    if (const auto trouble = asked.trouble())
        return *trouble;
    if (question.receivers.empty() == question.id.empty())
        return invalid(question.id.empty() ? "receiver" : "id", question.id);
    return question;
}

/// The receivers of the document, by their own codes, when it was accepted.
Result<Question> with_receivers(Question question, Sources& sources, const Call& call) {
    if (question.id.empty())
        return question;
    const auto id = EnvelopeId::parse(question.id);
    const auto seq = parse_number(question.id);
    if (!id && !seq)
        return invalid("id", question.id);
    const Scope scope = call.caller.scope();
    const auto story = id ? sources.search->story(*id, scope) : sources.search->story(EnvelopeSeq{*seq}, scope);
    if (!story)
        return story.error();
    question.at = story->document.accepted_at;
    question.refusal = story->document.refusal;
    for (const DeliverySummary& delivery : story->document.deliveries) {
        question.has_more = question.receivers.size() == limits::search_rows_max;
        if (question.has_more)
            break;
        question.receivers.push_back(delivery.receiver);
    }
    return question;
}

struct Reach {
    std::string unit_name;                    ///< Of a receiver outside the province, where the axis lists it.
    std::optional<Fault> refusal;             ///< Why the hub would refuse it.
};

/// `is_accepted`: what the axis lists today of a unit is no reason any more.
Result<Reach> reach_of(const AgencyCode& receiver, const Resolution& found, Sources& sources, Instant at,
                       bool is_accepted) {
    Reach reach;
    if (const auto agency = resolve(*sources.directory, receiver, at); !agency)
        reach.refusal = agency.error();
    if (reach.refusal || found.by != ResolvedBy::axis)
        return reach;
    const auto unit = sources.search->unit(receiver);
    if (!unit)
        return unit.error();
    const auto totals = sources.search->unit_totals();
    if (!totals)
        return totals.error();
    if (*unit)
        reach.unit_name = (*unit)->name;
    const auto code = outside_code(receiver, *unit, sources.axis, totals->full_pass_ended_at.has_value());
    if (!code && !is_accepted)
        reach.refusal = code.error();
    return reach;
}

Result<json::object> explained(const AgencyCode& receiver, Sources& sources, Instant at, bool is_accepted,
                               const Scope& scope) {
    const Resolution found = resolution_of(*sources.directory, receiver, at);
    const auto reach = reach_of(receiver, found, sources, at, is_accepted);
    if (!reach)
        return reach.error();
    auto paused = found.agency ? pause_of(sources, found.agency->code, scope) : Result<json::value>{nullptr};
    if (!paused)
        return paused.error();
    const RuleWords words = words_of(found.by);
    return json::object{{"receiver", json_text(receiver.text())},
                        {"by", json::string{name_of(found.by)}},
                        {"label_vi", json::string{words.vi}},
                        {"label_en", json::string{words.en}},
                        {"through", found.through ? json::value(json_text(found.through->text())) : json::value(nullptr)},
                        {"inbox", found.agency ? json::value(json_text(found.agency->code.text())) : json::value(nullptr)},
                        {"inbox_name", json_text(found.agency ? found.agency->name : std::string{})},
                        {"unit_name", json_text(reach->unit_name)},
                        {"queue_paused", std::move(*paused)},
                        {"refusal", reach->refusal ? json::value(json_of(*reach->refusal)) : json::value(nullptr)}};
}

Response explain(Sources& sources, const Call& call) {
    auto question = question_of(call);
    if (question)
        question = with_receivers(std::move(*question), sources, call);
    if (!question)
        return problem(question.error(), call.language());
    json::array routes;
    for (const AgencyCode& receiver : question->receivers) {
        auto route = explained(receiver, sources, question->at, !question->id.empty(), call.caller.scope());
        if (!route)
            return problem(route.error(), call.language());
        routes.push_back(std::move(*route));
    }
    return json_response(json::object{
        {"at", time_text(question->at)},
        {"refusal", question->refusal ? json::value(json_of(*question->refusal)) : json::value(nullptr)},
        {"routes", std::move(routes)}, {"has_more", question->has_more}});
}

}  // namespace

std::vector<Route> explain_routes(Sources& sources) {
    return {with_query({"GET", "/v1/explain", Right::read, [&](const Call& call) { return explain(sources, call); }})};
}

}  // namespace hub::http
