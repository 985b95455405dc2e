#include "hub/ledger/sqlite_queues.hpp"

namespace hub::ledger {
namespace {

void bind_word(Statement& row, int first, const QueueWord* word) {
    if (!word) {
        row.bind_null(first).bind_null(first + 1).bind_null(first + 2);
        return;
    }
    row.bind(first, ms_of(word->at)).bind_text(first + 1, word->by).bind_text(first + 2, word->reason);
}

QueueWord word_at(const Statement& row, int first) {
    return {std::string{row.text(first + 1)}, instant_of(row.integer(first)), std::string{row.text(first + 2)}};
}

Result<void> write_queue(Database& database, AgencyNumbers& agencies, const QueueControl& queue) {
    const auto number = agencies.number_for_writing(database, queue.agency);
    if (!number)
        return number.error();
    // An operator's act: seldom enough to prepare each time.
    auto row = database.prepare(queue.is_plain() ? "DELETE FROM queue_controls WHERE agency = ?1"
                                                 : "INSERT OR REPLACE INTO queue_controls (agency, paused_at, paused_by,"
                                                   " paused_reason, per_minute, limited_at, limited_by, limited_reason,"
                                                   " refill_owed) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)");
    if (!row)
        return row.error();
    row->bind(1, *number);
    if (queue.is_plain())
        return row->run();
    bind_word(*row, 2, queue.paused ? &*queue.paused : nullptr);
    queue.limit ? row->bind(5, std::int64_t{queue.limit->per_minute}) : row->bind_null(5);
    bind_word(*row, 6, queue.limit ? &queue.limit->word : nullptr);
    return row->bind(9, queue.is_refill_owed ? 1 : 0).run();
}

}  // namespace

Result<void> write_queues(Database& database, AgencyNumbers& agencies, const std::vector<QueueControl>& queues) {
    for (const QueueControl& queue : queues)
        if (auto written = write_queue(database, agencies, queue); !written)
            return written;
    return {};
}

Result<std::vector<QueueControl>> read_queues(Database& database, AgencyNumbers& agencies) {
    auto row = database.prepare("SELECT agency, paused_at, paused_by, paused_reason, per_minute, limited_at, limited_by,"
                                " limited_reason, refill_owed FROM queue_controls ORDER BY agency");
    if (!row)
        return row.error();
    std::vector<QueueControl> found;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        auto agency = agencies.code(database, row->integer(0));
        if (!agency)
            return agency.error();
        QueueControl queue{.agency = std::move(*agency)};
        if (!row->is_null(1))
            queue.paused = word_at(*row, 1);
        if (!row->is_null(4))
            queue.limit = QueueLimit{static_cast<std::uint32_t>(row->integer(4)), word_at(*row, 5)};
        queue.is_refill_owed = row->integer(8) != 0;
        found.push_back(std::move(queue));
    }
}

}  // namespace hub::ledger
