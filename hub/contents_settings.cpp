#include "hub/contents_settings.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/listen_setting.hpp"
#include "hub/time_setting.hpp"

#include <algorithm>
#include <array>

namespace hub {
namespace {

constexpr std::int64_t mib = std::int64_t{1} << 20;
constexpr std::int64_t gib = std::int64_t{1} << 30;

KeptFor read_kept(TomlSection& section, const KeptFor& usual) {
    return {.documents = read_time(section, "documents", usual.documents),
            .statuses = read_time(section, "statuses", usual.statuses),
            .acknowledgements = read_time(section, "acknowledgements", usual.acknowledgements)};
}

}  // namespace

std::optional<ContentsSettings> read_contents(std::optional<TomlSection> given) {
    if (!given)
        return std::nullopt;
    TomlSection& section = *given;
    ContentsSettings contents;
    if (const auto address = listen_address(section, section.text("listen", Presence::required))) {
        contents.host = address->host;
        contents.port = address->port;
    }
    contents.certificate_file = section.file("certificate_file", Presence::required, Secrecy::open).value_or("");
    contents.key_file = section.file("key_file", Presence::required, Secrecy::secret).value_or("");
    contents.folder = section.path("folder", Presence::required).value_or("");
    contents.disk_reserve_bytes = static_cast<std::uint64_t>(section.whole("disk_reserve_mib", 16, 1024 * 1024, 1024) * mib);
    contents.quota_bytes = static_cast<std::uint64_t>(section.whole("quota_gib", 0, 1024 * 1024, 0) * gib);
    constexpr auto part_gib_max = static_cast<std::int64_t>(limits::part_bytes_max / static_cast<std::uint64_t>(gib));
    contents.part_bytes_max = static_cast<std::uint64_t>(section.whole("part_gib_max", 1, part_gib_max, 4) * gib);
    contents.upload_kept = std::chrono::hours{section.whole("upload_hours", 1, 24 * 365, 48)};
    contents.scan_every = read_time(section, "scan_every", std::chrono::days{7}).value_or(std::chrono::seconds{0});
    section.refuse_unknown();
    return contents;
}

namespace {

/// Nobody would send under it: a rule that never holds.
bool is_of_nobody(const AgencyCode& code, const Directory& directory) {
    const bool is_alias = std::ranges::any_of(directory.agencies(), [&](const Agency& agency) {
        return std::ranges::find(agency.aliases, code, &Alias::code) != agency.aliases.end();
    });
    return !is_alias && !resolution_of(directory, code, Instant{}).agency;
}

void refuse_idle_rule(TomlSection& rule, const std::optional<AgencyCode>& code, const Directory* directory) {
    if (code && directory && is_of_nobody(*code, *directory))
        rule.refuse("code", shown(code->text()) + ": no agency has this code", shown(code->text()) + ": không đơn vị nào có mã này");
    if (!rule.has("documents") && !rule.has("statuses") && !rule.has("acknowledgements"))
        rule.refuse("code", "this rule sets no time: give documents, statuses or acknowledgements",
                    "quy định này không đặt thời hạn nào: ghi documents, statuses hoặc acknowledgements");
}

}  // namespace

RetentionRules read_retention(TomlSection section, const Directory* directory) {
    RetentionRules rules;
    rules.usual = read_kept(section, {.documents = std::nullopt,
                                      .statuses = std::nullopt,
                                      .acknowledgements = std::chrono::days{30}});
    rules.unnamed = read_bounded_time(section, "unnamed", std::chrono::hours{48});
    rules.pass_every = read_bounded_time(section, "look_every", std::chrono::hours{1});
    for (TomlSection& agency : section.sections("agency")) {
        const auto code = agency.code("code", Presence::required);
        const KeptFor kept = read_kept(agency, rules.usual);
        agency.refuse_unknown();
        refuse_idle_rule(agency, code, directory);
        if (code && !rules.by_sender.emplace(*code, kept).second)
            agency.refuse("code", "this agency has a rule already", "đơn vị này đã có quy định");
    }
    section.refuse_unknown();
    return rules;
}

}  // namespace hub
