#include "adapters/axis_sim/directory.hpp"

#include "adapters/edxml/dates.hpp"
#include "hub/core/ids.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace hub::axis_sim {
namespace {

constexpr std::size_t provinces = 63;
constexpr std::size_t units_per_level = 99;
constexpr std::int64_t versions = 5;
/// 1 January 2025; a unit was last changed in the year after it.
constexpr std::chrono::sys_days first_day{std::chrono::year{2025} / std::chrono::January / 1};

std::string two(std::size_t number) {
    std::array<char, 24> out{};
    (void)std::snprintf(out.data(), out.size(), "%02zu", number);
    return out.data();
}

std::string letters_of(std::string_view code) {
    std::string out{code};
    std::ranges::replace(out, '.', '-');
    return out;
}

/// Provinces first, then what stands below them, one in each province by turns.
DirectoryUnit made_up(std::size_t index, std::mt19937_64& random) {
    const std::size_t province = index % provinces + 1;
    const std::size_t rank = index / provinces;
    const std::string top = "H" + two(province);
    DirectoryUnit made;
    std::string parent;
    if (rank == 0) {
        made.unit.code = top;
        made.old_code = "000.00.00." + top;
        made.unit.name = "Tỉnh " + top;
    } else if (rank <= units_per_level) {
        made.unit.code = top + "." + two(rank);
        made.old_code = "000.00." + two(rank) + "." + top;
        made.unit.name = "Sở " + two(rank) + " tỉnh " + top;
        parent = top;
    } else {
        const std::size_t second = (rank - 1) % units_per_level + 1;
        const std::size_t third = (rank - 1) / units_per_level;
        parent = top + "." + two(second);
        made.unit.code = parent + "." + two(third);
        made.old_code = third < 100 ? "000." + two(third) + "." + two(second) + "." + top : std::string{};
        made.unit.name = "Đơn vị " + two(third) + " thuộc " + parent;
    }
    std::uniform_int_distribution<std::int64_t> version{1, versions};
    std::uniform_int_distribution<std::int64_t> second_of_year{0, 365 * 24 * 3600 - 1};
    std::uniform_int_distribution<int> of_hundred{0, 99};
    made.unit.id = std::to_string(index + 1);
    made.unit.parent_id = parent.empty() ? "0" : parent;
    made.unit.mail = letters_of(made.unit.code) + "@trucmau.example";
    made.unit.center_code = "00." + two(province) + ".W00";
    made.unit.version = version(random);
    made.unit.modified_at = edxml::edxml_time(Instant{first_day} + std::chrono::seconds{second_of_year(random)});
    made.unit.is_deleted = rank > 0 && of_hundred(random) == 0;
    made.unit.is_agency = true;
    return made;
}

}  // namespace

Directory::Directory(std::size_t units, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    units_.reserve(units);
    for (std::size_t i = 0; i < units; ++i)
        put(made_up(i, random));
    for (DirectoryUnit& each : units_)
        if (const std::size_t* const parent = place_of(each.unit.parent_id))
            each.unit.parent_id = units_[*parent].unit.id;
}

void Directory::put(DirectoryUnit unit) {
    const auto [it, is_new] = by_code_.try_emplace(unit.unit.code, units_.size());
    if (!unit.old_code.empty())
        by_old_code_[unit.old_code] = it->second;
    if (is_new)
        units_.push_back(std::move(unit));
    else
        units_[it->second] = std::move(unit);
}

const std::size_t* Directory::place_of(const std::string& code) const {
    for (const auto* places : {&by_code_, &by_old_code_})
        if (const auto found = places->find(code); found != places->end())
            return &found->second;
    return nullptr;
}

void Directory::add(const std::string& code, const std::string& name, const std::string& system_id, Instant at) {
    const std::scoped_lock lock{mutex_};
    const std::size_t* const place = place_of(code);
    DirectoryUnit unit = place ? units_[*place] : DirectoryUnit{};
    if (!place) {
        unit.unit.id = std::to_string(units_.size() + 1);
        unit.unit.parent_id = "0";
        unit.unit.code = code;
    }
    if (!name.empty() || !place)
        unit.unit.name = name.empty() ? "Đơn vị " + code : name;
    unit.unit.center_code = system_id;
    unit.unit.version += 1;
    unit.unit.modified_at = edxml::edxml_time(at);
    unit.unit.is_deleted = false;
    unit.unit.is_agency = true;
    put(std::move(unit));
}

bool Directory::change(const std::string& code, const std::optional<std::string>& name, std::optional<bool> is_deleted,
                       Instant at) {
    const std::scoped_lock lock{mutex_};
    const std::size_t* const place = place_of(code);
    if (!place)
        return false;
    vxp::Unit& unit = units_[*place].unit;
    unit.name = name.value_or(unit.name);
    unit.is_deleted = is_deleted.value_or(unit.is_deleted);
    unit.version += 1;
    unit.modified_at = edxml::edxml_time(at);
    return true;
}

std::optional<DirectoryUnit> Directory::find(const std::string& code) const {
    const std::scoped_lock lock{mutex_};
    const std::size_t* const place = place_of(code);
    return place ? std::optional{units_[*place]} : std::nullopt;
}

std::vector<vxp::Unit> Directory::units() const {
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::Unit> found;
    found.reserve(units_.size());
    for (const DirectoryUnit& each : units_)
        found.push_back(each.unit);
    return found;
}

std::vector<vxp::Agency> Directory::agencies() const {
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::Agency> found;
    for (const auto& [unit, old_code] : units_)
        if (!unit.is_deleted)
            found.push_back({unit.id, unit.parent_id, unit.code, unit.name, unit.mail, old_code});
    return found;
}

std::vector<vxp::AgencyQd20> Directory::agencies_qd20(const std::string& level) const {
    const std::scoped_lock lock{mutex_};
    std::vector<vxp::AgencyQd20> found;
    for (const auto& [unit, old_code] : units_) {
        const auto its_level = std::to_string(std::ranges::count(unit.code, '.') + 1);
        if (!unit.is_deleted && (level.empty() || level == its_level))
            found.push_back({unit.id, unit.code, unit.name, unit.mail, old_code});
    }
    return found;
}

std::size_t Directory::size() const {
    const std::scoped_lock lock{mutex_};
    return units_.size();
}

}  // namespace hub::axis_sim
