#include "hub/ledger/ledger_id.hpp"

#include <sys/random.h>

#include <array>

namespace hub::ledger {

Result<std::string> ledger_id(Database& database) {
    auto asked = database.prepare("SELECT value FROM meta WHERE name = 'id'");
    if (!asked)
        return asked.error();
    const auto row = asked->step();
    if (!row)
        return row.error();
    if (*row)
        return std::string{asked->text(0)};
    std::array<unsigned char, 16> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        return Fault{Errc::internal, "getrandom", {}};
    std::string id;
    for (const unsigned char octet : octets) {
        id += "0123456789abcdef"[octet >> 4];
        id += "0123456789abcdef"[octet & 15];
    }
    auto written = database.prepare("INSERT INTO meta (name, value) VALUES ('id', ?1)");
    if (!written)
        return written.error();
    if (auto run = written->bind_text(1, id).run(); !run)
        return run.error();
    return id;
}

}  // namespace hub::ledger
