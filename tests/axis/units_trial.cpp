// Reads a real axis's lists and tells a real hub of them, once, through the kit: for tests/e2e/axis_units.py.
//
// units_trial AXIS_URL SYSTEM_ID SECRET_FILE AGENCY BROKER_PORT FOLDER DAYS: in FOLDER lie pki/, broker/ and, made here,
// trial/. DAYS later than now. One line of JSON: what was told, in which time, and this process's memory before and at
// its most.

#include "adapters/axis/unit_sync.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

using namespace hub;

namespace {

Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    return line;
}

/// kB, "VmRSS" or "VmHWM".
std::uint64_t memory(const std::string& what) {
    std::ifstream in{"/proc/self/status"};
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(what + ":"))
            return std::stoull(line.substr(what.size() + 1));
    return 0;
}

struct Hears final : kit::Handler {
    Hears(axis::UnitSync& to, std::chrono::days later_by) : sync{to}, later{later_by} {}
    Result<void> on_envelope(const kit::Received&) override { return {}; }
    Result<void> on_receipt(const wire::Receipt& receipt) override {
        if (!receipt.envelope)
            return {};
        is_refused = is_refused || receipt.what == "refused";
        const auto heard = sync.on_receipt(*receipt.envelope, receipt.what == "accepted", now() + later);
        if (!heard)
            return heard.error();
        return {};
    }
    axis::UnitSync& sync;
    std::chrono::days later;
    bool is_refused = false;
};

kit::Settings kit_settings(const std::string& agency, const std::string& port, const std::filesystem::path& folder) {
    kit::Settings settings{.agency = AgencyCode::parse(agency).value()};
    settings.broker = amqp::Address::parse("amqp://" + agency + "@127.0.0.1:" + port + "/lgsp").value();
    settings.broker.password = first_line(folder / "broker" / (agency + ".password"));
    settings.certificate_file = folder / "pki" / (agency + ".pem");
    settings.key_file = folder / "pki" / (agency + ".key");
    settings.hub_certificate_file = folder / "pki" / "hub.pem";
    settings.journal_folder = folder / "trial" / "journal";
    return settings;
}

double seconds_since(Instant start) { return static_cast<double>((now() - start).count()) / 1000; }

}  // namespace

int main(int argc, char** argv) {
    if (argc != 8)
        return 2;
    const std::vector<std::string> words{argv + 1, argv + argc};
    const std::filesystem::path folder{words[5]};
    const std::chrono::days later{std::stoi(words[6])};
    const auto kit = kit::Kit::open(kit_settings(words[3], words[4], folder)).value();
    const auto sync = axis::UnitSync::open({.file = folder / "trial" / "units.sqlite"}).value();
    const vxp::Client client{{.address = vxp::AxisAddress::parse(words[0]).value(),
                              .trust = vxp::TlsTrust::load({}).value(),
                              .system_id = words[1],
                              .secret = vxp::Secret{first_line(words[2])}},
                             now,
                             [] { return "units-trial-" + kit::new_envelope_id().value().text(); }};
    Hears hears{*sync, later};
    const std::uint64_t before = memory("VmRSS");
    const Instant start = now();
    axis::FetchedUnits fetched;
    if (sync->is_due(start + later)) {
        axis::AxisUnitLists lists{client};
        const auto read = sync->fetch(lists, start + later);
        if (!read) {
            std::cout << R"({"failed":")" << vxp::name_of(read.error().outcome) << " " << read.error().text << " "
                      << (read.error().fault ? read.error().fault->peer_text : "") << "\"}" << std::endl;
            return 1;
        }
        fetched = *read;
    }
    const double read_seconds = seconds_since(start);
    std::size_t pages = 0;
    while (sync->state().value().is_telling) {
        if (const auto page = sync->next().value()) {
            ++pages;
            kit->submit(axis::outgoing_of(AgencyCode::parse(words[3]).value(), *page)).value();
        }
        (void)kit->poll(std::chrono::milliseconds{20}, hears);
    }
    std::cout << R"({"listed":)" << fetched.listed << R"(,"to_tell":)" << fetched.to_tell << R"(,"is_full":)"
              << (fetched.is_full ? "true" : "false") << R"(,"refused":)" << (hears.is_refused ? "true" : "false")
              << R"(,"pages":)" << pages << R"(,"read_seconds":)" << read_seconds << R"(,"seconds":)" << seconds_since(start)
              << R"(,"memory_kb":)" << before << R"(,"memory_most_kb":)" << memory("VmHWM") << "}" << std::endl;
    return 0;
}
