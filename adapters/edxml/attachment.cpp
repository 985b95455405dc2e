#include "adapters/edxml/attachment.hpp"

#include <zip.h>

#include <array>
#include <memory>

namespace hub::edxml {
namespace {

std::optional<Bytes> decode_base64(std::string_view text) {
    static const auto values = [] {
        std::array<std::int8_t, 256> table;
        table.fill(-1);
        constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t i = 0; i < letters.size(); ++i)
            table[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
        return table;
    }();
    Bytes out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    std::size_t letters = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0 || padding > 0)
            return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++letters % 4 == 0)
            for (const int shift : {16, 8, 0})
                out += static_cast<char>(bits >> shift & 0xFF);
    }
    const std::size_t rest = letters % 4;
    if (rest == 1 || padding > 2 || (padding > 0 && (rest + padding) % 4 != 0))
        return std::nullopt;
    if (rest >= 2)
        out += static_cast<char>(bits >> (rest == 2 ? 4 : 10) & 0xFF);
    if (rest == 3)
        out += static_cast<char>(bits >> 2 & 0xFF);
    return out;
}

/// A PDF that was read as text and written again: every byte that is not ASCII became EF BF BD.
bool is_mangled_pdf(BytesView octets) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    constexpr std::size_t suspicious = 20;
    if (!octets.starts_with("%PDF"))
        return false;
    std::size_t count = 0;
    for (auto at = octets.find(replacement); at != BytesView::npos && count <= suspicious;
         at = octets.find(replacement, at + replacement.size()))
        ++count;
    return count > suspicious;
}

struct CloseZip {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};

Result<Bytes> only_entry(const Bytes& octets, const ReadLimits& limits, const Fault& broken) {
    const auto because = [&](std::string why) {
        Fault fault = broken;
        fault.peer_text = std::move(why);
        return fault;
    };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(octets.data(), octets.size(), 0, &error);
    if (!source)
        return because("zip");
    const std::unique_ptr<zip_t, CloseZip> archive{zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)};
    if (!archive) {
        zip_source_free(source);
        return because("not a sound ZIP");
    }
    if (zip_get_num_entries(archive.get(), 0) != 1)
        return because("ZIP must hold exactly one entry");
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), 0, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE)
        || !(stat.valid & ZIP_STAT_NAME))
        return because("ZIP entry without a size");
    const std::string_view name = stat.name;
    if (name.empty() || name.find('/') != name.npos || name.find('\\') != name.npos || name == "..")
        return because("ZIP entry with a path");
    if (stat.size > limits.attachment_bytes_max || stat.size > octets.size() * limits.unpack_ratio_max)
        return because("ZIP entry unpacks to too much");
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file{zip_fopen_index(archive.get(), 0, 0), zip_fclose};
    if (!file)
        return because("ZIP entry cannot be opened");
    Bytes content(stat.size, '\0');
    std::size_t got = 0;
    while (got < content.size()) {
        const auto count = zip_fread(file.get(), content.data() + got, content.size() - got);
        if (count <= 0)
            return because("ZIP entry is damaged");
        got += static_cast<std::size_t>(count);
    }
    // Reading on past the promised size checks the CRC, and shows an entry that lied about its size.
    char more = 0;
    if (zip_fread(file.get(), &more, 1) != 0)
        return because("ZIP entry is damaged");
    return content;
}

}  // namespace

Result<void> inspect(std::string_view base64, const ReadLimits& limits, const std::string& field,
                     Attachment& attachment) {
    Fault broken{Errc::packet_attachment_broken, field, {}};
    const auto octets = decode_base64(base64);
    if (!octets || octets->empty()) {
        broken.peer_text = octets ? "empty" : "not base64";
        return broken;
    }
    constexpr std::string_view zip_magic{"PK\x03\x04", 4};
    Bytes unpacked;
    const Bytes* content = &*octets;
    attachment.form = AttachmentForm::other;
    if (octets->starts_with(zip_magic)) {
        auto entry = only_entry(*octets, limits, broken);
        if (!entry)
            return entry.error();
        unpacked = std::move(*entry);
        content = &unpacked;
        attachment.form = AttachmentForm::zip;
    } else if (octets->starts_with("%PDF")) {
        attachment.form = AttachmentForm::pdf;
    }
    if (is_mangled_pdf(*content)) {
        broken.peer_text = "PDF was re-encoded as text (EF BF BD)";
        return broken;
    }
    attachment.bytes = content->size();
    return {};
}

}  // namespace hub::edxml
