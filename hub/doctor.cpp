#include "hub/doctor.hpp"

#include "hub/check.hpp"
#include "hub/core/vietnamese_holidays.hpp"
#include "hub/ledger/sqlite_search.hpp"

#include <boost/json.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

namespace hub {
namespace {

constexpr int exit_bad = 8;              // As `lgsp health`.
constexpr std::chrono::microseconds slow_disk{20'000}, very_slow_disk{200'000};
constexpr std::chrono::days certificate_warned{30};
constexpr std::chrono::days calendar_warned{60};
constexpr std::uint64_t open_files_wanted = 4096;

constexpr Words folder_words{"Thư mục không dùng được", "The folder cannot be used",
                             "Tạo thư mục, giao cho tài khoản chạy trục, đặt quyền 0700.",
                             "Make the folder, give it to the account of the hub, mode 0700."};
constexpr Words forbidden_words{"Trục không có quyền dùng thư mục", "The hub may not use the folder",
                                "Giao thư mục cho tài khoản chạy trục, đặt quyền 0700.",
                                "Give it to the account of the hub, mode 0700."};
constexpr Words read_only_words{"Đĩa được gắn ở chế độ chỉ đọc", "Its disk is mounted for reading only",
                                "Xem nhật ký nhân (dmesg): đĩa lỗi thường bị chuyển sang chỉ đọc. Sửa rồi gắn lại để ghi được.",
                                "Look at dmesg: a failing disk is often turned to that. Mend it, then mount it for writing."};
constexpr Words broken_words{"Đĩa không trả lời", "Its disk does not answer",
                             "Xem nhật ký nhân (dmesg), kiểm tra thiết bị và điểm gắn.",
                             "Look at dmesg, at the device and at where it is mounted."};
constexpr Words new_folder_words{"Chưa có thư mục; trục sẽ tạo khi khởi động lần đầu", "The folder is not there; the hub makes it at its first start",
                                 "Nếu trục đã từng chạy: đĩa chưa được gắn, đừng khởi động.",
                                 "If the hub has run before, its disk is not mounted: do not start it."};
constexpr Words open_folder_words{"Người khác trên máy đọc được thư mục", "Others on this machine can read the folder",
                                  "chmod 700 thư mục này.", "chmod 700 this folder."};
constexpr Words room_words{"Đĩa còn ít hơn mức dự trữ: trục sẽ không nhận", "Less than the reserve is free: the hub would take nothing",
                           "Giải phóng hoặc mở rộng đĩa.", "Free or add disk."};
constexpr Words latency_words{"Đĩa ghi chậm: mỗi văn bản chờ đĩa", "The disk is slow to confirm: each document waits for it",
                              "Dùng ổ SSD, tránh ổ mạng; xem có chương trình khác đang ghi nhiều không.",
                              "Use a local SSD rather than a network disk; look for other programs that write much."};
constexpr Words latency_fault_words{"Không ghi thử được vào đĩa", "The disk took no trial block",
                                    "Xem quyền của thư mục và nhật ký nhân (dmesg).", "Look at the folder's rights and at dmesg."};
constexpr Words calendar_words{"Lịch chưa đủ ngày nghỉ lễ của năm: hạn rơi vào ngày nghỉ sẽ tính sai",
                               "The calendar lacks holidays of that year: terms over them are counted wrongly",
                               "Ghi đủ ngày nghỉ Tết, Quốc khánh, nghỉ bù theo thông báo của năm vào calendar.holidays, ngày làm bù"
                               " vào calendar.worked, rồi khởi động lại.",
                               "Write Tết, National Day and days in lieu as announced for that year into calendar.holidays, days"
                               " worked in exchange into calendar.worked, then restart."};
constexpr Words clock_words{"Đồng hồ máy không được đồng bộ", "The clock is not synchronised",
                            "Bật chrony hoặc systemd-timesyncd: hạn và chứng thư được xét theo đồng hồ này.",
                            "Turn on chrony or systemd-timesyncd: terms and certificates are judged by this clock."};
constexpr Words certificate_words{"Chứng thư hết hạn hoặc sắp hết hạn", "A certificate has ended or ends soon",
                                  "Cấp chứng thư mới, thêm vào cạnh chứng thư cũ, khởi động lại.",
                                  "Issue the next one, add it beside the old one, restart."};
constexpr Words open_files_words{"Giới hạn số tệp mở quá thấp", "Too few files may be open",
                                 "Đặt LimitNOFILE trong dịch vụ, hoặc ulimit -n.", "Set LimitNOFILE of the service, or ulimit -n."};

constexpr Words agencies_words{"Có văn bản chờ đơn vị mà danh mục không còn ghi với mã này", "Documents wait for agencies that the file does not list under this code",
                               "Ghi lại đơn vị với mã cũ cho đến khi hộp thư của nó trống (lgsp queues), rồi mới đổi mã; đơn vị giải thể thì đặt closed_at.",
                               "List the agency under its old code until its inbox is empty (lgsp queues), then change the code; one that is dissolved gets closed_at."};

std::string ms_text(std::chrono::microseconds time) {
    const auto tenths = time.count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

std::string_view name_of(Health health) noexcept {
    switch (health) {
    case Health::good: return "good";
    case Health::poor: return "poor";
    case Health::bad: return "bad";
    }
    return "bad";
}

std::string_view mark_of(Health health) noexcept {
    switch (health) {
    case Health::good: return "ok  ";
    case Health::poor: return "!   ";
    case Health::bad: return "BAD ";
    }
    return "BAD ";
}

bool is_clock_synchronised() {
    timex state{};
    return ::adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::uint64_t open_files_allowed() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

/// Of each agency that takes part the certificate that lasts longest.
std::vector<std::pair<std::string, Instant>> ends_of(const Settings& settings, Instant now) {
    std::vector<std::pair<std::string, Instant>> ends{{"hub", settings.signer.certificate().valid_until()}};
    for (const Agency& agency : settings.directory->agencies()) {
        if (agency.certificates.empty() || (agency.closed_at && *agency.closed_at <= now))
            continue;
        ends.emplace_back(agency.code.text(), std::ranges::max(agency.certificates, {}, [](const Certificate& each) {
                                                  return each.valid_until();
                                              }).valid_until());
    }
    return ends;
}

const Words& folder_remedy(int error) noexcept {
    switch (error) {
    case EROFS: return read_only_words;
    case EACCES:
    case EPERM: return forbidden_words;
    case ENOENT:
    case ENOTDIR: return folder_words;
    default: return broken_words;
    }
}

/// The folder, or that in which the hub would make it: the packages make /var/lib/lgsp-hub. Further up it is a path that
/// somebody has mistyped.
std::filesystem::path nearest_there(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& each : {folder, folder.parent_path()})
        if (std::filesystem::exists(each, error))
            return each;
    return folder;
}

std::vector<Examined> examine(const Settings& settings) {
    const Instant now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    std::vector<Examined> all;
    all.push_back(examine_folder("ledger_folder", settings.ledger.folder, settings.ledger.disk_reserve_bytes));
    if (all.back().health != Health::bad)
        all.push_back(examine_latency(measure_disk(nearest_there(settings.ledger.folder))));
    if (settings.contents)
        all.push_back(examine_folder("contents_folder", settings.contents->folder, settings.contents->disk_reserve_bytes));
    // Of a ledger that is not there yet, or of another version, nothing can be said.
    if (const auto waiting = ledger::open_search(settings.ledger.folder)->queues({}))
        all.push_back(examine_agencies(*settings.directory, *waiting));
    for (Examined& each : examine_broker(settings.broker.address))
        all.push_back(std::move(each));
    all.push_back(examine_certificates(ends_of(settings, now), now));
    all.push_back(examine_calendar(settings.deadlines.calendar, now));
    all.push_back(examine_clock(is_clock_synchronised()));
    all.push_back(examine_open_files(open_files_allowed()));
    return all;
}

}  // namespace

Result<DiskLatency> measure_disk(const std::filesystem::path& folder) {
    const auto fault = [&] { return Fault{Errc::internal, folder.string(), std::strerror(errno)}; };
    // Without a name: a kill leaves nothing behind.
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return fault();
    const std::array<char, 4096> block{};
    std::array<std::chrono::microseconds, 32> times{};
    bool is_written = true;
    for (auto& time : times) {
        const auto begun = std::chrono::steady_clock::now();
        is_written = is_written && ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size())
                     && ::fdatasync(file) == 0;
        time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
    }
    const auto why = fault();
    ::close(file);
    if (!is_written)
        return why;
    std::ranges::sort(times);
    return DiskLatency{times[times.size() / 2], times.back()};
}

Examined examine_folder(std::string_view name, const std::filesystem::path& folder, std::uint64_t disk_reserve_bytes) {
    const auto there = nearest_there(folder);
    struct stat state {};
    const bool is_there = ::stat(there.c_str(), &state) == 0;
    if (const bool is_folder = is_there && S_ISDIR(state.st_mode);
        !is_folder || ::access(there.c_str(), R_OK | W_OK | X_OK) != 0) {
        const int error = is_there && !is_folder ? ENOTDIR : errno;
        return {name, Health::bad, there.string() + ": " + std::strerror(error), folder_remedy(error)};
    }
    std::error_code error;
    const auto space = std::filesystem::space(there, error);
    const std::string found = folder.string() + ": " + std::to_string(space.available >> 20) + " MiB";
    if (error || space.available < disk_reserve_bytes)
        return {name, Health::bad, found, room_words};
    if (there != folder)
        return {name, Health::poor, found, new_folder_words};
    return (state.st_mode & 077) != 0 ? Examined{name, Health::poor, found, open_folder_words} : Examined{name, Health::good, found};
}

Examined examine_latency(const Result<DiskLatency>& latency) {
    if (!latency)
        return {"disk_latency", Health::bad, latency.error().field + ": " + latency.error().peer_text, latency_fault_words};
    const Health health = latency->median >= very_slow_disk ? Health::bad
                          : latency->median >= slow_disk    ? Health::poor
                                                            : Health::good;
    return {"disk_latency", health, ms_text(latency->median) + ", max " + ms_text(latency->longest), latency_words};
}

Examined examine_calendar(const WorkingCalendar& calendar, Instant now) {
    const auto year_of = [](Instant at) {
        const std::chrono::local_time<std::chrono::milliseconds> local{at.time_since_epoch() + WorkingCalendar::zone};
        return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(local)}.year();
    };
    const auto found = [&](std::chrono::year year) {
        return std::to_string(static_cast<int>(year)) + ": " + std::to_string(calendar.holidays_of(year)) + "/"
               + std::to_string(holidays_of_a_year);
    };
    for (const std::chrono::year year : {year_of(now), year_of(now + calendar_warned)})
        if (calendar.holidays_of(year) < holidays_of_a_year)
            return {"calendar", Health::poor, found(year), calendar_words};
    return {"calendar", Health::good, found(year_of(now + calendar_warned))};
}

