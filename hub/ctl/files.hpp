#pragma once
// Files that are either there in full or not at all.

#include "hub/ctl/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include <sys/types.h>

namespace hub::ctl {

enum class Overwrite : unsigned char { no, yes };

/// A file under way, beside its place: without a name, or under a dot name where it is to replace another or the file
/// system knows no other way. Destroyed before finish(): nothing of it is left.
class NewFile {
public:
    /// The mode is exact, whatever the umask. With Overwrite::no a file that is there is a failure already now.
    static Outcome<std::unique_ptr<NewFile>> begin(const std::filesystem::path& path, mode_t mode, Overwrite overwrite,
                                                   Lang lang);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    Outcome<void> append(std::string_view octets);
    /// Synced, and in its place. With Overwrite::no one that has appeared there meanwhile is a failure.
    Outcome<void> finish();

private:
    struct State;
    explicit NewFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// The same of what is at hand.
Outcome<void> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode,
                         Overwrite overwrite, Lang lang);

/// The same of another file, which must be a regular one of at most `bytes_max`.
Outcome<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& path, mode_t mode,
                        Overwrite overwrite, std::uint64_t bytes_max, Lang lang);

/// At most `bytes_max`; more is a failure.
Outcome<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max, Lang lang);

Outcome<void> make_folder(const std::filesystem::path& path, Lang lang);

/// As the system names it: no link, no dot, no slash at its end. A failure when it is not there.
Outcome<std::filesystem::path> find_folder(const std::filesystem::path& path, Lang lang);

}  // namespace hub::ctl
