#include "hub/http/content_connection.hpp"

#include "hub/http/content_request.hpp"
#include "hub/http/language.hpp"
#include "hub/http/message_form.hpp"
#include "hub/http/problem.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::http::field;
using Error = boost::system::error_code;

constexpr std::size_t block_bytes = 256 * 1024;
/// Nobody is known before it: who opens connections and says nothing must not hold their places for long.
constexpr std::chrono::seconds handshake_max{10};
constexpr std::uint32_t header_bytes_max = 16 * 1024;

constexpr const char* upload_offset = "Upload-Offset";
constexpr const char* upload_length = "Upload-Length";
constexpr const char* upload_complete = "Upload-Complete";

/// The header as it is sent.
std::string text_of(const beast::http::response_header<>& header) {
    std::ostringstream text;
    text << header;
    return std::move(text).str();
}

asio::awaitable<void> call(const std::function<void()>& work) {
    work();
    co_return;
}

/// An answer that comes from another thread, and the timer that it ends. Both are touched on the strand alone.
struct Answer {
    explicit Answer(const asio::any_io_executor& strand, std::chrono::seconds at_most) : timer{strand, at_most} {}
    asio::steady_timer timer;
    Result<void> given = Fault{Errc::timed_out, "hub", {}};
};

bool may_pass(unsigned status) { return status == 503 || status == 507; }

}  // namespace

/// What PATCH says in its headers.
struct ContentConnection::Put {
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
};

void ContentConnection::expect_within_limit() { tls_->allow(std::chrono::seconds{settings_.seconds_max}); }

asio::awaitable<void> ContentConnection::run() {
    if (!place_)
        co_return;
    tls_->allow(std::min(handshake_max, std::chrono::seconds{settings_.seconds_max}));
    const bool is_up = co_await tls_->handshake();
    if (!is_up)
        desk_.turned_away(std::nullopt, address_);
    if (!is_up || !is_welcome())
        co_return;
    do
        co_await serve_one();
    while (is_kept_ && !is_broken_ && co_await has_another());
    if (is_broken_)
        co_return;
    tls_->allow(std::chrono::seconds{settings_.linger_seconds_max});
    co_await tls_->hang_up(settings_.linger_bytes_max);
}

bool ContentConnection::is_welcome() {
    certificate_ = tls_->certificate_sha256();
    const auto agency = caller();
    return place_.take_name(agency ? agency->text() : std::string{});
}

std::optional<AgencyCode> ContentConnection::caller() {
    auto agency = desk_.agency_of(certificate_);
    if (!agency && !std::exchange(is_turned_away_, true))
        desk_.turned_away(certificate_, address_);
    return agency;
}

/// Waits for the first octets of the next request.
asio::awaitable<bool> ContentConnection::has_another() {
    if (buffer_.size() == 0) {
        tls_->allow(std::chrono::seconds{settings_.idle_seconds_max});
        const std::size_t got = co_await tls_->read_some(buffer_.prepare(header_bytes_max));
        is_broken_ = got == 0;
        buffer_.commit(got);
    }
    co_return !is_broken_;
}

/// Reads until the header is there. What follows it stays in the buffer.
asio::awaitable<Error> ContentConnection::read_header(Parser& parser) {
    expect_within_limit();
    for (;;) {
        Error error;
        if (buffer_.size() > 0)
            buffer_.consume(parser.put(buffer_.data(), error));
        if (parser.is_header_done() || (error && error != beast::http::error::need_more))
            co_return error;
        const std::size_t room = std::min(buffer_.max_size() - buffer_.size(), std::size_t{header_bytes_max});
        if (room == 0)
            co_return make_error_code(beast::http::error::header_limit);
        const auto free = buffer_.prepare(room);
        const std::size_t got = co_await tls_->read_some(free);
        if (got == 0)
            co_return make_error_code(beast::http::error::end_of_stream);
        buffer_.commit(got);
    }
}

asio::awaitable<void> ContentConnection::serve_one() {
    Parser parser;
    parser.header_limit(header_bytes_max);
    parser.body_limit(boost::none);
    is_kept_ = is_head_ = false;
    language_.clear();
    unread_ = 0;
    const Error error = co_await read_header(parser);
    if (error) {
        is_broken_ = error == beast::http::error::end_of_stream;
        const bool is_large = error == beast::http::error::header_limit;
        if (!is_broken_)
            co_await answer(refusal_of(is_large ? 431 : 400, Errc::field_invalid, "header"));
        co_return;
    }
    const Head& head = parser.get().base();
    if (const auto fault = ambiguity_of(head)) {
        co_await answer(refusal_of(400, fault->code, fault->field.c_str()));
        co_return;
    }
    language_ = preferred_language(list_of(head, field::accept_language));
    body_bytes_ =
        parser.content_length() ? std::optional<std::uint64_t>{*parser.content_length()} : std::nullopt;
    if (parser.chunked())
        body_bytes_.reset();
    unread_ = parser.chunked() ? UINT64_MAX : body_bytes_.value_or(0);
    is_head_ = head.method() == beast::http::verb::head;
    is_kept_ = parser.keep_alive();
    co_await dispatch(head);
}

