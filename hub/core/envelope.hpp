#pragma once
// The envelope, as the hub sees it: who, to whom, what it is, and the digests of what it carries. The hub
// routes by this header alone and never looks into the parts. Wire form: schemas/hub/v1/envelope.proto.

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hub {

enum class Kind : std::uint8_t { document = 1, status = 2, acknowledgement = 3, receipt = 4, service = 5 };
/// edXML OtherInfo/Priority: thường, khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ.
enum class Urgency : std::uint8_t { normal = 0, urgent = 1, very_urgent = 2, express = 3, express_timed = 4 };
/// edXML Bussiness/BussinessDocType.
enum class Business : std::uint8_t { fresh = 0, recall = 1, update = 2, replace = 3 };

/// A document as its sender names it. All text as written by the sender, trimmed.
struct DocumentName {
    std::string issuer;          ///< Code of the issuing agency (From/OrganId).
    std::string number;          ///< CodeNumber, e.g. "7816".
    std::string notation;        ///< CodeNotation, e.g. "VPCP-TTĐT".
    std::string promulgated_on;  ///< ISO date, e.g. "2015-09-30"; empty when unknown.
    std::string document_id;     ///< edXML DocumentId, opaque.
    std::string subject;         ///< Trích yếu.
    std::string type_name;       ///< "Công văn", "Quyết định" …
    bool operator==(const DocumentName&) const = default;
};

/// What a status packet says about a document.
struct StatusReport {
    std::string code;            ///< "01" … "16", unknown codes kept.
    std::string description;
    std::string staff;           ///< Who reports: department, name, contact, as one line.
    std::string reported_at;     ///< edXML Timestamp as written: it carries no zone.
    // ResponseFor: the document that is reported on.
    std::string answers_issuer;  ///< ResponseFor/OrganId.
    std::string answers_code;    ///< Full number, "7816/VPCP-TTĐT".
    std::string answers_date;    ///< ISO date; may be empty.
    std::string answers_document_id;
    /// The envelope answered, when the reporter knows it. It wins over the names: a document, its recall and its
    /// replacement can all bear one number.
    std::optional<EnvelopeId> answers_envelope;
    bool operator==(const StatusReport&) const = default;
};

struct Part {
    std::string content_id;
    std::string name;
    std::string media_type;
    std::uint64_t size_bytes = 0;
    Digest digest;
    bool is_inline = true;
    bool operator==(const Part&) const = default;
};

struct EnvelopeHeader {
    EnvelopeId id;
    Kind kind;
    AgencyCode sender;                  ///< As written; may be an alias of the agency.
    std::vector<AgencyCode> receivers;  ///< As written. Empty for acknowledgements, which the hub consumes.
    Instant created_at;
    Instant expires_at;
    Urgency urgency = Urgency::normal;
    std::optional<DocumentName> document;
    Business business = Business::fresh;
    std::string business_refers_to;     ///< DocumentId of the document recalled, updated or replaced.
    std::string business_reason;
    std::optional<StatusReport> status;
    std::vector<Part> parts;
    std::string traceparent;            ///< W3C; may be empty.
    /// Kind service: what the sender's adapter refused before it became a document, so that operators find it.
    /// Of disposition reject. Without it such an envelope brings units (unit.hpp).
    std::optional<Fault> refusal;
    std::string secrecy;                ///< Secrecy mark as found by the sender's adapter; must be empty.
    /// The signature is a gateway's, with a key that it holds for a sender who has none: it proves no more than that
    /// the gateway believed the caller.
    bool signed_by_gateway = false;
};

enum class Algorithm : std::uint8_t { ecdsa_p256_sha256 = 1, rsa_pss_sha256 = 2, rsa_pkcs1_sha256 = 3, ed25519 = 4 };

struct Signature {
    KeyId key;
    Algorithm algorithm;
    Bytes value;
};

/// A transport acknowledgement: which deliveries an adapter has stored, or could not store.
struct Acknowledgement {
    struct Item {
        AgencyCode sender;              ///< Of the envelope that is acknowledged.
        EnvelopeId envelope;
        bool is_stored = true;
        std::string code;               ///< When not stored: why, as name_of(Errc) or the adapter's own word.
        std::string detail;             ///< For people.
        /// The adapter has it durably and answers for it; is_stored comes later. Moves no station.
        bool is_held = false;
        /// Of the attempt by which it came; 0: not told, the one under way. What was stored is stored, whichever it was.
        std::uint32_t attempt = 0;
    };
    std::vector<Item> items;
    EntrySeq receipts_through{0};       ///< Every receipt up to this entry is safe with the adapter.
};

/// The invariants that need no directory, ledger or clock: identifiers present, receivers unique and within
/// limits, parts within limits, kind and content agree, texts within limits and free of control characters,
/// no secrecy mark (Decision 28/2018: state secrets are outside this channel).
Result<void> check(const EnvelopeHeader& header);

/// The part of check() that is about texts: lengths, UTF-8, control characters, content that fits the kind.
Result<void> check_content(const EnvelopeHeader& header);

/// A document that recalls, updates and replacements can be about: a new one, or one that has replaced another.
bool is_changeable(const EnvelopeHeader& header) noexcept;
bool is_update(const EnvelopeHeader& header) noexcept;

/// The full number as documents print it: "7816/VPCP-TTĐT"; the number alone when there is no notation.
std::string full_number(std::string_view number, std::string_view notation);

}  // namespace hub
