#include "adapters/vxp/operations.hpp"

#include <algorithm>

namespace hub::vxp {
namespace {

using enum Operation;
using Body = RequestBody;
using Shape = ReplyShape;

constexpr ParameterRule needed(std::string_view name) { return {name, true}; }
constexpr ParameterRule may(std::string_view name) { return {name, false}; }

// operation, path, method, body, reply, blank is none, repeatable, parameters
constexpr std::array<OperationRule, operations_count> rules{{
    {send_packet, "/sendEdoc", Method::post, Body::packet, Shape::doc_id, false, false,
     {needed(parameter::from), needed(parameter::service_type), needed(parameter::message_type), may(parameter::to),
      may(parameter::hash_file)}},
    {list_received, "/getReceivedEdocList", Method::post, Body::none, Shape::records, true, true,
     {needed(parameter::service_type), needed(parameter::message_type), may(parameter::from_date),
      may(parameter::to_date)}},
    {get_packet, "/getEdoc", Method::post, Body::none, Shape::packet_base64, false, true, {needed(parameter::doc_id)}},
    {download_packet, "/downloadEdoc", Method::get, Body::none, Shape::packet_octets, false, true,
     {needed(parameter::doc_id)}},
    {update_status, "/updateStatus", Method::post, Body::none, Shape::nothing, false, true,
     {needed(parameter::ack_doc_id), needed(parameter::status), may(parameter::description)}},
    {list_sent, "/getSentEdocList", Method::post, Body::none, Shape::records, true, true,
     {needed(parameter::service_type), needed(parameter::message_type), may(parameter::doc_id)}},
    {count_documents, "/countReceiveEdoc", Method::get, Body::none, Shape::count, false, true, {}},
    {count_statuses, "/countReceiveStatus", Method::get, Body::none, Shape::count, false, true, {}},
    // A directory is never empty: nobody's units must vanish because of a blank reply.
    {list_agencies, "/getAgenciesList", Method::post, Body::none, Shape::records, false, true, {}},
    {list_agencies_qd20, "/getAgenciesListQD20", Method::post, Body::none, Shape::records, false, true,
     {may(parameter::level)}},
    {list_units, "/getSynchronizeUnit", Method::post, Body::none, Shape::records, false, true, {}},
    {register_agency, "/registerAgency", Method::post, Body::json, Shape::nothing, false, true, {}},
    {delete_agency, "/deleteAgency", Method::post, Body::none, Shape::nothing, false, true,
     {needed(parameter::agency_code)}},
}};

constexpr bool stand_in_order() {
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (static_cast<std::size_t>(rules[i].operation) != i)
            return false;
    return true;
}
static_assert(stand_in_order());

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

const OperationRule& rule_of(Operation operation) noexcept { return rules[static_cast<std::size_t>(operation)]; }

std::optional<Operation> operation_at(std::string_view path) noexcept {
    const auto found = std::ranges::find_if(rules, [&](const auto& rule) { return is_same_name(rule.path, path); });
    return found == rules.end() ? std::nullopt : std::optional{found->operation};
}

std::string_view name_of(PacketKind kind) noexcept { return kind == PacketKind::document ? "edoc" : "status"; }

std::optional<PacketKind> parse_packet_kind(std::string_view name) noexcept {
    for (const auto kind : {PacketKind::document, PacketKind::status})
        if (is_same_name(name_of(kind), name))
            return kind;
    return std::nullopt;
}

std::string_view name_of(AckState state) noexcept {
    switch (state) {
    case AckState::processing: return "processing";
    case AckState::done:       return "done";
    case AckState::failed:     return "fail";
    }
    return "";
}

std::optional<AckState> parse_ack_state(std::string_view name) noexcept {
    for (const auto state : {AckState::processing, AckState::done, AckState::failed})
        if (is_same_name(name_of(state), name))
            return state;
    return std::nullopt;
}

bool is_same_name(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace hub::vxp