asio::awaitable<void> ContentConnection::dispatch(const Head& head) {
    // Looked up each time: on a connection that stays open an agency can be closed and a certificate run out.
    const auto agency = caller();
    const std::string_view target{head.target().data(), head.target().size()};
    const auto digest = content_of_target(target);
    if (!agency || !digest) {
        co_await answer(refusal_of(404, Errc::not_found));
        co_return;
    }
    if (head.method() == beast::http::verb::head) {
        co_await tell(*agency, *digest);
    } else if (head.method() == beast::http::verb::get) {
        co_await get(*agency, *digest, head);
    } else if (head.method() == beast::http::verb::patch) {
        co_await put(*agency, *digest, head);
    } else {
        Reply reply = refusal_of(405, Errc::field_invalid, "method");
        reply.set(field::allow, "GET, HEAD, PATCH");
        co_await answer(std::move(reply));
    }
}

asio::awaitable<void> ContentConnection::tell(const AgencyCode& agency, const Digest& digest) {
    const auto record = desk_.may_fetch(agency, digest);
    if (!record) {
        co_await answer(problem_of(agency, record.error()));
        co_return;
    }
    Reply reply = reply_of(200);
    if (*record && (*record)->state == ContentState::whole) {
        reply.set(upload_complete, "?1");
        reply.set(upload_length, std::to_string((*record)->bytes));
    } else if (const auto progress = desk_.store().progress(agency, digest)) {
        reply.set(upload_complete, "?0");
        reply.set(upload_offset, std::to_string(progress->offset));
        reply.set(upload_length, std::to_string(progress->total));
    } else {
        reply = refusal_of(404, Errc::not_found);
    }
    co_await answer(std::move(reply));
}

Result<ContentConnection::Put> ContentConnection::put_of(const Head& head) const {
    const auto number_in = [&](const char* name) -> Result<std::uint64_t> {
        const std::string_view text{head[name].data(), head[name].size()};
        const auto number = whole_number(text);
        if (!number || head.count(name) != 1)
            return Fault{Errc::field_invalid, name, {}};
        return *number;
    };
    const auto offset = number_in(upload_offset);
    const auto total = number_in(upload_length);
    if (!offset || !total)
        return offset ? total.error() : offset.error();
    if (*offset > *total || *body_bytes_ > *total - *offset)
        return Fault{Errc::part_too_large, "Content-Length", {}};
    return Put{*offset, *total};
}

asio::awaitable<void> ContentConnection::put(const AgencyCode& agency, const Digest& digest,
                                             const Head& head) {
    if (!body_bytes_) {
        co_await answer(refusal_of(411, Errc::field_invalid, "Content-Length"));
        co_return;
    }
    const auto asked = put_of(head);
    if (!asked) {
        co_await answer(problem_of(agency, asked.error()));
        co_return;
    }
    if (auto may = desk_.may_put(); !may) {
        co_await answer(refusal_of(content_status_of(may.error().code), may.error().code, may.error().field.c_str()));
        co_return;
    }
    auto upload = desk_.store().upload(agency, digest, asked->offset, asked->total, [&] {
        const auto found = desk_.may_fetch(agency, digest);
        const bool is_own = found && *found && (*found)->put_by == agency;
        return is_own ? (*found)->bytes : 0;
    });
    if (!upload) {
        Reply reply = problem_of(agency, upload.error());
        if (upload.error().code == Errc::upload_offset_wrong)
            reply.set(upload_offset,
                      std::to_string(
                          desk_.store().progress(agency, digest).value_or(ContentStore::Progress{}).offset));
        co_await answer(std::move(reply));
        co_return;
    }
    if (beast::iequals(head[field::expect], "100-continue")) {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const bool is_sent = co_await tls_->write(asio::buffer(go_on));
        is_broken_ = !is_sent;
    }
    std::optional<Fault> fault;
    co_await catch_up(**upload, fault);
    co_await take(**upload, fault);
    const std::uint64_t held = (*upload)->offset();
    const bool is_last = held == asked->total;
    if (!fault && !is_broken_ && is_last)
        co_await finish(agency, digest, **upload, fault);
    // Given up before the answer is out: the caller may go on at once.
    upload->reset();
    if (is_broken_)
        co_return;
    if (fault) {
        co_await answer(problem_of(agency, *fault));
        co_return;
    }
    Reply reply = reply_of(is_last ? 201 : 204);
    reply.set(upload_offset, std::to_string(held));
    reply.set(upload_complete, is_last ? "?1" : "?0");
    co_await answer(std::move(reply));
}

