#include "adapters/edxml/attachment.hpp"

#include "adapters/edxml/base64.hpp"
#include "adapters/edxml/xml_document.hpp"

#include <zip.h>

#include <array>
#include <memory>

namespace hub::edxml {
namespace {

Fault broken(const std::string& field, std::string_view why) {
    return {Errc::packet_attachment_broken, field, cut(why)};
}

ContentKind kind_of(BytesView octets) noexcept {
    // The second is an archive without entries: as broken as can be, but a ZIP.
    if (octets.starts_with("PK\3\4") || octets.starts_with("PK\5\6"))
        return ContentKind::zip;
    return octets.starts_with("%PDF") ? ContentKind::pdf : ContentKind::raw;
}

/// Counts the replacement characters of a file that comes in pieces.
class ReplacementCounter {
public:
    void add(BytesView piece) noexcept {
        for (const char c : piece) {
            size_ += 1;
            const bool continues = (matched_ == 0 && c == '\xEF') || (matched_ == 1 && c == '\xBF')
                                   || (matched_ == 2 && c == '\xBD');
            matched_ = continues ? matched_ + 1 : c == '\xEF' ? 1 : 0;
            if (matched_ == 3) {
                count_ += 1;
                matched_ = 0;
            }
        }
    }
    /// By chance the three octets come once in 16 MiB; a PDF read as text has one for each octet above 0x7F.
    bool is_text_damage() const noexcept { return count_ >= 8 && count_ * 3 * 100 >= size_; }
    std::uint64_t count() const noexcept { return count_; }
    std::uint64_t size() const noexcept { return size_; }

private:
    std::uint64_t size_ = 0;
    std::uint64_t count_ = 0;
    int matched_ = 0;
};

Result<void> check_pdf(const ReplacementCounter& counter, const std::string& field) {
    if (counter.is_text_damage())
        return broken(field, "PDF damaged: it was read as text, " + std::to_string(counter.count())
                                 + " characters were replaced by EF BF BD");
    return {};
}

struct CloseArchive {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const noexcept { (void)zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using Entry = std::unique_ptr<zip_file_t, CloseEntry>;

Result<Archive> open_archive(BytesView octets, const std::string& field) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(octets.data(), octets.size(), 0, &error);
    zip_t* const opened = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
    if (!opened) {
        if (source)
            zip_source_free(source);
        const std::string why = std::string{"ZIP: "} + zip_error_strerror(&error);
        zip_error_fini(&error);
        return broken(field, why);
    }
    zip_error_fini(&error);
    return Archive{opened};
}

/// Word, Excel and OpenDocument files are ZIPs of many entries; these two names tell them.
bool is_office_document(zip_t* archive) {
    return zip_name_locate(archive, "[Content_Types].xml", 0) >= 0 || zip_name_locate(archive, "mimetype", 0) >= 0;
}

Result<zip_stat_t> check_entry(zip_t* archive, const std::string& field, const Limits& limits) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive, 0, 0, &stat) != 0)
        return broken(field, "ZIP: entry not readable");
    constexpr zip_uint64_t wanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD
                                    | ZIP_STAT_ENCRYPTION_METHOD;
    if ((stat.valid & wanted) != wanted)
        return broken(field, "ZIP: entry not readable");
    const std::string_view name = stat.name;
    if (name.empty() || name.find_first_of("/\\:") != std::string_view::npos || name == "." || name == "..")
        return broken(field, "ZIP: path in the entry's name");
    if (stat.encryption_method != ZIP_EM_NONE)
        return broken(field, "ZIP: encrypted");
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
        return broken(field, "ZIP: compression method " + std::to_string(stat.comp_method));
    if (stat.size > limits.content_bytes_max)
        return broken(field, "ZIP: entry larger than " + std::to_string(limits.content_bytes_max) + " bytes");
    if (stat.size > limits.ratio_free_bytes && stat.size / limits.ratio_max > stat.comp_size)
        return broken(field, "ZIP: packed more than " + std::to_string(limits.ratio_max) + " times");
    return stat;
}

/// Reads the entry to its end, so that the checksum is checked, without keeping it.
Result<void> inspect_entry(zip_t* archive, const zip_stat_t& stat, const std::string& field, Attachment& attachment) {
    const Entry entry{zip_fopen_index(archive, 0, 0)};
    if (!entry)
        return broken(field, std::string{"ZIP: "} + zip_strerror(archive));
    std::array<char, 16 * 1024> piece;
    ReplacementCounter counter;
    for (;;) {
        const zip_int64_t got = zip_fread(entry.get(), piece.data(), piece.size());
        if (got < 0)
            return broken(field, std::string{"ZIP: "} + zip_error_strerror(zip_file_get_error(entry.get())));
        if (got == 0)
            break;
        const BytesView read{piece.data(), static_cast<std::size_t>(got)};
        if (counter.size() == 0)
            attachment.content = kind_of(read);
        counter.add(read);
        // The stated size is the sender's word; what comes out counts.
        if (counter.size() > stat.size)
            return broken(field, "ZIP: entry larger than it says");
    }
    if (counter.size() != stat.size)
        return broken(field, "ZIP: entry shorter than it says");
    attachment.content_bytes = counter.size();
    return attachment.content == ContentKind::pdf ? check_pdf(counter, field) : Result<void>{};
}

}  // namespace

Result<void> inspect_attachment(std::string_view base64, const std::string& field, const Limits& limits,
                                Attachment& attachment) {
    const auto octets = decode_base64(base64);
    if (!octets)
        return broken(field, "not base64");
    if (octets->empty())
        return broken(field, "empty");
    attachment.carried = attachment.content = kind_of(*octets);
    attachment.carried_bytes = attachment.content_bytes = octets->size();
    if (attachment.carried != ContentKind::zip) {
        if (attachment.carried == ContentKind::raw)
            return {};
        ReplacementCounter counter;
        counter.add(*octets);
        return check_pdf(counter, field);
    }
    auto archive = open_archive(*octets, field);
    if (!archive)
        return archive.error();
    const zip_int64_t entries = zip_get_num_entries(archive->get(), 0);
    if (entries != 1 && is_office_document(archive->get())) {
        attachment.carried = attachment.content = ContentKind::raw;
        return {};
    }
    if (entries != 1)
        return broken(field, "ZIP: " + std::to_string(entries) + " entries, must be 1");
    const auto stat = check_entry(archive->get(), field, limits);
    if (!stat)
        return stat.error();
    return inspect_entry(archive->get(), *stat, field, attachment);
}

}  // namespace hub::edxml
