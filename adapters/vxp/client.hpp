#pragma once
// The caller's half of the axis. Each call is made once: whoever calls decides whether it is made again, and for that
// is told what may have happened at the axis. One thread at a time; any number of clients beside each other.

#include "adapters/vxp/file_hash.hpp"
#include "adapters/vxp/http_call.hpp"
#include "adapters/vxp/operations.hpp"
#include "adapters/vxp/records.hpp"

#include <functional>
#include <optional>

namespace hub::vxp {

/// What became of a call that has no answer.
struct CallFailure {
    enum class Outcome : std::uint8_t {
        refused,    ///< The axis has said no: `code` and `text` are its own. To ask again changes nothing by itself.
        outage,     ///< No word of the axis, and nothing has happened there that matters. May be made again.
        unknown,    ///< It was sent, whole or in part, and may have been done. To be looked up before it is made again.
        ours,       ///< It could not be made: a file, the disk, a value that no header can hold. See `fault`.
    };
    Outcome outcome{};
    std::string code;           ///< ErrorCode.
    std::string text;           ///< ErrorDesc; or of the network, ours. Never a secret, never more than 300 octets.
    unsigned http_status = 0;   ///< 0: none came.
    std::optional<Fault> fault;
    bool is_bare_ok = false;    ///< The axis said OK, and not what the call was for: no DocId, say.

    bool operator==(const CallFailure&) const = default;
};
std::string_view name_of(CallFailure::Outcome outcome) noexcept;
[[noreturn]] void throw_exception_from_error(const CallFailure& failure, const boost::source_location& where);

template <class T>
using Called = boost::system::result<T, CallFailure>;

struct ClientSettings {
    AxisAddress address;
    TlsTrust trust;
    std::string system_id;
    Secret secret;
    std::optional<HashForm> hash_form = HashForm::sdk;  ///< nullopt: hash-file is not sent.
    Deadlines deadlines;
    std::uint64_t list_bytes_max = 256 * 1024 * 1024;   ///< Of one reply; 123,000 units are some 40 MB.
    std::uint64_t packet_bytes_max = 100 * 1024 * 1024; ///< Of one packet that is fetched.
};

class Client {
public:
    using Clock = std::function<Instant()>;
    using RandomText = std::function<std::string()>;    ///< 16 or more letters and digits, for the boundary.
    Client(ClientSettings settings, Clock clock, RandomText random)
        : settings_{std::move(settings)}, clock_{std::move(clock)}, random_{std::move(random)} {}

    /// The packet's DocId. `to` empty: the axis takes the receivers from the packet.
    Called<std::string> send(PacketKind kind, const std::string& from, const std::vector<std::string>& to,
                             const std::filesystem::path& packet, const std::stop_token& stop = {}) const;

    Called<std::vector<ReceivedPacket>> received(PacketKind kind, const std::stop_token& stop = {}) const;
    /// `doc_id` empty: all.
    Called<std::vector<SentPacket>> sent(PacketKind kind, const std::string& doc_id,
                                         const std::stop_token& stop = {}) const;

    /// getEdoc decodes as it comes in, downloadEdoc takes it as it is. `to` is a new file, on the disk when this
    /// returns; an existing one is a fault. Nothing is left of it after a failure. Gives its size.
    Called<std::uint64_t> get(const std::string& doc_id, const std::filesystem::path& to,
                              const std::stop_token& stop = {}) const;
    Called<std::uint64_t> download(const std::string& doc_id, const std::filesystem::path& to,
                                   const std::stop_token& stop = {}) const;

    /// What cannot stand in a header is taken out of the description, and it is cut.
    Called<void> acknowledge(const std::string& doc_id, AckState state, std::string_view description,
                             const std::stop_token& stop = {}) const;
    Called<std::uint64_t> count(PacketKind kind, const std::stop_token& stop = {}) const;

    /// One after the other as they come in; if the call fails, they count for nothing. A fault of `each` ends it: `ours`.
    template <class Record>
    using Each = std::function<Result<void>(Record&&)>;
    Called<void> agencies(const Each<Agency>& each, const std::stop_token& stop = {}) const;
    Called<void> agencies_qd20(const std::string& level, const Each<AgencyQd20>& each,
                               const std::stop_token& stop = {}) const;
    Called<void> units(const Each<Unit>& each, const std::stop_token& stop = {}) const;

    Called<void> register_agency(const NewAgency& agency, const std::stop_token& stop = {}) const;
    Called<void> delete_agency(const std::string& code, const std::stop_token& stop = {}) const;

    /// How far the axis's clock is ahead of ours, by the last answer that told it; to the second.
    std::optional<std::chrono::seconds> axis_clock_ahead() const noexcept { return ahead_; }

private:
    struct Asked;
    struct Reading;
    Called<void> perform(Asked asked, Reading& reading, const std::stop_token& stop) const;
    template <class Record>
    Called<void> list(Operation operation, Fields parameters, const Each<Record>& each, const std::stop_token& stop) const;
    Called<std::uint64_t> fetch(Operation operation, const std::string& doc_id, const std::filesystem::path& to,
                                const std::stop_token& stop) const;

    ClientSettings settings_;
    Clock clock_;
    RandomText random_;
    mutable std::optional<std::chrono::seconds> ahead_;
};

}  // namespace hub::vxp
