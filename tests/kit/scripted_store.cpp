#include "tests/kit/scripted_store.hpp"

#include "hub/core/signature.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <random>
#include <set>

namespace hub::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Error = boost::system::error_code;
using Stream = asio::ssl::stream<asio::ip::tcp::socket>;
using Response = http::response<http::string_body>;

struct Upload {
    std::uint64_t total = 0;
    Bytes octets;
};

Response response(unsigned status, const std::string& code = {}) {
    Response answer{http::int_to_status(status), 11};
    if (!code.empty()) {
        answer.set(http::field::content_type, "application/problem+json");
        answer.body() = R"({"code":")" + code + R"(","detail":"as the test wants it"})";
    }
    return answer;
}

}  // namespace

struct ScriptedStore::Script {
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<CannedAnswer> canned;
    std::deque<std::size_t> hang_up_receiving, hang_up_sending;
    int lies = 0;
    bool is_shut = false;
    bool is_closing = false;
    std::map<std::string, Bytes> whole;
    std::map<std::string, Upload> begun;
    std::vector<std::string> requests;
    std::set<int> sockets;

    std::optional<CannedAnswer> take_canned(std::string_view method) {
        const auto found = std::ranges::find(canned, method, &CannedAnswer::method);
        if (found == canned.end())
            return std::nullopt;
        CannedAnswer answer = std::move(*found);
        canned.erase(found);
        return answer;
    }
};

/// One connection's requests, one after another.
struct ScriptedStore::Connection {
    Script& script;
    Stream& stream;
    boost::beast::flat_buffer buffer{};

    /// False: hung up.
    bool serve_one() {
        http::request_parser<http::buffer_body> parser;
        parser.body_limit((std::numeric_limits<std::uint64_t>::max)());
        Error error;
        http::read_header(stream, buffer, parser, error);
        if (error)
            return false;
        const auto& request = parser.get();
        const std::string method{request.method_string()};
        const std::string digest{request.target().substr(request.target().rfind('/') + 1)};
        const std::string offset{request["Upload-Offset"]};
        const std::string range{request[http::field::range]};
        std::optional<CannedAnswer> canned;
        {
            std::unique_lock lock{script.mutex};
            script.requests.push_back(method + " " + digest + (offset.empty() ? "" : " " + offset)
                                      + (range.empty() ? "" : " " + range));
            script.changed.wait(lock, [&] { return !script.is_shut || script.is_closing; });
            canned = script.take_canned(method);
        }
        if (canned) {
            Response answer = response(canned->status, method == "HEAD" ? "" : canned->code);
            for (const auto& [name, value] : canned->fields)
                answer.set(name, value);
            return refuse(parser, std::move(answer), method == "HEAD");
        }
        if (method == "HEAD")
            return send(head(digest), true);
        if (method == "PATCH")
            return patch(parser, digest);
        return get(digest, range);
    }

    bool send(Response answer, bool is_head = false) {
        answer.prepare_payload();
        http::response_serializer<http::string_body> serializer{answer};
        Error error;
        if (is_head)
            http::write_header(stream, serializer, error);
        else
            http::write(stream, serializer, error);
        return !error;
    }

    /// Before the body has come, as a hub does that is full. What is still on its way is passed over: hung up on,
    /// the client would not get to read the answer.
    bool refuse(const http::request_parser<http::buffer_body>& parser, Response answer, bool is_head = false) {
        answer.keep_alive(parser.is_done());
        if (!send(answer, is_head) || parser.is_done())
            return answer.keep_alive();
        Error error;
        char block[8192];
        while (!error)
            (void)stream.read_some(asio::buffer(block), error);
        return false;
    }

    Response head(const std::string& digest) {
        const std::lock_guard lock{script.mutex};
        if (script.whole.contains(digest)) {
            Response answer = response(200);
            answer.set("Upload-Complete", "?1");
            return answer;
        }
        const auto begun = script.begun.find(digest);
        if (begun == script.begun.end())
            return response(404);
        Response answer = response(200);
        answer.set("Upload-Complete", "?0");
        answer.set("Upload-Offset", std::to_string(begun->second.octets.size()));
        answer.set("Upload-Length", std::to_string(begun->second.total));
        return answer;
    }

