#pragma once
// The form of a request before anybody looks at what it asks: what a proxy and the hub could take for two different
// requests is refused, and whoever sends what is no request is told so.

#include "hub/core/fault.hpp"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include <optional>
#include <string>

namespace hub::http {

/// Nullopt: it can be taken in one way only.
std::optional<Fault> ambiguity_of(const boost::beast::http::request_header<>& header);

/// The value of a field that is a list: of several lines it is all of them, in their order (RFC 9110, 5.3).
std::string list_of(const boost::beast::http::fields& header, boost::beast::http::field name);

/// With which status a request that could not be read is refused; nullopt: nobody is there to be told.
std::optional<unsigned> refusal_status_of(boost::system::error_code error);

}  // namespace hub::http
