#pragma once
// What an HttpListener serves: requests whose bodies come in pieces, and replies that may hold files.

#include "adapters/vxp/signing.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hub::vxp {

struct RequestHead {
    std::string method;
    std::string target;
    Fields fields;

    /// The first of this name; empty: not there.
    std::string_view field(std::string_view name) const noexcept;
};

/// A file as part of a reply's body. It must not change meanwhile.
struct FilePiece {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    bool is_base64 = false;
};
using ReplyPiece = std::variant<std::string, FilePiece>;

struct SiteReply {
    /// How it leaves. All but `answered` are for stand-ins that behave badly.
    enum class Manner : std::uint8_t { answered, hung_up, silent };

    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<ReplyPiece> body;
    Manner manner = Manner::answered;
    std::chrono::milliseconds delay{0};     ///< Before it leaves; how long it stays silent.
    std::optional<std::chrono::seconds> retry_after;
    Fields fields;                          ///< Further ones of the header; no line ends in them.
};
SiteReply text_reply(unsigned status, std::string body);

/// One request. Called by one thread at a time.
class Visit {
public:
    virtual ~Visit() = default;
    /// A reply ends it here: the body is not read.
    virtual std::optional<SiteReply> start(const RequestHead& head) = 0;
    virtual std::optional<SiteReply> add(BytesView piece) = 0;
    virtual SiteReply finish() = 0;
    /// Instead of any of these: 400 malformed, 408 too slow, 413 body too large, 431 header too large.
    virtual SiteReply refuse(unsigned status) = 0;
};

/// Called by any of the listener's threads.
class Site {
public:
    virtual ~Site() = default;
    virtual std::unique_ptr<Visit> visit() = 0;
    /// false: a connection is hung up on before it has said anything.
    virtual bool is_open() { return true; }
    /// Of the Date field.
    virtual Instant now() = 0;
};

}  // namespace hub::vxp
