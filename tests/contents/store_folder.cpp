#include "tests/contents/store_folder.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

namespace hub::test {
namespace {

void require(bool is_good, const char* what) {
    if (!is_good)
        throw std::runtime_error(what);
}

}  // namespace

StoreFolder::StoreFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lgsp-contents-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "no folder for the test");
    path_ = name;
}

StoreFolder::~StoreFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

contents::FileContentStore::Settings StoreFolder::settings() const {
    contents::FileContentStore::Settings settings;
    settings.folder = path_ / "contents";
    settings.disk_reserve_bytes = 0;
    return settings;
}

std::unique_ptr<contents::FileContentStore>
StoreFolder::open(const contents::FileContentStore::Settings& settings) {
    auto store = contents::FileContentStore::open(settings);
    require(store.has_value(), "the store does not open");
    return std::move(*store);
}

std::vector<std::string> StoreFolder::files() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{path_ / "contents"})
        if (entry.is_regular_file())
            found.push_back(std::filesystem::relative(entry.path(), path_ / "contents").string());
    std::ranges::sort(found);
    return found;
}

AgencyCode agency_named(std::string_view code) { return AgencyCode::parse(code).value(); }

Bytes octets_of(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    Bytes octets(count, '\0');
    for (std::size_t at = 0; at < count; at += 8) {
        const std::uint64_t word = random();
        std::copy_n(reinterpret_cast<const char*>(&word), std::min<std::size_t>(8, count - at),
                    octets.data() + at);
    }
    return octets;
}

ContentRecord record_of(BytesView octets, CopyId copy, const AgencyCode& agency) {
    return {sha256(octets), octets.size(), copy, ContentState::whole, agency, Instant{}};
}

Result<CopyId> put_whole(ContentStore& store, const AgencyCode& agency, BytesView octets, std::size_t piece) {
    auto upload = store.upload(agency, sha256(octets), 0, octets.size());
    if (!upload)
        return upload.error();
    for (BytesView left = octets; !left.empty(); left.remove_prefix(std::min(piece, left.size())))
        if (auto kept = (*upload)->append(left.substr(0, piece)); !kept)
            return kept.error();
    return (*upload)->finish();
}

Result<Bytes> get_whole(ContentStore& store, const ContentRecord& record) {
    auto reader = store.open(record);
    if (!reader)
        return reader.error();
    Bytes octets;
    for (;;) {
        auto block = (*reader)->read(octets.size(), 70'000);
        if (!block)
            return block.error();
        if (block->empty())
            return octets;
        octets += *block;
    }
}

std::filesystem::path place_of(const std::filesystem::path& folder, const ContentRecord& record) {
    char copy[17];
    std::snprintf(copy, sizeof copy, "%016llx", static_cast<unsigned long long>(record.copy));
    const std::string digest = record.digest.text();
    return folder / "contents" / digest.substr(0, 2) / (digest + "." + copy);
}

void flip_octet(const std::filesystem::path& file, std::uint64_t offset) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekg(static_cast<std::streamoff>(offset));
    const int octet = stream.get();
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(static_cast<char>(octet ^ 1));
    require(stream.good(), "the file cannot be damaged");
}

}  // namespace hub::test
