#include "adapters/axis_sim/axis.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/rewrite.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace hub::axis_sim {
namespace {

namespace code = vxp::error_code;
using vxp::Refusal;

constexpr std::size_t sent_listed_max = 1000;

Refusal trouble() { return {code::internal, "Loi he thong"}; }

vxp::SentPacket sent_record(const StoredPacket& packet, const Delivery& delivery) {
    const bool is_fetched = !delivery.is_pending();
    return {.sender_doc_id = packet.doc_id,
            .receiver_doc_id = delivery.doc_id,
            .from = packet.from,
            .to = delivery.to,
            .title = packet.title,
            .notation = packet.notation,
            .sent_at = edxml::edxml_time(packet.sent_at),
            .received_at = is_fetched ? edxml::edxml_time(delivery.changed_at) : std::string{},
            .send_status = "done",
            .send_status_text = "Thanh cong",
            .receive_status = std::string{name_of(delivery.state)},
            .receive_status_text = delivery.description,
            .service_type = std::string{vxp::service_edoc},
            .message_type = std::string{vxp::name_of(packet.kind)}};
}

}  // namespace

/// A packet on its way in, after it has been written again.
struct Axis::Addressed {
    std::string title;
    std::string notation;
    std::string from;
    std::vector<std::string> receivers;
    std::uint64_t bytes = 0;
};

Axis::Axis(AxisSettings settings, Clock clock, Store& store, Directory& directory, FaultBook& faults, CallLog& log)
    : settings_{std::move(settings)}, clock_{std::move(clock)}, store_{store}, directory_{directory}, faults_{faults},
      log_{log} {
    for (const Node& node : settings_.nodes)
        for (const std::string& each : node.codes)
            directory_.add(each, "", node.system_id, clock_());
    for (const auto& [each, registered] : store_.agencies())
        directory_.add(each, registered.agency.name, registered.system_id, clock_());
}

const vxp::Secret* Axis::secret_of(std::string_view system_id) {
    const auto found = std::ranges::find(settings_.nodes, system_id, &Node::system_id);
    return found == settings_.nodes.end() ? nullptr : &found->secret;
}

std::string Axis::new_id() const {
    thread_local std::random_device source;
    std::string id;
    constexpr std::string_view digits = "0123456789abcdef";
    std::uniform_int_distribution<std::size_t> one_of{0, 15};
    for (int i = 0; i < 24; ++i)
        id += digits[one_of(source)];
    return id;
}

std::string Axis::canonical(const std::string& each) const {
    const auto found = directory_.find(each);
    return found ? found->unit.code : each;
}

std::optional<std::string> Axis::node_of(const std::string& each) const {
    const std::string wanted = canonical(each);
    for (const Node& node : settings_.nodes)
        if (node.system_id == wanted || std::ranges::any_of(node.codes, [&](const auto& own) { return canonical(own) == wanted; }))
            return node.system_id;
    const auto registered = store_.agencies().find(wanted);
    return registered == store_.agencies().end() ? std::nullopt : std::optional{registered->second.system_id};
}

std::optional<Refusal> Axis::sender_refused(const std::string& caller, const std::string& from) const {
    if (node_of(from) == caller)
        return std::nullopt;
    std::string own;
    for (const Node& node : settings_.nodes)
        if (node.system_id == caller)
            for (const std::string& each : node.codes)
                own += (own.empty() ? "" : ", ") + each;
    return Refusal{code::sender_not_registered, "Don vi gui " + from + " khong dung voi ma da dang ky: " + own};
}

/// As the axis does it: elements in its own order, comments dropped, a trace added.
vxp::Answer<Axis::Addressed> Axis::rewrite(const vxp::SendOrder& order, const std::filesystem::path& packet,
                                           const std::filesystem::path& to, Instant at) const {
    auto sink = edxml::FileSink::create(to);
    if (!sink)
        return trouble();
    edxml::Limits limits;
    limits.packet_bytes_max = settings_.packet_bytes_max;
    limits.content_bytes_max = settings_.packet_bytes_max;
    const auto add_trace = [&](edxml::Packet& read) { edxml::append_trace(read, settings_.code, at); };
    const auto written = edxml::rewrite_packet_file(packet, limits, settings_.spool, add_trace, *sink);
    if (!written && disposition_of(written.error().code) == Disposition::reject)
        return Refusal{code::packet_invalid, "Dinh dang edXML khong dung chuan: " +
                                                 std::string{hub::name_of(written.error().code)} + " " + written.error().field};
    if (!written || !sink->close())
        return trouble();
    std::error_code error;
    Addressed out{.from = written->from.code.text(), .bytes = std::filesystem::file_size(to, error)};
    const auto* const document = std::get_if<edxml::DocumentPacket>(&written->content);
    if ((document != nullptr) != (order.kind == vxp::PacketKind::document))
        return Refusal{code::packet_invalid, "messagetype khong dung voi goi tin"};
    if (document) {
        out.title = document->subject;
        out.notation = document->number + "/" + document->notation;
        for (const edxml::Organ& each : document->to)
            out.receivers.push_back(each.code.text());
    } else {
        const auto& status = std::get<edxml::StatusPacket>(written->content);
        out.title = status.code + " " + status.description;
        out.notation = status.answers.code;
        out.receivers.push_back(status.answers.organ);
    }
    if (order.to.empty())
        return out;
    for (const std::string& each : order.to)
        if (std::ranges::find(out.receivers, each) == out.receivers.end())
            return Refusal{code::receiver_unknown, "Don vi nhan " + each + " khong co trong goi tin"};
    out.receivers = order.to;
    return out;
}