Examined examine_clock(bool is_synchronised) {
    return {"clock", is_synchronised ? Health::good : Health::poor, is_synchronised ? "NTP" : "-", clock_words};
}

Examined examine_certificates(std::span<const std::pair<std::string, Instant>> ends, Instant now) {
    const auto& [whose, until] = *std::ranges::min_element(ends, {}, &std::pair<std::string, Instant>::second);
    const auto days = std::chrono::floor<std::chrono::days>(until - now);
    const bool is_useless = whose == "hub" && until <= now;
    const Health health = until > now + certificate_warned ? Health::good : is_useless ? Health::bad : Health::poor;
    return {"certificates", health, whose + ": " + std::to_string(days.count()) + " d", certificate_words};
}

Examined examine_open_files(std::uint64_t allowed) {
    return {"open_files", allowed < open_files_wanted ? Health::poor : Health::good, std::to_string(allowed),
              open_files_words};
}

Examined examine_agencies(const Directory& directory, std::span<const QueueAge> waiting) {
    constexpr std::size_t named_max = 5;
    std::string named;
    std::size_t count = 0;
    for (const QueueAge& queue : waiting)
        if (!directory.find(queue.agency) && ++count <= named_max)
            named += (count == 1 ? "" : ", ") + queue.agency.text() + ": " + std::to_string(queue.waiting);
    if (count == 0)
        return {"agencies", Health::good, std::to_string(directory.agencies().size())};
    return {"agencies", Health::poor, named + (count > named_max ? ", … (" + std::to_string(count) + ")" : ""),
            agencies_words};
}

