#include "adapters/gateway/vxp_front.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/gateway/vxp_refusal.hpp"

#include "hub/telemetry/axis_words.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

Kind kind_of(vxp::PacketKind kind) {
    return kind == vxp::PacketKind::document ? Kind::document : Kind::status;
}

std::string_view name_of(HoldState state) {
    switch (state) {
    case HoldState::fresh: return "initial";
    case HoldState::processing: return "processing";
    case HoldState::done: return "done";
    case HoldState::failed: return "fail";
    }
    return {};
}

std::string_view send_status_of(SendState state) {
    switch (state) {
    case SendState::waiting: return "processing";
    case SendState::accepted: return "done";
    case SendState::refused: return "fail";
    }
    return {};
}

/// Nobody has heard of the receiver himself.
bool is_with_axis(const SentReceiver& receiver) {
    return is_taken_by_axis(hub::name_of(receiver.station), receiver.text);
}

/// A status of the receiver says that the packet has arrived there.
std::string_view receive_status_of(const SentReceiver& receiver) {
    if (is_with_axis(receiver))
        return "processing";
    switch (receiver.station) {
    case Station::accepted: return "initial";
    case Station::queued: return "processing";
    case Station::failed: return "fail";
    case Station::retrieved:
    case Station::arrived:
    case Station::registered:
    case Station::assigned:
    case Station::in_hand:
    case Station::rejected:
    case Station::finished:
    case Station::withdrawn: return "done";
    }
    return {};
}

std::string send_text_of(const SentPacket& packet) {
    if (packet.state == SendState::waiting)
        return "Cho truc tra loi";
    if (packet.state == SendState::accepted)
        return "Thanh cong";
    const auto code = parse_errc(packet.refusal.code);
    return code ? vxp_refusal_of({*code, packet.refusal.field, packet.refusal.text}).text
                : packet.refusal.code + " [" + packet.refusal.field + "] " + packet.refusal.text;
}

std::string receive_text_of(const SentReceiver& receiver) {
    std::string text{hub::name_of(receiver.station)};
    text += " ";
    text += is_with_axis(receiver) ? words_of_taken_by_axis.vi : station_words(receiver.station).vi;
    if (!receiver.text.empty())
        text += ": " + receiver.text;
    const std::string_view change = change_words(receiver.change).vi;
    return change.empty() ? text : text.append("; ").append(change);
}

vxp::SentPacket sent_row(const SentPacket& packet, const SentReceiver& receiver) {
    const bool has_arrived = rank_of(receiver.station) >= rank_of(Station::failed) && !is_with_axis(receiver);
    return {.sender_doc_id = packet.id.text(),
            .receiver_doc_id = {},
            .from = packet.from,
            .to = receiver.code,
            .title = packet.title,
            .notation = packet.number,
            .sent_at = edxml::edxml_time(packet.sent_at),
            .received_at = has_arrived ? edxml::edxml_time(receiver.changed_at) : std::string{},
            .send_status = std::string{send_status_of(packet.state)},
            .send_status_text = send_text_of(packet),
            .receive_status = std::string{receive_status_of(receiver)},
            .receive_status_text = receive_text_of(receiver),
            .service_type = std::string{vxp::service_edoc},
            .message_type = std::string{vxp::name_of(
                packet.kind == Kind::document ? vxp::PacketKind::document : vxp::PacketKind::status)}};
}

vxp::ReceivedPacket received_row(const ReceivedPacket& packet, vxp::PacketKind kind) {
    return {.doc_id = packet.doc_id,
            .from = packet.sender.text(),
            .to = packet.to,
            .service_type = std::string{vxp::service_edoc},
            .message_type = std::string{vxp::name_of(kind)},
            .created_at = edxml::edxml_time(packet.at),
            .updated_at = edxml::edxml_time(packet.changed_at),
            .status = std::string{name_of(packet.state)},
            .status_text = packet.description};
}

std::string parent_of(const std::string& code) {
    const auto parsed = AgencyCode::parse(code);
    const auto parent = parsed ? parsed->parent() : std::nullopt;
    return parent ? parent->text() : std::string{};
}

/// Of Decision 20/2020: "H43" is 1, "H43.01" is 2.
std::string level_of(const std::string& code) { return std::to_string(1 + std::ranges::count(code, '.')); }

vxp::Refusal by_operator_only() {
    return {
        vxp::error_code::operation_unknown,
        "Danh muc don vi do don vi van hanh truc tinh quan ly: de nghi don vi van hanh them hoac xoa don vi"};
}

}  // namespace

VxpFront::VxpFront(std::vector<VxpCaller> callers, vxp::HashCheck hash_check, Counter& counter,
                   CallBudget& budget, RefusedCalls& refused)
    : hash_check_{hash_check}, counter_{counter}, budget_{budget}, refused_{refused} {
    for (VxpCaller& each : callers) {
        std::string id = each.system_id;
        callers_.emplace(std::move(id), std::move(each));
    }
}

Instant VxpFront::now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

const vxp::Secret* VxpFront::secret_of(std::string_view system_id) {
    const auto found = callers_.find(system_id);
    return found == callers_.end() ? nullptr : &found->second.secret;
}

std::optional<std::chrono::seconds> VxpFront::enter(const std::string& caller) {
    constexpr std::chrono::seconds until_next_start{5};
    return is_closed_ ? std::optional{until_next_start} : budget_.enter(caller, CallBudget::Clock::now());
}

