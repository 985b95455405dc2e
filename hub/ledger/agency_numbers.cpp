#include "hub/ledger/agency_numbers.hpp"

namespace hub::ledger {

Result<AgencyNumbers> AgencyNumbers::load(Database& database) {
    AgencyNumbers numbers;
    if (auto loaded = numbers.reload(database); !loaded)
        return loaded.error();
    return numbers;
}

Result<void> AgencyNumbers::reload(Database& database) {
    numbers_.clear();
    codes_.clear();
    auto statement = database.prepare("SELECT number, code FROM agencies");
    if (!statement)
        return statement.error();
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        const auto code = AgencyCode::parse(statement->text(1));
        if (!code)
            return Fault{Errc::ledger_corrupt, "agencies", code.error().peer_text};
        numbers_.emplace(*code, statement->integer(0));
        codes_.emplace(statement->integer(0), *code);
    }
}

Result<AgencyCode> AgencyNumbers::code(Database& database, std::int64_t number) {
    if (const auto it = codes_.find(number); it != codes_.end())
        return it->second;
    auto statement = database.prepare("SELECT code FROM agencies WHERE number = ?1");
    if (!statement)
        return statement.error();
    const auto row = statement->bind(1, number).step();
    if (!row)
        return row.error();
    const auto code = *row ? AgencyCode::parse(statement->text(0)) : Fault{Errc::not_found, {}, {}};
    if (!code)
        return Fault{Errc::ledger_corrupt, "agencies", std::to_string(number)};
    numbers_.emplace(*code, number);
    codes_.emplace(number, *code);
    return *code;
}

Result<std::optional<std::int64_t>> AgencyNumbers::number(Database& database, const AgencyCode& code) {
    if (const auto it = numbers_.find(code); it != numbers_.end())
        return std::optional{it->second};
    auto statement = database.prepare("SELECT number FROM agencies WHERE code = ?1");
    if (!statement)
        return statement.error();
    const auto row = statement->bind_text(1, code.text()).step();
    if (!row)
        return row.error();
    if (!*row)
        return std::optional<std::int64_t>{};
    const std::int64_t number = statement->integer(0);
    numbers_.emplace(code, number);
    codes_.emplace(number, code);
    return std::optional{number};
}

Result<std::int64_t> AgencyNumbers::number_for_writing(Database& database, const AgencyCode& code) {
    if (const auto it = numbers_.find(code); it != numbers_.end())
        return it->second;
    auto statement = database.prepare("INSERT INTO agencies (code) VALUES (?1) RETURNING number");
    if (!statement)
        return statement.error();
    statement->bind_text(1, code.text());
    const auto row = statement->step();
    if (!row)
        return row.error();
    const std::int64_t number = statement->integer(0);
    numbers_.emplace(code, number);
    codes_.emplace(number, code);
    return number;
}

}  // namespace hub::ledger
