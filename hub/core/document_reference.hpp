#pragma once
// How a packet names the document that it is about: by a DocumentId that is opaque, or the triple of issuer, day and full
// number, which is the same document however the day is written (domain 1.3). Pure.

#include "hub/core/ledger.hpp"

namespace hub {

struct DocumentReference {
    std::string document_id;       ///< As written; empty: not told.
    std::string full_number;       ///< "7816/VPCP-TTĐT"; empty: not told.
    std::string promulgated_on;    ///< ISO date; empty: not told.
    std::string issuer;            ///< As the triple names it; empty: not told.

    bool is_empty() const noexcept { return document_id.empty() && full_number.empty(); }
    AnsweredName name(std::string_view of_issuer) const noexcept {
        return {document_id, full_number, promulgated_on, of_issuer};
    }
};

/// "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT", the day in either order and with slashes, dashes or dots; any other
/// DocumentId stays what it is.
DocumentReference parse_reference(std::string_view document_id);

/// What a recall, update or replacement is about, or a status. Empty for documents that are about nothing.
DocumentReference reference_of(const EnvelopeHeader& header);

/// By what names a document may be asked about before it comes.
DocumentReference reference_to(const DocumentName& document);

}  // namespace hub
