#include "hub/http/agencies.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/http/contacts.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/shared_answer.hpp"

#include <boost/json.hpp>

#include <sys/stat.h>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

/// Words that begin like each of the words asked for, in name or codes; or one of the codes itself.
bool is_meant(const Agency& agency, const std::string& asked) {
    std::string names = fold(agency.name) + ' ' + fold(agency.code.text());
    for (const Alias& alias : agency.aliases)
        names += ' ' + fold(alias.code.text());
    names.insert(names.begin(), ' ');
    for (std::size_t at = 0; at < asked.size();) {
        const auto end = std::min(asked.find(' ', at), asked.size());
        if (end > at && names.find(' ' + asked.substr(at, end - at)) == std::string::npos)
            return false;
        at = end + 1;
    }
    return true;
}

struct DirectoryQuestion {
    std::string text;
    std::size_t count = 50;
};

Result<DirectoryQuestion> directory_question(const Call& call) {
    Query asked{call};
    DirectoryQuestion question;
    question.text = asked.text("text").value_or("");
    question.count = asked.count(limits::directory_rows_max, question.count);
    if (fold(question.text).find_first_not_of(' ') == std::string::npos)
        asked.refuse("text", question.text);
    if (const auto trouble = asked.trouble())
        return *trouble;
    return question;
}

/// The hub reads it at its start, and when the settings are reloaded.
json::value agencies_file(const Sources& sources) {
    const auto setting = std::ranges::find(sources.settings, "hub.agencies_file", &Setting::key);
    if (setting == sources.settings.end() || !setting->value)
        return nullptr;
    struct stat status {};
    const bool is_there = ::stat(setting->value->c_str(), &status) == 0;
    const Instant written_at{std::chrono::seconds{status.st_mtim.tv_sec}};
    const HubStatus hub = sources.status();
    return json::object{{"path", json_text(*setting->value)},
                        {"is_changed", !is_there || written_at > std::max(hub.started_at, hub.configuration.loaded_at)}};
}

/// An inbox that no agency of the directory reads: its agency was taken out, or has another code now.
json::array unlisted(const Sources& sources, const std::vector<QueueAge>& queues, Instant now) {
    json::array out;
    for (const QueueAge& queue : queues) {
        if (sources.directory->find(queue.agency))
            continue;
        const Agency* const other = sources.directory->named(queue.agency, now);
        out.push_back(json::object{{"agency", queue.agency.text()},
                                   {"waiting", queue.waiting},
                                   {"listed_as", other ? json::value(other->code.text()) : json::value(nullptr)}});
    }
    return out;
}

json::object agency_row(const Agency& agency, const Sources& sources, const Call& call) {
    json::object row = http::json_of(agency, call.now);
    row["contacts"] = contact_rows(*sources.directory, agency, call);
    row["contacts_of"] = json_text(called_for(*sources.directory, agency, call.now).code.text());
    return row;
}

Response list(Sources& sources, const Call& call) {
    const auto queues = sources.search->queues(call.caller.scope());
    json::array out;
    for (const Agency& agency : sources.directory->agencies())
        out.push_back(agency_row(agency, sources, call));
    // Codes and names stand in no ledger: they are told without one too.
    return json_response(json::object{{"agencies", std::move(out)},
                                      {"file", agencies_file(sources)},
                                      {"unlisted", queues ? unlisted(sources, *queues, call.now) : json::array{}}});
}

/// The nearest above it, by its code, that the directory has.
json::value parent_of(const Agency& agency, const Directory& directory) {
    for (auto above = agency.code.parent(); above; above = above->parent())
        if (directory.find(*above))
            return json_text(above->text());
    return nullptr;
}

/// When it has sent such a thing last, as far as one search goes back.
Result<json::value> last_sent(const Agency& agency, std::optional<Kind> kind, Sources& sources) {
    SearchQuery query;
    query.sender = agency.code;
    query.kind = kind;
    query.count = 1;
    const auto found = sources.search->find(query);
    if (!found)
        return found.error();
    return found->documents.empty() ? json::value(nullptr)
                                    : json::value(json_text(time_text(found->documents.front().accepted_at)));
}

/// That it is alive shows in what it does.
Result<json::object> progress_of(const Agency& agency, Sources& sources, Instant now) {
    auto sent = last_sent(agency, std::nullopt, sources);
    auto answered = sent ? last_sent(agency, Kind::status, sources) : sent.error();
    if (!answered)
        return answered.error();
    const auto retrieved = sources.search->last_retrieved_at(agency.code);
    if (!retrieved)
        return retrieved.error();
    const auto queues = sources.search->queues(agency.code);
    if (!queues)
        return queues.error();
    return json::object{{"last_sent_at", std::move(*sent)},
                        {"last_retrieved_at", *retrieved ? json::value(json_text(time_text(**retrieved))) : json::value(nullptr)},
                        {"last_status_at", std::move(*answered)},
                        {"queue", queues->empty() ? json::value(nullptr) : json::value(http::json_of(queues->front(), now))}};
}

Response show(Sources& sources, const Call& call) {
    const auto code = AgencyCode::parse(call.names.front());
    const Agency* const agency = code ? sources.directory->named(*code, call.now) : nullptr;
    if (!agency)
        return problem({Errc::not_found, "agency", call.names.front().substr(0, limits::fault_text_bytes_max)}, call.language());
    json::object out = agency_row(*agency, sources, call);
    out["parent"] = parent_of(*agency, *sources.directory);
    out["file"] = agencies_file(sources);
    out["progress"] = nullptr;
    const Scope scope = call.caller.scope();
    if (!scope || *scope == agency->code) {
        auto progress = progress_of(*agency, sources, call.now);
        if (!progress)
            return problem(progress.error(), call.language());
        out["progress"] = std::move(*progress);
    }
    return json_response(out);
}

Response find(Sources& sources, const Call& call) {
    const auto question = directory_question(call);
    if (!question)
        return problem(question.error(), call.language());
    const std::string asked = fold(question->text);
    json::array found;
    bool has_more = false;
    for (const Agency& agency : sources.directory->agencies()) {
        if (!is_meant(agency, asked))
            continue;
        has_more = found.size() == question->count;
        if (has_more)
            break;
        found.push_back(directory_row(agency, call.now));
    }
    // Of the province the hub's own directory is the one that counts.
    const auto units = sources.search->find_units(question->text, question->count);
    if (!units)
        return problem(units.error(), call.language());
    for (const Unit& unit : units->units) {
        if (sources.directory->named(unit.code, call.now))
            continue;
        has_more = has_more || found.size() == question->count;
        if (has_more)
            break;
        found.push_back(directory_row(unit));
    }
    return json_response(json::object{{"found", std::move(found)}, {"has_more", has_more || units->has_more}});
}

}  // namespace

std::vector<Route> agency_routes(Sources& sources) {
    const auto listed = std::make_shared<SharedAnswer>(std::chrono::seconds{1});
    return {
        {"GET", "/v1/agencies", Right::read, [&sources, listed](const Call& call) {
             return listed->answer(call, [&] { return list(sources, call); });
         }},
        {"GET", "/v1/agencies/{code}", Right::read, [&](const Call& call) { return show(sources, call); }},
        with_query({"GET", "/v1/directory", Right::read, [&](const Call& call) { return find(sources, call); }}),
    };
}

}  // namespace hub::http
