#pragma once
// From octets to a document, in one pass and in bounded memory. The only place that knows libxml2.

#include "adapters/edxml/attachment.hpp"
#include "adapters/edxml/octet_source.hpp"
#include "adapters/edxml/xml_document.hpp"

namespace hub::edxml {

/// Faults: as read_packet(), of those that concern the file as a whole; the source's and the spool's.
Result<XmlDocument> parse_xml(OctetSource& source, const Limits& limits, ContentSink& contents);

}  // namespace hub::edxml
