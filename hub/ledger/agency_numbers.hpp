#pragma once
// Codes of agencies and of the units behind them as the small numbers that rows hold. The writer gives numbers out,
// readers look them up when they first meet them: there can be as many as units in the country.

#include "hub/ledger/sqlite.hpp"
#include "hub/core/ids.hpp"

#include <unordered_map>

namespace hub::ledger {

class AgencyNumbers {
public:
    /// All of them, for the writer.
    static Result<AgencyNumbers> load(Database& database);

    /// ledger_corrupt when nobody has the number.
    Result<AgencyCode> code(Database& database, std::int64_t number);
    Result<std::optional<std::int64_t>> number(Database& database, const AgencyCode& code);
    /// For the writer: inserts a row when the code is new.
    Result<std::int64_t> number_for_writing(Database& database, const AgencyCode& code);
    /// Numbers given out in a transaction that was rolled back are not known.
    Result<void> reload(Database& database);

private:
    std::unordered_map<AgencyCode, std::int64_t> numbers_;
    std::unordered_map<std::int64_t, AgencyCode> codes_;
};

}  // namespace hub::ledger
