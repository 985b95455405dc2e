#include "hub/http/rfc3339.hpp"

#include "hub/core/working_calendar.hpp"

#include <algorithm>

namespace hub::http {
namespace {

using namespace std::chrono;

constexpr std::size_t age_digits_max = 6;

/// Takes what was read off the front. Once something did not fit, nothing fits any more.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    bool is_good() const noexcept { return is_good_; }
    bool is_at_end() const noexcept { return rest_.empty(); }
    bool take(char c) noexcept {
        const bool is_there = rest_.starts_with(c);
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }
    void expect(char c) noexcept { is_good_ = is_good_ && take(c); }
    std::size_t digits_ahead() const noexcept {
        return std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    }
    int digits(std::size_t count) noexcept {
        is_good_ = is_good_ && digits_ahead() >= count;
        if (!is_good_)
            return 0;
        int value = 0;
        for (const char c : rest_.substr(0, count))
            value = value * 10 + (c - '0');
        rest_.remove_prefix(count);
        return value;
    }
    /// ".125" in milliseconds; what is finer is dropped.
    milliseconds fraction() noexcept {
        if (!take('.'))
            return {};
        const std::size_t all = digits_ahead(), kept = std::min<std::size_t>(all, 3);
        is_good_ = is_good_ && all > 0;
        int value = digits(kept);
        for (std::size_t i = kept; i < 3; ++i)
            value *= 10;
        rest_.remove_prefix(is_good_ ? all - kept : 0);
        return milliseconds{value};
    }

private:
    std::string_view rest_;
    bool is_good_ = true;
};

std::optional<Instant> before(Instant now, std::string_view age) {
    const char unit = age.back();
    Reader reader{age.substr(0, age.size() - 1)};
    const std::size_t count = reader.digits_ahead();
    if (count == 0 || count > age_digits_max)
        return std::nullopt;
    const int value = reader.digits(count);
    if (!reader.is_at_end())
        return std::nullopt;
    return now - value * (unit == 'm' ? minutes{1} : unit == 'h' ? minutes{hours{1}} : minutes{days{1}});
}

/// What is added to local time to get UTC.
std::optional<minutes> zone(Reader& reader) {
    if (reader.take('Z'))
        return minutes{0};
    const bool is_east = reader.take('+');
    if (!is_east)
        reader.expect('-');
    const int h = reader.digits(2);
    reader.expect(':');
    const int m = reader.digits(2);
    if (!reader.is_good() || h > 14 || m > 59)
        return std::nullopt;
    return (hours{h} + minutes{m}) * (is_east ? -1 : 1);
}

}  // namespace

std::optional<Instant> parse_time(std::string_view text, Instant now) {
    if (text.ends_with('m') || text.ends_with('h') || text.ends_with('d'))
        return before(now, text);
    Reader reader{text};
    const int y = reader.digits(4);
    reader.expect('-');
    const int mo = reader.digits(2);
    reader.expect('-');
    const int d = reader.digits(2);
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    if (!reader.is_good() || !date.ok())
        return std::nullopt;
    if (reader.is_at_end())
        return Instant{sys_days{date} - WorkingCalendar::zone};
    reader.expect('T');
    const int h = reader.digits(2);
    reader.expect(':');
    const int mi = reader.digits(2);
    reader.expect(':');
    const int s = reader.digits(2);  // 60 in a leap second.
    const milliseconds fraction = reader.fraction();
    const auto to_utc = zone(reader);
    if (!to_utc || !reader.is_good() || !reader.is_at_end() || h > 23 || mi > 59 || s > 60)
        return std::nullopt;
    return Instant{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction + *to_utc};
}

}  // namespace hub::http
