#pragma once
// What the axis's lists hold, as they are written. All text is the axis's own.

#include "adapters/vxp/signing.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace hub::vxp {

/// getReceivedEdocList: a packet that waits for its receiver.
struct ReceivedPacket {
    std::string doc_id;
    std::string from;
    std::string to;
    std::string service_type;
    std::string message_type;
    std::string created_at;
    std::string updated_at;
    std::string status;
    std::string status_text;

    bool operator==(const ReceivedPacket&) const = default;
};

/// getSentEdocList: one packet and one of its receivers.
struct SentPacket {
    std::string sender_doc_id;
    std::string receiver_doc_id;
    std::string from;
    std::string to;
    std::string title;
    std::string notation;
    std::string sent_at;
    std::string received_at;
    std::string send_status;
    std::string send_status_text;
    std::string receive_status;
    std::string receive_status_text;
    std::string service_type;
    std::string message_type;

    bool operator==(const SentPacket&) const = default;
};

/// getAgenciesList.
struct Agency {
    std::string id;
    std::string parent_id;
    std::string code;
    std::string name;
    std::string mail;
    std::string old_code;

    bool operator==(const Agency&) const = default;
};

/// getAgenciesListQD20.
struct AgencyQd20 {
    std::string id;
    std::string code;           ///< Decision 20/2020.
    std::string name;
    std::string mail;
    std::string code102;        ///< QCVN 102:2016.

    bool operator==(const AgencyQd20&) const = default;
};

/// getSynchronizeUnit.
struct Unit {
    std::string id;
    std::string parent_id;
    std::string code;
    std::string name;
    std::string mail;
    std::string center_code;
    std::int64_t version = 0;
    bool is_deleted = false;
    std::string modified_at;
    bool is_agency = false;

    bool operator==(const Unit&) const = default;
};

/// registerAgency's body.
struct NewAgency {
    std::string id;
    std::string parent_code;
    std::string code;
    std::string name;
    std::string mail;
    std::string mobile;
    std::string fax;

    bool operator==(const NewAgency&) const = default;
};

template <class Record>
struct Member {
    std::string_view name;      ///< In JSON.
    std::variant<std::string Record::*, std::int64_t Record::*, bool Record::*> where;
};

template <class Record>
std::span<const Member<Record>> members_of() noexcept;

/// The values of an object as texts; names in any case. What is missing or null stays empty; false: a number or a
/// truth value is neither.
template <class Record>
bool read_record(const Fields& object, Record& record);
/// As a JSON object, appended to `out`.
template <class Record>
void write_record(const Record& record, std::string& out);
/// Octets that are not UTF-8 are replaced: no reader takes an answer with one.
void write_json_text(std::string_view text, std::string& out);

}  // namespace hub::vxp
