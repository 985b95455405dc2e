#pragma once
// A kit that a test tells what to do, and a gateway's insides around it on a folder of the test's own.

#include "adapters/gateway/counter.hpp"
#include "tests/support/fresh_folder.hpp"

#include <functional>

namespace hub::gateway::test {

/// What it keeps is guarded: the line's worker calls it, the test looks.
class ToldKit final : public kit::Kit {
public:
    Result<EnvelopeId> submit(const kit::Outgoing& outgoing) override;
    Result<void> poll(std::chrono::milliseconds at_most, kit::Handler& handler) override;
    Result<void> acknowledge(const Acknowledgement::Item& item) override;
    Result<wire::Receipt> submit_and_wait(const kit::Outgoing&, std::chrono::milliseconds,
                                          kit::Handler&) override {
        return Fault{Errc::timed_out, {}, {}};
    }
    bool has_taken(const EnvelopeId&) const override { return false; }
    bool is_connected() const override { return true; }
    std::size_t unanswered() const override { return 0; }

    /// Done by the worker, in its next turn.
    void then(std::function<void(kit::Handler&)> act);
    std::vector<kit::Outgoing> handed_in() const;
    std::vector<Acknowledgement::Item> acknowledged() const;
    /// Each submission is answered at once: by "accepted", or by this.
    void answer_by(std::optional<wire::Receipt> receipt, bool is_silent = false);
    /// not_found is what others hear.
    void knows_nothing_but(std::optional<EnvelopeId> id);
    int asked() const;
    void refuse_submissions(std::optional<Fault> fault);

private:
    mutable std::mutex mutex_;
    std::vector<std::function<void(kit::Handler&)>> acts_;
    std::vector<kit::Outgoing> handed_in_;
    std::vector<Acknowledgement::Item> acknowledged_;
    std::optional<wire::Receipt> answer_;
    std::optional<Fault> fault_;
    bool is_silent_ = false;
    bool is_new_ = false;
    std::optional<EnvelopeId> known_;
    int asked_ = 0;
};

/// H43.01 (alias 000.00.01.H43) with its mailbox. open() again is the next run of the program.
class Desk {
public:
    explicit Desk(CounterSettings settings = {.answer_time = std::chrono::seconds{60}});
    /// `is_kit_new`: it knows no envelope.
    void open(bool is_kit_new = false);
    void close();

    std::filesystem::path packet(BytesView octets);
    std::filesystem::path folder() const { return folder_.path() / "gateway"; }
    Result<Submitted> submit(BytesView octets, std::vector<std::string> to = {}) {
        return counter->submit(*line, {packet(octets), std::nullopt, std::move(to)});
    }
    /// Of a document to the agency, as its kit hands it over; false: it could not be stored.
    bool receive(const EnvelopeHeader& header, BytesView octets,
                 std::vector<wire::AddressedReceiver> receivers = {}, std::uint32_t attempt = 1);
    /// Of packets.
    std::vector<std::filesystem::path> files() const;

    ToldKit* kit = nullptr;
    std::unique_ptr<Mailbox> mailbox;
    std::unique_ptr<Answers> answers;
    std::vector<std::unique_ptr<Line>> lines;
    Line* line = nullptr;
    std::unique_ptr<LineWorkers> workers;
    std::unique_ptr<Counter> counter;

private:
    hub::test::FreshFolder folder_;
    const CounterSettings settings_;
    std::unique_ptr<Units> units_;
    int packets_ = 0;
};

AgencyCode code(std::string_view text);
inline Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }
EnvelopeHeader header_to(const std::string& receiver, std::uint64_t number, Kind kind = Kind::document);
wire::Receipt receipt(const EnvelopeId& id, const std::string& what, const std::string& receiver = {});

}  // namespace hub::gateway::test
