#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>
#include <zip.h>

#include <fstream>
#include <sstream>

namespace hub::edxml::test {

Bytes octets_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    REQUIRE(stream.good());
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}

Bytes sample(const std::string& name) { return octets_of(std::string{LGSP_SOURCE_DIR} + "/tests/edxml/samples/" + name); }

Bytes repeated(BytesView piece, std::size_t times) {
    Bytes out;
    for (std::size_t i = 0; i < times; ++i)
        out += piece;
    return out;
}

Bytes DocumentText::text() const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">"
           "<edXMLEnvelope><edXMLHeader><MessageHeader><From>"
           + from + "</From>" + to + code + promulgation + subject + more + "</MessageHeader><TraceHeaderList>" + traces
           + "</TraceHeaderList></edXMLHeader><edXMLBody><edXMLManifest version=\"1.0\">" + references
           + "</edXMLManifest></edXMLBody></edXMLEnvelope><AttachmentEncoded>" + attachments
           + "</AttachmentEncoded></edXML>";
}

void attach(DocumentText& text, const std::string& id, BytesView octets) {
    text.references += "<Reference><ContentId>cid:" + id + "</ContentId></Reference>";
    text.attachments += "<Attachment><ContentId>cid:" + id
                        + "</ContentId><AttachmentName>tep.pdf</AttachmentName><ContentType>application/pdf</ContentType>"
                          "<ContentTransferEncoded>"
                        + base64_of(octets) + "</ContentTransferEncoded></Attachment>";
}

Bytes zip_of(const std::vector<std::pair<std::string, Bytes>>& entries) {
    zip_error_t error;
    zip_source_t* const buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
    REQUIRE(buffer);
    zip_source_keep(buffer);
    zip_t* const archive = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
    REQUIRE(archive);
    for (const auto& [name, octets] : entries)
        REQUIRE(zip_file_add(archive, name.c_str(), zip_source_buffer(archive, octets.data(), octets.size(), 0), 0) >= 0);
    REQUIRE(zip_close(archive) == 0);
    Bytes out;
    REQUIRE(zip_source_open(buffer) == 0);
    char piece[4096];
    for (zip_int64_t got = 0; (got = zip_source_read(buffer, piece, sizeof piece)) > 0;)
        out.append(piece, static_cast<std::size_t>(got));
    (void)zip_source_close(buffer);
    zip_source_free(buffer);
    return out;
}

std::string base64_of(BytesView octets) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = (group << 8) | (i + k < octets.size() ? static_cast<unsigned char>(octets[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k > octets.size() ? '=' : alphabet[(group >> (18 - 6 * k)) & 63];
    }
    return out;
}

Fault fault_of(BytesView octets, const Limits& limits) {
    const auto read = read_packet(octets, limits);
    REQUIRE(read.has_error());
    return read.error();
}

DocumentPacket document_of(BytesView octets, const Limits& limits) {
    const auto read = read_packet(octets, limits);
    if (!read)
        FAIL(name_of(read.error().code) << " " << read.error().field << " " << read.error().peer_text);
    REQUIRE(std::holds_alternative<DocumentPacket>(read->content));
    return std::get<DocumentPacket>(read->content);
}

StatusPacket status_of(BytesView octets, const Limits& limits) {
    const auto read = read_packet(octets, limits);
    if (!read)
        FAIL(name_of(read.error().code) << " " << read.error().field << " " << read.error().peer_text);
    REQUIRE(std::holds_alternative<StatusPacket>(read->content));
    return std::get<StatusPacket>(read->content);
}

}  // namespace hub::edxml::test
