#pragma once
// Every bound of the hub, and how the bounds relate. A change here carries a decision.

#include <cstddef>
#include <cstdint>

namespace hub::limits {

// ---- One envelope
inline constexpr std::size_t envelope_bytes_max = 1024 * 1024;  ///< On the wire, inline parts included.
inline constexpr std::size_t header_bytes_max = 256 * 1024;
inline constexpr std::size_t receivers_max = 2000;              ///< A broadcast to every unit of a province.
inline constexpr std::size_t parts_max = 64;
inline constexpr std::size_t signatures_max = 8;
inline constexpr std::size_t text_bytes_max = 4096;             ///< Any one text field, UTF-8.
inline constexpr std::size_t acknowledged_items_max = 1000;     ///< In one transport acknowledgement.
inline constexpr std::size_t fault_text_bytes_max = 300;
inline constexpr int protobuf_depth_max = 16;
static_assert(header_bytes_max < envelope_bytes_max);

// ---- Units of the national axis
inline constexpr std::size_t units_page_max = 2000;             ///< In one envelope.
inline constexpr std::size_t unit_text_bytes_max = 1000;        ///< Its name.

// ---- Queues between threads
inline constexpr std::uint16_t prefetch_deliveries = 256;       ///< Unacknowledged inbound messages, all queues.
inline constexpr std::size_t publishes_unconfirmed_max = 4096;  ///< Outbound messages the broker has not confirmed.
inline constexpr std::size_t publish_bytes_unconfirmed_max = 64 * 1024 * 1024;
inline constexpr std::size_t ledger_answers_max = 8;            ///< Reads and commits under way.
inline constexpr std::size_t link_events_max = 64;              ///< Broker up, down, tick, a damaged part.
inline constexpr std::size_t requests_waiting_max = 320;        ///< Over HTTP, waiting for a commit.
inline constexpr std::size_t inbox_events_max = 8192;           ///< Events waiting for the core thread.
static_assert(prefetch_deliveries + publishes_unconfirmed_max + ledger_answers_max + link_events_max
                      + requests_waiting_max
                  <= inbox_events_max,
              "every source must run dry before the inbox overflows");
static_assert(publish_bytes_unconfirmed_max >= envelope_bytes_max, "one envelope must always fit");

// ---- The relay
inline constexpr std::size_t batch_events_max = 256;            ///< Events stepped into one commit.
inline constexpr std::size_t due_deliveries_max = 32768;        ///< Held in memory; the rest waits in the ledger.
inline constexpr std::size_t due_page_deliveries = due_deliveries_max;
inline constexpr std::size_t due_frame_bytes_max = 32 * 1024 * 1024;  ///< Frames of these kept at hand.
inline constexpr std::size_t receipts_per_message_max = 500;
inline constexpr std::size_t receipts_bytes_max = 256 * 1024;         ///< Of one message, roughly.
inline constexpr std::size_t receipts_waiting_max = 20'000;
inline constexpr std::size_t entries_page = 512;
static_assert(receipts_bytes_max <= envelope_bytes_max / 2);
static_assert(receivers_max <= due_deliveries_max);
inline constexpr std::size_t names_examined_max = 1000;        ///< Documents of one name, for one status.
inline constexpr std::size_t early_questions_max = 20;         ///< Of one document that has not come yet.

// ---- Operations
inline constexpr std::size_t operations_open_max = 32;         ///< is_open().
inline constexpr std::chrono::hours operation_approval_waits{24};
inline constexpr std::chrono::minutes undo_window_max{10};
inline constexpr std::size_t operation_looked_at_max = 2000;   ///< Deliveries of one operation in one step.
inline constexpr std::size_t operation_due_max = 4096;         ///< With so many due none does anything: traffic first.
inline constexpr std::uint32_t operation_per_second_max = 5000;
inline constexpr std::uint64_t operation_deliveries_max = 1'000'000;
inline constexpr std::size_t failure_causes_max = 200;         ///< In one listing.
inline constexpr std::size_t failure_deliveries_counted = operation_deliveries_max;  ///< In one listing, over all causes.
static_assert(operation_due_max + operation_looked_at_max <= due_deliveries_max);

// ---- Queues that operators have paused or limited
inline constexpr std::uint32_t queue_per_minute_max = 60'000;
inline constexpr std::size_t queue_drawn_max = 1024;           ///< Deliveries to one inbox in one look.
inline constexpr std::size_t queue_under_way_max = 256;        ///< Looked at beside these, being under way already.
inline constexpr std::size_t due_skipped_max = 100'000;        ///< In one page of what is due: of queues apart.

// ---- Large parts
inline constexpr std::uint64_t part_bytes_max = std::uint64_t{16} << 30;  ///< One content.
inline constexpr std::size_t retention_page = 200;                        ///< Envelopes looked at in one tick.
inline constexpr std::size_t content_uses_told_max = 1000;                ///< Envelopes told of a damaged content in one tick.
static_assert(part_bytes_max > envelope_bytes_max);
inline constexpr std::size_t attached_bytes_max = 64 * 1024 * 1024;  ///< Of such parts in one message to a receiver.
/// With so many under way no further message is put together: beside what the relay counts, the broker has at most
/// this and one message more to confirm.
inline constexpr std::size_t attached_bytes_unconfirmed_max = 64 * 1024 * 1024;

// ---- The ledger
inline constexpr std::size_t segment_bytes_max = 256 * 1024 * 1024;
static_assert(envelope_bytes_max <= segment_bytes_max);

// ---- Answers to people
inline constexpr std::size_t search_rows_max = 500;
inline constexpr std::size_t story_entries_max = 5000;
inline constexpr std::size_t overdue_counted_max = 1000;
inline constexpr std::size_t directory_rows_max = 200;          ///< Agencies and units of one question.
inline constexpr int report_days_max = 366;                     ///< A year; by day what a quarter has.
inline constexpr int report_days_by_day_max = 92;
/// Documents and deliveries of one report: a province's year, and some seconds of work aside.
inline constexpr std::uint64_t report_looked_at_max = 6'000'000;

}  // namespace hub::limits
