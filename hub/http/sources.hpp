#pragma once
// What the operations API answers from.

#include "hub/access/store.hpp"
#include "hub/core/configuration.hpp"
#include "hub/core/content_refusals.hpp"
#include "hub/core/deadline.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/operation_book.hpp"
#include "hub/core/period_report.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/search.hpp"
#include "hub/core/unit.hpp"
#include "hub/http/exchange.hpp"
#include "hub/telemetry/build.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace hub::http {

/// The state of the running hub, as a snapshot.
struct HubStatus {
    std::string version;
    Instant started_at;
    Instant now;
    std::string broker;                       ///< "up", "connecting", "blocked".
    std::string broker_trouble;               ///< The last fault while it is not up.
    bool is_ledger_full = false;
    std::uint64_t disk_free_bytes = 0;
    Relay::Counters relay;
    /// The content store; nullopt: no large parts are taken.
    struct Contents {
        bool is_full = false;                 ///< Nothing is taken until there is room again.
        std::uint64_t disk_free_bytes = 0;
        bool is_unusable = false;             ///< Its folder is not there, or takes nothing; for now.
        std::string trouble{};                ///< What the system said of it.
    };
    std::optional<Contents> contents;
    bool is_ledger_slow = false;              ///< Its disk takes seconds for a commit, or did lately.
    bool is_ledger_busy = false;              ///< Another program has locked it.
    Instant written_until{};                  ///< The ledger, before this start, by the clock as it was then.
    ContentRefusals::Snapshot refusals{};     ///< Of the content store.
    ConfigurationState configuration{};
};

/// How far the clock is behind what was written before this start; a minute is none.
std::chrono::seconds clock_behind(const HubStatus& status) noexcept;

/// What was noticed while the hub has been looked at: how it is now does not tell when something happened. For the thread
/// that answers alone.
struct Noticed {
    /// A count of what happened, and when it grew last.
    struct Growth {
        std::uint64_t count = 0;
        Instant at{};
    };
    Growth inboxes_lost, unreadable;
    /// By how much the machine's clock was ahead of one that cannot be set, at first.
    std::optional<std::chrono::milliseconds> clock_ahead;
};

/// An operator sets or ends a legal hold.
struct HoldOrder {
    EnvelopeId envelope;
    bool is_held = false;
    Act act;
};

/// An operator pauses, lets go or limits what goes to an agency.
struct QueueOrder {
    AgencyCode agency;
    QueueAct wanted{};
    std::uint32_t per_minute = 0;             ///< 0: no limit.
    Act act;
};

/// Called by the thread that answers. What changes something returns when the ledger knows it: not_found, timed_out.
struct Sources {
    std::function<HubStatus()> status;
    std::function<Instant()> now;
    std::shared_ptr<const Directory> directory;
    std::unique_ptr<LedgerSearch> search;
    DeadlineRules deadlines;
    AxisRules axis;
    Instant certificate_valid_until;          ///< The hub's own.
    std::string token;                        ///< Of the settings, an administrator's; empty: none.
    std::string hub_code;                     ///< Its own, of the settings.
    bool is_tls = false;                      ///< Callers come from other machines.
    std::string security_contact;             ///< For security.txt; empty: there is none.
    std::optional<Right> second_factor_for;   ///< Users with this right must have one; nullopt: nobody must.
    std::chrono::seconds session_idle{std::chrono::minutes{15}};   ///< In a browser.
    std::chrono::seconds session_lasts{std::chrono::hours{8}};     ///< At the longest.
    std::function<Result<void>(const HoldOrder&)> hold;
    access::AccessStore* access = nullptr;    ///< Null: there are neither users nor tokens beside `token`.
    /// What becomes an entry of its own. From any thread.
    std::function<Result<void>(Act)> record;
    std::unique_ptr<OperationBook> book;
    std::unique_ptr<LedgerReports> reports;   ///< Used aside.
    /// As OperationAsked and OperationTurned.
    std::function<Result<void>(const Operation&, const Act&)> begin_operation;
    std::function<Result<void>(const OperationTurned&)> turn_operation;   ///< Its ticket is not looked at.
    /// As QueueTurned.
    std::function<Result<void>(const QueueOrder&)> turn_queue;
    /// The octets of one part, by its place among the header's. not_found: the hub has none; part_damaged. Used aside.
    std::function<Result<std::shared_ptr<Octets>>(EnvelopeSeq, std::size_t part)> open_part;
    /// What the ledger gives of a document is not what was accepted. From the thread that opens parts; may be empty.
    std::function<void(EnvelopeSeq)> tell_damaged;
    std::vector<Setting> settings;            ///< With which the hub runs.
    /// The files of the settings as they are now. Used aside.
    std::function<Result<ConfigurationLook>()> look_at_configuration;
    /// Reads them again and runs with what they say, or changes nothing. Used aside.
    std::function<Result<ConfigurationReload>(const Act&, const ConfigurationSeen&)> reload;
    Build build;                              ///< Of the hub itself.
    std::function<std::chrono::milliseconds()> uptime; ///< By a clock that cannot be set; may be empty.
    std::shared_ptr<Noticed> noticed = std::make_shared<Noticed>();
};

}  // namespace hub::http
