#include "adapters/vxp/http_connection.hpp"

#include "adapters/edxml/base64.hpp"
#include "adapters/edxml/octet_source.hpp"
#include "adapters/vxp/http_date.hpp"
#include "adapters/vxp/operations.hpp"
#include "hub/http/read_deadline.hpp"

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

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::vxp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::buffer_body>;
using Manner = SiteReply::Manner;

constexpr std::size_t block_bytes = 63 * 1024;     // A multiple of 3: base64 of it needs no padding.
/// All parameters stand in it twice, once within JSON.
constexpr std::uint32_t header_bytes_max = 96 * 1024;
/// A caller that is still sending when its answer is out gets this much and this long to read the answer.
constexpr std::uint64_t linger_bytes_max = 16 * 1024 * 1024;
constexpr std::chrono::seconds linger_max{3};

RequestHead head_of(const Parser& parser) {
    RequestHead head{std::string{parser.get().method_string()}, std::string{parser.get().target()}, {}};
    for (const auto& field : parser.get())
        head.fields.push_back({std::string{field.name_string()}, std::string{field.value()}});
    return head;
}

std::uint64_t bytes_of(const ReplyPiece& piece) {
    if (const auto* const text = std::get_if<std::string>(&piece))
        return text->size();
    const auto& file = std::get<FilePiece>(piece);
    return file.is_base64 ? (file.bytes + 2) / 3 * 4 : file.bytes;
}