vxp::Answer<std::vector<Delivery>> Axis::deliveries_of(const std::vector<std::string>& receivers, Instant at) const {
    std::vector<Delivery> deliveries;
    for (const std::string& each : receivers) {
        const auto unit = directory_.find(each);
        const auto node = node_of(each);
        if (!unit && !node)
            return Refusal{code::receiver_unknown, "Don vi nhan khong ton tai: " + each};
        if (unit && unit->unit.is_deleted)
            return Refusal{code::receiver_closed, "Don vi nhan da khoa: " + each};
        if (std::ranges::find(deliveries, each, &Delivery::to) == deliveries.end())
            deliveries.push_back({.doc_id = new_id(), .to = each, .system_id = node.value_or(""), .changed_at = at});
    }
    return deliveries;
}

vxp::Answer<std::string> Axis::send(const std::string& caller, const vxp::SendOrder& order,
                                    const std::filesystem::path& packet) {
    {
        const std::scoped_lock lock{mutex_};
        if (auto refused = sender_refused(caller, order.from))
            return *refused;
    }
    const std::string id = new_id();
    const Instant at = now();
    const auto file = store_.file_of_new(id);
    const auto stored = [&]() -> vxp::Answer<void> {
        // Not under the lock: a packet may be large.
        auto addressed = rewrite(order, packet, file, at);
        if (!addressed)
            return addressed.error();
        const std::scoped_lock lock{mutex_};
        if (auto refused = sender_refused(caller, addressed->from))
            return *refused;
        auto deliveries = deliveries_of(addressed->receivers, at);
        if (!deliveries)
            return deliveries.error();
        const auto added = store_.add({.doc_id = id,
                                       .system_id = caller,
                                       .from = order.from,
                                       .kind = order.kind,
                                       .title = std::move(addressed->title),
                                       .notation = std::move(addressed->notation),
                                       .sent_at = at,
                                       .bytes = addressed->bytes,
                                       .deliveries = std::move(*deliveries)});
        return added ? vxp::Answer<void>{} : trouble();
    }();
    if (stored)
        return id;
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return stored.error();
}

vxp::Answer<std::vector<vxp::ReceivedPacket>> Axis::received(const std::string& caller, vxp::PacketKind kind) {
    const bool is_double = faults_.happens(FaultKind::double_listing, caller, vxp::Operation::list_received);
    const bool is_again = faults_.happens(FaultKind::relisting, caller, vxp::Operation::list_received);
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::ReceivedPacket> found;
    for (const StoredPacket& packet : store_.packets())
        for (const Delivery& each : packet.deliveries) {
            if (packet.kind != kind || each.system_id != caller || (!each.is_pending() && !is_again))
                continue;
            found.push_back({.doc_id = each.doc_id,
                             .from = packet.from,
                             .to = each.to,
                             .service_type = std::string{vxp::service_edoc},
                             .message_type = std::string{vxp::name_of(kind)},
                             .created_at = edxml::edxml_time(packet.sent_at),
                             .updated_at = edxml::edxml_time(each.changed_at),
                             .status = std::string{name_of(each.state)},
                             .status_text = each.description});
            if (is_double)
                found.push_back(found.back());
        }
    return found;
}

vxp::Answer<vxp::FilePiece> Axis::packet(const std::string& caller, const std::string& doc_id) {
    const std::scoped_lock lock{mutex_};
    const auto found = store_.find_delivery(doc_id);
    if (!found || found->delivery.system_id != caller)
        return Refusal{code::doc_id_unknown, "Khong co docId: " + doc_id};
    return vxp::FilePiece{store_.file_of(found->packet.doc_id), found->packet.bytes};
}

vxp::Answer<void> Axis::acknowledge(const std::string& caller, const std::string& doc_id, vxp::AckState state,
                                    const std::string& description) {
    const std::scoped_lock lock{mutex_};
    const auto found = store_.find_delivery(doc_id);
    if (!found || found->delivery.system_id != caller)
        return Refusal{code::doc_id_unknown, "Khong co docId: " + doc_id};
    const auto wanted = state == vxp::AckState::done     ? DeliveryState::done
                        : state == vxp::AckState::failed ? DeliveryState::failed
                                                         : DeliveryState::processing;
    // What has been said once stands: the same word again is answered alike.
    if (!found->delivery.is_pending() || found->delivery.state == wanted)
        return {};
    return store_.change(doc_id, wanted, description, now()) ? vxp::Answer<void>{} : trouble();
}

