#pragma once
// A document for somebody outside the province ends, for this hub, with the national axis. `retrieved` is then the axis's
// word, and nothing is known of the receiver until he reports a status.

#include "hub/core/axis_doc_id.hpp"
#include "hub/telemetry/remedy.hpp"

namespace hub {

/// In place of station_words(Station::retrieved).
inline constexpr StationWords words_of_taken_by_axis{"Trục quốc gia đã nhận, chưa rõ bên nhận",
                                                     "Taken by the national axis; of the receiver nothing is known yet"};

/// Of a receipt.
inline bool is_taken_by_axis(std::string_view what, std::string_view text) noexcept {
    return what == name_of(Station::retrieved) && text.starts_with(axis_doc_id_words);
}

}  // namespace hub
