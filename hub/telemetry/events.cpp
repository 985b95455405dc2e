#include "hub/telemetry/events.hpp"

#include "hub/core/fold.hpp"
#include "hub/telemetry/visible.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>

namespace hub {
namespace {

/// systemd names the device and inode of the journal's socket; only then does "<3>" mean a level.
bool is_journal_attached() noexcept {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status{};
    if (!stream || ::fstat(STDERR_FILENO, &status) != 0)
        return false;
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

/// The line is complete when it comes here: no second time stamp, no colours.
class LineFormatter final : public spdlog::formatter {
public:
    explicit LineFormatter(bool is_journal) : is_journal_{is_journal} {}
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        constexpr std::string_view priorities[] = {"<7>", "<7>", "<6>", "<4>", "<3>", "<3>", "<6>"};
        if (is_journal_)
            append(priorities[static_cast<std::size_t>(message.level)], out);
        append({message.payload.data(), message.payload.size()}, out);
        out.push_back('\n');
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(*this); }

private:
    static void append(std::string_view text, spdlog::memory_buf_t& out) {
        out.append(text.data(), text.data() + text.size());
    }
    bool is_journal_;
};

struct Output {
    Output() : logger{"lgsp", std::make_shared<spdlog::sinks::stderr_sink_mt>()} {
        logger.set_formatter(std::make_unique<LineFormatter>(is_journal_attached()));
        logger.set_level(spdlog::level::trace);
        logger.flush_on(spdlog::level::trace);
    }
    spdlog::logger logger;
    std::atomic<LogLevel> level = LogLevel::warning;
    std::atomic<LogFormat> format = LogFormat::text;
    std::atomic<LogLanguage> language = LogLanguage::vi;
};

Output& output() {
    static Output instance;
    return instance;
}

spdlog::level::level_enum foreign(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string_view name_of(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    }
    return "error";
}

void append_code_unit(std::string& out, unsigned unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12u, 8u, 4u, 0u})
        out += digits[unit >> shift & 15u];
}

/// Text from elsewhere on one line: nothing that steers a terminal, no broken UTF-8, nothing that ends a JSON string.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t bytes = letter_bytes(text);
        const char32_t letter = letter_of(text);
        if (letter == U'"' || letter == U'\\')
            out += '\\';
        if (is_steering(letter) && letter > 0xFFFF) {
            append_code_unit(out, 0xD800u + ((letter - 0x10000u) >> 10u));
            append_code_unit(out, 0xDC00u + (letter & 0x3FFu));
        } else if (is_steering(letter)) {
            append_code_unit(out, letter);
        } else {
            out += is_utf8(text.substr(0, bytes)) ? text.substr(0, bytes) : "?";
        }
        text.remove_prefix(bytes);
    }
    return out += '"';
}

std::string rfc3339(std::int64_t unix_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> at{milliseconds{unix_ms}};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    char text[40];
    const int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                                   static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()),
                                   static_cast<int>(time.subseconds().count()));
    return {text, static_cast<std::size_t>(std::clamp(size, 0, 39))};
}

/// Writes each field that there is; `add` gets its name and its value as JSON.
template <class Add>
void each_field(const EventFields& fields, Add add) {
    if (fields.envelope)
        add("envelope", in_quotes(fields.envelope->text()));
    if (fields.agency)
        add("agency", in_quotes(fields.agency->text()));
    if (!fields.correlation.empty())
        add("correlation", in_quotes(fields.correlation));
    if (fields.why) {
        add("code", in_quotes(name_of(fields.why->code)));
        if (!fields.why->field.empty())
            add("field", in_quotes(fields.why->field));
        // What a sender caused repeats what was sent: it stands in the ledger, not in the log.
        if (disposition_of(fields.why->code) != Disposition::reject && !fields.why->peer_text.empty())
            add("peer_text", in_quotes(fields.why->peer_text));
    }
    if (fields.number)
        add("number", std::to_string(*fields.number));
    if (!fields.place.empty())
        add("place", in_quotes(fields.place));
}

}  // namespace

std::string event_line(const EventKind& event, const EventFields& fields, LogFormat format, LogLanguage language,
                       std::int64_t unix_ms) {
    const std::string_view title = language == LogLanguage::vi ? event.vi : event.en;
    std::string line;
    switch (format) {
    case LogFormat::json:
        line.append(R"({"time":")").append(rfc3339(unix_ms));
        line.append(R"(","level":")").append(name_of(event.level));
        line.append(R"(","event":")").append(event.id).append(R"(","title":)").append(in_quotes(title));
        if (event.is_for_operator)
            line += R"(,"for_operator":true)";
        each_field(fields, [&](std::string_view name, const std::string& value) {
            line.append(",\"").append(name).append("\":").append(value);
        });
        return line += '}';
    case LogFormat::text:
        line.append(rfc3339(unix_ms)).append(" ").append(name_of(event.level)).append(" ");
        line.append(event.id).append(" ").append(title);
        each_field(fields, [&](std::string_view name, const std::string& value) {
            line.append(" ").append(name).append("=").append(value);
        });
        return line;
    }
    return line;
}

void start_logging(LogLevel level, LogFormat format, LogLanguage language) {
    Output& out = output();
    out.level = level;
    out.format = format;
    out.language = language;
}

void log(const EventKind& event, const EventFields& fields) noexcept try {
    Output& out = output();
    if (event.level < out.level.load())
        return;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::string line =
        event_line(event, fields, out.format.load(), out.language.load(), now.time_since_epoch().count());
    out.logger.log(foreign(event.level), spdlog::string_view_t{line.data(), line.size()});
} catch (...) {
    // Without memory or a place to write to there is nothing left to say, and logging must not end the program.
}

}  // namespace hub
