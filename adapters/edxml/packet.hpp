#pragma once
// An edXML packet (QCVN 102:2016/BTTTT, amended 01/2022) as plain values: the whole tree, without the octets of its
// files. Within the province a packet's bytes are carried untouched beside these; they are written again from them
// only for the national axis (write_packet.hpp).
//
// All text is UTF-8 as the sender wrote it, without the blanks around it. What the hub lifts into an envelope has at
// most limits::text_bytes_max octets and no control characters; other texts are kept whatever they are.

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
    std::string in_charge;          ///< OrganizationInCharge: the body above it.
    std::string address;
    std::string email;
    std::string telephone;
    std::string fax;
    std::string website;

    bool operator==(const Organ&) const = default;
};

struct Staff {
    std::string department;
    std::string name;
    std::string mobile;
    std::string email;
    std::string department_id;
    std::string id;

    /// As one line: what people need of it, joined by commas.
    std::string text() const;
    bool operator==(const Staff&) const = default;
};

/// The document that a packet answers, recalls or reports on.
struct ResponseFor {
    std::string organ;              ///< OrganId; in status packets a valid agency code.
    std::string code;               ///< Full number, "7816/VPCP-TTĐT".
    std::string promulgated_on;     ///< ISO date, in documents also as written where it is none; may be empty.
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
    std::string description;
    std::string field_name;
    std::string mime_type;

    bool operator==(const Attachment&) const = default;
};

/// What edXMLManifest says of a content; what it is stands in Attachment.
struct Reference {
    std::string content_id;         ///< Without "cid:".
    std::string declared_type;
    std::string name;
    std::string description;

    bool operator==(const Reference&) const = default;
};

struct Signer {
    std::string competence;         ///< "TL.", "KT.", "TM.", "TUQ."
    std::string position;
    std::string name;

    bool operator==(const Signer&) const = default;
};

struct OtherInfo {
    std::string sphere;             ///< SphereOfPromulgation.
    std::string typer;              ///< TyperNotation.
    std::string copies;             ///< PromulgationAmount, as written.
    std::string pages;              ///< PageAmount, as written.
    std::optional<bool> direction;
    std::vector<std::string> reply_for;
    std::vector<std::string> reference_codes;
    std::vector<std::string> appendixes;

    bool operator==(const OtherInfo&) const = default;
};

struct ChangedReceiver {
    std::string organ;
    std::optional<bool> is_added;   ///< ReceiverType: 1 added, 0 removed; nullopt: neither was written.

    bool operator==(const ChangedReceiver&) const = default;
};

/// BussinessDocumentInfo: what an update changes.
struct Change {
    std::optional<bool> is_content_changed;
    std::optional<bool> are_receivers_changed;
    std::vector<ChangedReceiver> receivers;

    bool operator==(const Change&) const = default;
};

/// ReplacementInfo: an older document, and for whom it is replaced.
struct Replacement {
    std::string document_id;
    std::vector<std::string> organs;

    bool operator==(const Replacement&) const = default;
};

struct DocumentPacket {
    std::vector<Organ> to;          ///< At least one; codes unique.
    std::string document_id;        ///< Opaque; may be empty.
    std::string number;
    std::string notation;
    std::string promulgated_on;     ///< ISO date.
    std::string place;              ///< Of promulgation; may be empty.
    std::string type;               ///< DocumentType/Type as written.
    std::string type_detail;        ///< As written.
    std::string type_name;          ///< "Công văn", "Quyết định" …
    std::string subject;
    std::string summary;            ///< Content.
    Signer signer;
    std::string due_on;             ///< ISO date, or as written where it is none; may be empty.
    std::vector<std::string> to_places;  ///< "Nơi nhận": free text, not routing.
    Urgency urgency = Urgency::normal;
    OtherInfo other;
    std::vector<ResponseFor> response_for;
    std::string steering_type;      ///< As written: two numberings are in use.
    std::vector<std::string> task_codes;
    std::string application_type;
    Business business = Business::fresh;
    std::string business_document_id;  ///< Bussiness/DocumentId as written.
    std::string business_refers_to; ///< DocumentId of the document recalled, updated or replaced.
    std::string business_reason;
    std::optional<bool> has_paper;  ///< A paper copy travels too.
    std::vector<Change> changes;
    std::vector<Replacement> replacements;
    std::vector<Staff> staff;
    std::vector<Reference> manifest;
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

/// A system that the packet went through, by its own word.
struct Trace {
    std::string organ;              ///< As written: "null" and nothing are seen.
    std::string at;                 ///< Timestamp as written: it carries no zone.

    bool operator==(const Trace&) const = default;
};

struct TraceList {
    std::string id;
    std::string version;
    std::vector<Trace> traces;

    bool operator==(const TraceList&) const = default;
};

/// ErrorList/Error, in replies of some systems.
struct PeerError {
    std::string code;               ///< "N.MessageHeader.To": see error_code_of() in finding.hpp.
    std::string description;

    bool operator==(const PeerError&) const = default;
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
    /// A Signature element is there. It is legacy: not checked, never trusted, and authorises nothing.
    bool has_signature = false;
    std::string signature;          ///< Its elements, to be passed on; empty when longer than signature_bytes_max.
    TraceList traces;
    std::vector<PeerError> errors;

    bool operator==(const Packet&) const = default;
};

/// Of a Signature that is passed on; those of the axis have some 4 KiB.
inline constexpr std::size_t signature_bytes_max = 64 * 1024;

struct Limits {
    std::uint64_t packet_bytes_max = limits::envelope_bytes_max;  ///< The hub carries no more in one envelope.
    std::size_t depth_max = 32;                      ///< Of elements; real packets need 9.
    std::size_t receivers_max = limits::receivers_max;
    std::size_t attachments_max = 64;
    std::size_t content_bytes_max = 100 * 1024 * 1024;          ///< One file, out of its ZIP.
    std::size_t ratio_max = 200;                     ///< Of unpacked to packed, for files over `ratio_free_bytes`.
    std::size_t ratio_free_bytes = 1024 * 1024;
    /// Documents promulgated after this day are refused; nullopt: not looked at. Vietnam's calendar day.
    std::optional<std::chrono::year_month_day> today;
};

}  // namespace hub::edxml
