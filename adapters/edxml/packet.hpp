#pragma once
// One edXML packet (QCVN 102:2016/BTTTT) as typed values: what an adapter needs to route it and to name it. Read
// leniently as to order and prefixes, strictly as to what routing depends on. The bytes themselves are carried
// as they are; this is only a look into them.

#include "hub/core/envelope.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace hub::edxml {

struct Organ {
    AgencyCode id;
    std::string name;
};

struct Staff {
    std::string department;
    std::string staff;
    std::string mobile;
    std::string email;
    std::string line() const;                      ///< All that is known, joined by ", ".
};

/// ResponseFor: the document that is answered or recalled.
struct ResponseFor {
    std::string organ_id;
    std::string code;                              ///< Full number.
    std::string promulgated_on;                    ///< ISO date, or empty.
    std::string document_id;
};

enum class AttachmentForm : std::uint8_t { zip, pdf, other };

struct Attachment {
    std::string content_id;                        ///< Without a leading "cid:".
    std::string name;
    AttachmentForm form{};                         ///< By its first bytes, never by its ContentType.
    std::uint64_t bytes = 0;                       ///< Decoded; for zip, of the entry.
};

struct Packet {
    bool is_status = false;
    Organ from;
    std::vector<Organ> to;                         ///< Empty for statuses.
    DocumentName document;                         ///< issuer: From/OrganId.
    Urgency urgency{};
    Business business{};
    std::string business_refers_to;
    std::string business_reason;
    std::vector<ResponseFor> response_for;
    std::string status_code;
    std::string status_description;
    std::string status_time;                       ///< As written: it carries no zone.
    Staff staff;
    std::vector<Attachment> attachments;
    bool has_signature = false;                    ///< Present, legacy, not trusted (domain 1.6).
    std::string secrecy;                           ///< A mark of secrecy that was found.
};

struct ReadLimits {
    std::size_t packet_bytes_max = 1024 * 1024;
    std::size_t attachment_bytes_max = 100 * 1024 * 1024;   ///< Unpacked.
    std::uint64_t unpack_ratio_max = 200;
    int depth_max = 32;
    std::chrono::year_month_day today;             ///< A promulgation date after it is refused; unset: no check.
};

/// packet_too_large, packet_has_doctype, packet_malformed (peer_text: line and the parser's words),
/// packet_dialect_unsupported, packet_field_missing, packet_field_invalid, packet_attachment_broken. `field` is a
/// path such as "MessageHeader/To[2]/OrganId".
Result<Packet> read_packet(BytesView octets, const ReadLimits& limits);

/// "2015/09/30" → "2015-09-30"; nullopt when it is no day of the years 1900 to 2199.
std::optional<std::string> iso_date(std::string_view text);

}  // namespace hub::edxml
