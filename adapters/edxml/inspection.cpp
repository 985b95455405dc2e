#include "adapters/edxml/inspection.hpp"

namespace hub::edxml {

ContentKind kind_of(BytesView octets) noexcept {
    // The second is an archive without entries: as broken as can be, but a ZIP.
    if (octets.starts_with("PK\3\4") || octets.starts_with("PK\5\6"))
        return ContentKind::zip;
    return octets.starts_with("%PDF") ? ContentKind::pdf : ContentKind::raw;
}

void ReplacementCounter::add(BytesView piece) noexcept {
    size_ += piece.size();
    while (!piece.empty()) {
        if (matched_ == 0) {
            const auto first = piece.find('\xEF');
            if (first == BytesView::npos)
                return;
            piece.remove_prefix(first);
        }
        const char c = piece.front();
        piece.remove_prefix(1);
        const bool continues = (matched_ == 0 && c == '\xEF') || (matched_ == 1 && c == '\xBF')
                               || (matched_ == 2 && c == '\xBD');
        matched_ = continues ? matched_ + 1 : c == '\xEF' ? 1 : 0;
        if (matched_ == 3) {
            count_ += 1;
            matched_ = 0;
        }
    }
}

std::string ReplacementCounter::pdf_damage() const {
    // By chance the three octets come once in 16 MiB; a PDF read as text has one for each octet above 0x7F.
    if (count_ < 8 || count_ * 3 * 100 < size_)
        return {};
    return "PDF damaged: it was read as text, " + std::to_string(count_) + " characters were replaced by EF BF BD";
}

}  // namespace hub::edxml
