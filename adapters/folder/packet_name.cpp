#include "adapters/folder/packet_name.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/working_calendar.hpp"
#include "hub/telemetry/visible.hpp"

#include <chrono>
#include <cstdio>

namespace hub::folder {
namespace {

/// Of a file's own name: with an id before it, ".reason.json" behind it and what marks a half-written file, it must
/// stay below the 255 octets of a file system.
constexpr std::size_t name_bytes_max = 200;
constexpr std::string_view packet_suffix = ".edxml";

std::string local_text(Instant at, const char* format) {
    using namespace std::chrono;
    const auto local = at + WorkingCalendar::zone;
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{local - day};
    char out[48];
    std::snprintf(out, sizeof out, format, static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return out;
}

}  // namespace

std::string kept_name(const std::string& name) {
    if (name.size() <= name_bytes_max)
        return name;
    constexpr std::size_t stem_bytes_max = name_bytes_max - packet_suffix.size();
    std::string cut = is_utf8(name) ? utf8_prefix(name, stem_bytes_max) : name.substr(0, stem_bytes_max);
    return cut.append(packet_suffix);
}

bool has_packet_suffix(std::string_view name) {
    return name.size() > packet_suffix.size() && fold(name.substr(name.size() - packet_suffix.size())) == packet_suffix;
}

std::string carried_text(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto letter = text.substr(0, letter_bytes(text));
        out += is_utf8(letter) && !is_steering(letter_of(letter)) ? letter : "_";
        text.remove_prefix(letter.size());
    }
    return out;
}

std::string file_word(std::string_view text) {
    std::string out;
    for (const char c : fold(text).substr(0, 60)) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
        out += is_plain ? c : '_';
    }
    return out;
}

std::string packet_name(const EnvelopeHeader& header) {
    const std::string number = header.document ? full_number(header.document->number, header.document->notation)
                               : header.status ? header.status->code + "-" + header.status->answers_code
                                               : std::string{"packet"};
    return local_text(header.created_at, "%04d%02u%02u-%02d%02d%02d") + "-" + file_word(header.sender.text()) + "-"
           + file_word(number) + "-" + header.id.text() + std::string{packet_suffix};
}

std::optional<EnvelopeId> id_in(const std::string& packet_name) {
    constexpr std::size_t id_size = 36;
    if (packet_name.size() < id_size + packet_suffix.size())
        return std::nullopt;
    const auto id = EnvelopeId::parse(packet_name.substr(packet_name.size() - id_size - packet_suffix.size(), id_size));
    return id ? std::optional{*id} : std::nullopt;
}

}  // namespace hub::folder
