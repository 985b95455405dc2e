#pragma once
// What the gateway does for an agency, whatever the agency speaks: fronts check who calls and how much, then
// ask here. An agency sees its own packets only. Any thread, several at a time.

#include "adapters/gateway/line_workers.hpp"
#include "adapters/gateway/units.hpp"

#include <semaphore>

namespace hub::gateway {

struct CounterSettings {
    std::chrono::milliseconds answer_time{10'000};  ///< How long submit() waits for the hub.
    /// So many callers wait at once; others have their answer without waiting.
    std::ptrdiff_t waiting_max = 8;
    std::uint64_t packet_bytes_max = 100 * 1024 * 1024;
};

/// A packet that an agency hands in.
struct Submission {
    std::filesystem::path file;   ///< On the mailbox's disk; moved away when it is taken.
    std::optional<Kind> kind;     ///< It must be one; nullopt: either.
    std::vector<std::string> to;  ///< Empty: all receivers of the packet, else some of them.
    bool is_awaited = true;       ///< The hub's answer is waited for.
    std::string traceparent;      ///< Of the caller; what is none by W3C is passed over.
    std::optional<EnvelopeId> answers{};  ///< Of a status: the envelope that it is about, where that is known.
};

/// A packet that was taken. Its refusal, should there be one, comes later and stands in sent().
struct Submitted {
    EnvelopeId id;
    SendState state = SendState::waiting;
    bool is_repeat = false;  ///< The same octets had been handed in before.
    /// The earlier sending of the same octets, which could not reach those to whom this one goes.
    std::optional<EnvelopeId> ended;
};

class Counter {
public:
    Counter(const CounterSettings& settings, Mailbox& mailbox, Answers& answers, LineWorkers& workers,
            const Units& units);

    /// ledger_full: the disk's reserve is reached. Reads and checks the packet; refuses one that is wrong, marked secret (nothing of it is kept), of
    /// another sender (sender_mismatch), or of another kind (kind_not_allowed). Then it is durable, and the
    /// hub is waited for: what that refuses in time is a fault too. receiver_unknown: `to` names one who is
    /// not in the packet. The same packet again is the same sending, unless it is over for a receiver, who could not take
    /// it, has refused it or given it back, or has declined what it asks for: then it is sent to these anew.
    Result<Submitted> submit(Line& line, const Submission& submission);
    Result<std::vector<SentPacket>> sent(const Line& line, Kind kind);
    /// not_found.
    Result<SentPacket> sent(const Line& line, const std::string& doc_id);
    /// Newest first, page by page.
    Result<std::vector<SentPacket>> sent_before(const Line& line, Kind kind,
                                                const std::optional<ListPlace>& before, std::size_t count);
    /// See Mailbox::first_asked().
    Result<Instant> first_asked(const Line& line, const std::string& key, const Digest& content);

    Result<std::vector<ReceivedPacket>> received(const Line& line, Kind kind);
    Result<std::vector<ReceivedPacket>> received_after(const Line& line, Kind kind, std::uint64_t after,
                                                       std::size_t count);
    Result<std::uint64_t> count_received(const Line& line, Kind kind);
    struct PacketFile {
        ReceivedPacket packet;
        std::filesystem::path file;
    };
    /// not_found.
    Result<PacketFile> fetch(const Line& line, const std::string& doc_id);
    /// Durable when it returns; then the hub is told of `done` and `failed`. not_found.
    Result<void> acknowledge(Line& line, const std::string& doc_id, HoldState state,
                             const std::string& description);

    const Units& units() const noexcept { return units_; }
    /// For packets on their way in, and what is taken out of them.
    std::filesystem::path spool() const { return mailbox_.spool(); }
    /// Of packets that this gateway takes.
    edxml::Limits limits() const;

private:
    struct Checked;
    Result<Checked> check(const Line& line, const Submission& submission) const;
    /// Of the receivers of a packet that was sent before those to whom it may be sent anew.
    Result<std::vector<AgencyCode>> over_for(const Checked& checked, const std::vector<SentPacket>& sendings) const;
    Result<Submitted> await_answer(Answers::Waiter& waiter, const Line& line, Submitted submitted);

    const CounterSettings settings_;
    Mailbox& mailbox_;
    Answers& answers_;
    LineWorkers& workers_;
    const Units& units_;
    std::counting_semaphore<> may_wait_;
};

}  // namespace hub::gateway
