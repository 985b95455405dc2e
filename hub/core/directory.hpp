#pragma once
// The agencies that the hub knows: codes with their aliases and dates, certificates, who stands for the
// national axis. Immutable once built; resolving is in routing.hpp.

#include "hub/core/contact.hpp"
#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"
#include "hub/core/signature.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hub {

/// Another code of the same agency (old form, new form, the code of a merged unit) and when it holds.
struct Alias {
    AgencyCode code;
    std::optional<Instant> valid_from;
    std::optional<Instant> valid_until;
};

struct Agency {
    AgencyCode code;                          ///< The one that names its queues and its rows in the ledger.
    std::string name;
    std::vector<Alias> aliases;
    bool is_axis = false;                     ///< The connector to the national axis: takes what is outside.
    bool serves_subordinates = false;         ///< Takes documents for codes under its own that no agency has.
    std::optional<Instant> opened_at;
    std::optional<Instant> closed_at;
    std::optional<AgencyCode> successor;      ///< Named in the refusal when the agency is closed.
    std::vector<Certificate> certificates;    ///< Several during a change of keys.
    std::size_t attached_bytes_max = 0;       ///< Of large parts put into one message for it; 0: it fetches them.
    std::vector<Contact> contacts = {};       ///< At most contacts_max, whom to call first first.
};

class Directory {
public:
    /// setting_invalid when a code or alias names two agencies at once, a successor is unknown, or more than
    /// one agency is the axis. `province_codes` are the level-1 codes of the province (old and new form):
    /// codes under them that nobody has are unknown, codes outside go to the axis.
    static Result<Directory> build(std::vector<Agency> agencies, std::vector<AgencyCode> province_codes);

    const std::vector<Agency>& agencies() const noexcept { return agencies_; }
    const std::vector<AgencyCode>& province_codes() const noexcept { return province_codes_; }
    /// By its own code only.
    const Agency* find(const AgencyCode& code) const noexcept;
    const Agency* axis() const noexcept;
    /// By own code or by an alias that holds at `now`.
    const Agency* named(const AgencyCode& code, Instant now) const noexcept;
    struct SignerEntry {
        const Agency* agency;
        const Certificate* certificate;
    };
    std::optional<SignerEntry> signer(const KeyId& key) const noexcept;

private:
    struct Name {
        std::size_t agency;
        std::optional<Instant> valid_from;
        std::optional<Instant> valid_until;
    };
    Directory() = default;
    std::vector<Agency> agencies_;
    std::vector<AgencyCode> province_codes_;
    std::unordered_map<AgencyCode, std::size_t> by_code_;
    std::unordered_multimap<AgencyCode, Name> by_name_;
    std::unordered_map<KeyId, std::pair<std::size_t, std::size_t>> by_key_;
    std::optional<std::size_t> axis_;
};

}  // namespace hub