    bool patch(http::request_parser<http::buffer_body>& parser, const std::string& digest) {
        const std::uint64_t offset = std::stoull(std::string{parser.get()["Upload-Offset"]});
        const std::uint64_t total = std::stoull(std::string{parser.get()["Upload-Length"]});
        const std::uint64_t length = parser.content_length().value();
        std::size_t hang_up_at = std::numeric_limits<std::size_t>::max();
        std::optional<std::size_t> wrong;
        {
            const std::lock_guard lock{script.mutex};
            Upload& upload = script.begun[digest];
            if (offset == 0)
                upload = {total, {}};
            if (upload.octets.size() != offset)
                wrong = upload.octets.size();
            else if (!script.hang_up_receiving.empty() && length > script.hang_up_receiving.front()) {
                hang_up_at = script.hang_up_receiving.front();
                script.hang_up_receiving.pop_front();
            }
        }
        if (wrong) {
            Response answer = response(409, "upload_offset_wrong");
            answer.set("Upload-Offset", std::to_string(*wrong));
            return refuse(parser, std::move(answer));
        }
        std::size_t got = 0;
        while (!parser.is_done()) {
            char block[8192];
            parser.get().body().data = block;
            parser.get().body().size = std::min(sizeof block, hang_up_at - got);
            const std::size_t wanted = parser.get().body().size;
            Error error;
            http::read(stream, buffer, parser, error);
            if (error && error != http::error::need_buffer)
                return false;
            const std::size_t count = wanted - parser.get().body().size;
            got += count;
            const std::lock_guard lock{script.mutex};
            script.begun[digest].octets.append(block, count);
            if (got >= hang_up_at)
                return false;
        }
        return send(put_answer(digest, total));
    }

    Response put_answer(const std::string& digest, std::uint64_t total) {
        const std::lock_guard lock{script.mutex};
        Upload& upload = script.begun[digest];
        if (upload.octets.size() < total) {
            Response answer = response(204);
            answer.set("Upload-Complete", "?0");
            answer.set("Upload-Offset", std::to_string(upload.octets.size()));
            return answer;
        }
        const bool is_right = sha256(upload.octets).text() == digest;
        if (is_right)
            script.whole[digest] = std::move(upload.octets);
        script.begun.erase(digest);
        Response answer = is_right ? response(201) : response(422, "part_digest_mismatch");
        if (is_right)
            answer.set("Upload-Complete", "?1");
        return answer;
    }

    bool get(const std::string& digest, const std::string& range) {
        Bytes octets;
        std::size_t first = 0;
        std::size_t hang_up_at = std::numeric_limits<std::size_t>::max();
        {
            const std::lock_guard lock{script.mutex};
            const auto found = script.whole.find(digest);
            if (found == script.whole.end())
                octets = {};
            else
                octets = found->second;
            if (range.starts_with("bytes="))
                first = std::stoull(range.substr(6));
            if (script.lies > 0 && !octets.empty()) {
                --script.lies;
                octets.back() = static_cast<char>(octets.back() ^ 1);
            }
            if (!script.hang_up_sending.empty() && octets.size() - first > script.hang_up_sending.front()) {
                hang_up_at = script.hang_up_sending.front();
                script.hang_up_sending.pop_front();
            }
        }
        if (octets.empty())
            return send(response(404, "not_found"));
        Response answer = response(first > 0 ? 206 : 200);
        if (first > 0)
            answer.set(http::field::content_range, "bytes " + std::to_string(first) + "-"
                                                       + std::to_string(octets.size() - 1) + "/"
                                                       + std::to_string(octets.size()));
        answer.content_length(octets.size() - first);
        http::response_serializer<http::string_body> serializer{answer};
        Error error;
        http::write_header(stream, serializer, error);
        const auto count = std::min(octets.size() - first, hang_up_at);
        asio::write(stream, asio::buffer(octets.data() + first, count), error);
        return !error && hang_up_at == std::numeric_limits<std::size_t>::max();
    }
};

