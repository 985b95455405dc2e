#include "hub/agencies_file.hpp"

#include "hub/agency_contacts.hpp"
#include "hub/core/limits.hpp"
#include "hub/toml_section.hpp"

#include <list>
#include <algorithm>
#include <array>

namespace hub {
namespace {

constexpr std::size_t mib = 1024 * 1024;

/// An agency with the table that it was read from, for mistakes that show only when all are known.
struct Row {
    Agency agency;
    TomlSection section;
};

std::vector<Alias> read_aliases(TomlSection& section) {
    std::vector<Alias> aliases;
    for (TomlSection& each : section.sections("aliases")) {
        const auto code = each.code("code", Presence::required);
        const auto from = each.instant("valid_from");
        const auto until = each.instant("valid_until");
        if (from && until && *until <= *from)
            each.refuse("valid_until", "must be later than valid_from", "phải sau valid_from");
        each.refuse_unknown();
        if (code)
            aliases.push_back({*code, from, until});
    }
    return aliases;
}

std::vector<Certificate> read_certificates(TomlSection& section) {
    std::vector<Certificate> certificates;
    for (const TomlSection::NamedContent& content : section.contents("certificates")) {
        const auto parsed = Certificate::parse(content.octets);
        if (parsed) {
            certificates.push_back(*parsed);
            continue;
        }
        const std::string why = parsed.error().peer_text.empty() ? "" : " (" + parsed.error().peer_text + ")";
        section.refuse("certificates",
                       shown(content.path) + ": not a certificate that can be used: PEM or DER with an RSA (2048 bits "
                                             "or more), EC P-256 or Ed25519 key" + why,
                       shown(content.path) + ": không phải chứng thư dùng được: PEM hoặc DER, khóa RSA (từ 2048 bit), "
                                             "EC P-256 hoặc Ed25519" + why);
    }
    return certificates;
}

std::optional<Agency> read_agency(TomlSection& section, const std::vector<AgencyCode>& reserved) {
    const auto code = section.code("code", Presence::required);
    auto name = section.text("name", Presence::required);
    auto aliases = read_aliases(section);
    const bool is_axis = section.flag("axis", false);
    const bool serves_subordinates = section.flag("serves_subordinates", false);
    const auto opened_at = section.instant("opened_at");
    const auto closed_at = section.instant("closed_at");
    auto successor = section.code("successor", Presence::optional);
    auto certificates = read_certificates(section);
    auto contacts = read_contacts(section);
    const std::int64_t inline_mib = section.whole("inline_mib", 0, limits::attached_bytes_max / mib, 0);
    section.refuse_unknown();
    if (opened_at && closed_at && *closed_at <= *opened_at)
        section.refuse("closed_at", "must be later than opened_at", "phải sau opened_at");
    if (successor && !closed_at)
        section.refuse("successor", "only an agency with closed_at has a successor",
                       "chỉ đơn vị có closed_at mới có đơn vị kế thừa");
    if (!code)
        return std::nullopt;
    if (successor == code)
        section.refuse("successor", "is the agency itself", "là chính đơn vị này");
    if (std::ranges::find(reserved, *code) != reserved.end())
        section.refuse("code", shown(code->text()) + ": is the hub's own code or broker user",
                       shown(code->text()) + ": là mã hoặc tài khoản RabbitMQ của chính trục");
    return Agency{*code,     name.value_or(""), std::move(aliases),   is_axis,
                  serves_subordinates, opened_at, closed_at, std::move(successor), std::move(certificates),
                  static_cast<std::size_t>(inline_mib) * mib, std::move(contacts)};
}

struct ConflictWords {
    std::string_view key;
    std::string_view en;
    std::string_view vi;
};

constexpr std::array conflicts{
    ConflictWords{"code", "this code is used by two agencies", "hai đơn vị dùng chung mã này"},
    ConflictWords{"axis", "another agency is the axis already", "đã có đơn vị khác là trục quốc gia"},
    ConflictWords{"certificates", "a certificate is named twice", "một chứng thư được ghi hai lần"},
    ConflictWords{"successor", "no agency has this code", "không có đơn vị nào mang mã này"},
    ConflictWords{"aliases", "another agency has this code at the same time",
                  "đơn vị khác dùng mã này trong cùng thời gian"},
};

/// Notes the conflict that Directory::build() found and takes it away, so that the next one shows.
void settle(const Fault& fault, std::list<Row>& rows) {
    const std::size_t space = fault.field.find(' '), next_space = fault.field.rfind(' ');
    const std::string code = fault.field.substr(space + 1, next_space - space - 1);
    const std::string key = fault.field.substr(next_space + 1);
    // The later one of two is the one that is too many.
    const auto found = std::find_if(rows.rbegin(), rows.rend(),
                                    [&](const Row& row) { return row.agency.code.text() == code; });
    const auto words = std::ranges::find(conflicts, key, &ConflictWords::key);
    HUB_ASSERT(found != rows.rend() && words != conflicts.end());
    const std::string value = key == "aliases" || key == "successor" ? shown(fault.peer_text) : shown(code);
    found->section.refuse(key, value + ": " + std::string{words->en}, value + ": " + std::string{words->vi});
    if (key == "code")
        rows.erase(std::next(found).base());
    else if (key == "axis")
        found->agency.is_axis = false;
    else if (key == "certificates")
        found->agency.certificates.clear();
    else if (key == "successor")
        found->agency.successor.reset();
    else
        std::erase_if(found->agency.aliases, [&](const Alias& alias) { return alias.code.text() == fault.peer_text; });
}

}  // namespace

std::shared_ptr<const Directory> load_agencies(const std::filesystem::path& path,
                                               const std::vector<AgencyCode>& province_codes,
                                               const std::vector<AgencyCode>& reserved, SettingsMistakes& mistakes) {
    const std::size_t mistakes_before = mistakes.size();
    const TomlFile file{path, mistakes};
    const auto document = file.parse();
    if (!document)
        return nullptr;
    TomlSection top{file, &*document, {}, 1};
    std::list<Row> rows;
    std::vector<TomlSection> sections = top.sections("agency");
    if (sections.empty())
        top.refuse("agency", "missing: at least one [[agency]]", "thiếu: cần ít nhất một [[agency]]");
    for (TomlSection& section : sections)
        if (auto agency = read_agency(section, reserved))
            rows.push_back({std::move(*agency), section});
    top.refuse_unknown();
    for (;;) {
        std::vector<Agency> agencies;
        for (const Row& row : rows)
            agencies.push_back(row.agency);
        auto built = Directory::build(std::move(agencies), province_codes);
        if (built && mistakes.size() == mistakes_before)
            return std::make_shared<const Directory>(std::move(*built));
        if (built)
            return nullptr;
        settle(built.error(), rows);
    }
}

}  // namespace hub
