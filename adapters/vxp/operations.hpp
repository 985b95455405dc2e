#pragma once
// The operations of the national axis (VXP), once, for both halves: where each is, what it takes and what it gives.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hub::vxp {

enum class Operation : std::uint8_t {
    send_packet,
    list_received,
    get_packet,
    download_packet,
    update_status,
    list_sent,
    count_documents,
    count_statuses,
    list_agencies,
    list_agencies_qd20,
    list_units,
    register_agency,
    delete_agency,
};
inline constexpr std::size_t operations_count = 13;

enum class Method : std::uint8_t { get, post };
enum class RequestBody : std::uint8_t { none, packet, json };
/// Beside the frame: nothing, DocId, count, data as an array, data as base64; or octets instead of a frame.
enum class ReplyShape : std::uint8_t { nothing, doc_id, count, records, packet_base64, packet_octets };

/// A parameter: the header "XroadVnpt-" and its name, in any case.
struct ParameterRule {
    std::string_view name;
    bool is_required = false;
};
inline constexpr std::size_t parameters_most = 5;

struct OperationRule {
    Operation operation;
    std::string_view path;
    Method method;
    RequestBody body;
    ReplyShape shape;
    /// HTTP 200 with an empty body means that nothing is pending.
    bool is_blank_none;
    /// It may be called again without harm, so that nobody needs to know whether the first call arrived.
    bool is_repeatable;
    std::array<ParameterRule, parameters_most> parameters;   ///< Those without a name are none.
};

const OperationRule& rule_of(Operation operation) noexcept;
/// By its path, e.g. "/sendEdoc", in any case.
std::optional<Operation> operation_at(std::string_view path) noexcept;

namespace parameter {
inline constexpr std::string_view agency_code = "AgencyCode", description = "description", doc_id = "docId",
                                  ack_doc_id = "docid", from = "from", from_date = "fromDate",
                                  hash_file = "hash-file", level = "level", message_type = "messagetype",
                                  service_type = "servicetype", status = "status", system_id = "systemid",
                                  timestamp = "timestamp", to = "to", to_date = "toDate";
}  // namespace parameter

inline constexpr std::string_view header_prefix = "XroadVnpt-";
inline constexpr std::string_view file_part = "file_doc";
inline constexpr std::string_view service_edoc = "eDoc";

/// What a packet is to the transport.
enum class PacketKind : std::uint8_t { document, status };
std::string_view name_of(PacketKind kind) noexcept;                       ///< "edoc", "status".
std::optional<PacketKind> parse_packet_kind(std::string_view name) noexcept;

/// What a receiver says of a packet to the transport; never to be confused with a status packet.
enum class AckState : std::uint8_t { processing, done, failed };
std::string_view name_of(AckState state) noexcept;                        ///< "processing", "done", "fail".
std::optional<AckState> parse_ack_state(std::string_view name) noexcept;

/// Names on the wire differ in nothing but their case.
bool is_same_name(std::string_view a, std::string_view b) noexcept;

}  // namespace hub::vxp
