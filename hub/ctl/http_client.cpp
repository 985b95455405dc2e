#include "hub/ctl/http_client.hpp"

#include "hub/http/either_stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
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

/// Something answers at the address, and not as a hub does.
Problem no_hub(const HubAddress& hub, std::string detail, Lang lang) {
    constexpr Both title{"Nơi trả lời không phải là trục", "What answers there is no LGSP hub"};
    constexpr Both remedy{"Kiểm tra --url: địa chỉ này là của chương trình khác.", "Check --url: another program has this address."};
    return {Exit::unreachable, "hub_unreachable", std::string{title.in(lang)}, std::string{remedy.in(lang)}, hub.url,
            std::move(detail)};
}

Problem problem_of(unsigned status, const json::value& body) {
    const auto text = [&](const char* key) -> std::string {
        const auto* object = body.if_object();
        const auto* value = object ? object->if_contains(key) : nullptr;
        return value && value->is_string() ? std::string{value->as_string()} : std::string{};
    };
    // What was shown is no longer so; of the others with 409 no look before would have told.
    constexpr std::array<std::string_view, 7> conflicts{"count_differs",          "operation_over",    "not_late",
                                                        "idempotency_key_reused", "request_under_way", "already_done",
                                                        "outcome_unknown"};
    const bool is_conflict = status == 412 || std::ranges::find(conflicts, text("code")) != conflicts.end();
    // No waiting mends a copy on the hub's disk.
    const bool is_damaged = text("code") == "part_damaged";
    const Exit exit = is_conflict     ? Exit::conflict
                      : status == 404 ? Exit::not_found
                      : status == 400 ? Exit::usage
                      : status == 401 ? Exit::denied
                      : status == 403 ? Exit::denied
                      : status == 503 && !is_damaged ? Exit::unreachable
                                      : Exit::failed;
    return {exit, text("code"), text("title"), text("remedy"), text("field"), text("detail")};
}

struct Place {
    bool is_tls = false;
    std::string host;   ///< Without brackets.
    std::string port;
    std::string name;   ///< Both, as the hub is called in a request.
};

std::optional<Place> place_of(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->host().empty() || url->has_query() || url->has_fragment())
        return std::nullopt;
    if (url->encoded_path() != "" && url->encoded_path() != "/")
        return std::nullopt;
    const bool is_tls = url->scheme() == "https";
    const std::string port = url->has_port() ? std::string{url->port()} : is_tls ? "443" : "80";
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number == 0)
        return std::nullopt;
    return Place{is_tls, url->host_address(), port, std::string{url->encoded_host_and_port()}};
}

using HttpRequest = beast::http::request<beast::http::string_body>;
using HttpParser = beast::http::response_parser<beast::http::string_body>;
using Error = boost::system::error_code;

/// Asynchronous only for the sake of the deadline: blocking calls know none.
Error exchange(asio::io_context& context, http::EitherStream& stream, const HttpRequest& request, HttpParser& parser) {
    beast::flat_buffer buffer;
    Error error;
    beast::http::async_write(stream, request, [&](Error not_written, std::size_t) {
        if ((error = not_written))
            return;
        beast::http::async_read(stream, buffer, parser, [&](Error why, std::size_t) { error = why; });
    });
    context.restart();
    context.run();
    return error;
}

Error connect(asio::io_context& context, beast::tcp_stream& stream, const Place& place) {
    Error error;
    asio::ip::tcp::resolver resolver{context};
    const auto endpoints = resolver.resolve(place.host, place.port, error);
    if (error)
        return error;
    stream.async_connect(endpoints, [&](Error failed, const auto&) { error = failed; });
    context.run();
    return error;
}

Error shake_hands(asio::io_context& context, http::EitherStream& stream, const Place& place) {
    Error error;
    stream.tls()->set_verify_callback(asio::ssl::host_name_verification{place.host}, error);
    // SSL_set_tlsext_host_name() is a macro with a cast of C.
    (void)SSL_ctrl(stream.tls()->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   const_cast<char*>(place.host.c_str()));
    stream.async_handshake(asio::ssl::stream_base::client, [&](Error failed) { error = failed; });
    context.restart();
    context.run();
    return error;
}

/// Not even HTTP, as opposed to an answer that was broken off.
bool is_other_protocol(const Error& error) {
    using Known = beast::http::error;
    return error.category() == beast::http::make_error_code(Known::bad_version).category() && error != Known::end_of_stream
           && error != Known::partial_message;
}

Error trust(asio::ssl::context& tls, const std::string& ca_file) {
    Error error;
    (void)SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    tls.set_verify_mode(asio::ssl::verify_peer, error);
    if (!error && ca_file.empty())
        tls.set_default_verify_paths(error);
    else if (!error)
        tls.load_verify_file(ca_file, error);
    return error;
}

