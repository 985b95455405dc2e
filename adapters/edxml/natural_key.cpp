#include "adapters/edxml/natural_key.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/xml_document.hpp"

#include <algorithm>

namespace hub::edxml {

std::string NaturalKey::document_id() const { return issuer + "," + edxml_date(promulgated_on) + "," + number; }

NaturalKey natural_key(const Organ& from, const DocumentPacket& document) {
    return {from.code.text(), document.promulgated_on, full_number(document.number, document.notation)};
}

std::optional<NaturalKey> natural_key(const ResponseFor& answers) {
    if (!answers.organ.empty() && !answers.code.empty() && parse_date(answers.promulgated_on, '-'))
        return NaturalKey{answers.organ, answers.promulgated_on, answers.code};
    return parse_document_id(answers.document_id);
}

std::optional<NaturalKey> parse_document_id(std::string_view document_id) {
    const auto first = document_id.find(',');
    const auto second = first == std::string_view::npos ? first : document_id.find(',', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    NaturalKey key{std::string{trimmed(document_id.substr(0, first))},
                   std::string{trimmed(document_id.substr(first + 1, second - first - 1))},
                   std::string{trimmed(document_id.substr(second + 1))}};
    if (key.issuer.empty() || key.number.empty()
        || (!parse_date(key.promulgated_on) && !parse_date(key.promulgated_on, '-')))
        return std::nullopt;
    std::ranges::replace(key.promulgated_on, '/', '-');
    return key;
}

}  // namespace hub::edxml
