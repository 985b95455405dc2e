#include "hub/http/message_form.hpp"

#include "hub/http/problem.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <iterator>

namespace hub::http {
namespace {

namespace beast = boost::beast;

/// Each is decided by once at the most: of two, a proxy may have looked at the other one.
constexpr std::string_view single_fields[]{"Host",           "Content-Length", "Transfer-Encoding", "Content-Type",
                                           "Authorization",  "Origin",         "Sec-Fetch-Site",    "X-Lgsp-Request",
                                           "Idempotency-Key", "Cookie",        "Last-Event-ID",     "X-Lgsp-Unattended"};

}  // namespace

std::optional<Fault> ambiguity_of(const beast::http::request_header<>& header) {
    for (const std::string_view name : single_fields) {
        const auto [first, last] = header.equal_range(name);
        if (std::distance(first, last) > 1)
            return invalid(name, "more than once");
    }
    // Whoever sends one wants it, and would be served without.
    if (const auto key = header.find("Idempotency-Key"); key != header.end() && key->value().empty())
        return invalid("Idempotency-Key", "empty");
    if (header[beast::http::field::content_length].find(',') != beast::string_view::npos)
        return invalid("Content-Length", "more than once");
    // Any other coding would be read as no body at all, and the body as the next request.
    const auto coding = header.find(beast::http::field::transfer_encoding);
    if (coding != header.end() && (!beast::iequals(coding->value(), "chunked") || header.version() < 11))
        return invalid("Transfer-Encoding", "chunked alone, with HTTP/1.1");
    return std::nullopt;
}

std::string list_of(const beast::http::fields& header, beast::http::field name) {
    std::string list;
    const auto [first, last] = header.equal_range(name);
    for (auto line = first; line != last; ++line)
        list += (line == first ? "" : ", ") + std::string{line->value()};
    return list;
}

std::optional<unsigned> refusal_status_of(boost::system::error_code error) {
    using Trouble = beast::http::error;
    if (error.category() != make_error_code(Trouble::bad_version).category() || error == Trouble::end_of_stream
        || error == Trouble::partial_message)
        return std::nullopt;
    if (error == Trouble::header_limit || error == Trouble::buffer_overflow)
        return 431;
    return error == Trouble::body_limit ? 413 : 400;
}

}  // namespace hub::http
