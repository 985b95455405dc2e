#include "adapters/kit/agencies_file.hpp"

#include "hub/toml_section.hpp"

namespace hub::kit {
namespace {

std::optional<Agency> read_agency(TomlSection& section) {
    const auto code = section.code("code", Presence::required);
    Agency agency{.code = code.value_or(AgencyCode::parse("X").value())};
    agency.name = section.text("name", Presence::optional).value_or("");
    if (section.has("aliases"))
        for (TomlSection& each : section.sections("aliases")) {
            const auto from = each.instant("valid_from"), until = each.instant("valid_until");
            if (const auto alias = each.code("code", Presence::required))
                agency.aliases.push_back({*alias, from, until});
        }
    agency.is_axis = section.flag("axis", false);
    agency.serves_subordinates = section.flag("serves_subordinates", false);
    agency.opened_at = section.instant("opened_at");
    agency.closed_at = section.instant("closed_at");
    return code ? std::optional{std::move(agency)} : std::nullopt;
}

}  // namespace

std::shared_ptr<const Directory> read_agencies(const std::filesystem::path& path, SettingsMistakes& mistakes) {
    const std::size_t before = mistakes.size();
    const TomlFile file{path, mistakes};
    const auto document = file.parse();
    if (!document)
        return nullptr;
    TomlSection top{file, &*document, {}, 1};
    std::vector<Agency> agencies;
    for (TomlSection& section : top.sections("agency"))
        if (auto agency = read_agency(section))
            agencies.push_back(std::move(*agency));
    if (mistakes.size() > before)
        return nullptr;
    auto built = Directory::build(std::move(agencies), {});
    if (built)
        return std::make_shared<const Directory>(std::move(*built));
    // What exactly is wrong with it the hub's own --check says.
    top.refuse("agency", built.error().field + ": " + built.error().peer_text,
               built.error().field + ": " + built.error().peer_text);
    return nullptr;
}

}  // namespace hub::kit
