#include "hub/http/users.hpp"

#include "hub/access/guessable.hpp"
#include "hub/access/secret.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/body.hpp"
#include "hub/http/etag.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/throttle.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;
using access::Token;
using access::User;

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t code_bytes_max = 64;
constexpr std::int64_t token_days_max = 366;
constexpr std::int64_t token_days_usual = 90;

json::value time_or_null(const std::optional<Instant>& at) {
    return at ? json::value(json_text(time_text(*at))) : json::value(nullptr);
}

json::value code_or_null(const std::optional<AgencyCode>& code) {
    return code ? json::value(json_text(code->text())) : json::value(nullptr);
}

json::object json_of(const User& user) {
    return {{"name", json_text(user.name)},
            {"role", json_text(name_of(user.role))},
            {"agency", code_or_null(user.agency)},
            {"disabled", user.is_disabled},
            {"second_factor", user.has_second_factor},
            {"made_at", json_text(time_text(user.made_at))},
            {"signed_in_at", time_or_null(user.signed_in_at)}};
}

json::object json_of(const Token& token) {
    return {{"name", json_text(token.name)},
            {"role", json_text(name_of(token.role))},
            {"agency", code_or_null(token.agency)},
            {"made_by", json_text(token.made_by)},
            {"made_at", json_text(time_text(token.made_at))},
            {"ends_at", json_text(time_text(token.ends_at))},
            {"revoked_at", time_or_null(token.revoked_at)}};
}

/// As one of a list: with the ETag that it has by itself, for whoever changes it there.
template <class Row>
json::object listed(const Row& row) {
    json::object out = json_of(row);
    out["etag"] = json_text(etag_of(json_response(out).body));
    return out;
}

/// "role operator", "role clerk of H43.01".
std::string described(Role role, const std::optional<AgencyCode>& agency) {
    return "role " + std::string{name_of(role)} + (agency ? " of " + agency->text() : std::string{});
}

struct RoleWanted {
    Role role{};
    std::optional<AgencyCode> agency;
};

/// A clerk has an agency of the directory, nobody else has one.
RoleWanted read_role(Body& body, const Sources& sources, const RoleWanted& now, Instant at) {
    RoleWanted wanted = now;
    const std::string role = body.text("role", name_bytes_max), agency = body.text("agency", code_bytes_max);
    if (!role.empty()) {
        const auto parsed = parse_role(role);
        parsed ? void(wanted.role = *parsed) : body.refuse("role", role);
    }
    if (!agency.empty()) {
        const auto code = AgencyCode::parse(agency);
        const Agency* const known = code ? sources.directory->named(*code, at) : nullptr;
        known ? void(wanted.agency = known->code) : body.refuse("agency", agency);
    }
    if (wanted.role != Role::clerk && !agency.empty())
        body.refuse("agency", "of a clerk only");
    if (wanted.role == Role::clerk && !wanted.agency)
        body.refuse("agency", "missing");
    if (wanted.role != Role::clerk)
        wanted.agency.reset();
    return wanted;
}

std::string read_name(Body& body) {
    std::string name = body.text("name", name_bytes_max);
    if (!access::is_name(name))
        body.refuse("name", name);
    return name;
}

std::string read_password(Body& body, const std::string& user) {
    std::string password = body.text("password", access::password_bytes_max);
    // Never given back, not even when it is wrong.
    if (!access::is_password(password, user))
        body.refuse("password", "at least 12 characters, 5 of them different, no row of digits, not the name");
    return password;
}

Response list_users(Sources& sources, const Call& call) {
    const auto users = sources.access->users();
    if (!users)
        return problem(users.error(), call.language());
    json::array out;
    for (const User& user : *users)
        out.push_back(listed(user));
    return json_response(json::object{{"users", std::move(out)}});
}

/// Of one who must be there.
Result<User> user_named(Sources& sources, const std::string& name) {
    auto user = sources.access->user(name);
    if (!user)
        return user.error();
    if (!*user)
        return Fault{Errc::not_found, "name", name.substr(0, name_bytes_max)};
    return std::move(**user);
}

