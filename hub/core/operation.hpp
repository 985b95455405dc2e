#pragma once
// What an operator does with many deliveries at once: choose, see how many, and have it done step by step. An
// operation is a row of the ledger; each step commits what it did together with how far it has come, so that after any
// crash it goes on and does nothing twice.
//
// The set is frozen where the operator saw its size: what fails, is parked or is accepted later is not in it. It can
// only become smaller: what has moved on by itself is left alone.

#include "hub/core/cause.hpp"
#include "hub/core/envelope.hpp"
#include "hub/core/receipt.hpp"

#include <optional>
#include <string>

namespace hub {

/// The values are stored in the ledger.
enum class DeliveryAct : std::uint8_t {
    retry = 1,              ///< One that failed, is parked, or that its adapter has lost, is brought again, as a new
                            ///< attempt.
    park = 2,               ///< A waiting or failed one is set aside: not sent, not deleted.
    release = 3,            ///< A parked one goes on: it is sent, or stands as failed again.
};

/// Where a delivery stands, as operators choose it. The values are stored in the ledger.
enum class Standing : std::uint8_t {
    waiting = 1,            ///< Due to its receiver: with the hub or in the inbox.
    failed = 2,             ///< The receiver could not store it.
    parked = 3,
    at_adapter = 4,         ///< The receiver's adapter holds it: to be brought again when that has lost its disk.
};

/// Nullopt: none of these, for the receiver has it.
constexpr std::optional<Standing> standing_of(Carriage carriage) noexcept {
    switch (carriage) {
    case Carriage::held:
    case Carriage::in_inbox: return Standing::waiting;
    case Carriage::failed: return Standing::failed;
    case Carriage::parked:
    case Carriage::parked_failed: return Standing::parked;
    case Carriage::at_adapter: return Standing::at_adapter;
    case Carriage::taken: return std::nullopt;
    }
    return std::nullopt;
}

constexpr bool may(DeliveryAct act, Standing standing) noexcept {
    switch (act) {
    case DeliveryAct::retry: return standing != Standing::waiting;
    case DeliveryAct::park: return standing == Standing::waiting || standing == Standing::failed;
    case DeliveryAct::release: return standing == Standing::parked;
    }
    return false;
}

/// "retry", "park", "release"; "waiting", "failed", "parked", "at_adapter".
std::string_view name_of(DeliveryAct act) noexcept;
std::string_view name_of(Standing standing) noexcept;
std::optional<DeliveryAct> parse_act(std::string_view name) noexcept;
std::optional<Standing> parse_standing(std::string_view name) noexcept;

/// As the cause of a selection: what was parked before it failed.
inline constexpr std::string_view no_cause = "none";

/// Which deliveries. All conditions hold together; none of them changes while a delivery stands where it stands. What one
/// message brings to an inbox is one: of several units behind it the first stands for all.
struct Selection {
    Standing standing = Standing::failed;
    std::string cause;                              ///< Fingerprint, of parked ones also no_cause; empty: any.
    std::optional<AgencyCode> sender;               ///< Own code.
    std::optional<AgencyCode> receiver;             ///< Own code of an agency, or of a unit behind one. Waiting ones are
                                                    ///< chosen by their inbox alone: the ledger keeps them by it.
    std::optional<EnvelopeId> envelope;
    std::string number;                             ///< The document's, as its sender wrote it: "7816" or "7816/VPCP".
    std::optional<Instant> since;                   ///< Accepted at or after.
    std::optional<Instant> until;                   ///< Accepted before.
    bool operator==(const Selection&) const = default;
};

/// field_invalid: nothing bounds what would have to be looked at.
Result<void> check(const Selection& selection);

/// How much of the ledger the operator saw.
struct Horizon {
    EntrySeq entry{};
    DeliverySeq delivery{};
    bool operator==(const Horizon&) const = default;
};

/// The values are stored in the ledger.
enum class OperationState : std::uint8_t {
    running = 1,
    stopped = 2,
    done = 3,
    waiting = 4,            ///< Begins at `starts_at`: until then it is undone by stopping it.
    needs_approval = 5,     ///< More deliveries than one person may have touched alone.
    cancelled = 6,          ///< Before it began: nothing was done.
    lapsed = 7,             ///< Nobody has approved it in time: nothing was done.
};

/// Something is still to become of it.
constexpr bool is_open(OperationState state) noexcept {
    switch (state) {
    case OperationState::running:
    case OperationState::stopped:
    case OperationState::waiting:
    case OperationState::needs_approval: return true;
    case OperationState::done:
    case OperationState::cancelled:
    case OperationState::lapsed: return false;
    }
    return false;
}

std::string_view name_of(OperationState state) noexcept;
/// What somebody has done with an operation.
enum class OperationTurn : std::uint8_t { stop, resume, approve };

/// When an operation over several deliveries begins.
struct OperationRules {
    std::chrono::milliseconds undo_window{0};       ///< So long it can be undone; 0: it begins at once.
    std::uint64_t approve_above = 0;                ///< Over more deliveries it needs a second person; 0: never.
};

/// As entries and people name it: "operation/12".
std::string name_of(OperationSeq operation);

struct Operation {
    OperationSeq seq{};
    std::string key;                                ///< Chosen by who asked: asked twice by one key it is one.
    DeliveryAct act{};
    Selection selection;
    Horizon seen;
    std::uint64_t expected = 0;                     ///< How many the operator saw. No more are touched.
    std::uint32_t per_second = 0;
    std::string actor;
    std::string reason;

    OperationState state = OperationState::running;
    std::uint64_t done = 0;
    DeliverySeq through{};                          ///< Everything up to here has been looked at.
    Instant asked_at;
    Instant changed_at;

    std::optional<Instant> starts_at;               ///< Of one that waits or has waited.
    std::string decided_by;                         ///< Who approved or cancelled it, and why; empty: nobody.
    std::string decision;
    std::optional<Instant> decided_at;
    bool operator==(const Operation&) const = default;
};

}  // namespace hub
