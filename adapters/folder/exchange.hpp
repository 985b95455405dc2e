#pragma once
// The folders of one agency, and what happens in them.
//
//   outbox/    a document system drops .edxml files here (written under another name, then renamed)
//   sending/   <envelope id>~<file>: handed to the kit, the hub has not answered yet
//   sent/      the hub has accepted it; <envelope id>~<file> when there is one of the name already
//   refused/   <file> and <file>.reason.json: code, field, remedy; 2~<file> for the second of the name …
//   arriving/  received, not yet in the kit's journal
//   inbox/     received packets, their bytes untouched
//   receipts/  <envelope id>.json: the current state; <envelope id>/<entry>.json: one file an event
//
//   progress.json  large packets on their way, at most a second old (progress.hpp)
//
// A packet that is too large for an envelope stays in its file: it is sent from sending/, and a received one comes
// into inbox/ by a rename.
//
// A file gets its envelope id by the rename into sending/: whenever the program ends, the same file is sent
// under the same id, and the hub takes it once.

#include "adapters/edxml/packet.hpp"
#include "adapters/folder/packet_file.hpp"
#include "adapters/folder/settings.hpp"

#include <map>
#include <set>

namespace hub::folder {

class Exchange final : public kit::Handler {
public:
    /// Makes the folders, all of one file system, and takes up what an earlier run left. setting_invalid names the
    /// folder.
    static Result<std::unique_ptr<Exchange>> open(const FolderSettings& settings, kit::Kit& kit);

    /// Takes what lies in outbox/ now, urgent documents first, and not more than can be read within seconds.
    /// Returns how many files it handled; or what was in the way: of one file, when the rest has gone its way.
    Result<std::size_t> scan();

    Result<void> on_envelope(const kit::Received& envelope) override;
    void on_taken(const EnvelopeHeader& header) override;
    Result<void> on_receipt(const wire::Receipt& receipt) override { return on_receipts({&receipt, 1}); }
    Result<void> on_receipts(std::span<const wire::Receipt> receipts) override;

private:
    Exchange(const FolderSettings& settings, kit::Kit& kit) : settings_{settings}, kit_{kit} {}
    /// What was found in a large file, and which file that was.
    struct LookedAt {
        edxml::Packet packet;
        FileIdentity identity;
    };
    struct Candidate {
        std::string name;
        Urgency urgency;
        std::optional<Fault> fault;
        std::uint64_t bytes = 0;
        std::optional<LookedAt> large;              ///< Not to be read twice.
    };
    struct Packed {
        edxml::Packet packet;
        kit::Content content;
    };
    Result<void> can_move() const;
    Result<void> take_up();
    Candidate look_at(const std::string& name) const;
    Result<Packed> read(const std::filesystem::path& file, const std::string& name, const LookedAt* known) const;
    edxml::Limits packet_limits() const;
    Result<void> send(const Candidate& candidate);
    /// Gives a file in sending/ to the kit, or moves it to refused/. Other faults: scan() tries again.
    Result<void> hand_over(const EnvelopeId& id, const LookedAt* known = nullptr);
    /// Puts the refusal of a file on record at the hub, where operators find it. As well as it can: its sender has
    /// the reason beside the file in any case.
    void tell_hub(const std::filesystem::path& file, const std::string& name, const Fault& fault);
    /// What was taken and is not yet in inbox/.
    Result<void> show_taken();
    bool is_packet(const std::filesystem::directory_entry& entry);
    bool is_set_aside(const std::string& name) const;
    /// Left where it is, said once, tried again.
    void tell_unreadable(const std::filesystem::path& file, const Fault& why);
    /// The hub has answered: the file goes on to sent/ or refused/.
    Result<void> settle(const wire::Receipt& receipt);
    void forget(EnvelopeId id);
    Result<void> refuse(const std::filesystem::path& file, const std::string& name, const Fault& fault,
                        const std::string& code);
    Result<void> answer(const EnvelopeHeader& header, const std::string& code, std::size_t count);
    std::filesystem::path folder(std::string_view name) const { return settings_.base / name; }
    std::filesystem::path unused(std::string_view folder_name, const std::string& name, const EnvelopeId& id) const;

    const FolderSettings& settings_;
    kit::Kit& kit_;
    std::map<EnvelopeId, std::string> sending_;     ///< File names within sending/.
    bool has_hidden_ = false;                       ///< There may be some for show_taken().
    std::set<EnvelopeId> unsubmitted_;              ///< In sending/, and the kit could not take them yet.
    /// Files that cannot be read, and when that is tried again.
    std::map<std::string, std::chrono::steady_clock::time_point> unreadable_;
};

}  // namespace hub::folder