Response shown(Sources& sources, const Call& call, const std::string& name) {
    const auto user = user_named(sources, name);
    return user ? json_response(json_of(*user)) : problem(user.error(), call.language());
}

Response show_user(Sources& sources, const Call& call) { return shown(sources, call, call.names.front()); }

Response add_user(Sources& sources, const Call& call) {
    Body body{call.request};
    const std::string name = read_name(body);
    const std::string password = read_password(body, name);
    const RoleWanted wanted = read_role(body, sources, {Role::viewer, {}}, call.now);
    if (!body.has("role"))
        body.refuse("role", "missing");
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    if (access::is_guessable(password, name, sources.hub_code))
        return problem(400, call_problems::password_guessable, "password", {}, call.language());
    if (const auto known = sources.access->user(name); !known || *known)
        return problem(known ? Fault{Errc::name_in_use, "name", name} : known.error(), call.language());
    if (const auto noted = sources.record(call.caller.act(Verb::user_add, name, {}, described(wanted.role, wanted.agency)));
        !noted)
        return problem(noted.error(), call.language());
    const User user{name, wanted.role, wanted.agency, false, call.now, std::nullopt};
    if (const auto added = sources.access->add(user, access::hash_password(password)); !added)
        return problem(added.error(), call.language());
    return shown(sources, call, name);
}

Response change_user(Sources& sources, const Call& call) {
    auto user = user_named(sources, call.names.front());
    if (!user)
        return problem(user.error(), call.language());
    Body body{call.request};
    const RoleWanted wanted = read_role(body, sources, {user->role, user->agency}, call.now);
    const bool is_disabled = body.flag("disabled").value_or(user->is_disabled);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    user->role = wanted.role;
    user->agency = wanted.agency;
    user->is_disabled = is_disabled;
    if (const auto may = sources.access->may_change(*user); !may)
        return problem(may.error(), call.language());
    const std::string detail = described(wanted.role, wanted.agency) + (is_disabled ? ", disabled" : "");
    if (const auto noted = sources.record(call.caller.act(Verb::user_change, user->name, {}, detail)); !noted)
        return problem(noted.error(), call.language());
    if (const auto changed = sources.access->change(*user); !changed)
        return problem(changed.error(), call.language());
    return shown(sources, call, user->name);
}

/// One's own with the one before it; another's by an administrator.
Response set_password(Sources& sources, Throttle& guesses, const Call& call) {
    const bool is_own = call.caller.session && call.caller.name == call.names.front();
    if (!is_own && !call.caller.may(Right::administer))
        return problem({Errc::not_allowed, "administer", {}}, call.language());
    const auto user = user_named(sources, call.names.front());
    if (!user)
        return problem(user.error(), call.language());
    Body body{call.request};
    const std::string password = read_password(body, user->name);
    const std::string before = body.text("current", access::password_bytes_max);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    if (access::is_guessable(password, user->name, sources.hub_code))
        return problem(400, call_problems::password_guessable, "password", {}, call.language());
    const auto hash = sources.access->password_of(user->name);
    if (!hash)
        return problem(hash.error(), call.language());
    // A session that was stolen is no leave to guess, and each guess takes the time of a sign-in.
    if (is_own)
        if (const auto wait = guesses.take(user->name, call.now))
            return too_many_requests(*wait, call.language());
    if (is_own && !access::is_right(before, *hash))
        return problem(403, {Errc::sign_in_refused, "current", {}}, call.language());
    if (const auto noted = sources.record(call.caller.act(Verb::password_change, user->name, {})); !noted)
        return problem(noted.error(), call.language());
    const Digest* const kept = is_own ? &*call.caller.session : nullptr;
    if (const auto set = sources.access->set_password(user->name, access::hash_password(password), kept); !set)
        return problem(set.error(), call.language());
    return shown(sources, call, user->name);
}

