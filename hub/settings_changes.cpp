#include "hub/settings_changes.hpp"

#include "hub/core/signature.hpp"
#include "hub/http/json.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace hub {
namespace {

/// What begins so. Of a new key nobody has thought: it needs a restart.
constexpr std::array<std::string_view, 14> live_keys{
    "hub.province_codes", "hub.agencies_file", "http.token_file",    "http.security_contact", "http.second_factor_for",
    "http.session_idle",  "http.session_lasts", "retention.",        "axis.",                 "operations.",
    "deadlines.",         "calendar.",          "log.",              "agency."};

struct Attribute {
    std::string key;
    std::optional<std::string> value;
    bool operator==(const Attribute&) const = default;
};

std::optional<std::string> time_of(const std::optional<Instant>& at) {
    return at ? std::optional{http::time_text(*at)} : std::nullopt;
}

std::optional<std::string> aliases_of(const Agency& agency) {
    std::vector<std::string> words;
    for (const Alias& alias : agency.aliases) {
        const auto from = time_of(alias.valid_from), until = time_of(alias.valid_until);
        words.push_back(alias.code.text() + (from || until ? " " + from.value_or("") + ".." + until.value_or("") : ""));
    }
    return words.empty() ? std::nullopt : std::optional{boost::algorithm::join(words, ", ")};
}

/// By the beginning of their digests, as receipts and refusals name keys.
std::optional<std::string> certificates_of(const Agency& agency) {
    constexpr std::size_t digits = 16;
    std::vector<std::string> words;
    for (const Certificate& certificate : agency.certificates)
        words.push_back(certificate.id().text().substr(0, digits) + " (" + http::time_text(certificate.valid_until()) + ")");
    return words.empty() ? std::nullopt : std::optional{boost::algorithm::join(words, ", ")};
}

/// "Văn thư: 0259 0000 000 vanthu@h43.example (giờ hành chính); ..."
std::optional<std::string> contacts_of(const Agency& agency) {
    std::vector<std::string> words;
    for (const Contact& contact : agency.contacts) {
        std::string word = contact.name + ":";
        for (const std::string& way : {contact.phone, contact.email})
            word += way.empty() ? "" : " " + way;
        words.push_back(word + (contact.note.empty() ? "" : " (" + contact.note + ")"));
    }
    return words.empty() ? std::nullopt : std::optional{boost::algorithm::join(words, "; ")};
}

std::vector<Attribute> attributes_of(const Agency& agency) {
    const auto flag = [](bool is_set) { return std::optional<std::string>{is_set ? "true" : "false"}; };
    constexpr std::size_t mib = 1024 * 1024;
    return {{"name", agency.name},
            {"aliases", aliases_of(agency)},
            {"axis", flag(agency.is_axis)},
            {"serves_subordinates", flag(agency.serves_subordinates)},
            {"opened_at", time_of(agency.opened_at)},
            {"closed_at", time_of(agency.closed_at)},
            {"successor", agency.successor ? std::optional{agency.successor->text()} : std::nullopt},
            {"certificates", certificates_of(agency)},
            {"contacts", contacts_of(agency)},
            {"inline_mib", std::to_string(agency.attached_bytes_max / mib)}};
}

void add_agencies(const Directory& running, const Directory& read, const std::string& file,
                  std::vector<SettingChange>& changes) {
    const auto add = [&](std::string key, std::optional<std::string> before, std::optional<std::string> after,
                         bool is_agency) {
        changes.push_back({.key = "agency." + std::move(key),
                           .before = std::move(before),
                           .after = std::move(after),
                           .is_agency = is_agency,
                           .file = file});
    };
    for (const Agency& agency : read.agencies()) {
        const Agency* const before = running.find(agency.code);
        if (!before) {
            add(agency.code.text(), std::nullopt, agency.name, true);
            continue;
        }
        const auto was = attributes_of(*before), is = attributes_of(agency);
        for (std::size_t i = 0; i < is.size(); ++i)
            if (is[i] != was[i])
                add(agency.code.text() + "." + is[i].key, was[i].value, is[i].value, false);
    }
    for (const Agency& agency : running.agencies())
        if (!read.find(agency.code))
            add(agency.code.text(), agency.name, std::nullopt, true);
}

std::map<std::string_view, const Setting*> by_key(const Settings& settings) {
    std::map<std::string_view, const Setting*> found;
    for (const Setting& setting : settings.as_read)
        found.emplace(setting.key, &setting);
    return found;
}

bool is_same(const Setting& a, const Setting& b) { return a.value == b.value && a.content == b.content; }

bool has_same_agencies(const Settings& running, const Settings& read) {
    std::vector<SettingChange> changes;
    add_agencies(*running.directory, *read.directory, {}, changes);
    return changes.empty() && running.directory->province_codes() == read.directory->province_codes();
}

/// Of what needs a restart the running value goes on being told, in its place.
std::vector<Setting> told_after(const Settings& running, const Settings& read) {
    const auto was = by_key(running), is = by_key(read);
    std::vector<Setting> told;
    for (const Setting& setting : read.as_read) {
        const auto before = was.find(setting.key);
        const bool is_kept = needs_restart(setting.key) && (before == was.end() || !is_same(*before->second, setting));
        if (!is_kept)
            told.push_back(setting);
        else if (before != was.end())
            told.push_back(*before->second);
    }
    for (const Setting& setting : running.as_read)
        if (needs_restart(setting.key) && !is.contains(setting.key))
            told.push_back(setting);
    return told;
}

}  // namespace