std::string head_text(const SiteReply& reply, Instant now, bool is_kept) {
    std::uint64_t bytes = 0;
    for (const ReplyPiece& piece : reply.body)
        bytes += bytes_of(piece);
    const auto status = beast::http::int_to_status(reply.status);
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
    head.append(beast::http::obsolete_reason(status)).append("\r\nDate: ").append(http_date(now));
    head += "\r\nContent-Type: " + reply.content_type + "\r\nContent-Length: " + std::to_string(bytes) +
            "\r\nCache-Control: no-store\r\n" +
            (reply.retry_after ? "Retry-After: " + std::to_string(reply.retry_after->count()) + "\r\n" : "");
    for (const Field& field : reply.fields)
        head.append(field.name).append(": ").append(field.value).append("\r\n");
    head += is_kept ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

class Connection {
public:
    Connection(http::EitherStream& stream, const ListenerSettings& settings, Site& site)
        : stream_{stream}, settings_{settings}, site_{site} {}

    asio::awaitable<void> run() {
        do
            co_await serve_one();
        while (is_kept_);
        co_await linger();
    }

private:
    void allow(std::chrono::milliseconds time) { stream_.next_layer().expires_after(time); }

    asio::awaitable<void> serve_one() {
        const auto visit = site_.visit();
        Parser parser;
        parser.header_limit(header_bytes_max);
        parser.body_limit(settings_.body_bytes_max);
        is_kept_ = false;
        Error error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        std::optional<http::ReadDeadline> deadline{std::in_place, stream_.next_layer(), settings_.header_time};
        co_await beast::http::async_read_header(stream_, buffer_, parser, token);
        const bool is_late = error && deadline->has_passed();
        deadline.reset();
        // One that was never begun is no request: an idle connection ends without a word.
        if (is_late && (parser.got_some() || buffer_.size() > 0)) {
            co_await answer(visit->refuse(408));
            co_return;
        }
        if (error) {
            is_broken_ = error == beast::http::error::end_of_stream || error == beast::error::timeout ||
                         error.category() != make_error_code(beast::http::error::bad_method).category();
            if (!is_broken_)
                co_await answer(visit->refuse(status_of(error)));
            co_return;
        }
        std::optional<SiteReply> reply = visit->start(head_of(parser));
        if (!reply && beast::iequals(parser.get()[beast::http::field::expect], "100-continue")) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await push_out(asio::buffer(go_on));
        }
        if (!reply)
            reply = co_await take_body(parser, *visit);
        if (is_broken_)
            co_return;
        // What is left of the body would be taken for the next request.
        is_kept_ = parser.is_done() && parser.keep_alive();
        if (!reply)
            reply = visit->finish();
        co_await answer(std::move(*reply));
    }

    static unsigned status_of(const Error& error) {
        if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow)
            return 431;
        return error == beast::http::error::body_limit ? 413 : 400;
    }

    asio::awaitable<std::optional<SiteReply>> take_body(Parser& parser, Visit& visit) {
        const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
        const auto until = Clock::now() + settings_.body_time;
        std::optional<SiteReply> reply;
        while (!parser.is_done() && !reply && !is_broken_) {
            parser.get().body().data = block.get();
            parser.get().body().size = block_bytes;
            Error error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            std::optional<http::ReadDeadline> deadline{std::in_place, stream_.next_layer(), settings_.stall_time};
            co_await beast::http::async_read_some(stream_, buffer_, parser, token);
            const bool is_late = error && deadline->has_passed();
            deadline.reset();
            const std::size_t got = block_bytes - parser.get().body().size;
            if (is_late) {
                reply = visit.refuse(408);
            } else if (error && error != beast::http::error::need_buffer) {
                const bool is_http = error.category() == make_error_code(beast::http::error::bad_method).category();
                is_broken_ = !is_http || error == beast::http::error::partial_message;
                if (!is_broken_)
                    reply = visit.refuse(status_of(error));
            } else if (Clock::now() > until) {
                reply = visit.refuse(408);
            } else if (got > 0) {
                reply = visit.add({block.get(), got});
            }
        }
        co_return reply;
    }

    asio::awaitable<void> push_out(asio::const_buffer octets) {
        Error error;
        while (octets.size() > 0 && !error) {
            auto token = asio::redirect_error(asio::use_awaitable, error);
            allow(settings_.stall_time);
            octets += co_await stream_.async_write_some(octets, token);
        }
        is_broken_ = is_broken_ || error;
    }

    asio::awaitable<void> answer(SiteReply reply) {
        if (reply.delay.count() > 0) {
            stream_.next_layer().expires_never();
            asio::steady_timer timer{co_await asio::this_coro::executor, reply.delay};
            Error error;
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        if (reply.manner != Manner::answered) {
            is_broken_ = true;
            is_kept_ = false;
            co_return;
        }
        const std::string head = head_text(reply, site_.now(), is_kept_);
        co_await push_out(asio::buffer(head));
        for (std::size_t i = 0; i < reply.body.size() && !is_broken_; ++i) {
            if (const auto* const text = std::get_if<std::string>(&reply.body[i]))
                co_await push_out(asio::buffer(*text));
            else
                co_await push_file(std::get<FilePiece>(reply.body[i]));
        }
        is_kept_ = is_kept_ && !is_broken_;
    }

    asio::awaitable<void> push_file(const FilePiece& piece) {
        auto source = edxml::FileSource::open(piece.path);
        const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
        edxml::Base64Encoder encoder;
        std::uint64_t left = piece.bytes;
        while (left > 0 && !is_broken_) {
            const auto got = source ? source->read(block.get(), static_cast<std::size_t>(std::min<std::uint64_t>(left, block_bytes)))
                                    : Result<std::size_t>{source.error()};
            // The length is promised: all that is left is to hang up.
            if (!got || *got == 0) {
                is_broken_ = true;
                co_return;
            }
            left -= *got;
            Bytes base64;
            if (piece.is_base64)
                encoder.add({block.get(), *got}, base64);
            if (piece.is_base64 && left == 0)
                encoder.finish(base64);
            const auto octets = piece.is_base64 ? asio::buffer(base64) : asio::const_buffer{block.get(), *got};
            co_await push_out(octets);
        }
    }

    /// To close with octets unread would take the answer away from the caller.
    asio::awaitable<void> linger() {
        auto& socket = stream_.next_layer().socket();
        Error error;
        if (is_broken_) {
            socket.close(error);
            co_return;
        }
        if (stream_.tls()) {
            allow(linger_max);
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await stream_.async_shutdown(token);
        }
        socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
        const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
        const auto until = Clock::now() + linger_max;
        std::uint64_t taken = 0;
        error = {};
        while (!error && taken < linger_bytes_max && Clock::now() < until) {
            allow(linger_max);
            auto token = asio::redirect_error(asio::use_awaitable, error);
            auto& lowest = stream_.next_layer();
            taken += co_await lowest.async_read_some(asio::buffer(block.get(), block_bytes), token);
        }
        socket.close(error);
    }

    http::EitherStream& stream_;
    const ListenerSettings& settings_;
    Site& site_;
    beast::flat_buffer buffer_{header_bytes_max + block_bytes};
    bool is_kept_ = false;
    bool is_broken_ = false;    ///< Nothing more can be said on it.
};

}  // namespace

asio::awaitable<void> serve(http::EitherStream& stream, const ListenerSettings& settings, Site& site) {
    Connection connection{stream, settings, site};
    co_await connection.run();
}

std::string_view RequestHead::field(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(fields, [&](const Field& each) { return is_same_name(each.name, name); });
    return found == fields.end() ? std::string_view{} : std::string_view{found->value};
}

SiteReply text_reply(unsigned status, std::string body) {
    SiteReply reply{.status = status};
    reply.body.emplace_back(std::move(body));
    return reply;
}

}  // namespace hub::vxp
