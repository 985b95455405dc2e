#include "hub/core/directory.hpp"

#include <algorithm>

namespace hub {
namespace {

Fault conflict(const Agency& agency, std::string_view key, std::string_view text) {
    return {Errc::setting_invalid, "agency " + agency.code.text() + " " + std::string{key}, std::string{text}};
}

bool is_valid(std::optional<Instant> from, std::optional<Instant> until, Instant now) noexcept {
    return (!from || *from <= now) && (!until || now < *until);
}

/// Two validity spans share an instant.
bool do_overlap(std::optional<Instant> from_a, std::optional<Instant> until_a, std::optional<Instant> from_b,
                std::optional<Instant> until_b) noexcept {
    return (!until_b || !from_a || *from_a < *until_b) && (!until_a || !from_b || *from_b < *until_a);
}

}  // namespace

Result<Directory> Directory::build(std::vector<Agency> agencies, std::vector<AgencyCode> province_codes) {
    Directory directory;
    directory.agencies_ = std::move(agencies);
    directory.province_codes_ = std::move(province_codes);

    for (std::size_t i = 0; i < directory.agencies_.size(); ++i) {
        const Agency& agency = directory.agencies_[i];
        if (!directory.by_code_.emplace(agency.code, i).second)
            return conflict(agency, "code", "named twice");
        if (agency.is_axis) {
            if (directory.axis_)
                return conflict(agency, "axis", "another agency is the axis already");
            directory.axis_ = i;
        }
        for (std::size_t k = 0; k < agency.certificates.size(); ++k)
            if (!directory.by_key_.emplace(agency.certificates[k].id(), std::pair{i, k}).second)
                return conflict(agency, "certificates", "this certificate is named twice");
    }
    for (std::size_t i = 0; i < directory.agencies_.size(); ++i) {
        const Agency& agency = directory.agencies_[i];
        if (agency.successor && !directory.by_code_.contains(*agency.successor))
            return conflict(agency, "successor", agency.successor->text());
        for (const Alias& alias : agency.aliases) {
            if (const auto own = directory.by_code_.find(alias.code);
                own != directory.by_code_.end() && own->second != i)
                return conflict(agency, "aliases", alias.code.text());
            const auto [first, last] = directory.by_name_.equal_range(alias.code);
            const bool is_taken = std::any_of(first, last, [&](const auto& entry) {
                return do_overlap(entry.second.valid_from, entry.second.valid_until, alias.valid_from,
                                  alias.valid_until);
            });
            if (is_taken)
                return conflict(agency, "aliases", alias.code.text());
            directory.by_name_.emplace(alias.code, Name{i, alias.valid_from, alias.valid_until});
        }
    }
    return directory;
}

const Agency* Directory::find(const AgencyCode& code) const noexcept {
    const auto it = by_code_.find(code);
    return it == by_code_.end() ? nullptr : &agencies_[it->second];
}

const Agency* Directory::axis() const noexcept { return axis_ ? &agencies_[*axis_] : nullptr; }

const Agency* Directory::named(const AgencyCode& code, Instant now) const noexcept {
    if (const Agency* agency = find(code))
        return agency;
    const auto [first, last] = by_name_.equal_range(code);
    for (auto it = first; it != last; ++it)
        if (is_valid(it->second.valid_from, it->second.valid_until, now))
            return &agencies_[it->second.agency];
    return nullptr;
}

std::optional<Directory::SignerEntry> Directory::signer(const KeyId& key) const noexcept {
    const auto it = by_key_.find(key);
    if (it == by_key_.end())
        return std::nullopt;
    const Agency& agency = agencies_[it->second.first];
    return SignerEntry{&agency, &agency.certificates[it->second.second]};
}

}  // namespace hub
