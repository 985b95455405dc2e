#pragma once
// Departures and a province as tests need them.

#include "adapters/axis/province.hpp"
#include "adapters/axis/step.hpp"

namespace hub::axis::test {

inline Instant at_second(std::int64_t second) { return Instant{std::chrono::seconds{1'790'000'000 + second}}; }

/// H43 with two forms of its codes, and the connector itself.
inline Province trial_province() {
    std::vector<Agency> agencies;
    for (const char* number : {"00", "01", "02", "03", "05", "21"}) {
        const std::string own = number == std::string{"00"} ? "H43" : std::string{"H43."} + number;
        agencies.push_back({.code = AgencyCode::parse(own).value()});
        agencies.back().aliases.push_back(
            {AgencyCode::parse("000.00." + std::string{number} + ".H43").value(), std::nullopt, std::nullopt});
        agencies.back().serves_subordinates = own == "H43.21";
    }
    agencies.push_back({.code = AgencyCode::parse("00.43.W00").value()});
    agencies.back().is_axis = true;
    return Province{std::make_shared<const Directory>(Directory::build(std::move(agencies), {}).value())};
}

inline Departure departure(std::uint64_t seq, const std::string& number,
                           vxp::PacketKind kind = vxp::PacketKind::document) {
    return {.seq = seq,
            .sender = AgencyCode::parse("H43.01").value(),
            .envelope = EnvelopeId::make(1'790'000'000'000 + seq, {}),
            .kind = kind,
            .to = {"H99"},
            .lanes = {"number " + number},
            .title = "Trích yếu " + number,
            .notation = number,
            .taken_at = at_second(0),
            .expires_at = at_second(30 * 24 * 3600)};
}

}  // namespace hub::axis::test
