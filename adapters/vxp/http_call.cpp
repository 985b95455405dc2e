#include "adapters/vxp/http_call.hpp"

#include "adapters/edxml/octet_source.hpp"
#include "hub/http/either_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <charconv>

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::vxp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

constexpr std::size_t block_bytes = 64 * 1024;
constexpr std::uint32_t reply_header_bytes_max = 32 * 1024;
constexpr std::chrono::milliseconds turn{50};
/// A refusal may already be there when sending breaks.
constexpr std::chrono::seconds late_answer_max{2};

std::string head_of(const HttpCall& call, const AxisAddress& address) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    std::string head{call.method};
    head += " " + address.path + call.target + " HTTP/1.1\r\nHost: " + (is_ipv6 ? "[" + address.host + "]" : address.host) +
            ":" + address.port + "\r\nConnection: close\r\n";
    for (const Field& field : call.fields)
        head.append(field.name).append(": ").append(field.value).append("\r\n");
    const std::uint64_t bytes =
        call.file ? call.file->before.size() + call.file->bytes + call.file->after.size() : call.body.size();
    if (call.method == "POST" || bytes > 0)
        head += "Content-Length: " + std::to_string(bytes) + "\r\n";
    head += "\r\n";
    return head + (call.file ? call.file->before : call.body);
}

/// What a call knows while it is under way.
struct Talk {
    Talk(asio::io_context& io, const AxisAddress& to, const HttpCall& what, const Deadlines& until, std::uint64_t bytes_max,
         const BodySink& into)
        : address{to}, call{what}, deadlines{until}, reply_bytes_max{bytes_max}, sink{into},
          head_timer{io} {
        parser.header_limit(reply_header_bytes_max);
        parser.body_limit(reply_bytes_max);
    }

    const AxisAddress& address;
    const HttpCall& call;
    const Deadlines& deadlines;
    const std::uint64_t reply_bytes_max;
    const BodySink& sink;

    // Read from the start: a refusal comes while the octets are still on their way.
    beast::flat_buffer buffer{reply_header_bytes_max + block_bytes};
    Parser parser;
    Error head_error;
    bool is_head_read = false;          ///< Or will never be: see head_error.
    asio::steady_timer head_timer;      ///< Cancelled then.

    HttpReply reply;
    std::optional<BrokenCall> broken;
    bool is_sent = false;
    bool is_answered = false;
    bool is_done = false;

    void fail(BrokenCall::Why why, Fault fault) {
        if (!broken)
            broken = BrokenCall{why, is_sent, is_answered, reply.status, std::move(fault)};
    }
    void fail(const Error& error) { fail(BrokenCall::Why::network, {Errc::timed_out, "axis", error.message()}); }
};

asio::awaitable<void> read_head(http::EitherStream& stream, Talk& talk) {
    auto token = asio::redirect_error(asio::use_awaitable, talk.head_error);
    co_await beast::http::async_read_header(stream, talk.buffer, talk.parser, token);
    talk.is_head_read = true;
    talk.head_timer.cancel();
}

/// Until all is sent, or somebody has answered before.
asio::awaitable<Error> push_out(http::EitherStream& stream, asio::const_buffer octets, Talk& talk) {
    Error error;
    while (octets.size() > 0 && !error && !talk.is_head_read) {
        stream.next_layer().expires_after(talk.deadlines.stall);
        // TLS or not: once we try, nobody can say that nothing has left.
        talk.is_sent = true;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        octets += co_await stream.async_write_some(octets, token);
    }
    co_return error;
}

