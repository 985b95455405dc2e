#include "adapters/gateway/units.hpp"

#include "adapters/kit/agencies_file.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace hub::gateway {
namespace {

class ProvinceUnits final : public Units {
public:
    ProvinceUnits(std::vector<Unit> units, Instant changed_at)
        : units_{std::move(units)}, changed_at_{changed_at} {
        for (std::size_t i = 0; i < units_.size(); ++i) {
            places_.emplace(units_[i].code, i);
            for (const std::string& alias : units_[i].aliases)
                places_.emplace(alias, i);
        }
    }
    std::vector<Unit> all() const override { return units_; }
    std::string own_code(const std::string& code) const override {
        const auto found = places_.find(code);
        return found == places_.end() ? code : units_[found->second].code;
    }
    std::optional<Unit> find(const std::string& code) const override {
        const auto found = places_.find(code);
        return found == places_.end() ? std::nullopt : std::optional{units_[found->second]};
    }
    Instant changed_at() const override { return changed_at_; }

private:
    const std::vector<Unit> units_;
    const Instant changed_at_;
    std::map<std::string, std::size_t> places_;   ///< By own code and alias.
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
    const auto agencies = kit::read_agencies(agencies_file, mistakes);
    if (!agencies)
        return nullptr;
    std::vector<Unit> units;
    for (const Agency& agency : agencies->agencies()) {
        Unit unit{.code = agency.code.text(),
                  .name = agency.name,
                  .aliases = {},
                  .is_closed = (agency.closed_at && *agency.closed_at <= now)
                               || (agency.opened_at && *agency.opened_at > now)};
        for (const Alias& alias : agency.aliases)
            unit.aliases.push_back(alias.code.text());
        units.push_back(std::move(unit));
    }
    return std::make_unique<ProvinceUnits>(std::move(units), written_at(agencies_file));
}

}  // namespace hub::gateway
