#pragma once
// One caller of the content store, from the TLS handshake to the end: a coroutine on a strand. Only for
// content_server.cpp.

#include "hub/http/content_server.hpp"
#include "hub/http/content_tls.hpp"
#include "hub/http/pace.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <map>
#include <mutex>

namespace hub::http {

/// How many connections there are, in all and by agency. Thread-safe.
class ConnectionCounts {
public:
    explicit ConnectionCounts(const ContentServer::Settings& settings)
        : in_all_max_{settings.connections_max}, by_name_max_{settings.connections_per_agency_max} {}

    /// A place among the connections, given back by the destructor.
    class Place {
    public:
        explicit Place(ConnectionCounts& counts) : counts_{counts} { is_given_ = counts_.enter(); }
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        explicit operator bool() const noexcept { return is_given_; }
        /// False: there are enough of this name.
        bool take_name(const std::string& name);

    private:
        ConnectionCounts& counts_;
        bool is_given_ = false;
        std::optional<std::string> name_;
    };

private:
    bool enter();

    const std::size_t in_all_max_;
    const std::size_t by_name_max_;
    std::mutex mutex_;
    std::size_t in_all_ = 0;
    std::map<std::string, std::size_t> by_name_;
};

class ContentConnection {
public:
    ContentConnection(std::shared_ptr<TlsSocket> tls, const ContentServer::Settings& settings,
                      ContentDesk& desk, ConnectionCounts& counts, Pace& pace)
        : tls_{std::move(tls)}, settings_{settings}, desk_{desk}, place_{counts}, pace_{pace} {}

    boost::asio::awaitable<void> run();

private:
    using Head = boost::beast::http::request_header<>;
    using Parser = boost::beast::http::request_parser<boost::beast::http::empty_body>;
    using Reply = boost::beast::http::response<boost::beast::http::string_body>;
    struct Put;

    bool is_welcome();
    boost::asio::awaitable<void> serve_one();
    boost::asio::awaitable<boost::system::error_code> read_header(Parser& parser);
    boost::asio::awaitable<void> dispatch(const Head& head);
    boost::asio::awaitable<void> tell(const AgencyCode& agency, const Digest& digest);
    boost::asio::awaitable<void> put(const AgencyCode& agency, const Digest& digest, const Head& head);
    boost::asio::awaitable<void> take(ContentStore::Upload& upload, std::optional<Fault>& fault);
    boost::asio::awaitable<void> get(const AgencyCode& agency, const Digest& digest, const Head& head);
    boost::asio::awaitable<void> send(const ContentRecord& record, ContentStore::Reader& reader,
                                      const Head& head);
    boost::asio::awaitable<void> answer(Reply reply);
    boost::asio::awaitable<void> wait_for_turn(std::size_t bytes);

    Result<Put> put_of(const Head& head) const;
    std::optional<Fault> finish(const AgencyCode& agency, const Digest& digest, ContentStore::Upload& upload);
    Reply reply_of(unsigned status) const;
    Reply refusal_of(unsigned status, Errc code, const char* what = "") const;
    Reply problem_of(const AgencyCode& agency, const Fault& fault);
    void expect_within_limit();

    const std::shared_ptr<TlsSocket> tls_;
    const ContentServer::Settings& settings_;
    ContentDesk& desk_;
    ConnectionCounts::Place place_;
    Pace& pace_;
    boost::beast::flat_buffer buffer_{32 * 1024};
    std::unique_ptr<char[]> block_;  ///< Once somebody puts something.
    Digest certificate_;

    // Of the request under way.
    std::string language_;
    std::optional<std::uint64_t> body_bytes_;  ///< As announced.
    std::uint64_t unread_ = 0;                 ///< Of the body.
    bool is_head_ = false;
    bool is_kept_ = false;    ///< The connection may serve another request.
    bool is_broken_ = false;  ///< Nothing more can be said on it.
};

}  // namespace hub::http