void VxpFront::decided(const vxp::CallRecord& call) {
    if (call.refusal.code.empty())
        return;
    const auto caller = callers_.find(call.system_id);
    const std::string_view operation = call.operation ? vxp::rule_of(*call.operation).path.substr(1) : "?";
    refused_.note(caller == callers_.end() ? nullptr : &caller->second.line->agency(),
                  std::string{operation} + " " + call.refusal.code);
}

vxp::Answer<std::string> VxpFront::send(const std::string& caller, const vxp::SendOrder& order,
                                        const std::filesystem::path& packet) {
    Line& line = line_of(caller);
    const auto from = AgencyCode::parse(order.from);
    if (!from || !line.has_code(*from)) {
        std::string own;
        for (const AgencyCode& each : line.codes())
            own += (own.empty() ? "" : ", ") + each.text();
        return vxp::Refusal{vxp::error_code::sender_not_registered,
                            "Don vi gui " + order.from + " khong dung voi ma da dang ky: " + own};
    }
    const auto submitted = counter_.submit(line, {packet, kind_of(order.kind), order.to});
    if (!submitted)
        return vxp_refusal_of(submitted.error());
    return submitted->id.text();
}

vxp::Answer<std::vector<vxp::ReceivedPacket>> VxpFront::received(const std::string& caller,
                                                                 vxp::PacketKind kind) {
    const auto packets = counter_.received(line_of(caller), kind_of(kind));
    if (!packets)
        return vxp_refusal_of(packets.error());
    std::vector<vxp::ReceivedPacket> rows;
    for (const ReceivedPacket& each : *packets)
        rows.push_back(received_row(each, kind));
    return rows;
}

vxp::Answer<vxp::FilePiece> VxpFront::packet(const std::string& caller, const std::string& doc_id) {
    auto found = counter_.fetch(line_of(caller), doc_id);
    if (!found)
        return vxp_refusal_of(found.error());
    return vxp::FilePiece{std::move(found->file), found->packet.bytes};
}

vxp::Answer<void> VxpFront::acknowledge(const std::string& caller, const std::string& doc_id,
                                        vxp::AckState state, const std::string& description) {
    const HoldState held = state == vxp::AckState::done     ? HoldState::done
                           : state == vxp::AckState::failed ? HoldState::failed
                                                            : HoldState::processing;
    const auto noted = counter_.acknowledge(line_of(caller), doc_id, held, description);
    return noted ? vxp::Answer<void>{} : vxp_refusal_of(noted.error());
}

vxp::Answer<std::vector<vxp::SentPacket>> VxpFront::sent(const std::string& caller, vxp::PacketKind kind,
                                                         const std::string& doc_id) {
    const Line& line = line_of(caller);
    std::vector<SentPacket> packets;
    if (doc_id.empty()) {
        auto found = counter_.sent(line, kind_of(kind));
        if (!found)
            return vxp_refusal_of(found.error());
        packets = std::move(*found);
    } else {
        auto found = counter_.sent(line, doc_id);
        if (!found && found.error().code != Errc::not_found)
            return vxp_refusal_of(found.error());
        if (found && found->kind == kind_of(kind))
            packets.push_back(std::move(*found));
    }
    std::vector<vxp::SentPacket> rows;
    for (const SentPacket& packet : packets)
        for (const SentReceiver& receiver : packet.receivers)
            rows.push_back(sent_row(packet, receiver));
    return rows;
}

vxp::Answer<std::uint64_t> VxpFront::count(const std::string& caller, vxp::PacketKind kind) {
    const auto counted = counter_.count_received(line_of(caller), kind_of(kind));
    if (!counted)
        return vxp_refusal_of(counted.error());
    return *counted;
}

vxp::Answer<std::vector<vxp::Agency>> VxpFront::agencies(const std::string&) {
    std::vector<vxp::Agency> rows;
    for (const Unit& unit : counter_.units().all())
        if (!unit.is_closed)
            rows.push_back({.id = unit.code,
                            .parent_id = parent_of(unit.code),
                            .code = unit.code,
                            .name = unit.name,
                            .mail = {},
                            .old_code = unit.old_code()});
    return rows;
}

vxp::Answer<std::vector<vxp::AgencyQd20>> VxpFront::agencies_qd20(const std::string&,
                                                                  const std::string& level) {
    std::vector<vxp::AgencyQd20> rows;
    for (const Unit& unit : counter_.units().all()) {
        const auto code = AgencyCode::parse(unit.code);
        const bool is_new_form = code && code->form() == AgencyCode::Form::new_form;
        if (!unit.is_closed && is_new_form && (level.empty() || level_of(unit.code) == level))
            rows.push_back({.id = unit.code,
                            .code = unit.code,
                            .name = unit.name,
                            .mail = {},
                            .code102 = unit.old_code()});
    }
    return rows;
}

vxp::Answer<std::vector<vxp::Unit>> VxpFront::units(const std::string&) {
    const Instant changed_at = counter_.units().changed_at();
    std::vector<vxp::Unit> rows;
    for (const Unit& unit : counter_.units().all())
        rows.push_back(
            {.id = unit.code,
             .parent_id = parent_of(unit.code),
             .code = unit.code,
             .name = unit.name,
             .mail = {},
             .center_code = {},
             .version = std::chrono::floor<std::chrono::seconds>(changed_at).time_since_epoch().count(),
             .is_deleted = unit.is_closed,
             .modified_at = edxml::edxml_time(changed_at),
             .is_agency = true});
    return rows;
}

vxp::Answer<void> VxpFront::register_agency(const std::string&, const vxp::NewAgency&) {
    return by_operator_only();
}

vxp::Answer<void> VxpFront::delete_agency(const std::string&, const std::string&) {
    return by_operator_only();
}

}  // namespace hub::gateway
