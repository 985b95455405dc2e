#pragma once
// How the connector tells a sender that the national axis has taken its document: in the detail of what it acknowledges.

#include <string_view>

namespace hub {

/// What comes before the DocId; people ask for a document by what follows.
inline constexpr std::string_view axis_doc_id_words = "DocId ";
/// The field of an entry whose text is that. Nobody but the axis's connector can bring one about.
inline constexpr std::string_view axis_doc_id_field = "axis_doc_id";

}  // namespace hub
