#pragma once
// A folder for a content store, removed at the end, and short ways to put and get a content.

#include "hub/contents/file_content_store.hpp"
#include "hub/core/signature.hpp"

#include <filesystem>

namespace hub::test {

class StoreFolder {
public:
    StoreFolder();
    ~StoreFolder();
    StoreFolder(const StoreFolder&) = delete;
    StoreFolder& operator=(const StoreFolder&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }
    /// Small enough for tests, and no reserve.
    contents::FileContentStore::Settings settings() const;
    std::unique_ptr<contents::FileContentStore> open() const { return open(settings()); }
    static std::unique_ptr<contents::FileContentStore>
    open(const contents::FileContentStore::Settings& settings);
    /// All files in it, as paths from it, in order.
    std::vector<std::string> files() const;

private:
    std::filesystem::path path_;
};

AgencyCode agency_named(std::string_view code);
inline const AgencyCode agency_a = agency_named("H43.01"), agency_b = agency_named("H43.02");
inline constexpr std::size_t mib = 1024 * 1024;
/// Octets that are not the same for two seeds, and do not repeat with a block.
Bytes octets_of(std::size_t count, std::uint64_t seed = 1);

ContentRecord record_of(BytesView octets, CopyId copy, const AgencyCode& agency);
/// Puts all of it in pieces.
Result<CopyId> put_whole(ContentStore& store, const AgencyCode& agency, BytesView octets,
                         std::size_t piece = 100'000);
Result<Bytes> get_whole(ContentStore& store, const ContentRecord& record);
/// Where the copy lies.
std::filesystem::path place_of(const std::filesystem::path& folder, const ContentRecord& record);
void flip_octet(const std::filesystem::path& file, std::uint64_t offset);

}  // namespace hub::test
