#include "hub/http/api.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
#include "hub/http/console.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/rfc3339.hpp"

#include <boost/json.hpp>
#include <boost/url.hpp>
#include <openssl/crypto.h>

#include <charconv>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::string_view hold_action = "/hold";
constexpr std::string_view release_action = "/release";

Fault invalid(std::string field, std::string_view text) {
    return {Errc::field_invalid, std::move(field), std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

Result<void> set_agency(std::optional<AgencyCode>& out, const std::string& key, const std::string& value,
                        const Directory& directory, Instant now) {
    auto code = AgencyCode::parse(value);
    if (!code)
        return invalid(key, value);
    // People may know an agency by another of its codes.
    const Agency* agency = directory.named(*code, now);
    out = agency ? agency->code : std::move(*code);
    return {};
}

Result<SearchQuery> query_of(const boost::urls::url_view& url, const Directory& directory, Instant now) {
    SearchQuery query;
    for (const auto& parameter : url.params()) {
        // What a form or a script leaves behind: "?" alone, "&" at the end.
        if (parameter.key.empty() && !parameter.has_value)
            continue;
        const std::string key{parameter.key};
        const std::string value{parameter.value};
        Result<void> set;
        if (key == "text") {
            query.text = value;
        } else if (key == "number") {
            query.number = value;
        } else if (key == "notation") {
            query.notation = value;
        } else if (key == "id") {
            query.id = value;
        } else if (key == "subject") {
            query.subject = value;
        } else if (key == "agency") {
            set = set_agency(query.agency, key, value, directory, now);
        } else if (key == "sender") {
            set = set_agency(query.sender, key, value, directory, now);
        } else if (key == "receiver") {
            set = set_agency(query.receiver, key, value, directory, now);
        } else if (key == "state") {
            query.station = parse_station(value);
            set = query.station ? Result<void>{} : invalid(key, value);
        } else if (key == "kind") {
            query.kind = value == "document" ? std::optional{Kind::document}
                         : value == "status" ? std::optional{Kind::status}
                                             : std::nullopt;
            set = query.kind ? Result<void>{} : invalid(key, value);
        } else if (key == "refused") {
            query.refused_only = value == "true";
            set = value == "true" || value == "false" ? Result<void>{} : invalid(key, value);
        } else if (key == "since" || key == "until") {
            const auto time = parse_time(value, now);
            (key == "since" ? query.since : query.until) = time;
            set = time ? Result<void>{} : invalid(key, value);
        } else if (key == "before") {
            const auto seq = parse_number(value);
            query.before = seq ? std::optional{EnvelopeSeq{*seq}} : std::nullopt;
            set = seq ? Result<void>{} : invalid(key, value);
        } else if (key == "count") {
            const auto count = parse_number(value);
            query.count = count.value_or(0);
            set = count && *count >= 1 && *count <= limits::search_rows_max ? Result<void>{} : invalid(key, value);
        } else {
            set = invalid(key, "unknown parameter");
        }
        if (!set)
            return set.error();
    }
    return query;
}

bool is_loopback(std::string_view host) noexcept {
    // Anything else is a page of another site that found its way here through DNS.
    if (const auto colon = host.rfind(':'); colon != host.npos && host.find(']', colon) == host.npos)
        host = host.substr(0, colon);
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_token(std::string_view authorization, std::string_view token) noexcept {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme))
        return false;
    authorization.remove_prefix(scheme.size());
    return authorization.size() == token.size()
           && CRYPTO_memcmp(authorization.data(), token.data(), token.size()) == 0;
}

Response json_response(const json::value& body) { return {200, "application/json", json::serialize(body)}; }

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

Result<DirectoryQuestion> directory_question(const boost::urls::url_view& url) {
    DirectoryQuestion question;
    for (const auto& parameter : url.params()) {
        const std::string value{parameter.value};
        if (parameter.key == "text") {
            question.text = value;
        } else if (parameter.key == "count") {
            const auto count = parse_number(value);
            if (!count || *count < 1 || *count > limits::directory_rows_max)
                return invalid("count", value);
            question.count = *count;
        } else {
            return invalid(parameter.key, "unknown parameter");
        }
    }
    if (fold(question.text).find_first_not_of(' ') == std::string::npos)
        return invalid("text", question.text);
    return question;
}

}  // namespace

