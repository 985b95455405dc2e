#include "hub/overdue_watch.hpp"

#include "hub/telemetry/events.hpp"

#include <array>
#include <condition_variable>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <sstream>
#include <unistd.h>

namespace hub {
namespace {

constexpr std::array watched{Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer};

/// Whole or not at all, and after a power cut too.
Result<void> write_whole(const std::filesystem::path& file, const std::string& text) {
    const std::filesystem::path part = file.string() + ".part";
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool is_written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size())
                            && ::fsync(fd) == 0;
    if (fd >= 0)
        ::close(fd);
    std::error_code error;
    if (is_written)
        std::filesystem::rename(part, file, error);
    if (!is_written || error)
        return Fault{Errc::internal, "overdue", file.string()};
    return {};
}

}  // namespace

std::vector<LateSpan> OverdueBorders::advance(const DeadlineRules& rules, Instant now) {
    std::vector<LateSpan> fresh;
    for (const Duty duty : watched)
        for (const bool is_urgent : {true, false}) {
            const Instant border = latest_late_start(rules.term_of(duty, is_urgent), rules.calendar, now);
            const auto [told, is_first] = told_.try_emplace({duty, is_urgent}, border);
            // The clock was ahead when it was noted: nobody knows when that was.
            if (told->second > now + ahead_max)
                told->second = border;
            if (is_first || border <= told->second)
                continue;
            fresh.push_back({duty, is_urgent, told->second + std::chrono::milliseconds{1}, border});
            told->second = border;
        }
    return fresh;
}

std::string OverdueBorders::text() const {
    std::string text;
    for (const auto& [what, border] : told_)
        text += std::to_string(static_cast<int>(what.first)) + ' ' + std::to_string(what.second ? 1 : 0) + ' '
                + std::to_string(border.time_since_epoch().count()) + '\n';
    return text;
}

OverdueBorders OverdueBorders::parse(std::string_view text) {
    OverdueBorders borders;
    std::istringstream lines{std::string{text}};
    int duty = 0, urgent = 0;
    for (std::int64_t ms = 0; lines >> duty >> urgent >> ms;)
        for (const Duty known : watched)
            if (static_cast<int>(known) == duty && (urgent == 0 || urgent == 1))
                borders.told_[{known, urgent == 1}] = Instant{std::chrono::milliseconds{ms}};
    return borders;
}

Result<std::vector<Overdue>> OverdueWatch::look(const std::filesystem::path& file, const DeadlineRules& rules,
                                                LedgerSearch& search, Instant now) {
    std::ostringstream read;
    if (std::ifstream stream{file}; stream)
        read << stream.rdbuf();
    const OverdueBorders before = OverdueBorders::parse(read.str());
    OverdueBorders borders = before;
    const auto spans = borders.advance(rules, now);
    if (borders == before)
        return std::vector<Overdue>{};
    auto late = spans.empty() ? Result<std::vector<Overdue>>{std::vector<Overdue>{}} : search.overdue(spans);
    if (!late)
        return late;
    if (auto noted = write_whole(file, borders.text()); !noted)
        return noted.error();
    return late;
}

OverdueWatch::OverdueWatch(std::filesystem::path folder, DeadlineRules rules, std::unique_ptr<LedgerSearch> search,
                           std::function<Instant()> now)
    : file_{std::move(folder) / "overdue"}, rules_{std::move(rules)}, search_{std::move(search)}, now_{std::move(now)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void OverdueWatch::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    do {
        if (const auto late = look(file_, rules_, *search_, now_()))
            tell(*late);
    } while (!wake.wait_for(lock, stop, every, [&] { return stop.stop_requested(); }));
}

void OverdueWatch::tell(const std::vector<Overdue>& late) const {
    std::uint64_t others = 0;
    for (std::size_t i = lines_max; i < late.size(); ++i)
        others += late[i].count;
    for (std::size_t i = 0; i < std::min(late.size(), lines_max) + (others > 0 ? 1 : 0); ++i) {
        const bool is_rest = i == lines_max;
        log(events::documents_overdue, {.agency = is_rest ? nullptr : &late[i].agency,
                                        .number = is_rest ? others : late[i].count,
                                        .place = is_rest ? std::string_view{"others"} : name_of(late[i].duty)});
    }
}

}  // namespace hub
