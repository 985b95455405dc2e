#include "hub/ctl/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>

#include <charconv>
#include <optional>

namespace hub::ctl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;

constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024;

Problem unreachable(const HubAddress& hub, std::string detail, Lang lang) {
    constexpr Both title{"Không kết nối được trục", "The hub cannot be reached"};
    constexpr Both remedy{"Kiểm tra lgsp-hub đang chạy và địa chỉ --url.", "Check that lgsp-hub runs, and --url."};
    return {Exit::unreachable, "hub_unreachable", std::string{title.in(lang)}, std::string{remedy.in(lang)}, hub.url,
            std::move(detail)};
}

Problem problem_of(unsigned status, const json::value& body) {
    const auto text = [&](const char* key) -> std::string {
        const auto* object = body.if_object();
        const auto* value = object ? object->if_contains(key) : nullptr;
        return value && value->is_string() ? std::string{value->as_string()} : std::string{};
    };
    const Exit exit = status == 404   ? Exit::not_found
                      : status == 400 ? Exit::usage
                      : status == 503 ? Exit::unreachable
                                      : Exit::failed;
    return {exit, text("code"), text("title"), text("remedy"), text("field"), text("detail")};
}

struct Place {
    std::string host;   ///< Without brackets.
    std::string port;
    std::string name;   ///< Both, as the hub is called in a request.
};

std::optional<Place> place_of(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->scheme() != "http" || url->host().empty() || url->has_query() || url->has_fragment())
        return std::nullopt;
    if (url->encoded_path() != "" && url->encoded_path() != "/")
        return std::nullopt;
    const std::string port = url->has_port() ? std::string{url->port()} : "80";
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number == 0)
        return std::nullopt;
    return Place{url->host_address(), port, std::string{url->encoded_host_and_port()}};
}

Outcome<json::value> ask(beast::http::verb method, const HubAddress& hub, const std::string& target, Lang lang) {
    const auto place = place_of(hub.url);
    if (!place) {
        constexpr Both title{"Địa chỉ trục không đúng", "Not an address of a hub"};
        return Problem{Exit::usage, "field_invalid", std::string{title.in(lang)}, "http://127.0.0.1:7780", "--url",
                       hub.url};
    }
    boost::system::error_code error;
    asio::io_context context;
    beast::tcp_stream stream{context};
    asio::ip::tcp::resolver resolver{context};
    const auto endpoints = resolver.resolve(place->host, place->port, error);
    if (error)
        return unreachable(hub, error.message(), lang);
    beast::http::request<beast::http::empty_body> request{method, target, 11};
    request.set(beast::http::field::host, place->name);
    request.set(beast::http::field::accept_language, lang == Lang::vi ? "vi" : "en");
    request.prepare_payload();
    if (!hub.token.empty())
        request.set(beast::http::field::authorization, "Bearer " + hub.token);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    // Asynchronous only for the sake of the deadline: blocking calls know none.
    stream.expires_after(hub.timeout);
    stream.async_connect(endpoints, [&](boost::system::error_code failed, const auto&) {
        if ((error = failed))
            return;
        beast::http::async_write(stream, request, [&](boost::system::error_code not_written, std::size_t) {
            if ((error = not_written))
                return;
            beast::http::async_read(stream, buffer, parser,
                                    [&](boost::system::error_code not_read, std::size_t) { error = not_read; });
        });
    });
    context.run();
    if (error)
        return unreachable(hub, error.message(), lang);
    json::value body = json::parse(parser.get().body(), error);
    const unsigned status = parser.get().result_int();
    if (status == 200 && error)
        return unreachable(hub, error.message(), lang);
    if (status == 200 && body.is_object())
        return body;
    // Only the hub's own words count: another program's 404 does not mean that a document was not found.
    if (Problem problem = problem_of(status, body); status != 200 && !problem.code.empty())
        return problem;
    return unreachable(hub, "HTTP " + std::to_string(status), lang);
}

}  // namespace

std::string encoded(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

Outcome<json::value> get(const HubAddress& hub, const std::string& target, Lang lang) {
    return ask(beast::http::verb::get, hub, target, lang);
}

Outcome<json::value> post(const HubAddress& hub, const std::string& target, Lang lang) {
    return ask(beast::http::verb::post, hub, target, lang);
}

}  // namespace hub::ctl