asio::awaitable<Error> send(http::EitherStream& stream, Talk& talk) {
    const std::string head = head_of(talk.call, talk.address);
    std::optional<edxml::FileSource> source;
    if (talk.call.file) {
        auto opened = edxml::FileSource::open(talk.call.file->file);
        if (!opened) {
            talk.fail(BrokenCall::Why::ours, opened.error());
            co_return Error{};
        }
        source.emplace(std::move(*opened));
    }
    Error error = co_await push_out(stream, asio::buffer(head), talk);
    if (!source || error)
        co_return error;
    const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
    std::uint64_t left = talk.call.file->bytes;
    while (left > 0 && !error && !talk.is_head_read) {
        const auto got = source->read(block.get(), static_cast<std::size_t>(std::min<std::uint64_t>(left, block_bytes)));
        if (!got || *got == 0) {
            talk.fail(BrokenCall::Why::ours,
                      got ? Fault{Errc::internal, talk.call.file->file.string(), "shorter than it was"} : got.error());
            co_return Error{};
        }
        error = co_await push_out(stream, asio::buffer(block.get(), *got), talk);
        left -= *got;
    }
    if (!error)
        error = co_await push_out(stream, asio::buffer(talk.call.file->after), talk);
    co_return error;
}

asio::awaitable<void> take_body(http::EitherStream& stream, Talk& talk) {
    const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
    while (!talk.parser.is_done()) {
        auto& body = talk.parser.get().body();
        body.data = block.get();
        body.size = block_bytes;
        stream.next_layer().expires_after(talk.deadlines.stall);
        Error error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        co_await beast::http::async_read_some(stream, talk.buffer, talk.parser, token);
        if (error && error != beast::http::error::need_buffer) {
            const bool is_large = error == beast::http::error::body_limit;
            talk.fail(is_large ? BrokenCall::Why::too_large : BrokenCall::Why::network,
                      {is_large ? Errc::packet_too_large : Errc::timed_out, "axis", error.message()});
            co_return;
        }
        const std::size_t got = block_bytes - body.size;
        talk.reply.body_bytes += got;
        if (talk.reply.body_bytes > talk.reply_bytes_max) {
            talk.fail(BrokenCall::Why::too_large, {Errc::packet_too_large, "axis", std::to_string(talk.reply_bytes_max)});
            co_return;
        }
        if (got == 0)
            continue;
        if (auto sunk = talk.sink(talk.reply.status, {block.get(), got}); !sunk) {
            talk.fail(BrokenCall::Why::ours, sunk.error());
            co_return;
        }
    }
}

