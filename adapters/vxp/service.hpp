#pragma once
// What stands behind the axis's half of the protocol: calls come typed and checked, answers go typed. Called by any of
// the server's threads, several at a time.

#include "adapters/vxp/file_hash.hpp"
#include "adapters/vxp/http_site.hpp"
#include "adapters/vxp/operations.hpp"
#include "adapters/vxp/records.hpp"

namespace hub::vxp {

/// ErrorCode and ErrorDesc.
struct Refusal {
    Refusal() = default;
    Refusal(std::string_view its_code, std::string its_text) : code{its_code}, text{std::move(its_text)} {}

    std::string code;
    std::string text;
};
template <class T>
using Answer = boost::system::result<T, Refusal>;
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where);

/// The axis's own table of codes is not known. Those up to 23 are a provincial axis's, the others ours.
namespace error_code {
inline constexpr std::string_view invalid_file = "10", wrong_caller = "15", receiver_unknown = "18",
                                  sender_not_registered = "19", internal = "20", packet_invalid = "22",
                                  receiver_closed = "23", call_malformed = "900", clock_off = "901",
                                  version_unknown = "902", doc_id_unknown = "903", too_large = "904",
                                  hash_wrong = "905", operation_unknown = "906", too_often = "907";
}  // namespace error_code

struct SendOrder {
    std::string from;
    PacketKind kind{};
    std::vector<std::string> to;        ///< Empty: those of the packet.
};

/// How a stand-in behaves badly.
struct Disturbance {
    bool is_performed = true;           ///< Before it is answered.
    std::optional<SiteReply> instead;   ///< Of the answer.
    std::chrono::milliseconds delay{0};
};

/// A call, when it has been decided on.
struct CallRecord {
    std::optional<Operation> operation;
    std::string system_id;              ///< Empty: not believed.
    unsigned http_status = 200;
    Refusal refusal;                    ///< Empty code: answered.
    std::uint64_t body_bytes = 0;
    std::chrono::milliseconds skew{0};
    bool is_disturbed = false;
};

class Service {
public:
    virtual ~Service() = default;
    virtual Instant now() = 0;
    /// Outlives the service's calls. nullptr: no such caller.
    virtual const Secret* secret_of(std::string_view system_id) = 0;

    /// `packet` may be moved away. Once it has answered, the packet is kept.
    virtual Answer<std::string> send(const std::string& caller, const SendOrder& order,
                                     const std::filesystem::path& packet) = 0;
    virtual Answer<std::vector<ReceivedPacket>> received(const std::string& caller, PacketKind kind) = 0;
    virtual Answer<FilePiece> packet(const std::string& caller, const std::string& doc_id) = 0;
    virtual Answer<void> acknowledge(const std::string& caller, const std::string& doc_id, AckState state,
                                     const std::string& description) = 0;
    virtual Answer<std::vector<SentPacket>> sent(const std::string& caller, PacketKind kind,
                                                 const std::string& doc_id) = 0;
    virtual Answer<std::uint64_t> count(const std::string& caller, PacketKind kind) = 0;
    virtual Answer<std::vector<Agency>> agencies(const std::string& caller) = 0;
    virtual Answer<std::vector<AgencyQd20>> agencies_qd20(const std::string& caller, const std::string& level) = 0;
    virtual Answer<std::vector<Unit>> units(const std::string& caller) = 0;
    virtual Answer<void> register_agency(const std::string& caller, const NewAgency& agency) = 0;
    virtual Answer<void> delete_agency(const std::string& caller, const std::string& code) = 0;

    virtual bool is_open() { return true; }
    /// A caller who has proved who it is begins a call; leave() follows when the call is over. Set: it has called too
    /// often, and may come again then.
    virtual std::optional<std::chrono::seconds> enter(const std::string& /*caller*/) { return {}; }
    virtual void leave(const std::string& /*caller*/) {}
    virtual HashCheck hash_check(const std::string& caller) = 0;
    virtual Disturbance disturbance(const std::string& /*caller*/, Operation /*operation*/) { return {}; }
    virtual void decided(const CallRecord& /*call*/) {}
};

}  // namespace hub::vxp
