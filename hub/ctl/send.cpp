#include "hub/ctl/send.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/ctl/files.hpp"

#include <boost/json.hpp>

#include <thread>

namespace hub::ctl {
namespace {

/// A name of its own, so that an earlier packet of that name is not taken for this one. The adapter cuts what is
/// longer than 200 octets, and its answer would then stand under a name that nobody looks for.
std::string name_in_outbox(const std::filesystem::path& file) {
    constexpr std::size_t name_bytes_max = 200;
    const auto stamp = std::chrono::system_clock::now().time_since_epoch().count();
    const std::string end = "-" + std::to_string(stamp) + ".edxml";
    return utf8_prefix(file.stem().string(), name_bytes_max - end.size()) + end;
}

}  // namespace

Outcome<boost::json::object> send(const std::filesystem::path& file, const std::filesystem::path& outbox,
                                  std::chrono::seconds wait, Lang lang) {
    constexpr std::size_t reason_bytes_max = 1024 * 1024;
    // Beside it stand sent/ and refused/: of "outbox/" or "." the text does not tell where that is.
    const auto box = find_folder(outbox, lang);
    if (!box)
        return box.error();
    const std::string name = name_in_outbox(file);
    if (auto copied = copy_file(file, *box / name, 0644, Overwrite::no, limits::part_bytes_max, lang); !copied)
        return copied.error();
    boost::json::object outcome{{"file", name}, {"outcome", wait.count() > 0 ? "waiting" : "handed_over"}};
    const auto base = box->parent_path();
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < deadline) {
        std::error_code error;
        if (std::filesystem::exists(base / "sent" / name, error)) {
            outcome["outcome"] = "accepted";
            return outcome;
        }
        if (std::filesystem::exists(base / "refused" / (name + ".reason.json"), error)) {
            outcome["outcome"] = "refused";
            if (const auto reason = read_file(base / "refused" / (name + ".reason.json"), reason_bytes_max, lang))
                outcome["reason"] = boost::json::parse(*reason, error);
            return outcome;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return outcome;
}

}  // namespace hub::ctl
