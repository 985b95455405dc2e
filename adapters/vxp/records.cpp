#include "adapters/vxp/records.hpp"

#include "adapters/vxp/operations.hpp"
#include "hub/core/clean_text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace hub::vxp {
namespace {

bool read_value(const std::string& text, std::string& to) {
    to = text;
    return true;
}

bool read_value(const std::string& text, std::int64_t& to) {
    if (text.empty())
        return true;
    const char* const end = text.data() + text.size();
    return std::from_chars(text.data(), end, to).ptr == end;
}

bool read_value(const std::string& text, bool& to) {
    to = text == "1" || is_same_name(text, "true");
    return to || text.empty() || text == "0" || is_same_name(text, "false");
}

void write_value(const std::string& value, std::string& out) { write_json_text(value, out); }
void write_value(std::int64_t value, std::string& out) { out += std::to_string(value); }
void write_value(bool value, std::string& out) { out += value ? "true" : "false"; }

}  // namespace

template <>
std::span<const Member<ReceivedPacket>> members_of() noexcept {
    using R = ReceivedPacket;
    static constexpr std::array<Member<R>, 9> members{{{"docId", &R::doc_id},
                                                       {"from", &R::from},
                                                       {"to", &R::to},
                                                       {"serviceType", &R::service_type},
                                                       {"messageType", &R::message_type},
                                                       {"created_time", &R::created_at},
                                                       {"updated_time", &R::updated_at},
                                                       {"status", &R::status},
                                                       {"status_desc", &R::status_text}}};
    return members;
}

template <>
std::span<const Member<SentPacket>> members_of() noexcept {
    using R = SentPacket;
    static constexpr std::array<Member<R>, 14> members{{{"senderDocId", &R::sender_doc_id},
                                                        {"receiverDocId", &R::receiver_doc_id},
                                                        {"fromCode", &R::from},
                                                        {"toCode", &R::to},
                                                        {"title", &R::title},
                                                        {"notation", &R::notation},
                                                        {"sentTime", &R::sent_at},
                                                        {"receivedTime", &R::received_at},
                                                        {"sendStatus", &R::send_status},
                                                        {"sendStatusDesc", &R::send_status_text},
                                                        {"receiveStatus", &R::receive_status},
                                                        {"receiveStatusDesc", &R::receive_status_text},
                                                        {"serviceType", &R::service_type},
                                                        {"messageType", &R::message_type}}};
    return members;
}

template <>
std::span<const Member<Agency>> members_of() noexcept {
    using R = Agency;
    static constexpr std::array<Member<R>, 6> members{{{"id", &R::id},
                                                       {"pid", &R::parent_id},
                                                       {"code", &R::code},
                                                       {"name", &R::name},
                                                       {"mail", &R::mail},
                                                       {"oldCode", &R::old_code}}};
    return members;
}

template <>
std::span<const Member<AgencyQd20>> members_of() noexcept {
    using R = AgencyQd20;
    static constexpr std::array<Member<R>, 5> members{{{"id", &R::id},
                                                       {"code", &R::code},
                                                       {"name", &R::name},
                                                       {"mail", &R::mail},
                                                       {"code102", &R::code102}}};
    return members;
}

template <>
std::span<const Member<Unit>> members_of() noexcept {
    using R = Unit;
    static constexpr std::array<Member<R>, 10> members{{{"id", &R::id},
                                                        {"pid", &R::parent_id},
                                                        {"code", &R::code},
                                                        {"name", &R::name},
                                                        {"mail", &R::mail},
                                                        {"centerCode", &R::center_code},
                                                        {"version", &R::version},
                                                        {"deleted", &R::is_deleted},
                                                        {"modifyDate", &R::modified_at},
                                                        {"isAgency", &R::is_agency}}};
    return members;
}

template <>
std::span<const Member<NewAgency>> members_of() noexcept {
    using R = NewAgency;
    static constexpr std::array<Member<R>, 7> members{{{"id", &R::id},
                                                       {"pcode", &R::parent_code},
                                                       {"code", &R::code},
                                                       {"name", &R::name},
                                                       {"mail", &R::mail},
                                                       {"mobile", &R::mobile},
                                                       {"fax", &R::fax}}};
    return members;
}

template <class Record>
bool read_record(const Fields& object, Record& record) {
    return std::ranges::all_of(object, [&](const Field& field) {
        const auto members = members_of<Record>();
        const auto member =
            std::ranges::find_if(members, [&](const auto& each) { return is_same_name(each.name, field.name); });
        return member == members.end() ||
               std::visit([&](auto where) { return read_value(field.value, record.*where); }, member->where);
    });
}

template <class Record>
void write_record(const Record& record, std::string& out) {
    char before = '{';
    for (const auto& member : members_of<Record>()) {
        out += before;
        write_json_text(member.name, out);
        out += ':';
        std::visit([&](auto where) { write_value(record.*where, out); }, member.where);
        before = ',';
    }
    out += '}';
}

void write_json_text(std::string_view text, std::string& out) {
    const std::string clean = clean_utf8(text);
    out += boost::json::serialize(boost::json::string_view{clean.data(), clean.size()});
}

template bool read_record(const Fields&, ReceivedPacket&);
template bool read_record(const Fields&, SentPacket&);
template bool read_record(const Fields&, Agency&);
template bool read_record(const Fields&, AgencyQd20&);
template bool read_record(const Fields&, Unit&);
template bool read_record(const Fields&, NewAgency&);
template void write_record(const ReceivedPacket&, std::string&);
template void write_record(const SentPacket&, std::string&);
template void write_record(const Agency&, std::string&);
template void write_record(const AgencyQd20&, std::string&);
template void write_record(const Unit&, std::string&);
template void write_record(const NewAgency&, std::string&);

}  // namespace hub::vxp
