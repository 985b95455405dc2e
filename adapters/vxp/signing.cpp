#include "adapters/vxp/signing.hpp"

#include "adapters/vxp/operations.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/working_calendar.hpp"

#include <boost/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace hub::vxp {
namespace {

namespace json = boost::json;

constexpr std::string_view key_field = "sign-header-key";
constexpr std::string_view text_field = "sign-header";
constexpr std::string_view hash_field = "hash-header";
constexpr std::string_view version_field = "version";
constexpr std::array signature_fields{key_field, text_field, hash_field, version_field};

bool can_stand_in_header(std::string_view value) {
    const bool has_blank_end = !value.empty() && (value.front() == ' ' || value.back() == ' ');
    return value.size() <= parameter_bytes_max && !has_blank_end && is_utf8(value) &&
           std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// UTF-8 is left as it is by JSON; a header is safe with ASCII only.
std::string ascii_json(std::string_view utf8) {
    std::string out;
    const auto unit = [&](unsigned value) {
        std::array<char, 8> escaped{};
        (void)std::snprintf(escaped.data(), escaped.size(), "\\u%04x", value & 0xffffU);
        out += escaped.data();
    };
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        if (first < 0x80) {
            if (first == '"' || first == '\\')
                out += '\\';
            out += utf8[at++];
            continue;
        }
        const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        unsigned point = first & (0xffU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i)
            point = point << 6 | (static_cast<unsigned char>(utf8[at + i]) & 0x3fU);
        at += size;
        if (point < 0x10000) {
            unit(point);
            continue;
        }
        unit(0xd800 + ((point - 0x10000) >> 10));
        unit(0xdc00 + ((point - 0x10000) & 0x3ffU));
    }
    return out;
}

bool starts_with_prefix(std::string_view name) {
    return name.size() > header_prefix.size() && is_same_name(name.substr(0, header_prefix.size()), header_prefix);
}

/// The fields of the axis, without the prefix. A name stands there once.
boost::system::result<Fields, Doubt> axis_fields(std::span<const Field> fields) {
    Fields found;
    for (const Field& field : fields) {
        if (!starts_with_prefix(field.name))
            continue;
        std::string name = field.name.substr(header_prefix.size());
        if (std::ranges::any_of(found, [&](const Field& each) { return is_same_name(each.name, name); }))
            return Doubt{Distrust::field_repeated, std::move(name)};
        const bool is_text = is_same_name(name, text_field);
        if (field.value.size() > (is_text ? signed_text_bytes_max : parameter_bytes_max) ||
            found.size() == parameters_max + signature_fields.size())
            return Doubt{Distrust::too_large, std::move(name)};
        found.push_back({std::move(name), field.value});
    }
    return found;
}

const std::string* find_in(const Fields& fields, std::string_view name) noexcept {
    const auto found = std::ranges::find_if(fields, [&](const Field& each) { return is_same_name(each.name, name); });
    return found == fields.end() ? nullptr : &found->value;
}

/// The JSON text's names and values, in its order.
std::optional<Fields> signed_fields(std::string_view text) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 2;
    const json::value value = json::parse(text, error, {}, options);
    if (error || !value.is_object())
        return std::nullopt;
    Fields fields;
    for (const auto& [key, each] : value.get_object()) {
        const std::string_view name{key.data(), key.size()};
        if (!starts_with_prefix(name) || !each.is_string())
            return std::nullopt;
        const auto& of_it = each.get_string();
        fields.push_back({std::string{name.substr(header_prefix.size())}, {of_it.data(), of_it.size()}});
    }
    return fields;
}

bool are_the_names(const Fields& fields, std::string_view joined) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto end = std::min(joined.find(';'), joined.size());
        if (!is_same_name(joined.substr(0, end), fields[i].name))
            return false;
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return joined.empty();
}

/// What was signed is what stands in the header, and nothing else does: but the file's hash, which some clients add when
/// they have signed, and which says nothing that the file does not.
std::optional<Doubt> difference(const Fields& header, const Fields& was_signed) {
    for (const Field& each : was_signed) {
        const std::string* const value = find_in(header, each.name);
        if (!value || *value != each.value)
            return Doubt{value ? Distrust::value_differs : Distrust::field_missing, each.name};
    }
    for (const Field& each : header) {
        const bool is_signature = std::ranges::any_of(
            signature_fields, [&](std::string_view name) { return is_same_name(name, each.name); });
        if (!is_signature && !find_in(was_signed, each.name) && !is_same_name(each.name, parameter::hash_file))
            return Doubt{Distrust::not_signed, each.name};
    }
    return std::nullopt;
}

bool is_hash_right(const Secret* secret, std::string_view text, std::string_view hash) {
    // An unknown caller costs the same time as a known one.
    static const Secret nobody{Bytes{}};
    const std::string right = hmac_hex(secret ? *secret : nobody, text);
    const bool is_equal = hash.size() == right.size() && CRYPTO_memcmp(hash.data(), right.data(), right.size()) == 0;
    return secret && is_equal;
}

std::optional<int> digits(std::string_view text) noexcept {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return text.empty() ? std::nullopt : std::optional{value};
}

}  // namespace

