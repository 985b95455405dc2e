#pragma once
// How long the fields of a packet may be (QCVN 102:2016 as implementers enforce it; Decree 30/2020/NĐ-CP, App. VI).
// In characters. Too long is refused where the hub or a register depends on the field, and noted elsewhere.
//
// Not in the table: OrganId (core/ids.hpp: 13 of the old form, at most 35), dates (FieldReader::date), Type and
// Priority (their values), and DocumentId: 15 is said, real ones have 40 and more.

#include "adapters/edxml/finding.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace hub::edxml {

struct FieldLimit {
    std::string_view path;          ///< Below MessageHeader; To counts as From. Or from the root: attachments.
    std::size_t characters_max;
    Severity severity;
};

inline constexpr std::array field_limits{
    FieldLimit{"From/OrganizationInCharge", 500, Severity::error},
    FieldLimit{"From/OrganName", 200, Severity::error},
    FieldLimit{"From/OrganAdd", 500, Severity::error},
    FieldLimit{"From/Email", 100, Severity::error},
    // Real packets exceed the 20, and nobody is helped when a document is refused for them.
    FieldLimit{"From/Telephone", 20, Severity::warning},
    FieldLimit{"From/Fax", 20, Severity::warning},
    FieldLimit{"From/Website", 20, Severity::warning},
    FieldLimit{"Code/CodeNumber", 11, Severity::error},
    FieldLimit{"Code/CodeNotation", 30, Severity::error},
    FieldLimit{"PromulgationInfo/Place", 50, Severity::warning},
    FieldLimit{"DocumentType/TypeName", 100, Severity::warning},
    FieldLimit{"Subject", 500, Severity::error},
    FieldLimit{"Content", 500, Severity::warning},
    FieldLimit{"SignerInfo/Position", 100, Severity::warning},
    FieldLimit{"SignerInfo/FullName", 50, Severity::warning},
    FieldLimit{"ToPlaces/Place", 150, Severity::warning},
    FieldLimit{"OtherInfo/SphereOfPromulgation", 100, Severity::warning},
    FieldLimit{"OtherInfo/TyperNotation", 10, Severity::warning},
    FieldLimit{"OtherInfo/PromulgationAmount", 3, Severity::warning},
    FieldLimit{"OtherInfo/PageAmount", 3, Severity::warning},
    FieldLimit{"StatusCode", 10, Severity::error},
    FieldLimit{"AttachmentEncoded/Attachment/AttachmentName", 500, Severity::warning},
};

/// "MessageHeader/To[2]/OrganName" → the row of From/OrganName; nullptr: only the bound of all texts.
const FieldLimit* limit_of(std::string_view path);

}  // namespace hub::edxml