vxp::Answer<std::vector<vxp::SentPacket>> Axis::sent(const std::string& caller, vxp::PacketKind kind,
                                                     const std::string& doc_id) {
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::SentPacket> found;
    const auto& packets = store_.packets();
    for (auto packet = packets.rbegin(); packet != packets.rend() && found.size() < sent_listed_max; ++packet)
        if (packet->system_id == caller && packet->kind == kind && (doc_id.empty() || packet->doc_id == doc_id))
            for (const Delivery& each : packet->deliveries)
                found.push_back(sent_record(*packet, each));
    return found;
}

vxp::Answer<std::uint64_t> Axis::count(const std::string& caller, vxp::PacketKind kind) {
    const std::scoped_lock lock{mutex_};
    std::uint64_t pending = 0;
    for (const StoredPacket& packet : store_.packets())
        for (const Delivery& each : packet.deliveries)
            pending += packet.kind == kind && each.system_id == caller && each.is_pending() ? 1U : 0U;
    return pending;
}

vxp::Answer<std::vector<vxp::Agency>> Axis::agencies(const std::string&) { return directory_.agencies(); }

vxp::Answer<std::vector<vxp::AgencyQd20>> Axis::agencies_qd20(const std::string&, const std::string& level) {
    return directory_.agencies_qd20(level);
}

vxp::Answer<std::vector<vxp::Unit>> Axis::units(const std::string&) { return directory_.units(); }

vxp::Answer<void> Axis::register_agency(const std::string& caller, const vxp::NewAgency& agency) {
    if (!AgencyCode::parse(agency.code))
        return Refusal{code::call_malformed, "Ma dinh danh khong hop le: " + agency.code};
    const std::scoped_lock lock{mutex_};
    if (const auto owner = node_of(agency.code); owner && *owner != caller)
        return Refusal{code::sender_not_registered, "Ma da dang ky boi he thong khac: " + agency.code};
    if (!store_.register_agency({caller, agency}))
        return trouble();
    directory_.add(agency.code, agency.name, caller, now());
    return {};
}

vxp::Answer<void> Axis::delete_agency(const std::string& caller, const std::string& each) {
    const std::scoped_lock lock{mutex_};
    const auto registered = store_.agencies().find(each);
    if (registered == store_.agencies().end() || registered->second.system_id != caller)
        return Refusal{code::sender_not_registered, "Ma chua dang ky: " + each};
    if (!store_.delete_agency(each))
        return trouble();
    (void)directory_.change(each, std::nullopt, true, now());
    return {};
}

vxp::HashCheck Axis::hash_check(const std::string&) { return settings_.hash_check; }

vxp::Disturbance Axis::disturbance(const std::string& caller, vxp::Operation operation) {
    return faults_.disturbance(caller, operation);
}

void Axis::decided(const vxp::CallRecord& call) {
    log_.add(call, clock_());
    const std::scoped_lock lock{mutex_};
    ++calls_[call.operation ? std::string{vxp::rule_of(*call.operation).path} : std::string{"?"}];
}

std::string Axis::state_json() const {
    namespace json = boost::json;
    const std::scoped_lock lock{mutex_};
    std::map<std::string, std::array<std::int64_t, 2>> waiting;
    for (const Node& node : settings_.nodes)
        waiting[node.system_id] = {};
    std::int64_t nobody = 0;
    for (const StoredPacket& packet : store_.packets())
        for (const Delivery& each : packet.deliveries) {
            if (each.system_id.empty())
                ++nobody;
            else if (each.is_pending())
                ++waiting[each.system_id][packet.kind == vxp::PacketKind::document ? 0 : 1];
        }
    json::object by_node, calls;
    for (const auto& [node, counts] : waiting)
        by_node[node] = json::object{{"edoc", counts[0]}, {"status", counts[1]}};
    for (const auto& [path, count] : calls_)
        calls[path] = count;
    return json::serialize(json::object{{"packets", store_.packets().size()},
                                        {"waiting", std::move(by_node)},
                                        {"fetched_by_nobody", nobody},
                                        {"units", directory_.size()},
                                        {"calls", std::move(calls)}});
}

std::vector<vxp::SentPacket> Axis::all_packets() const {
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::SentPacket> found;
    const auto& packets = store_.packets();
    for (auto packet = packets.rbegin(); packet != packets.rend() && found.size() < sent_listed_max; ++packet)
        for (const Delivery& each : packet->deliveries)
            found.push_back(sent_record(*packet, each));
    return found;
}

}  // namespace hub::axis_sim
