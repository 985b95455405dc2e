#pragma once
// By what a document is the same document, whoever sends it and however often: issuer, day and full number. DocumentId
// is the sender's own word and comes in four forms; the axis gives each packet an id of its own. Pure.

#include "adapters/edxml/packet.hpp"

#include <compare>

namespace hub::edxml {

struct NaturalKey {
    std::string issuer;             ///< OrganId as written; aliases are the directory's business.
    std::string promulgated_on;     ///< ISO date.
    std::string number;             ///< Full: "7816/VPCP-TTĐT".

    /// The triple that identifies a document on the axis: "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT".
    std::string document_id() const;
    auto operator<=>(const NaturalKey&) const = default;
};

/// `from` issued it.
NaturalKey natural_key(const Organ& from, const DocumentPacket& document);

/// The document that a status is about, by what stands in ResponseFor; else by its DocumentId where that is a triple.
/// nullopt: neither names all three.
std::optional<NaturalKey> natural_key(const ResponseFor& answers);

/// Of a DocumentId that is a triple, its day with slashes or dashes. nullopt: a UUID, or something else.
std::optional<NaturalKey> parse_document_id(std::string_view document_id);

}  // namespace hub::edxml
