#pragma once
// The national axis's units, brought into the hub's directory: what is new or changed since the hub last confirmed it,
// and once in a while everything. In three steps that the connector takes by turns:
//
//   fetch()       reads the axis's lists into a file of its own, the only step that takes minutes
//   next()        gives the next page to be submitted to the hub
//   on_receipt()  hears the hub's answer, and only then the page counts as told
//
// Lists and pages lie in a file (SQLite), never in memory as a whole. Whatever ends the process, the step is taken
// again: a page under the same envelope id with the same content. One thread at a time: while fetch() runs in a thread
// of its own, nothing else of the object is called.

#include "adapters/kit/kit.hpp"
#include "adapters/vxp/client.hpp"
#include "hub/core/unit.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace hub::axis {

struct UnitSyncSettings {
    std::filesystem::path file;                    ///< Made when missing, with the files of SQLite beside it.
    std::chrono::seconds every{24 * 3600};         ///< From one reading of the lists to the next.
    std::chrono::seconds full_every{7 * 24 * 3600};
    /// Lists that would close more than this share of the open units, or take the old code from so many, are not
    /// believed: one was cut, or empty. At most 100: then all are, and so are those of fewer than 100 units. Never when
    /// all are empty.
    unsigned closing_percent_max = 20;
    std::string qd20_level;                        ///< getAgenciesListQD20's parameter; empty: all levels.
};

/// Where the lists come from. A call that fails, fails as a whole.
class UnitLists {
public:
    virtual ~UnitLists() = default;
    virtual vxp::Called<void> units(const vxp::Client::Each<vxp::Unit>& each, const std::stop_token& stop) = 0;
    virtual vxp::Called<void> agencies(const vxp::Client::Each<vxp::Agency>& each, const std::stop_token& stop) = 0;
    virtual vxp::Called<void> agencies_qd20(const std::string& level, const vxp::Client::Each<vxp::AgencyQd20>& each,
                                            const std::stop_token& stop) = 0;
};

class AxisUnitLists final : public UnitLists {
public:
    explicit AxisUnitLists(const vxp::Client& client) : client_{client} {}
    vxp::Called<void> units(const vxp::Client::Each<vxp::Unit>& each, const std::stop_token& stop) override {
        return client_.units(each, stop);
    }
    vxp::Called<void> agencies(const vxp::Client::Each<vxp::Agency>& each, const std::stop_token& stop) override {
        return client_.agencies(each, stop);
    }
    vxp::Called<void> agencies_qd20(const std::string& level, const vxp::Client::Each<vxp::AgencyQd20>& each,
                                    const std::stop_token& stop) override {
        return client_.agencies_qd20(level, each, stop);
    }

private:
    const vxp::Client& client_;
};

/// What a reading of the lists came to.
struct FetchedUnits {
    std::uint64_t listed = 0;                      ///< Units, both forms of one counted once.
    std::uint64_t skipped = 0;                     ///< Entries whose code is none.
    std::uint64_t to_tell = 0;                     ///< New, changed, gone; in a full pass all.
    bool is_full = false;
};

struct PageToSend {
    EnvelopeId envelope;                           ///< Chosen and on the disk before the page is given out.
    UnitsPage page;
};
/// The envelope that brings it to the hub, from `agency`, the axis participant.
kit::Outgoing outgoing_of(const AgencyCode& agency, const PageToSend& page);

class UnitSync {
public:
    /// setting_invalid, ledger_corrupt … name the file.
    static Result<std::unique_ptr<UnitSync>> open(UnitSyncSettings settings);
    ~UnitSync();

    /// The lists are to be read now: their time has come, nothing is left to tell, and after a failure a while has
    /// passed: a minute, twice as long each time, at most an hour.
    bool is_due(Instant now) const;
    /// Nothing of a reading that fails counts. `ours`, field "units": the list is not believed.
    vxp::Called<FetchedUnits> fetch(UnitLists& lists, Instant now, const std::stop_token& stop = {});

    /// The next page, given out once in the life of a process; nullopt while an answer is due or nothing is to tell.
    /// A reading always ends in one page at least: the hub is to know that it was made.
    Result<std::optional<PageToSend>> next();
    /// The page given out could not be submitted: the next() gives it again.
    void not_submitted() noexcept;
    /// False: this envelope was no page. A refused page ends the pass; the next reading is made in a minute and told
    /// in full. Call it for "accepted" and "refused" before the receipt is noted.
    Result<bool> on_receipt(const EnvelopeId& envelope, bool is_accepted, Instant now);

    struct State {
        bool is_telling = false;
        bool is_full = false;
        std::uint32_t pages = 0;                   ///< Answered, of this pass.
        std::uint64_t left = 0;                    ///< Units still to tell.
        std::optional<Instant> ended_at;           ///< The last pass that the hub took as a whole.
        std::optional<Instant> full_ended_at;
    };
    Result<State> state();

private:
    struct Store;
    explicit UnitSync(std::unique_ptr<Store> store);
    std::unique_ptr<Store> store_;
};

}  // namespace hub::axis
