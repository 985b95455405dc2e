#include "hub/contents/scan_pass.hpp"

#include <fstream>
#include <string>

namespace hub::contents {
namespace {

constexpr std::string_view nothing_yet = "-", all = "all";

}  // namespace

std::optional<ScanPass> read_scan_pass(const std::filesystem::path& folder) {
    std::ifstream file{folder / "scan"};
    ScanPass pass;
    std::string through;
    if (!(file >> pass.begun_unix_s >> through))
        return std::nullopt;
    pass.is_over = through == all;
    if (pass.is_over || through == nothing_yet)
        return pass;
    const auto digest = Digest::parse(through);
    if (!digest)
        return std::nullopt;
    pass.through = *digest;
    return pass;
}

void write_scan_pass(const std::filesystem::path& folder, const ScanPass& pass) {
    const auto half_written = folder / "scan.new";
    {
        std::ofstream file{half_written, std::ios::trunc};
        const std::string through{pass.is_over ? std::string{all}
                                               : pass.through ? pass.through->text() : std::string{nothing_yet}};
        file << pass.begun_unix_s << ' ' << through << '\n';
        if (!file.flush())
            return;
    }
    std::error_code error;
    std::filesystem::rename(half_written, folder / "scan", error);
}

}  // namespace hub::contents
