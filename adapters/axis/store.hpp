#pragma once
// What the connector must not forget: one SQLite database, and a file for each packet under way. One thread.
//
//   axis.sqlite    arrivals, departures
//   in/            packets of the axis until the hub has answered
//   out/           packets for the axis until it has answered
//   spool/         files being fetched
//
// Writes gather in a transaction until commit(); what is read sees them.

#include "adapters/axis/step.hpp"
#include "hub/ledger/sqlite.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace hub::axis {

class Store {
public:
    /// setting_invalid: the folder cannot be used, or a newer version made it.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder);

    Result<void> write(const Arrival& arrival, Instant now);
    Result<void> write(const Departure& departure, Instant now);
    /// Gives its seq; nullopt: it is there already. `departure.seq` is not looked at.
    Result<std::optional<std::uint64_t>> add(const Departure& departure, Instant now);
    /// Durable when it returns.
    Result<void> commit();
    /// Nothing since the last commit() has happened.
    void roll_back() noexcept;

    Result<std::optional<Arrival>> arrival(const std::string& doc_id);
    /// By the envelope that was made of it.
    Result<std::optional<Arrival>> arrival(const EnvelopeId& envelope);
    /// Those whose stage is none of `done`, `failed`.
    Result<std::vector<Arrival>> open_arrivals();
    /// To whom these octets have been handed over.
    Result<std::vector<AgencyCode>> handed(const Digest& digest);
    /// What came of it there: who could not take them may be handed them again.
    Result<void> note_handed(const Arrival& arrival, const AgencyCode& receiver, bool has_it, Instant now);
    /// Departures after `seq` that are not told.
    Result<std::vector<Departure>> open_departures(std::uint64_t after_seq, std::size_t count);
    /// To whom a departure goes.
    Result<std::vector<std::string>> receivers(std::uint64_t seq);
    Result<bool> has_departure(const AgencyCode& sender, const EnvelopeId& id);
    /// There is one that has failed, and the hub was told.
    Result<bool> has_failed(const AgencyCode& sender, const EnvelopeId& id);
    /// One that failed, when the hub has been told so: it is as if it had not come. True: there was one.
    Result<bool> forget_failed(const AgencyCode& sender, const EnvelopeId& id);
    Result<bool> is_echo(const std::string& echo_key);
    /// Those of `doc_ids` that belong to departures.
    Result<std::set<std::string>> known_doc_ids(const std::set<std::string>& doc_ids);
    Result<std::string> newest_doc_id(vxp::PacketKind kind);
    /// When the newest that the axis has were sent.
    Result<std::vector<Instant>> newest_attempts(vxp::PacketKind kind, std::size_t count);

    struct Counts {
        std::int64_t waiting = 0;           ///< Departures that the axis has not got, unclear ones too.
        std::int64_t unclear = 0;
        std::optional<Instant> oldest;      ///< Of the waiting ones.
        std::optional<Instant> oldest_unclear{};
        bool operator==(const Counts&) const = default;
    };
    Result<Counts> counts();

    /// Finished ones that nothing has happened to since; at most a thousand of each. How many.
    Result<std::size_t> forget_before(Instant oldest);

    std::filesystem::path in_file(const std::string& doc_id) const;
    std::filesystem::path out_file(const AgencyCode& sender, const EnvelopeId& id) const;
    std::filesystem::path spool() const { return folder_ / "spool"; }

private:
    Store(std::filesystem::path folder, ledger::Database database)
        : folder_{std::move(folder)}, database_{std::move(database)} {}
    Result<void> begin();
    /// Prepared once.
    Result<ledger::Statement*> statement(std::string_view sql);
    Result<bool> has(std::string_view question, const AgencyCode& sender, const EnvelopeId& id);
    Result<void> hand_over(const Arrival& arrival, Instant now);
    Result<void> remove_strays();

    std::filesystem::path folder_;
    ledger::Database database_;
    std::map<std::string_view, ledger::Statement> statements_;
    unsigned commits_ = 0;
};

}  // namespace hub::axis
