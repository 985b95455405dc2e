#include "hub/http/security_txt.hpp"

#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"

namespace hub::http {
namespace {

/// RFC 9116 wants an end, less than a year away. Who reads it reads it anew.
constexpr std::chrono::days good_for{90};

Response security_txt(const Sources& sources, const Call& call) {
    if (sources.security_contact.empty())
        return problem({Errc::not_found, "http.security_contact", {}}, call.language());
    const Instant until = std::chrono::floor<std::chrono::days>(call.now) + good_for;
    return {200,
            "text/plain; charset=utf-8",
            "Contact: " + sources.security_contact + "\nExpires: " + time_text(until) + "\nPreferred-Languages: vi, en\n",
            {}};
}

}  // namespace

std::vector<Route> security_txt_routes(const Sources& sources) {
    return {{"GET", "/.well-known/security.txt", std::nullopt,
             [&sources](const Call& call) { return security_txt(sources, call); }}};
}

}  // namespace hub::http
