#include "hub/http/door.hpp"

#include "hub/access/guessable.hpp"
#include "hub/access/secret.hpp"
#include "hub/access/store.hpp"
#include "hub/access/totp.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/body.hpp"
#include "hub/http/caller_network.hpp"
#include "hub/http/gate.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::size_t code_bytes_max = 64;
constexpr std::size_t otp_bytes_max = 16;

struct SignIn {
    std::string name;
    std::string password;
    std::string code;
    std::string otp;
    bool is_bearer = false;
};

Result<SignIn> sign_in_of(const Request& request) {
    Body body{request};
    SignIn wanted{body.text("name", 64), body.text("password", access::password_bytes_max),
                  access::normalised_code(body.text("code", code_bytes_max)), body.text("otp", otp_bytes_max),
                  body.flag("bearer").value_or(false)};
    if (wanted.name.empty())
        body.refuse("name", "missing");
    if (wanted.password.empty())
        body.refuse("password", "missing");
    if (const auto trouble = body.trouble())
        return *trouble;
    return wanted;
}

json::value me(const Caller& caller) {
    json::array rights;
    for (std::size_t i = 0; i < rights_count; ++i)
        if (const auto right = static_cast<Right>(i); caller.may(right))
            rights.push_back(json_text(name_of(right)));
    return json::object{{"name", json_text(caller.name)},
                        {"role", json_text(name_of(caller.role))},
                        {"agency", caller.agency ? json::value(json_text(caller.agency->text())) : json::value(nullptr)},
                        {"rights", std::move(rights)},
                        {"signed_in", caller.by != KnownBy::place},
                        {"second_factor", caller.has_second_factor},
                        {"must_enrol", caller.must_enrol},
                        {"idle_seconds", caller.idle ? json::value(caller.idle->count()) : json::value(nullptr)},
                        {"ends_at",
                         caller.ends_at ? json::value(json_text(time_text(*caller.ends_at))) : json::value(nullptr)}};
}

std::string cookie(bool is_tls, std::string_view value, std::chrono::seconds lasts) {
    return std::string{cookie_name(is_tls)} + '=' + std::string{value} + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
           + std::to_string(lasts.count()) + (is_tls ? "; Secure" : "");
}

class Door {
public:
    explicit Door(Sources& sources) : sources_{sources} {}

    Response sign_in(const Call& call);
    Response sign_out(const Call& call);

private:
    Response refuse(const Call& call, const SignIn& wanted, std::string_view field);
    /// Nullopt: the user has none, or has shown that it is at hand.
    std::optional<Response> lacks_second_factor(const Call& call, const SignIn& wanted);
    /// Makes whoever brings a code an administrator of that name.
    Result<void> take_over(const Call& call, const SignIn& wanted);
    Response begin(const Call& call, const SignIn& wanted);

    Sources& sources_;
    Guesses guesses_;
};

Response Door::sign_in(const Call& call) {
    // A page of another site could otherwise sign its visitor in as somebody else.
    if (const auto own = check_origin(call.request, sources_.is_tls); !own)
        return problem(own.error(), call.language());
    const auto wanted = sign_in_of(call.request);
    if (!wanted)
        return problem(wanted.error(), call.language());
    if (const auto wait = guesses_.take(wanted->name, call.request.address, call.now))
        return too_many_requests(*wait, call.language());
    if (!wanted->code.empty()) {
        if (access::is_guessable(wanted->password, wanted->name, sources_.hub_code))
            return problem(400, call_problems::password_guessable, "password", {}, call.language());
        if (const auto taken = take_over(call, *wanted); !taken)
            return taken.error().code == Errc::sign_in_refused ? refuse(call, *wanted, "code")
                                                               : problem(taken.error(), call.language());
        return begin(call, *wanted);
    }
    const auto hash = sources_.access->password_of(wanted->name);
    if (!hash)
        return problem(hash.error(), call.language());
    if (!access::is_right(wanted->password, *hash))
        return refuse(call, *wanted, "password");
    auto lacking = lacks_second_factor(call, *wanted);
    return lacking ? std::move(*lacking) : begin(call, *wanted);
}

