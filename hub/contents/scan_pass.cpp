#include "hub/contents/scan_pass.hpp"

#include "hub/core/signature.hpp"

#include <fstream>
#include <string>

namespace hub::contents {
namespace {

constexpr std::string_view nothing_yet = "-", all = "all";

std::string hex_of(const std::array<std::uint32_t, 8>& words) {
    Digest packed;
    for (std::size_t i = 0; i < packed.octets.size(); ++i)
        packed.octets[i] = static_cast<std::uint8_t>(words[i / 4] >> (24 - 8 * (i % 4)));
    return packed.text();
}

std::optional<std::array<std::uint32_t, 8>> words_of(std::string_view hex) {
    const auto packed = Digest::parse(hex);
    if (!packed)
        return std::nullopt;
    std::array<std::uint32_t, 8> words{};
    for (std::size_t i = 0; i < packed->octets.size(); ++i)
        words[i / 4] = (words[i / 4] << 8U) | packed->octets[i];
    return words;
}

std::string text_of(const HalfRead& half) {
    return half.digest.text() + ' ' + std::to_string(static_cast<std::uint64_t>(half.copy)) + ' '
           + std::to_string(half.state.octets) + ' ' + hex_of(half.state.words);
}

/// One wrong digit would make a good copy look damaged: only what bears its own digest is believed.
std::optional<HalfRead> read_half(std::istream& file) {
    std::string digest, words, check;
    std::uint64_t copy = 0;
    HalfRead half;
    if (!(file >> digest >> copy >> half.state.octets >> words >> check))
        return std::nullopt;
    const auto parsed = Digest::parse(digest);
    const auto state = words_of(words);
    // The algorithm's blocks are of 64 octets.
    if (!parsed || !state || half.state.octets % 64 != 0)
        return std::nullopt;
    half.digest = *parsed;
    half.copy = CopyId{copy};
    half.state.words = *state;
    return sha256(text_of(half)).text() == check ? std::optional{half} : std::nullopt;
}

}  // namespace

std::optional<ScanPass> read_scan_pass(const std::filesystem::path& folder) {
    std::ifstream file{folder / "scan"};
    ScanPass pass;
    std::string through;
    if (!(file >> pass.begun_unix_s >> through))
        return std::nullopt;
    pass.is_over = through == all;
    if (!pass.is_over && through != nothing_yet) {
        const auto digest = Digest::parse(through);
        if (!digest)
            return std::nullopt;
        pass.through = *digest;
    }
    pass.half_read = read_half(file);
    return pass;
}

void write_scan_pass(const std::filesystem::path& folder, const ScanPass& pass) {
    const auto half_written = folder / "scan.new";
    {
        std::ofstream file{half_written, std::ios::trunc};
        const std::string through{pass.is_over ? std::string{all}
                                               : pass.through ? pass.through->text() : std::string{nothing_yet}};
        file << pass.begun_unix_s << ' ' << through << '\n';
        if (pass.half_read) {
            const std::string half = text_of(*pass.half_read);
            file << half << ' ' << sha256(half).text() << '\n';
        }
        if (!file.flush())
            return;
    }
    std::error_code error;
    std::filesystem::rename(half_written, folder / "scan", error);
}

}  // namespace hub::contents
