#pragma once
// What the two machines of the connector decide: rows to be written, then what is to be done. The writes are durable
// before any effect is performed.

#include "adapters/vxp/operations.hpp"
#include "hub/core/envelope.hpp"
#include "hub/core/instant.hpp"

#include <variant>

namespace hub::axis {

/// How far a packet is that came from the axis. Its DocId is the axis's: one for each packet and receiver.
enum class Stage : std::uint8_t {
    listed = 0,         ///< To be fetched; nothing is written down.
    submitting = 1,     ///< The envelope's id is chosen, the packet is in its file; the hub has not answered.
    accepted = 2,       ///< The hub has it: the axis is to be told `done`.
    dropped = 3,        ///< Nothing of it is for the province: `done`.
    refused = 4,        ///< By us or by the hub: `fail`.
    done = 5,           ///< The axis knows.
    failed = 6,
};

struct Arrival {
    std::string doc_id;
    vxp::PacketKind kind{};
    Stage stage = Stage::listed;
    std::optional<EnvelopeId> envelope;
    Digest digest{};                        ///< Of the packet's octets.
    std::vector<AgencyCode> receivers;      ///< To whom it is handed over.
    std::string code;                       ///< Refused: why.
    std::string field;
    Instant listed_at{};

    bool operator==(const Arrival&) const = default;
};

/// How far an envelope is that goes to the axis.
enum class Course : std::uint8_t {
    waiting = 0,
    sending = 1,        ///< A call was begun.
    unclear = 2,        ///< It may have been done: the axis's list of sent packets will tell.
    sent = 3,           ///< It has a DocId; the hub is to be told.
    failed = 4,         ///< The hub is to be told.
    told_sent = 5,
    told_failed = 6,
};

struct Departure {
    std::uint64_t seq = 0;                  ///< In the order in which they came.
    AgencyCode sender;
    EnvelopeId envelope;
    vxp::PacketKind kind{};
    Course course = Course::waiting;
    std::vector<std::string> to;            ///< Receivers outside the province.
    std::vector<std::string> lanes;         ///< What it is about: of two that share one the earlier goes first.
    std::string title;                      ///< As the axis's list names it: subject, or status code and description.
    std::string notation;                   ///< Full number.
    std::string echo_key;
    Instant taken_at{};
    Instant expires_at{};
    Instant attempted_at{};                 ///< When the last call was begun.
    unsigned attempts = 0;
    std::string anchor;                     ///< Newest DocId of this kind that was known before that call.
    std::string doc_id;
    std::string code;                       ///< Failed: why.
    std::string detail;

    bool operator==(const Departure&) const = default;
};

struct ListReceived {
    vxp::PacketKind kind{};
    bool operator==(const ListReceived&) const = default;
};
struct Fetch {
    std::string doc_id;
    bool operator==(const Fetch&) const = default;
};
/// Give it to the kit.
struct Submit {
    std::string doc_id;
    bool operator==(const Submit&) const = default;
};
struct Acknowledge {
    std::string doc_id;
    vxp::AckState state{};
    std::string code;
    std::string field;
    bool operator==(const Acknowledge&) const = default;
};
/// Its packet is needed no more.
struct Discard {
    std::string doc_id;
    bool operator==(const Discard&) const = default;
};
struct SendPacket {
    std::uint64_t seq = 0;
    bool operator==(const SendPacket&) const = default;
};
struct ListSent {
    vxp::PacketKind kind{};
    bool operator==(const ListSent&) const = default;
};
/// Acknowledge it to the hub.
struct Tell {
    std::uint64_t seq = 0;
    bool operator==(const Tell&) const = default;
};
/// For operators.
struct Notice {
    enum class What : std::uint8_t {
        not_ours,
        echo,
        repeated,
        fetch_refused,
        packet_refused,
        send_refused,
        send_unclear,
        send_in_vain
    };
    What what{};
    std::string place;                      ///< DocId.
    std::optional<EnvelopeId> envelope;
    std::string code;
    std::string text;
    bool operator==(const Notice&) const = default;
};
using Effect =
    std::variant<ListReceived, Fetch, Submit, Acknowledge, Discard, SendPacket, ListSent, Tell, Notice>;

struct Step {
    std::vector<Arrival> arrivals;
    std::vector<Departure> departures;
    std::vector<Effect> effects;
};

}  // namespace hub::axis
