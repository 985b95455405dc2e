#include "hub/http/qr_rows.hpp"

#include <memory>
#include <qrencode.h>

namespace hub::http {
namespace {

struct FreeCode {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

}  // namespace

std::vector<std::string> qr_rows(const std::string& text) {
    // Version 0: the smallest that takes it. M: a camera may miss every seventh part.
    const std::unique_ptr<QRcode, FreeCode> code{QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M)};
    std::vector<std::string> rows;
    if (!code)
        return rows;
    const auto width = static_cast<std::size_t>(code->width);
    for (std::size_t y = 0; y < width; ++y) {
        std::string& row = rows.emplace_back(width, '0');
        for (std::size_t x = 0; x < width; ++x)
            if (code->data[y * width + x] & 1)
                row[x] = '1';
    }
    return rows;
}

}  // namespace hub::http
