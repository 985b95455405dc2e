#include "hub/http/gate.hpp"

#include "hub/access/store.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/door.hpp"
#include "hub/http/problem.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cctype>

namespace hub::http {
namespace {

bool is_loopback(std::string_view host) noexcept {
    if (const auto colon = host.rfind(':'); colon != host.npos && host.find(']', colon) == host.npos)
        host = host.substr(0, colon);
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_same(std::string_view shown, std::string_view token) noexcept {
    return !token.empty() && shown.size() == token.size() && CRYPTO_memcmp(shown.data(), token.data(), token.size()) == 0;
}

}  // namespace

bool needs_second_factor(const Sources& sources, Role role) noexcept {
    return sources.second_factor_for && is_granted(role, *sources.second_factor_for);
}

Result<void> Gate::check_place(const Request& request) const {
    // With TLS a page of another site could not even connect: the certificate is not its host's.
    if (sources_.is_tls || is_loopback(request.host))
        return {};
    return invalid("Host", std::string_view{request.host}.substr(0, 100));
}

Result<std::optional<Caller>> Gate::known(std::string_view secret, const Request& request, Seen seen) const {
    if (!sources_.access || secret.empty())
        return std::optional<Caller>{};
    const Digest digest = sha256(secret);
    auto found = seen.is_sign_of_life ? sources_.access->known(digest, seen.at)
                                      : sources_.access->still_known(digest, seen.at);
    if (!found)
        return found.error();
    if (!*found)
        return std::optional<Caller>{};
    const bool is_session = !(*found)->name.starts_with("token:");
    return std::optional{Caller{.name = std::move((*found)->name),
                                .role = (*found)->role,
                                .agency = std::move((*found)->agency),
                                .address = request.address,
                                .by = is_session ? KnownBy::session : KnownBy::token,
                                .session = is_session ? std::optional{digest} : std::nullopt,
                                .secret = digest,
                                .ends_at = (*found)->ends_at,
                                .idle = (*found)->idle,
                                .has_second_factor = (*found)->has_second_factor,
                                .must_enrol = is_session && !(*found)->has_second_factor
                                              && needs_second_factor(sources_, (*found)->role)}};
}

Result<Caller> Gate::identify(const Request& request, Seen seen) const {
    constexpr std::string_view scheme = "bearer ";
    std::string_view shown = request.authorization;
    const Fault unknown{Errc::not_signed_in, "Authorization", {}};
    if (!shown.empty()) {
        // Whoever shows something wanted to be known by it.
        const auto is_alike = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
        if (shown.size() < scheme.size() || !std::ranges::equal(shown.substr(0, scheme.size()), scheme, is_alike))
            return unknown;
        shown.remove_prefix(scheme.size());
        if (is_same(shown, sources_.token))
            return Caller{.name = "token:http.token_file",
                          .role = Role::administrator,
                          .address = request.address,
                          .by = KnownBy::token};
        auto caller = known(shown, request, seen);
        if (!caller)
            return caller.error();
        if (!*caller)
            return unknown;
        return std::move(**caller);
    }
    auto caller = known(cookie_in(request.cookie, cookie_name(sources_.is_tls)), request, seen);
    if (!caller)
        return caller.error();
    // A token is for programs: as a cookie it would come with every request by itself.
    if (*caller && (*caller)->session) {
        if (const auto own = check_origin(request, sources_.is_tls);
            !own && request.method != "GET" && request.method != "HEAD")
            return own.error();
        return std::move(**caller);
    }
    const bool is_open = sources_.token.empty() && !sources_.is_tls && !(sources_.access && sources_.access->has_users());
    if (is_open)
        return Caller{.name = "local", .address = request.address};
    return unknown;
}

std::optional<std::chrono::seconds> Gate::wait_of(const Caller& caller, Instant now) {
    return requests_.take(caller.name + ' ' + caller.address, now);
}

}  // namespace hub::http
