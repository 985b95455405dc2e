#include "adapters/folder/settings.hpp"

#include "adapters/kit/settings_file.hpp"

#include "hub/core/receipt.hpp"

#include <algorithm>

namespace hub::folder {
namespace {

/// What stands between commas, without the blanks around it; nothing of an empty text.
std::vector<std::string> codes_of(std::string_view text) {
    std::vector<std::string> codes;
    for (std::size_t at = 0; !text.empty() && at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string_view code = text.substr(at, comma - at);
        code.remove_prefix(std::min(code.find_first_not_of(' '), code.size()));
        code = code.substr(0, code.find_last_not_of(' ') + 1);
        codes.emplace_back(code);
        at = comma + 1;
    }
    return codes;
}

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    const TomlFile file{path, loaded.mistakes};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};

    FolderSettings settings{.kit = {.agency = AgencyCode::parse("X").value()}};
    TomlSection agency = top.section("agency");
    const auto code = kit::read_agency(agency, settings.kit);
    settings.base = agency.path("folder", Presence::required).value_or("");
    agency.refuse_unknown();
    kit::read_broker(top, "lgsp-folder", code, settings.kit);
    TomlSection hub = top.section("hub");
    kit::read_hub(hub, settings.kit);
    hub.refuse_unknown();
    TomlSection contents = top.section("contents");
    kit::read_contents(contents, settings.kit);
    constexpr std::int64_t packet_mib_most = static_cast<std::int64_t>(limits::part_bytes_max >> 20);
    const std::int64_t packet_mib_max = contents.whole("packet_mib_max", 1, packet_mib_most, 2048);
    contents.refuse_unknown();
    TomlSection trial = top.section("trial");
    settings.answers = codes_of(trial.text("answers", Presence::optional).value_or(""));
    for (const std::string& answer : settings.answers)
        if (status_event(answer) == ReceiptEvent::status_other)
            trial.refuse("answers", shown(answer) + ": no status code such as 01 or 03",
                         shown(answer) + ": không phải mã trạng thái như 01 hay 03");
    trial.refuse_unknown();
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    if (!loaded.mistakes.empty())
        return loaded;

    settings.kit.journal_folder = settings.base / "journal";
    settings.kit.spool_folder = settings.base / "journal" / "spool";
    if (!settings.kit.contents_url.empty())
        settings.packet_bytes_max = static_cast<std::size_t>(packet_mib_max) << 20;
    loaded.settings.emplace(std::move(settings));
    return loaded;
}

}  // namespace hub::folder
