#include "adapters/gateway/units.hpp"

#include "hub/toml_section.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace hub::gateway {
namespace {

class ProvinceUnits final : public Units {
public:
    ProvinceUnits(std::vector<Unit> units, Instant changed_at)
        : units_{std::move(units)}, changed_at_{changed_at} {
        for (const Unit& unit : units_) {
            own_codes_.emplace(unit.code, unit.code);
            for (const std::string& alias : unit.aliases)
                own_codes_.emplace(alias, unit.code);
        }
    }
    std::vector<Unit> all() const override { return units_; }
    std::string own_code(const std::string& code) const override {
        const auto found = own_codes_.find(code);
        return found == own_codes_.end() ? code : found->second;
    }
    Instant changed_at() const override { return changed_at_; }

private:
    const std::vector<Unit> units_;
    const Instant changed_at_;
    std::map<std::string, std::string> own_codes_;
};

bool is_old_form(const std::string& code) {
    const auto parsed = AgencyCode::parse(code);
    return parsed && parsed->form() == AgencyCode::Form::old_form;
}

Instant written_at(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        return {};
    return Instant{std::chrono::seconds{status.st_mtim.tv_sec}};
}

}  // namespace

std::string Unit::old_code() const {
    if (is_old_form(code))
        return code;
    const auto found = std::ranges::find_if(aliases, is_old_form);
    return found == aliases.end() ? std::string{} : *found;
}

std::unique_ptr<Units> read_units(const std::filesystem::path& agencies_file, Instant now,
                                  SettingsMistakes& mistakes) {
    const std::size_t before = mistakes.size();
    const TomlFile file{agencies_file, mistakes};
    const auto document = file.parse();
    if (!document)
        return nullptr;
    TomlSection top{file, &*document, {}, 1};
    std::vector<Unit> units;
    for (TomlSection& section : top.sections("agency")) {
        const auto code = section.code("code", Presence::required);
        const auto name = section.text("name", Presence::optional);
        const auto opened = section.instant("opened_at");
        const auto closed = section.instant("closed_at");
        Unit unit{.code = code ? code->text() : "",
                  .name = name.value_or(""),
                  .aliases = {},
                  .is_closed = (closed && *closed <= now) || (opened && *opened > now)};
        if (section.has("aliases"))
            for (TomlSection& alias : section.sections("aliases"))
                if (const auto other = alias.code("code", Presence::required))
                    unit.aliases.push_back(other->text());
        units.push_back(std::move(unit));
    }
    if (mistakes.size() > before)
        return nullptr;
    return std::make_unique<ProvinceUnits>(std::move(units), written_at(agencies_file));
}

}  // namespace hub::gateway
