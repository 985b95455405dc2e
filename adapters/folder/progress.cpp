#include "adapters/folder/progress.hpp"

#include "hub/telemetry/remedy.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <system_error>

namespace hub::folder {
namespace {

constexpr std::chrono::seconds write_every{1};
constexpr std::chrono::seconds tell_every{2};

boost::json::object json_of(const Fault& trouble) {
    const Words words = words_of(trouble.code);
    return {{"code", name_of(trouble.code)},
            {"field", trouble.field},
            {"text", trouble.peer_text},
            {"title_vi", words.title_vi},
            {"title_en", words.title_en}};
}

/// {"transfers": [{"name", "direction", "done", "total", "code", "field"}], "trouble": {}}; the last two of a transfer:
/// why it does not go on, if so; the trouble: of the adapter, while there is one.
std::string json_of(const std::vector<kit::Transfer>& transfers, const std::optional<Fault>& trouble) {
    boost::json::array list;
    for (const kit::Transfer& transfer : transfers) {
        boost::json::object one{{"name", transfer.name},
                                {"direction", transfer.is_upload ? "upload" : "download"},
                                {"done", transfer.bytes_done},
                                {"total", transfer.bytes_total}};
        if (transfer.fault) {
            one["code"] = name_of(transfer.fault->code);
            one["field"] = transfer.fault->field;
            one["text"] = transfer.fault->peer_text;
        }
        list.push_back(std::move(one));
    }
    boost::json::object whole{{"transfers", std::move(list)}};
    if (trouble)
        whole["trouble"] = json_of(*trouble);
    return boost::json::serialize(whole);
}

std::string line_of(const kit::Transfer& transfer, double bytes_a_second) {
    constexpr double mib = 1024.0 * 1024.0;
    const std::string begin = (transfer.is_upload ? "↑ " : "↓ ") + transfer.name + ": ";
    if (transfer.fault && bytes_a_second <= 0) {
        const Words words = words_of(transfer.fault->code);
        const std::string& why = transfer.fault->peer_text;
        return begin + std::string{words.title_vi} + " / " + std::string{words.title_en} + " ("
               + std::string{name_of(transfer.fault->code)} + " " + transfer.fault->field + ")" + (why.empty() ? "" : ": " + why);
    }
    const double share = 100.0 * static_cast<double>(transfer.bytes_done)
                         / static_cast<double>(std::max<std::uint64_t>(transfer.bytes_total, 1));
    char text[80];
    std::snprintf(text, sizeof text, "%.0f %% / %.1f MiB, %.1f MiB/s", share,
                  static_cast<double>(transfer.bytes_total) / mib, bytes_a_second / mib);
    return begin + text;
}

}  // namespace

std::vector<std::string> Progress::look(const std::vector<kit::Transfer>& transfers,
                                        const std::optional<Fault>& trouble, Time now) {
    if (now - written_at_ >= write_every && !(transfers.empty() && !trouble && written_.empty())) {
        write(transfers, trouble);
        written_at_ = now;
    }
    std::vector<std::string> lines;
    std::map<std::uint64_t, Told> still;
    for (const kit::Transfer& transfer : transfers) {
        const std::string_view why = transfer.fault ? name_of(transfer.fault->code) : std::string_view{};
        const auto found = told_.find(transfer.number);
        Told told = found == told_.end() ? Told{now, transfer.bytes_done, {}} : found->second;
        const std::chrono::duration<double> passed = now - told.at;
        const bool has_moved = transfer.bytes_done > told.bytes_done;
        // What was sent before a refusal has not arrived: why it does not go on comes first.
        const bool is_new_trouble = !why.empty() && why != told.trouble;
        if (passed >= tell_every && (has_moved || why != told.trouble)) {
            const auto moved =
                has_moved && !is_new_trouble ? static_cast<double>(transfer.bytes_done - told.bytes_done) : 0.0;
            lines.push_back(line_of(transfer, moved / passed.count()));
            told = {now, transfer.bytes_done, why};
        } else if (transfer.bytes_done < told.bytes_done && !transfer.fault) {
            // Begun anew. While it fails, only what goes beyond the last try is progress.
            told.bytes_done = transfer.bytes_done;
        }
        still.emplace(transfer.number, told);
    }
    told_ = std::move(still);
    return lines;
}

void Progress::write(const std::vector<kit::Transfer>& transfers, const std::optional<Fault>& trouble) {
    std::string text = json_of(transfers, trouble);
    if (text == written_)
        return;
    // A rename, so that nobody reads half of it; not synced: after a power cut it is written anew.
    const auto temporary = file_.parent_path() / ".progress.json.tmp";
    std::ofstream out{temporary, std::ios::binary | std::ios::trunc};
    out << text << "\n";
    out.close();
    std::error_code error;
    if (out)
        std::filesystem::rename(temporary, file_, error);
    if (out && !error)
        written_ = std::move(text);
}

}  // namespace hub::folder
