#include "adapters/edxml/xml_text.hpp"

namespace hub::edxml {
namespace {

/// U+FFFE and U+FFFF are no characters of XML.
bool is_no_character(std::string_view rest) noexcept {
    return rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
}

std::string escaped(std::string_view utf8, bool is_attribute) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const char c = utf8[i];
        if (is_no_character(utf8.substr(i))) {
            i += 2;
            continue;
        }
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += is_attribute ? "&quot;" : "\""; break;
        case '\r': out += "&#13;"; break;
        case '\n': out += is_attribute ? "&#10;" : "\n"; break;
        case '\t': out += is_attribute ? "&#9;" : "\t"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20)
                out += c;
        }
    }
    return out;
}

}  // namespace

std::string escaped_text(std::string_view utf8) { return escaped(utf8, false); }

std::string escaped_attribute(std::string_view utf8) { return escaped(utf8, true); }

}  // namespace hub::edxml