std::string agencies_file_of(const Settings& settings) {
    const auto found = std::ranges::find(settings.as_read, "hub.agencies_file", &Setting::key);
    return found == settings.as_read.end() ? std::string{} : found->value.value_or("");
}

bool needs_restart(std::string_view key) noexcept {
    return std::ranges::none_of(live_keys, [&](std::string_view live) { return key.starts_with(live); });
}

std::vector<SettingChange> changes_of(const Settings& running, const Settings& read) {
    const auto was = by_key(running), is = by_key(read);
    std::vector<SettingChange> changes;
    for (const Setting& setting : read.as_read) {
        const auto found = was.find(setting.key);
        const Setting* const before = found == was.end() ? nullptr : found->second;
        if (before && is_same(*before, setting))
            continue;
        changes.push_back({.key = setting.key,
                           .before = before ? before->value : std::nullopt,
                           .after = setting.value,
                           .is_secret = setting.is_secret,
                           .is_content = before && before->content && setting.content && before->content != setting.content,
                           .needs_restart = needs_restart(setting.key),
                           .file = setting.file,
                           .line = setting.line});
    }
    for (const Setting& setting : running.as_read)
        if (!is.contains(setting.key))
            changes.push_back({.key = setting.key,
                               .before = setting.value,
                               .is_secret = setting.is_secret,
                               .needs_restart = needs_restart(setting.key)});
    add_agencies(*running.directory, *read.directory, agencies_file_of(read), changes);
    return changes;
}

Settings taken_over(const Settings& running, const Settings& read) {
    Settings next = running;
    // Without a difference the old one stays: nothing need be declared or judged anew.
    if (!has_same_agencies(running, read))
        next.directory = read.directory;
    next.http.token = read.http.token;
    next.http.security_contact = read.http.security_contact;
    next.http.second_factor_for = read.http.second_factor_for;
    next.http.session_idle = read.http.session_idle;
    next.http.session_lasts = read.http.session_lasts;
    next.retention = read.retention;
    next.axis = read.axis;
    next.operations = read.operations;
    next.deadlines = read.deadlines;
    next.log = read.log;
    next.as_read = told_after(running, read);
    return next;
}

std::string fingerprint_of(const Settings& settings) {
    std::string all;
    const auto add = [&](std::string_view text) { all.append(std::to_string(text.size())).append(":").append(text); };
    for (const Setting& setting : settings.as_read) {
        add(setting.key);
        add(setting.value.value_or("\n"));
        add(setting.content ? setting.content->text() : "");
    }
    for (const Agency& agency : settings.directory->agencies()) {
        add(agency.code.text());
        for (const Attribute& attribute : attributes_of(agency))
            add(attribute.value.value_or("\n"));
    }
    return sha256(all).text();
}

}  // namespace hub
