#pragma once
// An edXML packet (QCVN 102:2016/BTTTT, amended 01/2022) as far as the hub's adapters need it: who sends what
// to whom, what a status says, and what kind of files are in it. Plain values; the packet's bytes are carried
// beside them, untouched, and are never written again from these.
//
// All text is as the sender wrote it, without the blanks around it, at most limits::text_bytes_max octets of
// UTF-8 without control characters.

#include "hub/core/envelope.hpp"
#include "hub/core/limits.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hub::edxml {

/// From or To.
struct Organ {
    AgencyCode code;
    std::string name;

    bool operator==(const Organ&) const = default;
};

struct Staff {
    std::string department;
    std::string name;
    std::string mobile;
    std::string email;

    /// As one line: what there is, joined by commas.
    std::string text() const;
    bool operator==(const Staff&) const = default;
};

/// The document that a packet answers, recalls or reports on.
struct ResponseFor {
    std::string organ;              ///< OrganId; in status packets a valid agency code.
    std::string code;               ///< Full number, "7816/VPCP-TTĐT".
    std::string promulgated_on;     ///< ISO date in status packets, as written in documents; may be empty.
    std::string document_id;

    bool operator==(const ResponseFor&) const = default;
};

/// What the octets are, by their first ones: never by ContentType, which is often wrong.
enum class ContentKind : std::uint8_t { zip, pdf, raw };

struct Attachment {
    std::string content_id;         ///< Without "cid:".
    std::string name;               ///< Shown to people.
    std::string declared_type;      ///< ContentType as written.
    ContentKind carried{};          ///< zip: wrapped in a ZIP of one entry, as the SDK does.
    ContentKind content{};          ///< Of the file itself, taken out of its ZIP.
    std::uint64_t carried_bytes = 0;
    std::uint64_t content_bytes = 0;

    bool operator==(const Attachment&) const = default;
};

struct DocumentPacket {
    std::vector<Organ> to;          ///< At least one; codes unique.
    std::string document_id;        ///< Opaque; may be empty.
    std::string number;
    std::string notation;
    std::string promulgated_on;     ///< ISO date.
    std::string place;              ///< Of promulgation; may be empty.
    std::string type;               ///< DocumentType/Type as written.
    std::string type_name;          ///< "Công văn", "Quyết định" …
    std::string subject;
    Urgency urgency = Urgency::normal;
    Business business = Business::fresh;
    std::string business_refers_to; ///< DocumentId of the document recalled, updated or replaced.
    std::string business_reason;
    Staff staff;
    std::vector<ResponseFor> response_for;
    std::vector<Attachment> attachments;

    bool operator==(const DocumentPacket&) const = default;
};

struct StatusPacket {
    std::string code;               ///< "01" … "16"; unknown codes kept.
    std::string description;
    std::string reported_at;        ///< Timestamp as written: it carries no zone.
    Staff staff;
    ResponseFor answers;

    bool operator==(const StatusPacket&) const = default;
};

/// A secrecy mark (Mật, Tối mật, Tuyệt mật) and the field in which it was found.
struct Secrecy {
    std::string mark;
    std::string field;

    bool operator==(const Secrecy&) const = default;
};

struct Packet {
    Organ from;
    std::variant<DocumentPacket, StatusPacket> content;
    std::optional<Secrecy> secrecy; ///< Set: must not be sent (Decision 28/2018/QĐ-TTg).
    bool has_signature = false;     ///< A Signature element is there. It is not checked, and proves nothing.

    bool operator==(const Packet&) const = default;
};

struct Limits {
    std::uint64_t packet_bytes_max = limits::envelope_bytes_max;  ///< The hub carries no more in one envelope.
    std::size_t depth_max = 32;                      ///< Of elements; real packets need 9.
    std::size_t receivers_max = limits::receivers_max;
    std::size_t attachments_max = 64;
    std::size_t content_bytes_max = 64 * 1024 * 1024;           ///< One file, out of its ZIP.
    std::size_t ratio_max = 200;                     ///< Of unpacked to packed, for files over `ratio_free_bytes`.
    std::size_t ratio_free_bytes = 1024 * 1024;
    /// Documents promulgated after this day are refused; nullopt: not looked at. Vietnam's calendar day.
    std::optional<std::chrono::year_month_day> today;
};

}  // namespace hub::edxml
