#pragma once
// One caller of the content store, from the TLS handshake to the end: a coroutine on a strand. Only for
// content_server.cpp.

#include "hub/http/connection_counts.hpp"
#include "hub/http/content_server.hpp"
#include "hub/http/content_tls.hpp"
#include "hub/http/pace.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>

namespace hub::http {

class ContentConnection {
public:
    /// What the connections of one server share; outlives them.
    struct Shared {
        const ContentServer::Settings& settings;
        ContentDesk& desk;
        boost::asio::thread_pool& pool;
        ConnectionCounts& counts;
        Pace& pace;
    };
    ContentConnection(std::shared_ptr<TlsSocket> tls, std::string address, const Shared& shared)
        : tls_{std::move(tls)}, settings_{shared.settings}, desk_{shared.desk}, pool_{shared.pool},
          address_{std::move(address)}, place_{shared.counts, address_}, pace_{shared.pace} {}

    boost::asio::awaitable<void> run();

private:
    using Head = boost::beast::http::request_header<>;
    using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;
    using Reply = boost::beast::http::response<boost::beast::http::string_body>;
    struct Put;
    struct Opened {
        ContentRecord record;
        std::unique_ptr<ContentStore::Reader> reader;
    };

    bool is_welcome();
    std::optional<AgencyCode> caller();
    boost::asio::awaitable<void> serve_one();
    boost::asio::awaitable<bool> has_another();
    boost::asio::awaitable<boost::system::error_code> read_header(Parser& parser);
    boost::asio::awaitable<void> dispatch(const Head& head);
    boost::asio::awaitable<void> tell(const AgencyCode& agency, const Digest& digest);
    boost::asio::awaitable<void> put(const AgencyCode& agency, const Digest& digest, const Head& head);
    boost::asio::awaitable<void> catch_up(ContentStore::Upload& upload, std::optional<Fault>& fault);
    boost::asio::awaitable<void> take(ContentStore::Upload& upload, std::optional<Fault>& fault);
    boost::asio::awaitable<void> finish(const AgencyCode& agency, const Digest& digest, ContentStore::Upload& upload,
                                        std::optional<Fault>& fault);
    boost::asio::awaitable<void> get(const AgencyCode& agency, const Digest& digest, const Head& head);
    boost::asio::awaitable<void> send(const AgencyCode& agency, const ContentRecord& record,
                                      ContentStore::Reader& reader, const Head& head);
    boost::asio::awaitable<void> answer(Reply reply);
    boost::asio::awaitable<void> wait_for_turn(std::size_t bytes);
    /// Where `work` may wait for the disk without keeping other connections waiting.
    boost::asio::awaitable<void> in_pool(std::function<void()> work);

    Result<Put> put_of(const Head& head) const;
    /// Whether a copy that is not there is told to the hub.
    enum class Reports : bool { no, yes };
    Result<Opened> open(const AgencyCode& agency, const Digest& digest, Reports reports);
    /// The reader's word that the copy is gone. A store that is away says nothing of it.
    void report(const ContentRecord& record, const Fault& fault);
    Reply reply_of(unsigned status) const;
    Reply refusal_of(unsigned status, Errc code, const char* what = "") const;
    Reply problem_of(const AgencyCode& agency, const Fault& fault);
    void expect_within_limit();

    const std::shared_ptr<TlsSocket> tls_;
    const ContentServer::Settings& settings_;
    ContentDesk& desk_;
    boost::asio::thread_pool& pool_;
    const std::string address_;
    ConnectionCounts::Place place_;
    Pace& pace_;
    boost::beast::flat_buffer buffer_{32 * 1024};
    std::unique_ptr<char[]> block_;  ///< Once somebody puts something.
    Digest certificate_;
    bool is_turned_away_ = false;  ///< The desk was told.

    // Of the request under way.
    std::string language_;
    std::optional<std::uint64_t> body_bytes_;  ///< As announced.
    std::uint64_t unread_ = 0;                 ///< Of the body.
    bool is_head_ = false;
    bool is_kept_ = false;    ///< The connection may serve another request.
    bool is_broken_ = false;  ///< Nothing more can be said on it.
};

}  // namespace hub::http
