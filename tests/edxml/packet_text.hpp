#pragma once
// Packets for tests: a small correct one whose parts can be exchanged, and attachments made on the spot.

#include "adapters/edxml/read_packet.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hub::edxml::test {

Bytes octets_of(const std::filesystem::path& file);
Bytes sample(const std::string& name);
Bytes repeated(BytesView piece, std::size_t times);

struct DocumentText {
    std::string from = "<OrganId>H43.01</OrganId><OrganName>Sở Nội vụ</OrganName>";
    std::string to = "<To><OrganId>H43.02</OrganId></To>";
    std::string code = "<Code><CodeNumber>12</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code>";
    std::string promulgation = "<PromulgationInfo><PromulgationDate>2026/05/04</PromulgationDate></PromulgationInfo>";
    std::string subject = "<Subject>V/v báo cáo quý</Subject>";
    std::string more;                ///< Within MessageHeader.
    std::string traces;              ///< Within TraceHeaderList.
    std::string references;          ///< Within edXMLManifest.
    std::string attachments;         ///< Within AttachmentEncoded.

    Bytes text() const;
};

/// Adds the reference and the attachment of one content.
void attach(DocumentText& text, const std::string& id, BytesView octets);

Bytes zip_of(const std::vector<std::pair<std::string, Bytes>>& entries);
std::string base64_of(BytesView octets);

/// The fault that reading gives; fails the test when there is none.
Fault fault_of(BytesView octets, const Limits& limits = {});
DocumentPacket document_of(BytesView octets, const Limits& limits = {});
StatusPacket status_of(BytesView octets, const Limits& limits = {});

}  // namespace hub::edxml::test
