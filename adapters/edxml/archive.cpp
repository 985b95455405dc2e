#include "adapters/edxml/archive.hpp"

#include "adapters/edxml/xml_document.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>

namespace hub::edxml {
namespace {

// The library reads the whole directory into memory and needs some 300 bytes for each entry, and for as many as
// the ZIP says that there are: both are looked at before.
constexpr std::uint64_t directory_bytes_max = 2 * 1024 * 1024;
constexpr std::uint64_t directory_entry_bytes = 46;
constexpr std::size_t end_bytes = 22;               ///< End record, without the comment.
constexpr std::size_t locator64_bytes = 20;
constexpr std::size_t end64_bytes = 56;
constexpr std::size_t comment_bytes_max = 0xFFFF;
static_assert(directory_bytes_max > limits::envelope_bytes_max, "no ZIP that fits into an envelope is refused by it");

std::uint64_t little_endian(BytesView octets, std::size_t at, std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;)
        value = (value << 8) | static_cast<unsigned char>(octets[at + i]);
    return value;
}

std::string too_large(std::uint64_t entries, std::uint64_t bytes) {
    if (bytes > directory_bytes_max)
        return "ZIP: directory larger than " + std::to_string(directory_bytes_max) + " bytes";
    return entries > bytes / directory_entry_bytes ? "ZIP: directory shorter than its entries" : std::string{};
}

/// Every end record that the library might find is held to the bounds. Empty: none exceeds them.
Result<std::string> check_directory(const Spool& spool) {
    constexpr std::size_t tail_bytes_max = comment_bytes_max + end_bytes + locator64_bytes;
    const std::uint64_t start = spool.size() - std::min<std::uint64_t>(spool.size(), tail_bytes_max);
    const auto tail = spool.read(start, tail_bytes_max);
    if (!tail)
        return tail.error();
    const BytesView octets = *tail;
    for (auto at = octets.find("PK\5\6"); at != BytesView::npos; at = octets.find("PK\5\6", at + 1)) {
        if (octets.size() - at < end_bytes)
            break;
        // Elsewhere than at the very end the library takes it for inconsistent before it reads entries.
        const bool is_last = at + end_bytes + little_endian(octets, at + 20, 2) == octets.size();
        const std::uint64_t bytes = little_endian(octets, at + 12, 4);
        if (is_last && bytes != 0xFFFFFFFF && bytes > directory_bytes_max)
            return too_large(0, bytes);
        if (at < locator64_bytes || !octets.substr(at - locator64_bytes).starts_with("PK\6\7"))
            continue;
        const auto end64 = spool.read(little_endian(octets, at - locator64_bytes + 8, 8), end64_bytes);
        if (!end64)
            return end64.error();
        if (end64->size() < end64_bytes || !end64->starts_with("PK\6\6"))
            continue;
        if (auto why = too_large(little_endian(*end64, 32, 8), little_endian(*end64, 40, 8)); !why.empty())
            return why;
    }
    return std::string{};
}

struct CloseArchive {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const noexcept { (void)zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using Entry = std::unique_ptr<zip_file_t, CloseEntry>;

/// The library takes the handle over.
Result<zip_source_t*> source_of(const Spool& spool, zip_error_t& error) {
    if (const auto octets = spool.in_memory())
        return zip_source_buffer_create(octets->data(), octets->size(), 0, &error);
    auto file = spool.open();
    if (!file)
        return file.error();
    zip_source_t* const source = zip_source_filep_create(file->get(), 0, -1, &error);
    if (source)
        (void)file->release();
    return source;
}

/// nullptr: `why` says what is wrong with it.
Result<Archive> open_archive(const Spool& spool, std::string& why) {
    zip_error_t error;
    zip_error_init(&error);
    const auto source = source_of(spool, error);
    if (!source)
        return source.error();
    zip_t* const opened = *source ? zip_open_from_source(*source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
    if (!opened) {
        zip_source_free(*source);
        why = std::string{"ZIP: "} + zip_error_strerror(&error);
    }
    zip_error_fini(&error);
    return Archive{opened};
}

/// Word, Excel and OpenDocument files are ZIPs of many entries; these two names tell them.
bool is_office_document(zip_t* archive) {
    return zip_name_locate(archive, "[Content_Types].xml", 0) >= 0 || zip_name_locate(archive, "mimetype", 0) >= 0;
}

/// Sets `found.broken` when something is wrong with what the archive says of its entry.
void check_entry(zip_t* archive, const Limits& limits, zip_stat_t& stat, Inspection& found) {
    const auto refuse = [&](PacketRule rule, std::string why) {
        found.rule = rule;
        found.broken = std::move(why);
    };
    zip_stat_init(&stat);
    if (zip_stat_index(archive, 0, 0, &stat) != 0)
        return refuse(PacketRule::zip_broken, "ZIP: entry not readable");
    constexpr zip_uint64_t wanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD
                                    | ZIP_STAT_ENCRYPTION_METHOD;
    if ((stat.valid & wanted) != wanted)
        return refuse(PacketRule::zip_broken, "ZIP: entry not readable");
    const std::string_view name = stat.name;
    if (name.empty() || name.find_first_of("/\\:") != std::string_view::npos || name == "." || name == "..")
        return refuse(PacketRule::zip_path, "ZIP: path in the entry's name");
    if (stat.encryption_method != ZIP_EM_NONE)
        return refuse(PacketRule::zip_not_supported, "ZIP: encrypted");
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
        return refuse(PacketRule::zip_not_supported, "ZIP: compression method " + std::to_string(stat.comp_method));
    if (stat.size > limits.content_bytes_max)
        return refuse(PacketRule::zip_too_large,
                      "ZIP: entry larger than " + std::to_string(limits.content_bytes_max) + " bytes");
    if (stat.size > limits.ratio_free_bytes && stat.size / limits.ratio_max > stat.comp_size)
        return refuse(PacketRule::zip_too_large,
                      "ZIP: packed more than " + std::to_string(limits.ratio_max) + " times");
}

/// Reads the entry to its end, so that the checksum is checked, without keeping it.
std::string inspect_entry(zip_t* archive, const zip_stat_t& stat, Inspection& found) {
    const Entry entry{zip_fopen_index(archive, 0, 0)};
    if (!entry)
        return std::string{"ZIP: "} + zip_strerror(archive);
    std::array<char, 16 * 1024> piece;
    ReplacementCounter counter;
    for (;;) {
        const zip_int64_t got = zip_fread(entry.get(), piece.data(), piece.size());
        if (got < 0)
            return std::string{"ZIP: "} + zip_error_strerror(zip_file_get_error(entry.get()));
        if (got == 0)
            break;
        const BytesView read{piece.data(), static_cast<std::size_t>(got)};
        if (counter.size() == 0)
            found.content = kind_of(read);
        counter.add(read);
        // The stated size is the sender's word; what comes out counts.
        if (counter.size() > stat.size)
            return "ZIP: entry larger than it says";
    }
    if (counter.size() != stat.size)
        return "ZIP: entry shorter than it says";
    found.content_bytes = counter.size();
    if (found.content != ContentKind::pdf)
        return {};
    found.rule = PacketRule::pdf_read_as_text;
    return counter.pdf_damage();
}

}  // namespace

Result<void> inspect_archive(const Spool& spool, const Limits& limits, Inspection& found) {
    found.rule = PacketRule::zip_too_large;
    auto too_much = check_directory(spool);
    if (!too_much)
        return too_much.error();
    found.broken = std::move(*too_much);
    if (!found.broken.empty())
        return {};
    found.rule = PacketRule::zip_broken;
    const auto archive = open_archive(spool, found.broken);
    if (!archive)
        return archive.error();
    if (!*archive)
        return {};
    const zip_int64_t entries = zip_get_num_entries(archive->get(), 0);
    if (entries != 1 && is_office_document(archive->get())) {
        found.carried = found.content = ContentKind::raw;
        return {};
    }
    if (entries != 1) {
        found.rule = PacketRule::zip_entries;
        found.broken = "ZIP: " + std::to_string(entries) + " entries, must be 1";
        return {};
    }
    zip_stat_t stat;
    check_entry(archive->get(), limits, stat, found);
    if (found.broken.empty())
        found.broken = inspect_entry(archive->get(), stat, found);
    return {};
}

Result<void> extract_entry(const Spool& spool, OctetSink& out) {
    std::string why;
    const auto archive = open_archive(spool, why);
    if (!archive)
        return archive.error();
    const Entry entry{*archive ? zip_fopen_index(archive->get(), 0, 0) : nullptr};
    std::array<char, 16 * 1024> piece;
    for (;;) {
        const zip_int64_t got = entry ? zip_fread(entry.get(), piece.data(), piece.size()) : -1;
        if (got < 0)
            return Fault{Errc::packet_attachment_broken, {}, why.empty() ? "ZIP: entry not readable" : why};
        if (got == 0)
            return {};
        if (auto written = out.write({piece.data(), static_cast<std::size_t>(got)}); !written)
            return written;
    }
}

}  // namespace hub::edxml
