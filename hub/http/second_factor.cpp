#include "hub/http/second_factor.hpp"

#include "hub/access/secret.hpp"
#include "hub/access/totp.hpp"
#include "hub/http/body.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/qr_rows.hpp"
#include "hub/http/throttle.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::size_t otp_typed_max = 16;

class FactorDesk {
public:
    explicit FactorDesk(Sources& sources) : sources_{sources} {}

    Response offer(const Call& call);
    Response confirm(const Call& call);
    Response remove(const Call& call);

private:
    static bool is_own(const Call& call) { return call.caller.session && call.caller.name == call.names.front(); }
    /// Nobody gets one for somebody else: who has the secret has the factor. For others there is none here.
    static Result<void> check_own(const Call& call);
    /// Of the user's confirmed or offered one. sign_in_refused: it is no code of now.
    Result<std::int64_t> step_of(const Call& call, std::string_view otp);
    /// sign_in_refused: a code of it was there before.
    Result<void> use(const Call& call, std::int64_t step);
    std::optional<std::chrono::seconds> wait_of(const Call& call) { return guesses_.take(call.caller.name, call.now); }

    Sources& sources_;
    Throttle guesses_{10, std::chrono::seconds{30}};
};

Result<void> FactorDesk::check_own(const Call& call) {
    return is_own(call) ? Result<void>{} : Fault{Errc::not_found, "name", {}};
}

Result<std::int64_t> FactorDesk::step_of(const Call& call, std::string_view otp) {
    const auto factor = sources_.access->second_factor(call.caller.name);
    if (!factor)
        return factor.error();
    if (!*factor)
        return Fault{Errc::not_found, "second_factor", {}};
    const auto step = access::totp_step((*factor)->secret, otp, call.now);
    return step ? Result<std::int64_t>{*step} : Fault{Errc::sign_in_refused, "otp", {}};
}

Result<void> FactorDesk::use(const Call& call, std::int64_t step) {
    const auto used = sources_.access->use_second_factor(call.caller.name, step);
    if (!used)
        return used.error();
    return *used ? Result<void>{} : Fault{Errc::sign_in_refused, "otp", {}};
}

/// A wrong code is no end of a session.
Response refused(const Fault& fault, const Call& call) {
    return fault.code == Errc::sign_in_refused ? problem(403, fault, call.language()) : problem(fault, call.language());
}

Response FactorDesk::offer(const Call& call) {
    if (const auto own = check_own(call); !own)
        return problem(own.error(), call.language());
    Body body{call.request};
    const std::string current = body.text("current", access::password_bytes_max);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    if (const auto wait = wait_of(call))
        return too_many_requests(*wait, call.language());
    const std::string& name = call.caller.name;
    const auto hash = sources_.access->password_of(name);
    if (!hash)
        return problem(hash.error(), call.language());
    // A session that was stolen must not lock its owner out.
    if (!access::is_right(current, *hash))
        return refused({Errc::sign_in_refused, "current", {}}, call);
    const std::string secret = access::make_totp_secret();
    if (const auto offered = sources_.access->offer_second_factor(name, secret); !offered)
        return problem(offered.error(), call.language());
    const std::string letters = access::base32(secret);
    const std::string uri = "otpauth://totp/LGSP%20Hub:" + name + "?secret=" + letters + "&issuer=LGSP%20Hub";
    json::array rows;
    for (const std::string& row : qr_rows(uri))
        rows.push_back(json_text(row));
    return json_response(json::object{{"secret", json_text(letters)}, {"uri", json_text(uri)}, {"qr", std::move(rows)}});
}

Response FactorDesk::confirm(const Call& call) {
    if (const auto own = check_own(call); !own)
        return problem(own.error(), call.language());
    Body body{call.request};
    const std::string otp = body.text("otp", otp_typed_max);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    if (const auto wait = wait_of(call))
        return too_many_requests(*wait, call.language());
    const auto step = step_of(call, otp);
    if (!step)
        return refused(step.error(), call);
    if (const auto noted = sources_.record(call.caller.act(Verb::user_change, call.caller.name, {}, "second factor set"));
        !noted)
        return problem(noted.error(), call.language());
    if (const auto used = use(call, *step); !used)
        return refused(used.error(), call);
    if (const auto ended = sources_.access->end_others(call.caller.name, *call.caller.session); !ended)
        return problem(ended.error(), call.language());
    return json_response(json::object{{"name", json_text(call.caller.name)}, {"second_factor", true}});
}

Response FactorDesk::remove(const Call& call) {
    const std::string& name = call.names.front();
    if (!is_own(call) && !call.caller.may(Right::administer))
        return problem({Errc::not_allowed, "administer", {}}, call.language());
    Body body{call.request};
    const std::string otp = body.text("otp", otp_typed_max);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    const auto factor = sources_.access->second_factor(name);
    if (!factor)
        return problem(factor.error(), call.language());
    if (!*factor)
        return problem({Errc::not_found, "second_factor", {}}, call.language());
    if (is_own(call) && (*factor)->is_confirmed) {
        if (const auto wait = wait_of(call))
            return too_many_requests(*wait, call.language());
        const auto step = step_of(call, otp);
        const auto used = step ? use(call, *step) : Result<void>{step.error()};
        if (!used)
            return refused(used.error(), call);
    }
    if (const auto noted = sources_.record(call.caller.act(Verb::user_change, name, {}, "second factor removed")); !noted)
        return problem(noted.error(), call.language());
    if (const auto removed = sources_.access->remove_second_factor(name); !removed)
        return problem(removed.error(), call.language());
    return json_response(json::object{{"name", json_text(name)}, {"second_factor", false}});
}

}  // namespace

std::vector<Route> second_factor_routes(Sources& sources) {
    if (!sources.access)
        return {};
    const auto desk = std::make_shared<FactorDesk>(sources);
    const auto by = [&desk](Response (FactorDesk::*answer)(const Call&)) {
        return [desk, answer](const Call& call) { return ((*desk).*answer)(call); };
    };
    return {
        for_enrolling(taking_secret(repeated(
            Repeat::told_once,
            {"POST", "/v1/users/{name}/second-factor", Right::read, by(&FactorDesk::offer), Where::aside}))),
        for_enrolling({"POST", "/v1/users/{name}/second-factor/confirm", Right::read, by(&FactorDesk::confirm),
                       Where::aside}),
        {"DELETE", "/v1/users/{name}/second-factor", Right::read, by(&FactorDesk::remove), Where::aside},
    };
}

}  // namespace hub::http