Response Api::answer(const Request& request) {
    if (!is_loopback(request.host))
        return problem(403, {Errc::field_invalid, "Host", request.host.substr(0, 100)}, request.accept_language);
    if (auto page = console_page(request))
        return std::move(*page);
    const auto url = boost::urls::parse_origin_form(request.target);
    const std::string path{url ? std::string{url->encoded_path()} : std::string{}};
    constexpr std::string_view one = "/v1/documents/";
    const std::string_view named = path.starts_with(one) ? std::string_view{path}.substr(one.size()) : "";
    const bool is_hold = named.ends_with(hold_action), is_release = named.ends_with(release_action);
    const std::string_view method = is_hold || is_release ? "POST" : "GET";
    if (request.method != method) {
        Response refused = problem(405, {Errc::field_invalid, "method", request.method}, request.accept_language);
        refused.allow = method;
        return refused;
    }
    if (!url)
        return problem(400, {Errc::field_invalid, "target", {}}, request.accept_language);
    if (path == "/livez")
        return {200, "text/plain", "ok\n"};
    if (path == "/readyz")
        return ready();
    if (!sources_.token.empty() && !is_token(request.authorization, sources_.token))
        return problem(401, {Errc::field_invalid, "Authorization", {}}, request.accept_language);
    if (is_hold)
        return hold(request, named.substr(0, named.size() - hold_action.size()), true);
    if (is_release)
        return hold(request, named.substr(0, named.size() - release_action.size()), false);
    if (path == "/v1/status")
        return status();
    if (path == "/v1/queues")
        return queues(request);
    if (path == "/v1/agencies")
        return agencies();
    if (path == "/v1/directory")
        return directory(request);
    if (path == "/v1/documents")
        return documents(request);
    if (path.starts_with(one))
        return document(request, named);
    return problem({Errc::not_found, "path", path.substr(0, 100)}, request.accept_language);
}

Response Api::ready() {
    const HubStatus status = sources_.status();
    const bool is_ready = status.broker == "up" && !status.is_ledger_full;
    return {is_ready ? 200u : 503u, "text/plain",
            "broker " + status.broker + "\nledger " + (status.is_ledger_full ? "full" : "writable") + "\n"};
}

Response Api::status() {
    json::object body = json_of(sources_.status());
    if (const auto counts = sources_.search->counts(); counts)
        body["stored"] = json::object{{"envelopes", counts->envelopes},
                                      {"deliveries", counts->deliveries},
                                      {"entries", counts->entries}};
    if (const auto totals = sources_.search->unit_totals(); totals) {
        const auto time = [](const std::optional<Instant>& at) {
            return at ? json::value(json::string{time_text(*at)}) : json::value(nullptr);
        };
        body["units"] = json::object{{"count", totals->units},
                                     {"pass_ended_at", time(totals->pass_ended_at)},
                                     {"full_pass_ended_at", time(totals->full_pass_ended_at)}};
    }
    return json_response(body);
}

Response Api::documents(const Request& request) {
    const auto url = boost::urls::parse_origin_form(request.target);
    const auto query = query_of(*url, *sources_.directory, sources_.status().now);
    if (!query)
        return problem(query.error(), request.accept_language);
    const auto found = sources_.search->find(*query);
    if (!found)
        return problem(found.error(), request.accept_language);
    json::array documents;
    for (const DocumentSummary& document : found->documents)
        documents.push_back(json_of(document));
    return json_response(json::object{{"documents", std::move(documents)},
                                      {"has_more", found->has_more},
                                      {"is_cut", found->is_cut},
                                      {"searched_down_to", number(found->searched_down_to)}});
}