std::string examined_as_text(std::span<const Examined> all, LogLanguage language) {
    const bool is_vietnamese = language == LogLanguage::vi;
    std::string out;
    for (const Examined& one : all) {
        out += std::string{mark_of(one.health)} + std::string{one.name} + ": " + one.found + "\n";
        if (one.health == Health::good)
            continue;
        out += "      " + std::string{is_vietnamese ? one.words.title_vi : one.words.title_en} + ".\n      "
               + std::string{is_vietnamese ? one.words.remedy_vi : one.words.remedy_en} + "\n";
    }
    return out;
}

std::string examined_as_json(std::span<const Examined> all) {
    boost::json::array list;
    for (const Examined& one : all) {
        const bool is_good = one.health == Health::good;
        const auto word = [&](std::string_view text) {
            return is_good ? boost::json::value(nullptr) : boost::json::value(boost::json::string{text});
        };
        list.push_back({{"name", boost::json::string{one.name}},
                        {"health", boost::json::string{name_of(one.health)}},
                        {"found", one.found},
                        {"title_vi", word(one.words.title_vi)},
                        {"title_en", word(one.words.title_en)},
                        {"remedy_vi", word(one.words.remedy_vi)},
                        {"remedy_en", word(one.words.remedy_en)}});
    }
    const bool is_ok = std::ranges::none_of(all, [](const Examined& one) { return one.health == Health::bad; });
    return boost::json::serialize(boost::json::object{{"ok", is_ok}, {"examined", std::move(list)}}) + "\n";
}

int doctor(const std::string& file, bool is_json, LogLanguage language) {
    const LoadedSettings loaded = load_settings(file);
    if (!loaded.settings)
        return check_settings(file, is_json, language);
    const std::vector<Examined> all = examine(*loaded.settings);
    std::cout << (is_json ? examined_as_json(all) : examined_as_text(all, language)) << std::flush;
    return std::ranges::any_of(all, [](const Examined& one) { return one.health == Health::bad; }) ? exit_bad : 0;
}

}  // namespace hub
