#include "adapters/kit/https_connection.hpp"

#include "adapters/kit/block_file.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace hub::kit {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;
using Parser = http::response_parser<http::empty_body>;

constexpr std::chrono::seconds stall_max{30};
/// From the last octet put to the answer: the hub syncs all of it in between.
constexpr std::chrono::seconds answer_max{300};
constexpr std::chrono::milliseconds turn{100};
constexpr std::size_t body_bytes_kept_max = 64 * 1024;

Fault unreachable(const Error& error) { return {Errc::hub_unreachable, "contents", error.message()}; }

bool is_same_name(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string head_of(const HttpRequest& request, const HttpsAddress& address) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    std::string head{request.method};
    head += " " + request.target + " HTTP/1.1\r\nHost: " + (is_ipv6 ? "[" + address.host + "]" : address.host) + ":"
            + address.port + "\r\n";
    for (const auto& [name, value] : request.fields)
        head.append(name).append(": ").append(value).append("\r\n");
    return head + "\r\n";
}

HttpAnswer answer_of(const Parser& parser) {
    HttpAnswer answer;
    answer.status = parser.get().result_int();
    for (const auto& field : parser.get())
        answer.fields.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    if (const auto length = parser.content_length())
        answer.body_bytes = *length;
    return answer;
}

}  // namespace

Result<HttpsAddress> HttpsAddress::parse(std::string_view url) {
    const Fault invalid{Errc::setting_invalid, "contents_url", std::string{url}};
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme))
        return invalid;
    std::string_view rest = url.substr(scheme.size());
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    HttpsAddress address{{}, "443"};
    const auto host_end = rest.starts_with('[') ? rest.find(']') + 1 : std::min(rest.find(':'), rest.size());
    address.host = rest.substr(0, host_end);
    if (address.host.starts_with('['))
        address.host = address.host.substr(1, address.host.size() - 2);
    if (host_end < rest.size())
        address.port = rest[host_end] == ':' ? rest.substr(host_end + 1) : std::string_view{};
    const bool is_host = !address.host.empty() && std::ranges::all_of(address.host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-'
               || c == '_' || c == ':';
    });
    std::uint16_t port = 0;
    const char* end = address.port.data() + address.port.size();
    if (!is_host || std::from_chars(address.port.data(), end, port).ptr != end || port == 0)
        return invalid;
    return address;
}

Result<TlsIdentity> TlsIdentity::load(const std::filesystem::path& certificate_file,
                                      const std::filesystem::path& key_file, const std::filesystem::path& ca_file) {
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
    if (context->use_certificate_chain_file(certificate_file.string(), error); error)
        return Fault{Errc::setting_invalid, certificate_file.string(), error.message()};
    if (context->use_private_key_file(key_file.string(), ssl::context::pem, error); error)
        return Fault{Errc::setting_invalid, key_file.string(), error.message()};
    return TlsIdentity{std::move(context)};
}

std::optional<std::string_view> HttpAnswer::field(std::string_view name) const {
    for (const auto& [each, value] : fields)
        if (is_same_name(each, name))
            return value;
    return std::nullopt;
}

std::optional<std::uint64_t> HttpAnswer::number(std::string_view name) const {
    const auto text = field(name);
    std::uint64_t value = 0;
    if (!text || text->empty() || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return value;
}

struct HttpsConnection::State {
    State(HttpsAddress to, TlsIdentity as)
        : address{std::move(to)}, identity{std::move(as)}, stream{io, identity.context()} {}

    Result<void> connect(const std::stop_token& stop);
    template <class IsDone>
    Result<void> run_until(const IsDone& is_done, const std::stop_token& stop,
                           std::chrono::seconds at_most = stall_max);
    Result<bool> send(const HttpRequest& request, const BlockSource& source, const bool& is_answered,
                      const std::stop_token& stop);
    Result<void> write(asio::const_buffer octets, const bool& is_answered, const std::stop_token& stop);
    Result<void> take_body(Parser& parser, HttpAnswer& answer, const BlockSink& sink, const std::stop_token& stop);
    void close();

    HttpsAddress address;
    TlsIdentity identity;
    asio::io_context io{1};
    ssl::stream<tcp::socket> stream;
    boost::beast::flat_buffer buffer;
    std::string head;
    bool is_open = true;
    bool is_writing = false;
    Error write_error;
};

/// Runs what was begun, as long as it moves. After a fault nothing is under way any more.
template <class IsDone>
Result<void> HttpsConnection::State::run_until(const IsDone& is_done, const std::stop_token& stop,
                                               std::chrono::seconds at_most) {
    auto deadline = Clock::now() + at_most;
    bool has_moved = false;
    while (!is_done()) {
        io.restart();
        const bool is_stopping = stop.stop_requested();
        // Without a look at the clock, as long as there is something to do.
        if (!is_stopping && io.poll() > 0) {
            has_moved = true;
            continue;
        }
        if (std::exchange(has_moved, false))
            deadline = Clock::now() + at_most;
        if (!is_stopping && io.run_one_for(turn) > 0) {
            has_moved = true;
            continue;
        }
        if (!is_stopping && Clock::now() < deadline)
            continue;
        close();
        if (is_stopping)
            return Fault{Errc::timed_out, "contents", "stopped"};
        return Fault{Errc::hub_unreachable, "contents",
                     "nothing moved for " + std::to_string(at_most.count()) + " seconds"};
    }
    return {};
}

/// What is under way ends with an error; its callbacks run here, while what they refer to is still there.
void HttpsConnection::State::close() {
    is_open = false;
    Error ignored;
    stream.lowest_layer().close(ignored);
    io.restart();
    io.run();
}

Result<void> HttpsConnection::State::connect(const std::stop_token& stop) {
    Error error;
    const auto endpoints = tcp::resolver{io}.resolve(address.host, address.port, error);
    if (error)
        return unreachable(error);
    bool is_done = false;
    asio::async_connect(stream.lowest_layer(), endpoints, [&](const Error& failed, const tcp::endpoint&) {
        error = failed;
        is_done = true;
    });
    if (auto run = run_until([&] { return is_done; }, stop); !run)
        return run;
    if (error)
        return unreachable(error);
    stream.lowest_layer().set_option(tcp::no_delay{true}, error);
    Error not_an_address;
    (void)asio::ip::make_address(address.host, not_an_address);
    if (not_an_address)
        (void)SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                       address.host.data());
    if (stream.set_verify_callback(ssl::host_name_verification{address.host}, error); error)
        return unreachable(error);
    is_done = false;
    stream.async_handshake(ssl::stream_base::client, [&](const Error& failed) {
        error = failed;
        is_done = true;
    });
    if (auto run = run_until([&] { return is_done; }, stop); !run)
        return run;
    return error ? Result<void>{unreachable(error)} : Result<void>{};
}