/// `converse` is called with the context and the stream once they are connected.
template <class Converse>
Error converse_with(const HubAddress& hub, const Place& place, const Converse& converse) {
    asio::io_context context;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    if (const Error error = place.is_tls ? trust(tls, hub.ca_file) : Error{})
        return error;
    http::EitherStream stream = place.is_tls ? http::EitherStream{beast::tcp_stream{context}, tls}
                                             : http::EitherStream{beast::tcp_stream{context}};
    stream.next_layer().expires_after(hub.timeout);
    Error error = connect(context, stream.next_layer(), place);
    if (!error && stream.tls())
        error = shake_hands(context, stream, place);
    return error ? error : converse(context, stream);
}

struct Answer {
    unsigned status = 0;
    std::string content_type;
    std::string body;
    std::string retry_after;
};

Problem no_address(const HubAddress& hub, Lang lang) {
    constexpr Both title{"Địa chỉ trục không đúng", "Not an address of a hub"};
    return {Exit::usage, "field_invalid", std::string{title.in(lang)}, "http://127.0.0.1:7780", "--url", hub.url};
}

/// As HTTP has it: a shell takes quotes away.
bool is_tag(std::string_view text) { return text == "*" || text.find('"') != std::string_view::npos; }

HttpRequest request_of(beast::http::verb method, const HubAddress& hub, const Place& place, const std::string& target,
                       const std::optional<std::string>& body, Lang lang) {
    HttpRequest request{method, target, 11};
    request.set(beast::http::field::host, place.name);
    request.set(beast::http::field::accept_language, lang == Lang::vi ? "vi" : "en");
    request.set("X-Lgsp-Request", "1");
    if (!hub.token.empty())
        request.set(beast::http::field::authorization, "Bearer " + hub.token);
    if (!hub.once.empty() && method != beast::http::verb::get)
        request.set("Idempotency-Key", hub.once);
    if (!hub.seen.empty() && method != beast::http::verb::get)
        request.set(beast::http::field::if_match, is_tag(hub.seen) ? hub.seen : '"' + hub.seen + '"');
    if (body) {
        request.set(beast::http::field::content_type, "application/json");
        request.body() = *body;
    }
    request.prepare_payload();
    return request;
}

Outcome<Answer> answer_of(beast::http::verb method, const HubAddress& hub, const std::string& target,
                          const std::optional<std::string>& body, Lang lang) {
    const auto place = place_of(hub.url);
    if (!place)
        return no_address(hub, lang);
    const HttpRequest request = request_of(method, hub, *place, target, body, lang);
    HttpParser parser;
    parser.body_limit(answer_bytes_max);
    const Error error = converse_with(hub, *place, [&](asio::io_context& context, http::EitherStream& stream) {
        return exchange(context, stream, request, parser);
    });
    if (error)
        return is_other_protocol(error) ? no_hub(hub, error.message(), lang) : unreachable(hub, error.message(), lang);
    auto& reply = parser.get();
    return Answer{reply.result_int(), std::string{reply[beast::http::field::content_type]}, std::move(reply.body()),
                  std::string{reply[beast::http::field::retry_after]}};
}

/// With `member`, which a hub's answer has; empty: any object is one.
Outcome<json::value> json_of(const HubAddress& hub, const Answer& given, Lang lang, std::string_view member = {}) {
    Error error;
    json::value answer = json::parse(given.body, error);
    const unsigned status = given.status;
    const bool is_done = status == 200 || status == 201;
    if (is_done && error)
        return no_hub(hub, error.message(), lang);
    if (is_done && answer.is_object() && (member.empty() || answer.get_object().contains(member)))
        return answer;
    // Only the hub's own words count: another program's 404 does not mean that a document was not found.
    if (Problem problem = problem_of(status, answer); !is_done && !problem.code.empty()) {
        // The hub's words name the header, which nobody sees here.
        if (!given.retry_after.empty())
            problem.detail += (problem.detail.empty() ? "Retry-After: " : "; Retry-After: ") + given.retry_after + " s";
        return problem;
    }
    // A proxy whose hub is away says so by a page of its own.
    const std::string detail = "HTTP " + std::to_string(status);
    return status < 500 ? no_hub(hub, detail, lang) : unreachable(hub, detail, lang);
}

Outcome<json::value> ask(beast::http::verb method, const HubAddress& hub, const std::string& target,
                         const std::optional<std::string>& body, Lang lang, std::string_view member) {
    const auto answer = answer_of(method, hub, target, body, lang);
    return answer ? json_of(hub, *answer, lang, member) : answer.error();
}

