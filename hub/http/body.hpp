#pragma once
// The JSON body of a request, read key by key. The first thing that is wrong with it is remembered and told by
// trouble(), which is asked last: a key that nobody asked for is wrong, too.

#include "hub/core/fault.hpp"
#include "hub/http/exchange.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::http {

/// The one object that a body is, and no key of it is there twice: one of two readers would take the other value. No body
/// at all is an empty object; anything else must say that it is application/json.
Result<boost::json::object> read_object(const Request& request);

class Body {
public:
    /// read_object() of it.
    explicit Body(const Request& request);

    bool has(std::string_view key) const;
    /// It is there, be it null.
    bool is_given(std::string_view key) const;
    /// UTF-8 without control characters, at most `bytes_max`; empty when it is not there or wrong.
    std::string text(std::string_view key, std::size_t bytes_max);
    std::optional<bool> flag(std::string_view key);
    std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback);
    void refuse(std::string_view key, std::string_view text);

    /// Nullopt: everything was right.
    std::optional<Fault> trouble();

private:
    const boost::json::value* find(std::string_view key);

    boost::json::object object_;
    std::vector<std::string_view> asked_;
    std::optional<Fault> trouble_;
};

}  // namespace hub::http