asio::awaitable<void> ContentConnection::in_pool(std::function<void()> work) {
    co_await asio::co_spawn(pool_, call(work), asio::use_awaitable);
}

/// Gigabytes may have come before a restart: piece by piece, so that others get their turn between.
asio::awaitable<void> ContentConnection::catch_up(ContentStore::Upload& upload, std::optional<Fault>& fault) {
    bool has_more = true;
    while (has_more && !fault)
        co_await in_pool([&] {
            const auto more = upload.catch_up();
            has_more = more && *more;
            if (!more)
                fault = more.error();
        });
}

/// Reads the body into the upload, block by block. What came before a connection broke is kept.
asio::awaitable<void> ContentConnection::take(ContentStore::Upload& upload, std::optional<Fault>& fault) {
    if (!block_)
        block_ = std::make_unique_for_overwrite<char[]>(block_bytes);
    while (unread_ > 0 && !is_broken_ && !fault) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(unread_, block_bytes));
        const asio::mutable_buffer block{block_.get(), wanted};
        co_await wait_for_turn(wanted);
        std::size_t got = asio::buffer_copy(block, buffer_.data());
        buffer_.consume(got);
        if (got < wanted) {
            expect_within_limit();
            const std::size_t more = co_await tls_->read(block + got);
            got += more;
            is_broken_ = got < wanted;
        }
        unread_ -= got;
        if (auto kept = upload.append({block_.get(), got}); !kept)
            fault = kept.error();
    }
}

asio::awaitable<void> ContentConnection::wait_for_turn(std::size_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    const auto turn = pace_.turn(bytes, desk_.is_busy(), now);
    if (turn <= now)
        co_return;
    asio::steady_timer timer{co_await asio::this_coro::executor, turn};
    Error error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> ContentConnection::finish(const AgencyCode& agency, const Digest& digest,
                                                ContentStore::Upload& upload, std::optional<Fault>& fault) {
    // A copy that does not become a content takes room until the next start. Unfinished it is still at hand.
    if (auto may = desk_.may_put(); !may) {
        fault = may.error();
        co_return;
    }
    const std::uint64_t bytes = upload.offset();
    CopyId copy{};
    co_await in_pool([&] {
        const auto finished = upload.finish();
        if (finished)
            copy = *finished;
        else
            fault = finished.error();
    });
    if (fault)
        co_return;
    // Longer than any commit takes on a disk that is not full. Whoever has put it asks again, and finds it there.
    const auto strand = co_await asio::this_coro::executor;
    const auto answer = std::make_shared<Answer>(strand, std::chrono::seconds{settings_.seconds_max});
    desk_.stored(agency, digest, bytes, copy, [answer, strand](Result<void> given) {
        asio::post(strand, [answer, given = std::move(given)] {
            answer->given = given;
            answer->timer.cancel();
        });
    });
    Error error;
    co_await answer->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!answer->given)
        fault = answer->given.error();
}

asio::awaitable<void> ContentConnection::get(const AgencyCode& agency, const Digest& digest,
                                             const Head& head) {
    auto opened = open(agency, digest, Reports::no);
    // It may have got another copy between the two questions.
    if (!opened && opened.error().code == Errc::part_damaged)
        opened = open(agency, digest, Reports::yes);
    if (opened)
        co_await send(agency, opened->record, *opened->reader, head);
    else
        co_await answer(problem_of(agency, opened.error()));
}

Result<ContentConnection::Opened> ContentConnection::open(const AgencyCode& agency, const Digest& digest,
                                                          Reports reports) {
    const auto found = desk_.may_fetch(agency, digest);
    if (!found)
        return found.error();
    const std::optional<ContentRecord>& record = *found;
    if (!record || record->state == ContentState::removed)
        return Fault{Errc::not_found, {}, {}};
    if (record->state == ContentState::damaged)
        return Fault{Errc::part_damaged, {}, {}};
    auto reader = desk_.store().open(*record);
    if (reader)
        return Opened{*record, std::move(*reader)};
    if (reports == Reports::yes)
        report(*record, reader.error());
    return reader.error();
}

