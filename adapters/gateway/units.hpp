#pragma once
// The agencies that callers are told of, and which codes mean the same one.

#include "hub/settings_mistake.hpp"

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace hub::gateway {

struct Unit {
    std::string code;  ///< Own code.
    std::string name;
    std::vector<std::string> aliases;
    bool is_closed = false;

    /// Its code of the old form (QCVN 102:2016); empty: none.
    std::string old_code() const;
};

/// Where the lists come from. Any thread.
class Units {
public:
    virtual ~Units() = default;
    virtual std::vector<Unit> all() const = 0;
    /// By own code or alias; nullopt: it is none of these.
    virtual std::optional<Unit> find(const std::string& code) const = 0;
    /// The own code of the agency with this code or alias; itself when there is none.
    virtual std::string own_code(const std::string& code) const = 0;
    virtual Instant changed_at() const = 0;
};

/// The agencies of the province, from the file that the hub reads too; of it only codes, names, aliases and
/// closing. nullptr: mistakes were added.
std::unique_ptr<Units> read_units(const std::filesystem::path& agencies_file, Instant now,
                                  SettingsMistakes& mistakes);

}  // namespace hub::gateway
