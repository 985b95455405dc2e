#pragma once
// Units as the national axis lists them: the directory of everybody outside the province. Pages of them come from the
// axis participant alone, as envelopes of kind service, and lie in the ledger: there are too many to hold in memory.
// Why pages and passes: docs/units.md.

#include "hub/core/envelope.hpp"

namespace hub {

/// Of the one inline part of such an envelope.
inline constexpr std::string_view units_media_type = "application/vnd.lgsp.units+protobuf";

struct Unit {
    AgencyCode code;                     ///< Its present one: the new form where the axis lists it.
    std::optional<AgencyCode> old_code;  ///< The other form, as the axis lists it. Never computed from `code`.
    std::string name;
    std::optional<AgencyCode> parent;
    bool is_closed = false;
    std::int64_t version = 0;            ///< An older one never replaces a newer one.
    std::string modified_at;             ///< As the axis writes it: no format is documented.
    bool operator==(const Unit&) const = default;
};

/// A pass is one reading of the axis's lists, told in pages 1, 2, 3 … without a gap.
struct UnitsPage {
    EnvelopeId pass;
    std::uint32_t number = 1;
    bool is_last = false;
    bool is_full = false;                ///< The pass names every unit there is, not only what has changed.
    std::vector<Unit> units;             ///< At most limits::units_page_max.
    bool operator==(const UnitsPage&) const = default;
};

/// How far the pages have come.
struct UnitPass {
    std::optional<EnvelopeId> id;        ///< Of the newest pass; nullopt: none has ever begun.
    std::uint32_t pages = 0;             ///< Taken of it.
    bool is_full = false;
    bool is_over = false;                ///< Its last page is taken.
    EnvelopeSeq first{};                 ///< Its page 1.
    std::optional<Instant> ended_at;     ///< The newest pass that came to its last page.
    std::optional<Instant> full_ended_at;
    bool operator==(const UnitPass&) const = default;
};

/// What is done with receivers outside the province. Both need units: without any the axis alone decides.
struct AxisRules {
    bool refuses_closed = true;          ///< Documents to a unit that the axis lists as closed.
    bool refuses_unknown = false;        ///< Documents to a code that a whole pass did not name.
};

/// The code by which a document goes to a receiver outside the province, who is that unit if the axis lists it.
/// receiver_unknown and receiver_closed by the rules; `is_listed_whole`: a full pass has come to its end.
Result<AgencyCode> outside_code(const AgencyCode& written, const std::optional<Unit>& unit, const AxisRules& rules,
                                bool is_listed_whole);

/// An envelope that brings a page of units.
bool brings_units(const EnvelopeHeader& header) noexcept;

/// Texts within limits and UTF-8, no more units than one page may have. field_invalid.
Result<void> check(const UnitsPage& page);

/// What stands when `page` has been taken. A page 1 begins a pass, whatever became of the one before; any other must
/// follow the page before it. field_invalid otherwise: with a page missing, "not named" would not mean "closed".
Result<UnitPass> next(const UnitPass& pass, const UnitsPage& page, EnvelopeSeq envelope, Instant now);

}  // namespace hub