void ContentConnection::report(const ContentRecord& record, const Fault& fault) {
    if (fault.code == Errc::part_damaged)
        desk_.damaged(record.digest, record.copy);
}

asio::awaitable<void> ContentConnection::send(const AgencyCode& agency, const ContentRecord& record,
                                              ContentStore::Reader& reader, const Head& head) {
    const std::string etag = "\"" + record.digest.text() + "\"";
    ByteRange range{0, record.bytes};
    const bool is_ranged =
        head.count(field::range) > 0 && (!head.count(field::if_range) || head[field::if_range] == etag);
    if (is_ranged) {
        const std::string_view text{head[field::range].data(), head[field::range].size()};
        const auto asked = range_of(text, record.bytes);
        if (!asked || head.count(field::range) != 1) {
            Reply reply = refusal_of(416, Errc::field_invalid, "Range");
            reply.set(field::content_range, "bytes */" + std::to_string(record.bytes));
            co_await answer(std::move(reply));
            co_return;
        }
        range = *asked;
    }
    // The first block before the header: while nothing is out yet, a damaged copy can still be told of.
    std::uint64_t sent = 0;
    const auto block_at = [&] {
        return reader.read(range.first + sent, static_cast<std::size_t>(
                                                   std::min<std::uint64_t>(block_bytes, range.count - sent)));
    };
    auto block = block_at();
    if (!block) {
        report(record, block.error());
        co_await answer(problem_of(agency, block.error()));
        co_return;
    }
    Reply reply = reply_of(is_ranged ? 206 : 200);
    reply.set(field::content_type, "application/octet-stream");
    reply.set(field::accept_ranges, "bytes");
    reply.set(field::etag, etag);
    if (is_ranged)
        reply.set(field::content_range, "bytes " + std::to_string(range.first) + "-" +
                                            std::to_string(range.first + range.count - 1) + "/" +
                                            std::to_string(record.bytes));
    reply.content_length(range.count);
    reply.keep_alive(is_kept_ = is_kept_ && unread_ == 0);
    expect_within_limit();
    const std::string header = text_of(reply);
    bool is_sent = co_await tls_->write(asio::buffer(header));
    while (is_sent && block && sent < range.count) {
        co_await wait_for_turn(block->size());
        expect_within_limit();
        is_sent = co_await tls_->write(asio::buffer(*block));
        sent += block->size();
        if (sent < range.count)
            block = block_at();
    }
    if (!block)
        report(record, block.error());
    // Too little was sent, and the caller sees it by the broken connection.
    is_broken_ = !is_sent || !block;
}

ContentConnection::Reply ContentConnection::reply_of(unsigned status) const {
    Reply reply{static_cast<beast::http::status>(status), 11};
    reply.set(field::cache_control, "no-store");
    reply.set("X-Content-Type-Options", "nosniff");
    return reply;
}

ContentConnection::Reply ContentConnection::refusal_of(unsigned status, Errc code, const char* what) const {
    // Code and field only: what a library or the disk said is for the log.
    const Response response = problem(status, Fault{code, what, {}}, language_);
    Reply reply = reply_of(status);
    reply.set(field::content_type, response.content_type);
    if (may_pass(status) && code != Errc::quota_exceeded)
        reply.set(field::retry_after, std::to_string(settings_.retry_after_seconds));
    reply.body() = response.body;
    return reply;
}

ContentConnection::Reply ContentConnection::problem_of(const AgencyCode& agency, const Fault& fault) {
    const unsigned status = content_status_of(fault.code);
    const bool is_for_operators = fault.code == Errc::contents_full || fault.code == Errc::quota_exceeded
                                  || fault.code == Errc::folder_unusable;
    if (status == 500 || is_for_operators)
        desk_.failed(agency, fault);
    return refusal_of(status, fault.code, fault.field.c_str());
}

asio::awaitable<void> ContentConnection::answer(Reply reply) {
    // A body that nobody wants is not read to its end: the connection ends instead.
    is_kept_ = is_kept_ && unread_ == 0;
    reply.keep_alive(is_kept_);
    if (reply.result_int() != 204)
        reply.prepare_payload();
    std::string text = text_of(reply);
    if (!is_head_)
        text += reply.body();
    expect_within_limit();
    const bool is_sent = co_await tls_->write(asio::buffer(text));
    is_broken_ = !is_sent;
}

}  // namespace hub::http
