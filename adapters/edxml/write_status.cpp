#include "adapters/edxml/write_status.hpp"

#include <algorithm>

namespace hub::edxml {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '\r': out += "&#13;"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                out += c;
        }
    }
    return out;
}

class Writer {
public:
    void open(std::string_view name) {
        indent();
        out_.append("<edXML:").append(name).append(">\n");
        ++depth_;
    }
    void close(std::string_view name) {
        --depth_;
        indent();
        out_.append("</edXML:").append(name).append(">\n");
    }
    void field(std::string_view name, std::string_view text) {
        if (text.empty())
            return;
        indent();
        out_.append("<edXML:").append(name).append(">").append(escaped(text)).append("</edXML:");
        out_.append(name).append(">\n");
    }
    void raw(std::string_view text) { out_ += text; }
    Bytes take() { return std::move(out_); }

private:
    void indent() { out_.append(2 * depth_, ' '); }
    Bytes out_;
    std::size_t depth_ = 2;
};

}  // namespace

Bytes write_status(const Organ& from, const StatusPacket& status) {
    Writer writer;
    writer.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">\n"
               "  <edXML:edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">\n");
    writer.open("edXMLHeader");
    writer.open("MessageHeader");
    writer.open("From");
    writer.field("OrganId", from.code.text());
    writer.field("OrganName", from.name);
    writer.close("From");
    std::string date = status.answers.promulgated_on;
    std::ranges::replace(date, '-', '/');
    writer.open("ResponseFor");
    writer.field("OrganId", status.answers.organ);
    writer.field("Code", status.answers.code);
    writer.field("PromulgationDate", date);
    writer.field("DocumentId", status.answers.document_id);
    writer.close("ResponseFor");
    if (status.staff != Staff{}) {
        writer.open("StaffInfo");
        writer.field("Department", status.staff.department);
        writer.field("Staff", status.staff.name);
        writer.field("Mobile", status.staff.mobile);
        writer.field("Email", status.staff.email);
        writer.close("StaffInfo");
    }
    writer.field("StatusCode", status.code);
    writer.field("Description", status.description);
    writer.field("Timestamp", status.reported_at);
    writer.close("MessageHeader");
    writer.close("edXMLHeader");
    writer.raw("  </edXML:edXMLEnvelope>\n</edXML>\n");
    return writer.take();
}

}  // namespace hub::edxml
