#include "adapters/vxp/call_desk.hpp"

#include <boost/json.hpp>

namespace hub::vxp {
namespace {

namespace json = boost::json;

constexpr unsigned ok = 200;
constexpr std::size_t receivers_max = 2000;

std::string text_of(const VerifiedCall& call, std::string_view name) {
    const std::string* const value = call.find(name);
    return value ? *value : std::string{};
}

std::optional<std::vector<std::string>> codes_of(const std::string& text) {
    std::vector<std::string> codes;
    if (text.empty())
        return codes;
    json::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_array() || value.get_array().size() > receivers_max)
        return std::nullopt;
    for (const json::value& each : value.get_array()) {
        if (!each.is_string())
            return std::nullopt;
        codes.emplace_back(each.get_string().data(), each.get_string().size());
    }
    return codes;
}

/// The values of a flat object as texts; nullopt: it is none.
std::optional<Fields> flat_object(const std::string& text) {
    json::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object())
        return std::nullopt;
    Fields fields;
    for (const auto& [key, each] : value.get_object()) {
        if (each.is_object() || each.is_array())
            return std::nullopt;
        if (each.is_null())
            continue;
        std::string of_it = each.is_string() ? std::string{each.get_string().data(), each.get_string().size()}
                                             : json::serialize(each);
        fields.push_back({std::string{key}, std::move(of_it)});
    }
    return fields;
}

}  // namespace

SiteReply CallDesk::perform(Operation operation, const VerifiedCall& call, const std::string& body,
                            const std::filesystem::path& packet) {
    const std::string& caller = call.system_id;
    switch (operation) {
    case Operation::send_packet:     return send(call, packet);
    case Operation::list_received: {
        const auto kind = kind_of(call);
        return kind ? list(service_.received(caller, *kind)) : refuse_parameter(parameter::message_type);
    }
    case Operation::get_packet:      return give_packet(call, true);
    case Operation::download_packet: return give_packet(call, false);
    case Operation::update_status:   return acknowledge(call);
    case Operation::list_sent: {
        const auto kind = kind_of(call);
        return kind ? list(service_.sent(caller, *kind, text_of(call, parameter::doc_id)))
                    : refuse_parameter(parameter::message_type);
    }
    case Operation::count_documents:
    case Operation::count_statuses: {
        const auto count = service_.count(caller, operation == Operation::count_documents ? PacketKind::document
                                                                                          : PacketKind::status);
        return count ? text_reply(ok, ok_frame("\"count\":" + std::to_string(*count))) : refuse(count.error());
    }
    case Operation::list_agencies:      return list(service_.agencies(caller));
    case Operation::list_agencies_qd20: return list(service_.agencies_qd20(caller, text_of(call, parameter::level)));
    case Operation::list_units:         return list(service_.units(caller));
    case Operation::register_agency:    return register_agency(call, body);
    case Operation::delete_agency:
        return done(service_.delete_agency(caller, text_of(call, parameter::agency_code)));
    }
    return refuse({error_code::operation_unknown, "Khong co dich vu"});
}

SiteReply CallDesk::send(const VerifiedCall& call, const std::filesystem::path& packet) {
    const auto kind = kind_of(call);
    if (!kind)
        return refuse_parameter(parameter::message_type);
    auto to = codes_of(text_of(call, parameter::to));
    if (!to)
        return refuse_parameter(parameter::to);
    const auto measured = measure_file(packet);
    if (!measured)
        return refuse({error_code::internal, "Loi he thong"});
    if (measured->bytes == 0)
        return refuse({error_code::invalid_file, "Tep rong"});
    const HashCheck check = service_.hash_check(call.system_id);
    const std::string hash = text_of(call, parameter::hash_file);
    // Where the file is to be bound to the call, only what was signed does it.
    if (call.is_hash_unsigned && (check == HashCheck::sdk || check == HashCheck::padded))
        return refuse({error_code::hash_wrong, "hash-file chua duoc ky"});
    if (!fits(hash, measured->digest, check))
        return refuse({error_code::hash_wrong, hash.empty() ? "Thieu hash-file" : "hash-file khong khop"});
    const auto doc_id =
        service_.send(call.system_id, {text_of(call, parameter::from), *kind, std::move(*to)}, packet);
    if (!doc_id)
        return refuse(doc_id.error());
    std::string member = "\"DocId\":";
    write_json_text(*doc_id, member);
    return text_reply(ok, ok_frame(member));
}

SiteReply CallDesk::acknowledge(const VerifiedCall& call) {
    const auto state = parse_ack_state(text_of(call, parameter::status));
    if (!state)
        return refuse_parameter(parameter::status);
    return done(service_.acknowledge(call.system_id, text_of(call, parameter::ack_doc_id), *state,
                                     text_of(call, parameter::description)));
}

SiteReply CallDesk::give_packet(const VerifiedCall& call, bool is_base64) {
    auto file = service_.packet(call.system_id, text_of(call, parameter::doc_id));
    if (!file)
        return refuse(file.error());
    file->is_base64 = is_base64;
    SiteReply reply;
    if (!is_base64) {
        reply.content_type = "application/octet-stream";
        reply.body.emplace_back(std::move(*file));
        return reply;
    }
    std::string frame = ok_frame("\"data\":\"\"");
    frame.resize(frame.size() - 2);
    reply.body.emplace_back(std::move(frame));
    reply.body.emplace_back(std::move(*file));
    reply.body.emplace_back(std::string{"\"}"});
    return reply;
}

SiteReply CallDesk::register_agency(const VerifiedCall& call, const std::string& body) {
    const auto fields = flat_object(body);
    NewAgency agency;
    if (!fields || !read_record(*fields, agency) || agency.code.empty())
        return refuse({error_code::call_malformed, "JSON khong hop le: code"});
    return done(service_.register_agency(call.system_id, agency));
}

std::optional<PacketKind> CallDesk::kind_of(const VerifiedCall& call) {
    return parse_packet_kind(text_of(call, parameter::message_type));
}

SiteReply CallDesk::refuse(Refusal refusal) {
    refusal_ = std::move(refusal);
    return text_reply(ok, fail_frame(refusal_.code, refusal_.text));
}

SiteReply CallDesk::refuse_parameter(std::string_view name) {
    return refuse({error_code::call_malformed,
                   "Khong hop le: " + std::string{header_prefix} + std::string{name}});
}

SiteReply CallDesk::done(const Answer<void>& answer) {
    return answer ? text_reply(ok, ok_frame({})) : refuse(answer.error());
}

template <class Record>
SiteReply CallDesk::list(const Answer<std::vector<Record>>& records) {
    return records ? text_reply(ok, list_frame(std::span<const Record>{*records})) : refuse(records.error());
}

}  // namespace hub::vxp