Response list_tokens(Sources& sources, const Call& call) {
    const auto tokens = sources.access->tokens();
    if (!tokens)
        return problem(tokens.error(), call.language());
    json::array out;
    for (const Token& token : *tokens)
        out.push_back(listed(token));
    return json_response(json::object{{"tokens", std::move(out)}});
}

Response add_token(Sources& sources, const Call& call) {
    Body body{call.request};
    const std::string name = read_name(body);
    const RoleWanted wanted = read_role(body, sources, {Role::viewer, {}}, call.now);
    const auto lasts = std::chrono::days{body.whole("days", 1, token_days_max, token_days_usual)};
    if (!body.has("role"))
        body.refuse("role", "missing");
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    const auto known = sources.access->tokens();
    if (!known)
        return problem(known.error(), call.language());
    if (std::ranges::find(*known, name, &Token::name) != known->end())
        return problem({Errc::name_in_use, "name", name}, call.language());
    const Token token{name, wanted.role, wanted.agency, call.caller.name, call.now, call.now + lasts, std::nullopt};
    const std::string detail = described(wanted.role, wanted.agency) + ", until " + time_text(token.ends_at);
    if (const auto noted = sources.record(call.caller.act(Verb::token_add, name, {}, detail)); !noted)
        return problem(noted.error(), call.language());
    const std::string secret = access::make_token();
    if (const auto added = sources.access->add(token, sha256(secret)); !added)
        return problem(added.error(), call.language());
    json::object out = json_of(token);
    out["token"] = json_text(secret);
    return json_response(out);
}

Result<Token> token_named(Sources& sources, const std::string& name) {
    auto known = sources.access->tokens();
    if (!known)
        return known.error();
    const auto found = std::ranges::find(*known, name, &Token::name);
    return found != known->end() ? Result<Token>{std::move(*found)} : Fault{Errc::not_found, "name", {}};
}

Response show_token(Sources& sources, const Call& call) {
    const auto token = token_named(sources, call.names.front());
    return token ? json_response(json_of(*token)) : problem(token.error(), call.language());
}

Response revoke_token(Sources& sources, const Call& call) {
    const std::string& name = call.names.front();
    if (const auto token = token_named(sources, name); !token)
        return problem(token.error(), call.language());
    if (const auto noted = sources.record(call.caller.act(Verb::token_revoke, name, {})); !noted)
        return problem(noted.error(), call.language());
    if (const auto revoked = sources.access->revoke(name, call.now); !revoked)
        return problem(revoked.error(), call.language());
    return json_response(json::object{{"name", json_text(name)}});
}

}  // namespace

std::vector<Route> user_routes(Sources& sources) {
    if (!sources.access)
        return {};
    const auto by = [&sources](Response (*answer)(Sources&, const Call&)) {
        return [&sources, answer](const Call& call) { return answer(sources, call); };
    };
    const auto guesses = std::make_shared<Throttle>(10, std::chrono::seconds{30});
    return {
        {"GET", "/v1/users", Right::administer, by(list_users)},
        taking_secret({"POST", "/v1/users", Right::administer, by(add_user), Where::aside}),
        {"GET", "/v1/users/{name}", Right::administer, by(show_user)},
        {"PATCH", "/v1/users/{name}", Right::administer, by(change_user), Where::aside},
        taking_secret({"POST", "/v1/users/{name}/password", Right::read,
                       [&sources, guesses](const Call& call) { return set_password(sources, *guesses, call); },
                       Where::aside}),
        {"GET", "/v1/tokens", Right::administer, by(list_tokens)},
        repeated(Repeat::told_once, {"POST", "/v1/tokens", Right::administer, by(add_token), Where::aside}),
        {"GET", "/v1/tokens/{name}", Right::administer, by(show_token)},
        {"DELETE", "/v1/tokens/{name}", Right::administer, by(revoke_token), Where::aside},
    };
}

}  // namespace hub::http