Response Api::document(const Request& request, std::string_view name) {
    const auto id = EnvelopeId::parse(name);
    const auto seq = parse_number(name);
    const auto story = id    ? sources_.search->story(*id)
                       : seq ? sources_.search->story(EnvelopeSeq{*seq})
                             : Result<Story>{invalid("id", name)};
    if (!story)
        return problem(story.error(), request.accept_language);
    return json_response(with_names(*story));
}

/// A code without a name is still a code: what stands in the way of the name is no reason to say nothing.
std::string Api::name_of(const AgencyCode& code) {
    if (const Agency* agency = sources_.directory->find(code))
        return agency->name;
    const auto unit = sources_.search->unit(code);
    return unit && *unit ? (*unit)->name : std::string{};
}

json::object Api::with_names(const Story& story) {
    json::object out = json_of(story);
    for (std::size_t i = 0; i < story.document.deliveries.size(); ++i)
        out["deliveries"].as_array()[i].as_object()["receiver_name"] =
            json_text(name_of(story.document.deliveries[i].receiver));
    out["sender_name"] = json_text(name_of(story.document.sender));
    const auto issuer = AgencyCode::parse(story.document.document.issuer);
    out["issuer_name"] = json_text(issuer ? name_of(*issuer) : std::string{});
    return out;
}

Response Api::hold(const Request& request, std::string_view name, bool is_held) {
    // Whoever may read may not for that reason change something.
    if (sources_.token.empty())
        return problem(403, {Errc::field_invalid, "http.token_file", "not set"}, request.accept_language);
    const auto id = EnvelopeId::parse(name);
    if (!id)
        return problem(invalid("id", name), request.accept_language);
    HoldOrder order{*id, is_held, {}};
    const auto url = boost::urls::parse_origin_form(request.target);
    for (const auto& parameter : url->params()) {
        if (parameter.key != "reason")
            return problem(invalid(parameter.key, "unknown parameter"), request.accept_language);
        order.reason = parameter.value;
    }
    if (order.reason.find_first_not_of(" \t\r\n") == std::string::npos
        || order.reason.size() > limits::fault_text_bytes_max || !is_utf8(order.reason))
        return problem(invalid("reason", order.reason), request.accept_language);
    if (const auto done = sources_.hold(order); !done)
        return problem(done.error(), request.accept_language);
    const auto story = sources_.search->story(*id);
    if (!story)
        return problem(story.error(), request.accept_language);
    return json_response(with_names(*story));
}

Response Api::queues(const Request& request) {
    const auto queues = sources_.search->queues();
    if (!queues)
        return problem(queues.error(), request.accept_language);
    const Instant now = sources_.status().now;
    json::array out;
    for (const QueueAge& queue : *queues)
        out.push_back(json_of(queue, now));
    return json_response(json::object{{"queues", std::move(out)}});
}

Response Api::agencies() {
    const Instant now = sources_.status().now;
    json::array out;
    for (const Agency& agency : sources_.directory->agencies())
        out.push_back(json_of(agency, now));
    return json_response(json::object{{"agencies", std::move(out)}});
}

Response Api::directory(const Request& request) {
    const auto url = boost::urls::parse_origin_form(request.target);
    const auto question = directory_question(*url);
    if (!question)
        return problem(question.error(), request.accept_language);
    const Instant now = sources_.status().now;
    const std::string asked = fold(question->text);
    json::array found;
    bool has_more = false;
    for (const Agency& agency : sources_.directory->agencies()) {
        if (!is_meant(agency, asked))
            continue;
        has_more = found.size() == question->count;
        if (has_more)
            break;
        found.push_back(directory_row(agency, now));
    }
    // Of the province the hub's own directory is the one that counts.
    const auto units = sources_.search->find_units(question->text, question->count);
    if (!units)
        return problem(units.error(), request.accept_language);
    for (const Unit& unit : units->units) {
        if (sources_.directory->named(unit.code, now))
            continue;
        has_more = has_more || found.size() == question->count;
        if (has_more)
            break;
        found.push_back(directory_row(unit));
    }
    return json_response(json::object{{"found", std::move(found)}, {"has_more", has_more || units->has_more}});
}

}  // namespace hub::http
