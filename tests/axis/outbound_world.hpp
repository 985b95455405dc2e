#pragma once
// The connector's outbound machine with a disk, an axis and a hub around it.

#include "adapters/axis/outbound.hpp"
#include "tests/axis/departures.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>

namespace hub::axis::test {

using namespace std::chrono_literals;

/// What happens to a send.
enum class Fate : std::uint8_t { answered, outage, done_unheard, lost_unheard };
inline constexpr std::array fates{Fate::answered, Fate::outage, Fate::done_unheard, Fate::lost_unheard};

/// The machine with a disk, an axis and a hub around it. May die at any point, and begins anew from the disk.
class OutboundWorld {
public:
    explicit OutboundWorld(std::size_t sends_past_unclear = 100) {
        settings.sends_past_unclear = sends_past_unclear;
        begin();
    }

    void add(Departure row) {
        rows.push_back(std::move(row));
        Step step;
        machine->take_up(rows.back(), now, step);
    }

    void turn() {
        Step step;
        machine->tick(now, permit, step);
        run(step);
        now += 1s;
    }

    bool is_finished() const {
        return std::ranges::all_of(rows, [](const Departure& row) { return row.course >= Course::told_sent; });
    }

    void finish() {
        for (int i = 0; i < 3000 && !is_finished(); ++i)
            turn();
    }

    std::size_t copies(const Departure& row) const {
        return static_cast<std::size_t>(std::ranges::count(axis, row.notation, &vxp::SentPacket::notation));
    }

    std::vector<Departure> rows;
    std::vector<vxp::SentPacket> axis;
    std::vector<std::uint64_t> told;
    std::vector<std::uint64_t> order;       ///< Of sends.
    std::deque<Fate> fates_to_come;         ///< Then all are answered.
    std::deque<bool> lists_to_come;         ///< False: blank. Then all are good.
    std::size_t listed_most = SIZE_MAX;     ///< The newest.
    int dies_at = -1;
    int points = 0;
    Permit permit = Permit::all;
    Instant now = at_second(0);
    OutboundSettings settings{.retry_first = 30s, .settle = 120s, .sends_at_once = 2};
    std::unique_ptr<Outbound> machine;
    std::vector<Notice> notices;

private:
    void begin() {
        std::string newest;
        for (const Departure& row : rows)
            newest = row.doc_id.empty() ? newest : row.doc_id;
        machine = std::make_unique<Outbound>(settings, newest, newest);
        std::vector<Instant> attempts;
        for (const Departure& row : rows)
            if (!row.doc_id.empty())
                attempts.push_back(row.attempted_at);
        machine->sent_before(vxp::PacketKind::document, std::move(attempts));
        Step step;
        for (const Departure& row : rows)
            if (row.course < Course::told_sent)
                machine->take_up(row, now, step);
        for (const Departure& row : step.departures)
            rows[row.seq - 1] = row;
    }

    bool dies() {
        if (points++ != dies_at)
            return false;
        begin();
        return true;
    }

    void run(Step& step) {
        for (;;) {
            for (const Departure& row : step.departures)
                rows[row.seq - 1] = row;
            step.departures.clear();
            if (step.effects.empty() || dies())
                return;
            for (const Effect& effect : std::exchange(step.effects, {}))
                if (!perform(effect, step))
                    return;
        }
    }

    template <class T>
    static T next(std::deque<T>& script, T fallback) {
        if (script.empty())
            return fallback;
        const T first = script.front();
        script.pop_front();
        return first;
    }

    /// False: it died.
    bool perform(const Effect& effect, Step& step) {
        if (const auto* send = std::get_if<SendPacket>(&effect))
            return perform(*send, step);
        if (const auto* question = std::get_if<ListSent>(&effect)) {
            auto rows_listed = next(lists_to_come, true) ? axis : std::vector<vxp::SentPacket>{};
            if (rows_listed.size() > listed_most)
                rows_listed.erase(rows_listed.begin(), rows_listed.end() - static_cast<std::ptrdiff_t>(listed_most));
            std::set<std::string> ours;
            for (const Departure& row : rows)
                if (!row.doc_id.empty())
                    ours.insert(row.doc_id);
            if (dies())
                return false;
            machine->listed(question->kind, rows_listed, ours, now, step);
        } else if (const auto* news = std::get_if<Tell>(&effect)) {
            told.push_back(news->seq);
            if (dies())
                return false;
            machine->told(news->seq, step);
        } else {
            notices.push_back(std::get<Notice>(effect));
        }
        return true;
    }

    bool perform(const SendPacket& send, Step& step) {
        const Departure& row = rows[send.seq - 1];
        // Written before it is said.
        REQUIRE(row.course == Course::sending);
        order.push_back(send.seq);
        const Fate fate = next(fates_to_come, Fate::answered);
        const std::string doc_id = "D" + std::to_string(axis.size() + 1);
        if (fate == Fate::answered || fate == Fate::done_unheard)
            axis.push_back({.sender_doc_id = doc_id,
                            .from = row.sender.text(),
                            .to = "H99",
                            .title = row.title,
                            .notation = row.notation,
                            .sent_at = ""});
        if (dies())
            return false;
        if (fate == Fate::answered)
            machine->sent(send.seq, doc_id, step);
        else if (fate == Fate::outage)
            machine->not_sent(send.seq, {}, now, step);
        else
            machine->unknown(send.seq, {}, now, step);
        return true;
    }
};

}  // namespace hub::axis::test
