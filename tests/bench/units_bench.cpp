// What a look-up of a unit costs the relay, among few units and among as many as there are in the country, and what
// taking a page costs. Ratios within one run.

#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/bench/arguments.hpp"

#include <ctime>
#include <filesystem>
#include <iostream>
#include <random>

namespace {

using namespace hub;

/// Of the processor: other work on the machine does not count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

AgencyCode code(const std::string& text) { return AgencyCode::parse(text).value(); }
AgencyCode present(std::size_t n) { return code("G" + std::to_string(n % 63) + "." + std::to_string(n)); }
AgencyCode old_form(std::size_t n) { return code("000." + std::to_string(n) + ".G" + std::to_string(n % 63)); }

double fill(ledger::SqliteLedger& ledger, std::size_t units) {
    const double start = cpu_seconds();
    UnitPass pass;
    std::uint64_t seq = 0;
    for (std::size_t done = 0; done < units; done += limits::units_page_max) {
        UnitsPage page{.pass = EnvelopeId::make(1, {}), .number = pass.pages + 1, .is_last = false, .is_full = true, .units = {}};
        for (std::size_t n = done; n < std::min(units, done + limits::units_page_max); ++n)
            page.units.push_back({present(n), old_form(n), "Đơn vị số " + std::to_string(n) + " thuộc Bộ " + std::to_string(n % 63),
                                  std::nullopt, false, 1, "2026/11/24 08:00:00"});
        Batch batch;
        pass = next(pass, page, EnvelopeSeq{++seq}, Instant{}).value();
        batch.units.push_back({EnvelopeSeq{seq}, std::make_shared<const UnitsPage>(std::move(page)), pass});
        ledger.commit(batch).value();
    }
    return cpu_seconds() - start;
}

double look_up_us(ledger::SqliteLedger& ledger, std::size_t units, bool is_known) {
    const auto view = ledger.view();
    std::mt19937_64 random{1};
    constexpr std::size_t times = 20'000;
    std::size_t found = 0;
    const double start = cpu_seconds();
    for (std::size_t i = 0; i < times; ++i) {
        const std::size_t n = random() % units + (is_known ? 0u : 10'000'000u);
        found += view->unit(i % 2 == 0 ? present(n) : old_form(n)).value() ? 1u : 0u;
    }
    const double us = (cpu_seconds() - start) * 1e6 / times;
    if (found != (is_known ? times : 0))
        std::cerr << "found " << found << "\n";
    return us;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t few = 1'000, many = 123'000;
    std::string folder;
    hub::bench::Arguments arguments{"Look-ups among units of the national axis"};
    arguments.need("folder", folder, "An empty folder");
    arguments.take("--few", few);
    arguments.take("--many", many);
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    for (const std::size_t units : {few, many}) {
        const auto ledger = ledger::SqliteLedger::open(std::filesystem::path{folder} / std::to_string(units)).value();
        const double seconds = fill(*ledger, units);
        std::cout << units << " units: taken in " << seconds << " s; a look-up " << look_up_us(*ledger, units, true)
                  << " us, of an unknown code " << look_up_us(*ledger, units, false) << " us\n";
    }
    return 0;
}
