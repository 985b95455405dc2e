#pragma once
// From the province to the axis, as a pure machine: event and time in, writes and effects out (docs/axis.md has its
// table). A packet is sent once: where a call may have been done, the axis's own list decides.

#include "adapters/axis/link.hpp"
#include "adapters/axis/sent_list.hpp"
#include "adapters/axis/step.hpp"

#include <deque>
#include <map>

namespace hub::axis {

struct OutboundSettings {
    std::chrono::milliseconds retry_first{30'000};
    /// From the end of a call without an answer until the list is asked: longer than the axis works on an upload.
    std::chrono::milliseconds settle{120'000};
    std::size_t sends_at_once = 4;
    /// Of documents, or of statuses, after one whose outcome is not known: the axis lists only so many of what it was
    /// sent, and what is pushed off its list stays unclear. They wait until it is clear, or `looks_waited_for`.
    std::size_t sends_past_unclear = 100;
};

class Outbound {
public:
    /// Known; what comes after them waits in the store.
    static constexpr std::size_t active_max = 10'000;
    /// Of these, that nothing before them holds up: so many fill the window, too.
    static constexpr std::size_t free_max = 500;
    /// After the end of its time, one whose outcome is not known is looked up so long at most.
    static constexpr std::chrono::hours last_look_max{24};
    /// Lists without it, one after the other, where no anchor proves that they are good.
    static constexpr unsigned bare_lists_needed = 3;
    static constexpr unsigned unclear_lists_noticed = 5;
    /// At the list, for one that is unclear, before it holds nothing up any more.
    static constexpr unsigned looks_waited_for = 5;
    static constexpr unsigned vain_sends_noticed = 3;
    /// That the axis answered with an OK and no DocId, and of which its list knows nothing: more would come to the same.
    static constexpr unsigned bare_oks_most = 5;

    /// `newest_doc_id`: of documents, of statuses; empty: none was ever sent.
    Outbound(OutboundSettings settings, std::string newest_document, std::string newest_status)
        : settings_{settings}, anchors_{std::move(newest_document), std::move(newest_status)} {}

    /// Of the newest that the axis has; so many count as `sends_past_unclear`.
    void sent_before(vxp::PacketKind kind, std::vector<Instant> attempts);

    bool has_room() const noexcept { return active_.size() < active_max && free_.size() < free_max; }
    std::uint64_t last_seq() const noexcept { return last_seq_; }
    /// In their order. One that was being sent when the process ended is unclear from `now` on. To whom it goes is not
    /// kept here: the store has it.
    void take_up(Departure departure, Instant now, Step& step);

    /// What came of SendPacket.
    void sent(std::uint64_t seq, const std::string& doc_id, Step& step);
    void refused(std::uint64_t seq, const std::string& code, const std::string& detail, Step& step);
    /// `answer`: why, in words for people, where it may be this packet's own trouble; empty: the axis is away.
    void not_sent(std::uint64_t seq, std::string answer, Instant now, Step& step);
    void unknown(std::uint64_t seq, std::string answer, Instant now, Step& step);
    /// As unknown(), where the axis has said OK and given no DocId.
    void sent_without_id(std::uint64_t seq, std::string answer, Instant now, Step& step);

    /// What came of ListSent, asked at `asked_at`.
    void listed(vxp::PacketKind kind, std::span<const vxp::SentPacket> rows, const std::set<std::string>& ours,
                Instant now, Step& step);
    void list_failed(vxp::PacketKind kind, Instant now);

    /// What came of Tell.
    void told(std::uint64_t seq, Step& step);
    void tell_later(std::uint64_t seq, Instant now);

    void hurry(Instant now);
    void tick(Instant now, Permit permit, Step& step);
    const Departure* find(std::uint64_t seq) const;

private:
    struct Active {
        Departure departure;
        Instant next_at{};
        unsigned failures = 0;
        unsigned lists = 0;                 ///< Good ones without it; or unclear ones.
        unsigned unclear_lists = 0;
        unsigned looks = 0;                 ///< Since it is unclear, that did not make it clear.
        unsigned absences = 0;              ///< Sent, and not found in a good list.
        std::string answer;                 ///< The last that a send got; empty: none ever came.
        unsigned vain_sends = 0;            ///< That did not get there while others might.
        unsigned bare_oks = 0;              ///< Answers without a DocId.
        bool is_busy = false;
        bool is_last_look = false;          ///< Its time is over, and one good list is still to be seen.
    };
    struct Question {
        Instant asked_at{};
        bool is_busy = false;
    };
    static std::size_t index(vxp::PacketKind kind) { return kind == vxp::PacketKind::document ? 0 : 1; }
    void write(const Active& active, Step& step) { step.departures.push_back(active.departure); }
    void settle(Active& active, Course course, Step& step);
    void fail(Active& active, std::string code, std::string detail, Step& step);
    void found(Active& active, const std::string& doc_id, Step& step);
    void try_later(Active& active, Instant now);
    void look_again(Active& active, Instant now);
    void ask_lists(Instant now, Permit permit, Step& step);
    void send_next(Instant now, Permit permit, Step& step);
    bool has_to_wait(vxp::PacketKind kind) const;
    void note_attempt(vxp::PacketKind kind, Instant at);
    bool expire(Active& active, Instant now, Step& step);
    void enter_lanes(std::uint64_t seq, const Departure& departure);
    void leave_lanes(std::uint64_t seq, const Departure& departure);
    bool is_free(std::uint64_t seq, const Departure& departure) const;
    void note_vain_send(Active& active, Step& step);
    void note_absent(Active& active, Instant now, Step& step);
    void end_last_look(Active& active, Sighting::What what, Step& step);

    OutboundSettings settings_;
    std::string anchors_[2];
    Question questions_[2];
    std::deque<Instant> attempts_[2];       ///< The last `sends_past_unclear`.
    std::map<std::uint64_t, Active> active_;
    std::map<std::string, std::set<std::uint64_t>> lanes_;  ///< Those that are not clear, by what they are about.
    std::set<std::uint64_t> free_;          ///< First in all of their lanes, and not clear.
    std::uint64_t last_seq_ = 0;
};

}  // namespace hub::axis
