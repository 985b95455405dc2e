#pragma once
// Idempotency-Key: whoever asks for a change twice with the same key has it done once. One mechanism for every route
// that changes something. What is known of a key lies in the access store: it outlives the hub, for a day.
// Thread-safe: routes answer here and aside.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <memory>
#include <variant>

namespace hub::http {

/// A key while what was asked with it is done. Whatever becomes of its holder, the key does not stay under way.
class Turn {
public:
    Turn(access::AccessStore& store, const Digest& id, Repeat repeat) : store_{store}, id_{id}, repeat_{repeat} {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

    void begin() noexcept { is_begun_ = true; }
    /// Gives back `response`, which the next one with this key is told, too.
    Response end(Response response);

private:
    access::AccessStore& store_;
    const Digest id_;
    const Repeat repeat_;
    bool is_begun_ = false, has_ended_ = false;
};

class Once {
public:
    /// `sources` must outlive it.
    explicit Once(const Sources& sources) : store_{sources.access} {}

    /// What change() gives, or gave the first time.
    Response answer(const Call& call, const Route& route, const std::function<Response()>& change) const;
    /// The same of what may go on as work.
    Begun begin(const Call& call, const Route& route, const std::function<Begun()>& change) const;

private:
    /// Null: it came without a key, or is done again. Otherwise what to say instead of doing it.
    using Taken = std::variant<std::shared_ptr<Turn>, Response>;
    Taken take(const Call& call, const Route& route) const;

    access::AccessStore* const store_;
};

}  // namespace hub::http