ScriptedStore::ScriptedStore(const KeyPair& server, const std::string& client_pem)
    : server_{server}, client_pem_{client_pem}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)},
      script_{std::make_unique<Script>()} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    HUB_ASSERT(::bind(listener_, any, size) == 0 && ::listen(listener_, 16) == 0);
    HUB_ASSERT(::getsockname(listener_, any, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { accept(); }};
}

ScriptedStore::~ScriptedStore() {
    {
        const std::lock_guard lock{script_->mutex};
        script_->is_closing = true;
        for (const int fd : script_->sockets)
            (void)::shutdown(fd, SHUT_RDWR);
    }
    script_->changed.notify_all();
    (void)::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    (void)::close(listener_);
}

void ScriptedStore::accept() {
    std::vector<std::thread> connections;
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0)
            break;
        const std::lock_guard lock{script_->mutex};
        if (script_->is_closing) {
            (void)::close(fd);
            break;
        }
        script_->sockets.insert(fd);
        connections.emplace_back([this, fd] { serve(fd); });
    }
    for (std::thread& connection : connections)
        connection.join();
}

void ScriptedStore::serve(int fd) {
    asio::io_context io;
    asio::ssl::context context{asio::ssl::context::tls_server};
    context.use_certificate(asio::buffer(server_.certificate_pem), asio::ssl::context::pem);
    context.use_private_key(asio::buffer(server_.key_pem), asio::ssl::context::pem);
    context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    context.add_certificate_authority(asio::buffer(client_pem_));
    Stream stream{asio::ip::tcp::socket{io, asio::ip::tcp::v4(), fd}, context};
    Error error;
    stream.handshake(asio::ssl::stream_base::server, error);
    Connection connection{*script_, stream};
    while (!error && connection.serve_one())
        ;
    const std::lock_guard lock{script_->mutex};
    script_->sockets.erase(fd);
    stream.lowest_layer().close(error);
}

void ScriptedStore::answer(CannedAnswer canned) {
    const std::lock_guard lock{script_->mutex};
    script_->canned.push_back(std::move(canned));
}

void ScriptedStore::hang_up_receiving(std::vector<std::size_t> octets) {
    const std::lock_guard lock{script_->mutex};
    script_->hang_up_receiving.assign(octets.begin(), octets.end());
}

void ScriptedStore::hang_up_sending(std::vector<std::size_t> octets) {
    const std::lock_guard lock{script_->mutex};
    script_->hang_up_sending.assign(octets.begin(), octets.end());
}

void ScriptedStore::lie(int times) {
    const std::lock_guard lock{script_->mutex};
    script_->lies = times;
}

void ScriptedStore::shut_gate(bool is_shut) {
    const std::lock_guard lock{script_->mutex};
    script_->is_shut = is_shut;
    script_->changed.notify_all();
}

void ScriptedStore::put(BytesView content) {
    const std::lock_guard lock{script_->mutex};
    script_->whole[sha256(content).text()] = Bytes{content};
}

void ScriptedStore::lose(const Digest& digest) {
    const std::lock_guard lock{script_->mutex};
    script_->whole.erase(digest.text());
}

std::optional<Bytes> ScriptedStore::content(const Digest& digest) const {
    const std::lock_guard lock{script_->mutex};
    const auto found = script_->whole.find(digest.text());
    return found == script_->whole.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::string> ScriptedStore::requests() const {
    const std::lock_guard lock{script_->mutex};
    return script_->requests;
}

std::size_t ScriptedStore::count(std::string_view beginning) const {
    const auto all = requests();
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [&](const std::string& request) { return request.starts_with(beginning); }));
}

StoreTrial::StoreTrial() {
    write_file(folder_ / "server.pem", server_.certificate_pem);
    write_file(folder_ / "agency.pem", agency_.certificate_pem);
    write_file(folder_ / "agency.key", agency_.key_pem);
}

kit::ContentAccess StoreTrial::access() const {
    return {kit::HttpsAddress::parse(store.url()).value(),
            kit::TlsIdentity::load(folder_ / "agency.pem", folder_ / "agency.key", folder_ / "server.pem").value()};
}

Bytes some_octets(std::size_t count, unsigned seed) {
    std::minstd_rand random{seed};
    Bytes octets(count, '\0');
    for (char& octet : octets)
        octet = static_cast<char>(random());
    return octets;
}

}  // namespace hub::test