/// Returns when it is written, or when the answer is there before that: then it may still be under way.
Result<void> HttpsConnection::State::write(asio::const_buffer octets, const bool& is_answered,
                                           const std::stop_token& stop) {
    is_writing = true;
    asio::async_write(stream, octets, [this](const Error& failed, std::size_t) {
        write_error = failed;
        is_writing = false;
    });
    return run_until([&] { return !is_writing || is_answered; }, stop);
}

/// False: not all was sent. The hub may have answered before, and may have hung up after that.
Result<bool> HttpsConnection::State::send(const HttpRequest& request, const BlockSource& source,
                                          const bool& is_answered, const std::stop_token& stop) {
    head = head_of(request, address);
    if (auto written = write(asio::buffer(head), is_answered, stop); !written)
        return written.error();
    std::uint64_t left = request.body_bytes;
    while (left > 0 && !is_answered && !write_error) {
        const auto block = source();
        if (!block)
            return block.error();
        if (auto written = write(asio::buffer(*block), is_answered, stop); !written)
            return written.error();
        left -= block->size();
    }
    return left == 0 && !is_writing && !write_error;
}

Result<void> HttpsConnection::State::take_body(Parser& parser, HttpAnswer& answer, const BlockSink& sink,
                                               const std::stop_token& stop) {
    if (parser.is_done())
        return {};
    if (!answer.body_bytes)
        // Nobody here answers like that: something in between does.
        return Fault{Errc::hub_unreachable, "contents", "HTTP " + std::to_string(answer.status) + ", no Content-Length"};
    const bool is_content = answer.status == 200 || answer.status == 206;
    std::vector<char> block(block_bytes);
    for (std::uint64_t left = *answer.body_bytes; left > 0;) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
        // What came with the header, then straight into the block.
        const auto there = asio::buffer_copy(asio::buffer(block.data(), count), buffer.data());
        buffer.consume(there);
        bool is_read = false;
        Error error;
        asio::async_read(stream, asio::buffer(block.data() + there, count - there),
                         [&](const Error& failed, std::size_t) {
                             error = failed;
                             is_read = true;
                         });
        if (auto run = run_until([&] { return is_read; }, stop); !run)
            return run;
        if (error)
            return unreachable(error);
        left -= count;
        const BytesView octets{block.data(), count};
        if (!sink || !is_content)
            answer.body.append(octets.substr(0, body_bytes_kept_max - answer.body.size()));
        else if (auto taken = sink(answer, octets); !taken)
            return taken;
    }
    return {};
}

HttpsConnection::HttpsConnection(std::unique_ptr<State> state) : state_{std::move(state)} {}
HttpsConnection::~HttpsConnection() = default;

bool HttpsConnection::is_open() const noexcept { return state_->is_open; }

Result<std::unique_ptr<HttpsConnection>> HttpsConnection::open(const HttpsAddress& address,
                                                               const TlsIdentity& identity,
                                                               const std::stop_token& stop) {
    auto state = std::make_unique<State>(address, identity);
    if (auto connected = state->connect(stop); !connected)
        return connected.error();
    return std::unique_ptr<HttpsConnection>{new HttpsConnection{std::move(state)}};
}

Result<HttpAnswer> HttpsConnection::exchange(const HttpRequest& request, const std::stop_token& stop,
                                             const BlockSource& source, const BlockSink& sink) {
    Parser parser;
    parser.body_limit((std::numeric_limits<std::uint64_t>::max)());
    parser.skip(request.method == "HEAD");
    bool is_answered = false;
    Error read_error;
    // Read from the start: a refusal comes while the octets are still on their way.
    http::async_read_header(state_->stream, state_->buffer, parser, [&](const Error& failed, std::size_t) {
        read_error = failed;
        is_answered = true;
    });
    const auto exchanged = [&]() -> Result<HttpAnswer> {
        const auto is_sent = state_->send(request, source, is_answered, stop);
        if (!is_sent)
            return is_sent.error();
        const auto at_most = request.body_bytes > 0 ? answer_max : stall_max;
        if (auto run = state_->run_until([&] { return is_answered; }, stop, at_most); !run)
            return run.error();
        if (read_error)
            return unreachable(read_error);
        HttpAnswer answer = answer_of(parser);
        if (auto taken = state_->take_body(parser, answer, sink, stop); !taken)
            return taken.error();
        if (!*is_sent || !parser.keep_alive())
            state_->close();
        return answer;
    }();
    if (!exchanged)
        state_->close();
    return exchanged;
}

}  // namespace hub::kit
