#pragma once
// What callers of the JSON interface are told of a fault: RFC 9457 with code, field and remedy. Vietnamese when their
// Accept-Language begins with it, else English. Pure; any thread.

#include "adapters/vxp/http_site.hpp"

#include <boost/json/object.hpp>

namespace hub::gateway {

/// What is wrong with the call itself, whatever it is about.
enum class CallFault : std::uint8_t {
    token_unknown,
    path_unknown,
    method_not_allowed,
    media_type_unsupported,
    called_too_often,
    too_slow,
    not_http,
    key_reused,
};

vxp::SiteReply json_reply(unsigned status, const boost::json::object& body);
vxp::SiteReply problem(CallFault what, std::string_view field, std::string_view accept_language);
/// The status follows from the code.
vxp::SiteReply problem(const Fault& fault, std::string_view accept_language);

/// Of a problem; empty for other replies.
std::string problem_code_of(const vxp::SiteReply& reply);

}  // namespace hub::gateway
