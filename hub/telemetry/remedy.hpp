#pragma once
// What a code means and what to do about it, in words for people. The one source of these words: receipts,
// problem documents, the command line and the adapters' files all take them from here
// (docs/decisions/0001-words-in-telemetry.md). Plain data: no state, no lifetime, any thread.

#include "hub/core/fault.hpp"
#include "hub/core/receipt.hpp"

#include <optional>
#include <string_view>

namespace hub {

struct Words {
    std::string_view title_vi;    ///< What is wrong: one line, no full stop.
    std::string_view title_en;
    std::string_view remedy_vi;   ///< What the reader can do: sentences.
    std::string_view remedy_en;
};

/// Never empty: every code has its words.
Words words_of(Errc code) noexcept;

/// For a code that came as text (a receipt's `code`); nullopt for one that this version does not know.
std::optional<Words> words_of_name(std::string_view code) noexcept;

/// A station or an event as people call it: "Đã tiếp nhận" / "Accepted and entered in the register".
struct StationWords {
    std::string_view vi;
    std::string_view en;
};

StationWords station_words(Station station) noexcept;
StationWords station_words(ReceiptEvent event) noexcept;
/// Empty when nothing was asked.
StationWords change_words(const Change& change) noexcept;

/// By the name used in receipts and JSON: those of both enumerations, and what_of(Entry) of what is no station.
std::optional<StationWords> station_words_of_name(std::string_view name) noexcept;

}  // namespace hub
