#pragma once
// What `lgsp-hub --doctor FILE` does: looks at this machine and at what the settings name, as the hub would meet it at its
// start, and says what to do about what is wrong. May run beside the hub: it takes no lock, and what it writes it removes.

#include "hub/core/search.hpp"
#include "hub/settings.hpp"
#include "hub/telemetry/remedy.hpp"

#include <span>
#include <string>
#include <vector>

namespace hub {

/// In this order of badness. `poor`: the hub runs, and somebody should look. `bad`: it would not start, or not for long.
enum class Health : std::uint8_t { good, poor, bad };

struct Examined {
    std::string_view name;              ///< Stable: "ledger_folder", "disk_latency", "broker" …
    Health health{};
    std::string found;                  ///< What was measured or met: "0.8 ms, at most 3.1 ms".
    Words words;                        ///< Of `poor` and `bad`.
};

/// Of 32 blocks of 4 KiB, each written through to the disk.
struct DiskLatency {
    std::chrono::microseconds median{}, longest{};
};
Result<DiskLatency> measure_disk(const std::filesystem::path& folder);

Examined examine_folder(std::string_view name, const std::filesystem::path& folder, std::uint64_t disk_reserve_bytes);
Examined examine_latency(const Result<DiskLatency>& latency);
/// Whether the holidays of this year are all there, and within two months of its end those of the next one.
Examined examine_calendar(const WorkingCalendar& calendar, Instant now);
Examined examine_clock(bool is_synchronised);
/// The one that ends first; `whose`: "hub" or a code.
Examined examine_certificates(std::span<const std::pair<std::string, Instant>> ends, Instant now);
Examined examine_open_files(std::uint64_t allowed);
/// `waiting`: what waits for whom in the ledger.
Examined examine_agencies(const Directory& directory, std::span<const QueueAge> waiting);
/// "broker" with its version, and, when it is there, "broker_limits": whether it takes the largest message, now.
std::vector<Examined> examine_broker(const amqp::Address& address);

std::string examined_as_text(std::span<const Examined> all, LogLanguage language);
std::string examined_as_json(std::span<const Examined> all);

/// Prints what was found on stdout; 0 when nothing is bad, 78 for wrong settings (as check_settings()), else 8.
int doctor(const std::string& file, bool is_json, LogLanguage language);

}  // namespace hub
