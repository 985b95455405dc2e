#pragma once
// Large packets on their way, and what stands in the way of all, for people to see: progress.json in the agency's folder, and lines to print. Nothing
// depends on it: what cannot be written is left out.

#include "adapters/kit/kit.hpp"

#include <chrono>
#include <map>
#include <optional>

namespace hub::folder {

class Progress {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Progress(const std::filesystem::path& base) : file_{base / "progress.json"} {}

    /// Writes the file when something has changed, at most once a second. Returns lines that are due: for each
    /// transfer at most one in two seconds, and none for one that takes less.
    std::vector<std::string> look(const std::vector<kit::Transfer>& transfers, const std::optional<Fault>& trouble,
                                  Time now);

private:
    struct Told {
        Time at;
        std::uint64_t bytes_done = 0;
        std::string_view trouble;               ///< The name of a code.
    };
    void write(const std::vector<kit::Transfer>& transfers, const std::optional<Fault>& trouble);

    const std::filesystem::path file_;
    Time written_at_{};
    std::string written_;
    std::map<std::uint64_t, Told> told_;            ///< By the transfer's number.
};

}  // namespace hub::folder
