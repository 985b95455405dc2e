#include "hub/http/once.hpp"

#include "hub/access/secret.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/problem.hpp"

#include <algorithm>

namespace hub::http {
namespace {

using access::Asked;

constexpr std::string_view key_field = "Idempotency-Key";
constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t kept_bytes_max = 32 * 1024;

bool is_idempotency_key(std::string_view key) noexcept {
    return key.size() <= key_bytes_max && std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
}

/// What is asked: the same octets ask the same.
std::string asked_of(const Request& request) {
    return sha256(request.method + ' ' + request.target + '\n' + request.body).text();
}

/// What the one who comes second is told.
Response told_again(const Asked& known, std::string_view language) {
    switch (known.state) {
    case Asked::State::under_way: {
        Response response = problem(409, call_problems::under_way, key_field, {}, language);
        response.fields.push_back({"Retry-After", "1"});
        return response;
    }
    case Asked::State::answered: {
        Response response{known.status, "application/json", known.answer, {}};
        response.fields.push_back({"Idempotent-Replayed", "true"});
        return response;
    }
    case Asked::State::told_once: return problem(409, call_problems::already_done, key_field, {}, language);
    case Asked::State::unknown: break;
    }
    return problem(409, call_problems::outcome_unknown, key_field, {}, language);
}

}  // namespace

Turn::~Turn() {
    if (has_ended_)
        return;
    // A store that takes no write now says at the next start that it does not know.
    if (is_begun_)
        (void)store_.set_asked(id_, {{}, Asked::State::unknown, 0, {}});
    else
        (void)store_.forget_asked(id_);
}

Response Turn::end(Response response) {
    has_ended_ = true;
    const bool is_done = response.status < 300;
    const bool is_kept = repeat_ == Repeat::kept && response.body.size() <= kept_bytes_max;
    if (response.is_unsure)
        (void)store_.set_asked(id_, {{}, Asked::State::unknown, 0, {}});
    else if (!is_done)
        // Nothing was done: what has been mended may come with the same key.
        (void)store_.forget_asked(id_);
    else
        (void)store_.set_asked(id_, is_kept ? Asked{{}, Asked::State::answered, response.status, response.body}
                                            : Asked{{}, Asked::State::told_once, 0, {}});
    return response;
}

Once::Taken Once::take(const Call& call, const Route& route) const {
    const std::string& key = call.request.idempotency_key;
    if (!store_ || key.empty())
        return std::shared_ptr<Turn>{};
    if (!is_idempotency_key(key))
        return problem(invalid(key_field, key), call.language());
    // A key belongs to who has chosen it.
    const Digest id = sha256(call.caller.name + '\n' + key);
    const std::string asked = asked_of(call.request);
    // From a mere digest of it a password that people choose could be guessed.
    const auto known = store_->ask_once(id, call.caller.name, route.takes_secret ? access::hash_password(asked) : asked,
                                        call.now);
    if (!known)
        return problem(known.error(), call.language());
    if (*known) {
        const std::string& before = (*known)->request;
        const bool is_same = route.takes_secret ? access::is_right(asked, before) : asked == before;
        if (!is_same)
            return problem(422, call_problems::key_reused, key_field, {}, call.language());
        return route.repeat == Repeat::again ? Taken{std::shared_ptr<Turn>{}} : told_again(**known, call.language());
    }
    return std::make_shared<Turn>(*store_, id, route.repeat);
}

Response Once::answer(const Call& call, const Route& route, const std::function<Response()>& change) const {
    auto taken = take(call, route);
    if (auto* const told = std::get_if<Response>(&taken))
        return std::move(*told);
    const auto turn = std::get<std::shared_ptr<Turn>>(std::move(taken));
    if (!turn)
        return change();
    turn->begin();
    return turn->end(change());
}

Begun Once::begin(const Call& call, const Route& route, const std::function<Begun()>& change) const {
    auto taken = take(call, route);
    if (auto* const told = std::get_if<Response>(&taken))
        return std::move(*told);
    const auto turn = std::get<std::shared_ptr<Turn>>(std::move(taken));
    Begun begun = change();
    if (!turn)
        return begun;
    if (auto* const response = std::get_if<Response>(&begun))
        return turn->end(std::move(*response));
    if (auto* const work = std::get_if<Work>(&begun))
        return Work{[turn, work = std::move(*work)] {
            turn->begin();
            return turn->end(work());
        }};
    return begun;
}

}  // namespace hub::http