std::optional<Response> Door::lacks_second_factor(const Call& call, const SignIn& wanted) {
    const auto factor = sources_.access->second_factor(wanted.name);
    if (!factor)
        return problem(factor.error(), call.language());
    if (!*factor || !(*factor)->is_confirmed)
        return std::nullopt;
    if (wanted.otp.empty())
        return problem(401, call_problems::second_factor_needed, "otp", {}, call.language());
    const auto step = access::totp_step((*factor)->secret, wanted.otp, call.now);
    const auto used = step ? sources_.access->use_second_factor(wanted.name, *step) : Result<bool>{false};
    if (!used)
        return problem(used.error(), call.language());
    return *used ? std::nullopt : std::optional{refuse(call, wanted, "otp")};
}

Response Door::refuse(const Call& call, const SignIn& wanted, std::string_view field) {
    if (const auto before = guesses_.note_refused(call.now)) {
        const std::string detail = *before > 0 ? std::to_string(*before) + " more before" : std::string{};
        // Whatever was typed in the wrong field is no name, and must not be kept: it may be a password.
        const std::string name = access::is_name(wanted.name) ? wanted.name : "?";
        if (const auto noted = sources_.record({.actor = name,
                                                .role = std::nullopt,
                                                .address = call.request.address,
                                                .verb = Verb::sign_in_refused,
                                                .object = name,
                                                .reason = {},
                                                .detail = detail});
            !noted)
            return problem(noted.error(), call.language());
    }
    return problem({Errc::sign_in_refused, std::string{field}, {}}, call.language());
}

Result<void> Door::take_over(const Call& call, const SignIn& wanted) {
    if (!access::is_name(wanted.name))
        return invalid("name", wanted.name);
    if (!access::is_password(wanted.password, wanted.name))
        return invalid("password", {});
    const auto taken = sources_.access->take_code(sha256(wanted.code), call.now);
    if (!taken)
        return taken.error();
    if (!*taken)
        return Fault{Errc::sign_in_refused, "code", {}};
    const auto known = sources_.access->user(wanted.name);
    if (!known)
        return known.error();
    const Caller host{.name = "host", .role = Role::administrator, .address = call.request.address};
    if (auto noted = sources_.record(host.act(*known ? Verb::password_change : Verb::user_add, wanted.name, {},
                                              "administrator, by a one-time code"));
        !noted)
        return noted;
    const access::User user{wanted.name, Role::administrator, std::nullopt, false, call.now, std::nullopt};
    const std::string hash = access::hash_password(wanted.password);
    if (!*known)
        return sources_.access->add(user, hash);
    // In this order: whoever knows the old password is no administrator at any time, and signs in nowhere without the
    // factor. Whoever is on the host has lost the authenticator, or is as good as its owner.
    if (auto set = sources_.access->set_password(wanted.name, hash, nullptr); !set)
        return set;
    if ((*known)->has_second_factor)
        if (auto removed = sources_.access->remove_second_factor(wanted.name); !removed)
            return removed;
    return sources_.access->change(user);
}

Response Door::begin(const Call& call, const SignIn& wanted) {
    guesses_.succeeded(wanted.name, call.request.address);
    const auto user = sources_.access->user(wanted.name);
    if (!user || !*user)
        return problem(user ? Fault{Errc::sign_in_refused, "password", {}} : user.error(), call.language());
    const Caller caller{.name = wanted.name,
                        .role = (*user)->role,
                        .agency = (*user)->agency,
                        .address = call.request.address,
                        .by = KnownBy::session,
                        .ends_at = call.now + sources_.session_lasts,
                        .idle = wanted.is_bearer ? sources_.session_lasts : sources_.session_idle,
                        .has_second_factor = (*user)->has_second_factor,
                        .must_enrol = !(*user)->has_second_factor && needs_second_factor(sources_, (*user)->role)};
    if (const auto noted = sources_.record(caller.act(Verb::sign_in, wanted.name, {})); !noted)
        return problem(noted.error(), call.language());
    const std::string secret = access::make_token();
    const access::AccessStore::Session session{wanted.name, *caller.idle, *caller.ends_at, caller.address, wanted.is_bearer};
    if (const auto begun = sources_.access->begin(sha256(secret), session, call.now); !begun)
        return problem(begun.error(), call.language());
    json::value body = me(caller);
    if (wanted.is_bearer)
        body.as_object()["token"] = json_text(secret);
    Response response = json_response(body);
    if (!wanted.is_bearer)
        response.fields.push_back({"Set-Cookie", cookie(sources_.is_tls, secret, sources_.session_lasts)});
    return response;
}