asio::awaitable<void> exchange(http::EitherStream& stream, Talk& talk) {
    // Its deadline is the timer's: one of the stream would hold from now on, for as long as the upload takes.
    stream.next_layer().expires_never();
    asio::co_spawn(stream.get_executor(), read_head(stream, talk), asio::detached);
    const Error unsent = co_await send(stream, talk);
    if (talk.broken)
        co_return;
    if (!talk.is_head_read) {
        talk.head_timer.expires_after(unsent ? std::chrono::milliseconds{late_answer_max} : talk.deadlines.answer);
        Error cancelled;
        co_await talk.head_timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (!talk.is_head_read)
        talk.head_error = beast::error::timeout;
    if (talk.head_error) {
        talk.fail(unsent ? unsent : talk.head_error);
        co_return;
    }
    talk.is_answered = true;
    talk.reply.status = talk.parser.get().result_int();
    talk.reply.date = std::string{talk.parser.get()[beast::http::field::date]};
    co_await take_body(stream, talk);
}

asio::awaitable<Error> connect(beast::tcp_stream& stream, const Talk& talk) {
    Error error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    tcp::resolver resolver{stream.get_executor()};
    const auto endpoints = co_await resolver.async_resolve(talk.address.host, talk.address.port, token);
    if (error)
        co_return error;
    stream.expires_after(talk.deadlines.connect);
    co_await stream.async_connect(endpoints, token);
    if (!error)
        stream.socket().set_option(tcp::no_delay{true}, error);
    co_return error;
}

asio::awaitable<Error> shake_hands(http::EitherStream& stream, const Talk& talk) {
    Error error;
    Error not_an_address;
    (void)asio::ip::make_address(talk.address.host, not_an_address);
    std::string host = talk.address.host;
    if (not_an_address)
        (void)SSL_ctrl(stream.tls()->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
    if (stream.tls()->set_verify_callback(ssl::host_name_verification{host}, error); error)
        co_return error;
    stream.next_layer().expires_after(talk.deadlines.connect);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await stream.async_handshake(ssl::stream_base::client, token);
    co_return error;
}

asio::awaitable<void> converse(http::EitherStream& stream, Talk& talk) {
    Error error = co_await connect(stream.next_layer(), talk);
    if (!error && stream.tls())
        error = co_await shake_hands(stream, talk);
    if (error)
        talk.fail(error);
    else
        co_await exchange(stream, talk);
    talk.is_done = true;
}

/// Until it is done, to stop, or takes too long; then what is under way ends with an error.
void run(asio::io_context& io, http::EitherStream& stream, Talk& talk, const std::stop_token& stop) {
    const auto deadline = Clock::now() + talk.deadlines.whole;
    while (!talk.is_done) {
        if (stop.stop_requested() || Clock::now() >= deadline) {
            talk.fail(BrokenCall::Why::network,
                      {Errc::timed_out, "axis", stop.stop_requested() ? "stopped" : "the call took too long"});
            break;
        }
        io.run_one_for(turn);
    }
    // Again and again: it may not have been connected yet, and go on to do so.
    do
        stream.next_layer().close();
    while (io.run_one() > 0);
}

}  // namespace

Result<AxisAddress> AxisAddress::parse(std::string_view url) {
    const Fault invalid{Errc::setting_invalid, "url", std::string{url}};
    AxisAddress address;
    address.is_tls = url.starts_with("https://");
    if (!address.is_tls && !url.starts_with("http://"))
        return invalid;
    std::string_view rest = url.substr(url.find("//") + 2);
    const auto slash = std::min(rest.find('/'), rest.size());
    address.path = rest.substr(slash);
    while (address.path.ends_with('/'))
        address.path.pop_back();
    rest = rest.substr(0, slash);
    address.port = address.is_tls ? "443" : "80";
    const auto host_end = rest.starts_with('[') ? rest.find(']') + 1 : std::min(rest.find(':'), rest.size());
    address.host = rest.substr(0, host_end);
    if (address.host.starts_with('[') && address.host.size() > 2)
        address.host = address.host.substr(1, address.host.size() - 2);
    if (host_end < rest.size())
        address.port = rest[host_end] == ':' ? rest.substr(host_end + 1) : std::string_view{};
    const bool is_host = !address.host.empty() && std::ranges::all_of(address.host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
    const bool is_path = std::ranges::all_of(address.path, [](char c) { return c > ' ' && c <= '~' && c != '?' && c != '#'; });
    std::uint16_t port = 0;
    const char* const end = address.port.data() + address.port.size();
    if (!is_host || !is_path || std::from_chars(address.port.data(), end, port).ptr != end || port == 0)
        return invalid;
    return address;
}

Result<TlsTrust> TlsTrust::load(const std::filesystem::path& ca_file) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context->set_verify_mode(ssl::verify_peer);
    Error error;
    if (ca_file.empty())
        context->set_default_verify_paths(error);
    else
        context->load_verify_file(ca_file.string(), error);
    if (error)
        return Fault{Errc::setting_invalid, ca_file.string(), error.message()};
    return TlsTrust{std::move(context)};
}

boost::system::result<HttpReply, BrokenCall> call(const AxisAddress& address, const TlsTrust& trust,
                                                  const HttpCall& call, const Deadlines& deadlines,
                                                  std::uint64_t reply_bytes_max, const BodySink& sink,
                                                  const std::stop_token& stop) {
    asio::io_context io{1};
    Talk talk{io, address, call, deadlines, reply_bytes_max, sink};
    const auto ended = [&talk](std::exception_ptr failed) {
        talk.is_done = true;
        if (failed)
            talk.fail(BrokenCall::Why::ours, {Errc::internal, "axis", "an exception"});
    };
    http::EitherStream stream = address.is_tls ? http::EitherStream{beast::tcp_stream{io}, trust.context()}
                                               : http::EitherStream{beast::tcp_stream{io}};
    asio::co_spawn(io, converse(stream, talk), ended);
    run(io, stream, talk, stop);
    if (talk.broken)
        return *talk.broken;
    return talk.reply;
}

}  // namespace hub::vxp