Result<Fields> sign(const Fields& parameters, const Secret& secret) {
    Fields out;
    std::string names;
    std::string text = "{";
    for (const Field& each : parameters) {
        if (!is_name(each.name) || !can_stand_in_header(each.value))
            return Fault{Errc::field_invalid, each.name, {}};
        names.append(names.empty() ? "" : ";").append(each.name);
        text.append(text.size() == 1 ? "\"" : ",\"").append(header_prefix).append(each.name).append("\":\"");
        text.append(ascii_json(each.value)).append("\"");
        out.push_back({std::string{header_prefix} + each.name, each.value});
    }
    text += "}";
    if (parameters.size() > parameters_max || text.size() > signed_text_bytes_max)
        return Fault{Errc::field_invalid, std::string{text_field}, {}};
    const auto add = [&](std::string_view name, std::string value) {
        out.push_back({std::string{header_prefix} + std::string{name}, std::move(value)});
    };
    std::string hash = hmac_hex(secret, text);
    add(key_field, std::move(names));
    add(text_field, std::move(text));
    add(hash_field, std::move(hash));
    add(version_field, std::string{signing_version});
    return out;
}

std::string hmac_hex(const Secret& secret, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    const auto* const made = HMAC(EVP_sha256(), secret.octets().data(), static_cast<int>(secret.octets().size()),
                                  reinterpret_cast<const unsigned char*>(text.data()), text.size(), octets.data(), &size);
    HUB_ASSERT(made && size == 32);
    Digest digest;
    std::copy_n(octets.begin(), digest.octets.size(), digest.octets.begin());
    return digest.text();
}

std::string axis_time(Instant at) {
    const auto local = at + WorkingCalendar::zone;
    const auto midnight = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day day{midnight};
    const std::chrono::hh_mm_ss time{local - midnight};
    std::array<char, 80> out{};
    const int size = std::snprintf(out.data(), out.size(), "%02u%02u%04dT%02d%02d%02d+%04d",
                                   static_cast<unsigned>(day.day()), static_cast<unsigned>(day.month()),
                                   static_cast<int>(day.year()), static_cast<int>(time.hours().count()),
                                   static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                                   static_cast<int>(time.subseconds().count()));
    return {out.data(), static_cast<std::size_t>(size)};
}

std::optional<Instant> parse_axis_time(std::string_view text) noexcept {
    if (text.size() < 17 || text.size() > 20 || text[8] != 'T' || text[15] != '+')
        return std::nullopt;
    const auto day = digits(text.substr(0, 2)), month = digits(text.substr(2, 2)), year = digits(text.substr(4, 4));
    const auto hour = digits(text.substr(9, 2)), minute = digits(text.substr(11, 2)), second = digits(text.substr(13, 2));
    const auto ms = digits(text.substr(16));
    if (!day || !month || !year || !hour || !minute || !second || !ms || *hour > 23 || *minute > 59 || *second > 60 ||
        *ms > 999)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + std::chrono::milliseconds{*ms} - WorkingCalendar::zone;
}

const std::string* VerifiedCall::find(std::string_view name) const noexcept { return find_in(parameters, name); }

boost::system::result<VerifiedCall, Doubt> verify(std::span<const Field> fields, const SecretOf& secret_of, Instant now,
                                                  std::chrono::milliseconds skew_max) {
    const auto header = axis_fields(fields);
    if (!header)
        return header.error();
    std::array<const std::string*, signature_fields.size()> given{};
    for (std::size_t i = 0; i < given.size(); ++i)
        if (!(given[i] = find_in(*header, signature_fields[i])))
            return Doubt{Distrust::field_missing, std::string{signature_fields[i]}};
    const auto [names, text, hash, version] = given;
    if (*version != signing_version)
        return Doubt{Distrust::version_unknown, std::string{version_field}};
    const std::string* const system_id = find_in(*header, parameter::system_id);
    if (!system_id)
        return Doubt{Distrust::field_missing, std::string{parameter::system_id}};
    // Nothing of an unknown caller is looked at before its hash.
    if (!is_hash_right(secret_of(*system_id), *text, *hash))
        return Doubt{Distrust::caller_unknown, std::string{hash_field}};
    auto was_signed = signed_fields(*text);
    if (!was_signed)
        return Doubt{Distrust::text_malformed, std::string{text_field}};
    if (!are_the_names(*was_signed, *names))
        return Doubt{Distrust::names_differ, std::string{key_field}};
    if (auto differs = difference(*header, *was_signed))
        return *differs;
    const std::string* const time = find_in(*was_signed, parameter::timestamp);
    if (!time)
        return Doubt{Distrust::field_missing, std::string{parameter::timestamp}};
    const auto signed_at = parse_axis_time(*time);
    if (!signed_at)
        return Doubt{Distrust::time_malformed, std::string{parameter::timestamp}};
    VerifiedCall call{std::move(*was_signed), *system_id, *signed_at - now};
    const std::string* const hash_of_file = find_in(*header, parameter::hash_file);
    call.is_hash_unsigned = hash_of_file && !call.find(parameter::hash_file);
    if (call.is_hash_unsigned)
        call.parameters.push_back({std::string{parameter::hash_file}, *hash_of_file});
    if (call.skew > skew_max || call.skew < -skew_max)
        return Doubt{Distrust::clock_off, std::string{parameter::timestamp}, call.skew};
    return call;
}

void throw_exception_from_error(const Doubt& doubt, const boost::source_location&) {
    throw std::logic_error{"not believed: " + doubt.field};
}

}  // namespace hub::vxp