Response Door::sign_out(const Call& call) {
    if (call.caller.session) {
        if (const auto noted = sources_.record(call.caller.act(Verb::sign_out, call.caller.name, {})); !noted)
            return problem(noted.error(), call.language());
        if (const auto ended = sources_.access->end(*call.caller.session); !ended)
            return problem(ended.error(), call.language());
    }
    Response response = json_response(json::object{});
    response.fields.push_back({"Set-Cookie", cookie(sources_.is_tls, {}, std::chrono::seconds{0})});
    return response;
}

}  // namespace

std::optional<std::chrono::seconds> Guesses::take(const std::string& user, const std::string& from, Instant now) {
    const std::string address = caller_network(from);
    // Strangers may share the address.
    if (familiar_.contains({user, address}))
        return by_both_.take(user + ' ' + address, now);
    if (const auto wait = by_address_.take(address, now))
        return wait;
    return by_user_.take(user, now);
}

void Guesses::succeeded(const std::string& user, const std::string& from) {
    const std::string address = caller_network(from);
    if (familiar_.contains({user, address})) {
        by_both_.forget(user + ' ' + address);
        return;
    }
    by_user_.forget(user);
    if (familiar_.size() < familiar_max)
        familiar_.emplace(user, address);
}

std::optional<std::uint64_t> Guesses::note_refused(Instant now) {
    if (entries_.take("refused", now)) {
        ++without_entry_;
        return std::nullopt;
    }
    return std::exchange(without_entry_, 0);
}

std::string_view cookie_name(bool is_tls) noexcept { return is_tls ? "__Host-lgsp" : "lgsp"; }

std::string_view cookie_in(std::string_view cookies, std::string_view name) noexcept {
    while (!cookies.empty()) {
        std::string_view one = cookies.substr(0, cookies.find(';'));
        cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
        while (one.starts_with(' '))
            one.remove_prefix(1);
        if (one.starts_with(name) && one.substr(name.size()).starts_with('='))
            return one.substr(name.size() + 1);
    }
    return {};
}

Result<void> check_origin(const Request& request, bool is_tls) {
    if (request.request_mark != "1")
        return Fault{Errc::not_allowed, "X-Lgsp-Request", {}};
    if (!request.origin.empty() && request.origin != (is_tls ? "https://" : "http://") + request.host)
        return Fault{Errc::not_allowed, "Origin", request.origin.substr(0, 100)};
    if (!request.fetch_site.empty() && request.fetch_site != "same-origin")
        return Fault{Errc::not_allowed, "Sec-Fetch-Site", request.fetch_site.substr(0, 100)};
    return {};
}

std::vector<Route> door_routes(Sources& sources) {
    if (!sources.access)
        return {};
    const auto door = std::make_shared<Door>(sources);
    return {
        {"POST", "/v1/session", std::nullopt, [door](const Call& call) { return door->sign_in(call); }, Where::aside},
        for_enrolling({"GET", "/v1/session", Right::read,
                       [](const Call& call) { return json_response(me(call.caller)); }}),
        for_enrolling({"DELETE", "/v1/session", Right::read, [door](const Call& call) { return door->sign_out(call); },
                       Where::aside}),
    };
}

}  // namespace hub::http
