#pragma once
// Departures as tests need them.

#include "adapters/axis/step.hpp"

namespace hub::axis::test {

inline Instant at_second(std::int64_t second) { return Instant{std::chrono::seconds{1'790'000'000 + second}}; }

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