/// An answer on its way: of octets they go to the sink, of anything else the beginning is kept.
struct Arrival {
    const Sink& sink;
    std::chrono::seconds timeout;
    Answer answer;
    std::uint64_t bytes = 0;
    bool is_octets = false;
    bool is_broken_off = false;

    bool take(std::string_view block) {
        bytes += block.size();
        if (is_octets)
            return sink(block);
        answer.body += block;
        return answer.body.size() <= answer_bytes_max;
    }
};

Error exchange(asio::io_context& context, http::EitherStream& stream, const HttpRequest& request, Arrival& arrival) {
    constexpr std::size_t block_bytes = 256 * 1024;
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::buffer_body> parser;
    parser.body_limit(boost::none);
    Error error;
    const auto finish = [&] {
        context.restart();
        context.run();
    };
    beast::http::async_write(stream, request, [&](Error not_written, std::size_t) {
        if ((error = not_written))
            return;
        beast::http::async_read_header(stream, buffer, parser, [&](Error why, std::size_t) { error = why; });
    });
    finish();
    if (error)
        return error;
    auto& reply = parser.get();
    arrival.answer.status = reply.result_int();
    arrival.answer.content_type = std::string{reply[beast::http::field::content_type]};
    arrival.is_octets = arrival.answer.status == 200 && arrival.answer.content_type == "application/octet-stream";
    std::string block(block_bytes, '\0');
    while (!parser.is_done()) {
        reply.body().data = block.data();
        reply.body().size = block.size();
        stream.next_layer().expires_after(arrival.timeout);
        beast::http::async_read(stream, buffer, parser, [&](Error failed, std::size_t) { error = failed; });
        finish();
        const bool is_full = error == beast::http::error::need_buffer;
        arrival.is_broken_off = (error && !is_full)
                                || !arrival.take(std::string_view{block}.substr(0, block.size() - reply.body().size));
        if (arrival.is_broken_off)
            return error && !is_full ? error : Error{asio::error::operation_aborted};
    }
    return {};
}

}  // namespace

Outcome<std::uint64_t> fetch(const HubAddress& hub, const std::string& target, const json::value& body, const Sink& sink,
                             Lang lang) {
    const auto place = place_of(hub.url);
    if (!place)
        return no_address(hub, lang);
    const HttpRequest request =
        request_of(beast::http::verb::post, hub, *place, target, json::serialize(body), lang);
    Arrival arrival{sink, hub.timeout, {}};
    const Error error = converse_with(hub, *place, [&](asio::io_context& context, http::EitherStream& stream) {
        return exchange(context, stream, request, arrival);
    });
    if (arrival.is_broken_off && arrival.is_octets) {
        constexpr Both title{"Nội dung chưa về đủ", "Not all of it came"};
        constexpr Both remedy{"Thử lại; nếu vẫn vậy, bản trong kho có thể đã hỏng: xem lgsp health.",
                              "Try again; if it is so again, the hub's copy may be damaged: see lgsp health."};
        return Problem{Exit::failed, "part_incomplete", std::string{title.in(lang)}, std::string{remedy.in(lang)}, {},
                       error.message()};
    }
    if (error)
        return is_other_protocol(error) ? no_hub(hub, error.message(), lang) : unreachable(hub, error.message(), lang);
    if (arrival.is_octets)
        return arrival.bytes;
    const auto refused = json_of(hub, arrival.answer, lang);
    return refused ? no_hub(hub, arrival.answer.content_type, lang) : refused.error();
}

std::string encoded(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

Outcome<json::value> get(const HubAddress& hub, const std::string& target, Lang lang, std::string_view member) {
    return ask(beast::http::verb::get, hub, target, std::nullopt, lang, member);
}

Outcome<std::string> get_csv(const HubAddress& hub, const std::string& target, Lang lang) {
    const auto answer = answer_of(beast::http::verb::get, hub, target, std::nullopt, lang);
    if (!answer)
        return answer.error();
    if (answer->status == 200 && answer->content_type.starts_with("text/csv"))
        return answer->body;
    const auto refused = json_of(hub, *answer, lang);
    return refused ? no_hub(hub, answer->content_type, lang) : refused.error();
}

Outcome<json::value> post(const HubAddress& hub, const std::string& target, Lang lang, std::string_view member) {
    return ask(beast::http::verb::post, hub, target, std::nullopt, lang, member);
}

Outcome<json::value> order(const HubAddress& hub, std::string_view method, const std::string& target,
                           const json::value& body, Lang lang, std::string_view member) {
    return ask(beast::http::string_to_verb({method.data(), method.size()}), hub, target, json::serialize(body), lang, member);
}

}  // namespace hub::ctl
