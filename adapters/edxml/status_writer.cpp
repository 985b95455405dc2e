#include "adapters/edxml/status_writer.hpp"

#include <algorithm>

namespace hub::edxml {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
            out += c;
    }
    return out;
}

std::string element(std::string_view name, std::string_view text) {
    const std::string tag{name};
    return "<edXML:" + tag + ">" + escaped(text) + "</edXML:" + tag + ">";
}

}  // namespace

Bytes write_status(const StatusPacket& status) {
    std::string day = status.answers.promulgated_on;
    std::ranges::replace(day, '-', '/');
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">\n"
           "  <edXML:edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">\n"
           "    <edXML:edXMLHeader>\n      <edXML:MessageHeader>\n        <edXML:From>"
           + element("OrganId", status.from.id.text()) + element("OrganName", status.from.name)
           + "</edXML:From>\n        <edXML:ResponseFor>" + element("OrganId", status.answers.organ_id)
           + element("Code", status.answers.code) + element("PromulgationDate", day)
           + element("DocumentId", status.answers.document_id) + "</edXML:ResponseFor>\n        "
           + element("StatusCode", status.code) + "\n        " + element("Description", status.description)
           + "\n        " + element("Timestamp", status.timestamp)
           + "\n      </edXML:MessageHeader>\n    </edXML:edXMLHeader>\n  </edXML:edXMLEnvelope>\n</edXML>\n";
}

}  // namespace hub::edxml
