#include "adapters/axis/settings.hpp"

#include "adapters/kit/agencies_file.hpp"
#include "adapters/kit/settings_file.hpp"

#include <algorithm>
#include <array>

namespace hub::axis {
namespace {

constexpr std::array<std::string_view, 3> hash_forms{"sdk", "padded", "none"};
constexpr std::array<std::string_view, 2> fetch_operations{"getEdoc", "downloadEdoc"};
constexpr std::int64_t day_s = 24 * 3600;
constexpr std::size_t secret_bytes_least = 8;

/// Refusals that are about the caller or the axis: wrong caller, trouble of the axis, clock, version, hash-file.
constexpr std::string_view retried_codes_default = "15,20,901,902,905";

std::vector<std::string> words_of_list(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string word;
        std::ranges::copy_if(text.substr(at, comma - at), std::back_inserter(word), [](char c) { return c != ' '; });
        if (!word.empty())
            words.push_back(std::move(word));
        at = comma + 1;
    }
    return words;
}

/// Gives the agencies file.
std::optional<std::filesystem::path> read_kit(TomlSection& top, kit::Settings& settings) {
    TomlSection agency = top.section("agency");
    const auto code = kit::read_agency(agency, settings);
    agency.refuse_unknown();
    kit::read_broker(top, "lgsp-axis", code, settings);
    TomlSection hub = top.section("hub");
    kit::read_hub(hub, settings);
    auto agencies_file = hub.path("agencies_file", Presence::required);
    hub.refuse_unknown();
    TomlSection contents = top.section("contents");
    kit::read_contents(contents, settings);
    contents.refuse_unknown();
    return agencies_file;
}

void read_times(TomlSection& axis, AxisSettings& settings) {
    const auto seconds = [&](std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback) {
        return std::chrono::seconds{axis.whole(key, least, most, fallback)};
    };
    InboundSettings& inbound = settings.connector.inbound;
    inbound.documents_every = seconds("documents_every_seconds", 1, day_s, 60);
    inbound.statuses_every = seconds("statuses_every_seconds", 1, day_s, 300);
    inbound.retry_first = seconds("retry_seconds", 1, 3600, 30);
    inbound.fetches_at_once = static_cast<std::size_t>(axis.whole("fetches_at_once", 1, 32, 4));
    OutboundSettings& outbound = settings.connector.outbound;
    outbound.retry_first = inbound.retry_first;
    outbound.settle = seconds("settle_seconds", 1, day_s, 120);
    outbound.sends_at_once = static_cast<std::size_t>(axis.whole("sends_at_once", 1, 32, 4));
    outbound.sends_past_unclear = static_cast<std::size_t>(axis.whole("sends_past_unclear", 1, 10'000, 100));
    vxp::Deadlines& deadlines = settings.callers.client.deadlines;
    deadlines.answer = seconds("answer_seconds", 1, 3600, 60);
    deadlines.whole = seconds("call_seconds", 1, 3600, 600);
    // One for each list too.
    settings.callers.threads = outbound.sends_at_once + 2 * inbound.fetches_at_once + 2;
}

void read_axis(TomlSection& top, AxisSettings& settings) {
    TomlSection axis = top.section("axis");
    vxp::ClientSettings& client = settings.callers.client;
    const auto url = axis.text("url", Presence::required);
    const auto address = vxp::AxisAddress::parse(url.value_or("http://127.0.0.1:1"));
    if (!address)
        axis.refuse("url", shown(*url) + ": not of the form https://host:port/path",
                    shown(*url) + ": phải có dạng https://máy:cổng/đường-dẫn");
    else
        client.address = *address;
    const auto ca = axis.file("ca_file", Presence::optional, Secrecy::open);
    if (auto trust = vxp::TlsTrust::load(ca.value_or("")))
        client.trust = std::move(*trust);
    else if (ca)
        axis.refuse("ca_file", "holds no certificate that can be read", "không đọc được chứng thư CA");
    client.system_id = axis.text("system_id", Presence::required).value_or("");
    const auto secret = axis.content("secret_file", Presence::required, Secrecy::secret);
    if (secret && secret->size() < secret_bytes_least)
        axis.refuse("secret_file", "a secret has at least 8 characters", "khóa bí mật phải có ít nhất 8 ký tự");
    client.secret = vxp::Secret{secret.value_or("")};
    const std::size_t form = axis.choice("hash_form", hash_forms);
    client.hash_form = form == 2 ? std::nullopt : std::optional{form == 0 ? vxp::HashForm::sdk : vxp::HashForm::padded};
    settings.callers.fetch_by = static_cast<FetchBy>(axis.choice("fetch_by", fetch_operations));
    const auto packet_bytes_max = static_cast<std::uint64_t>(axis.whole("packet_mib_max", 1, 2048, 100)) << 20;
    client.packet_bytes_max = packet_bytes_max;
    settings.callers.limits.packet_bytes_max = packet_bytes_max;
    settings.callers.limits.content_bytes_max =
        std::max(settings.callers.limits.content_bytes_max, static_cast<std::size_t>(packet_bytes_max));
    settings.connector.retried_codes =
        words_of_list(axis.text("retried_codes", Presence::optional).value_or(std::string{retried_codes_default}));
    read_times(axis, settings);
    axis.refuse_unknown();
}

void read_units(TomlSection& top, UnitSyncSettings& units) {
    TomlSection section = top.section("units");
    units.every = std::chrono::hours{section.whole("every_hours", 0, 24 * 30, 24)};
    units.full_every = std::chrono::hours{24 * section.whole("full_every_days", 1, 90, 7)};
    units.closing_percent_max = static_cast<unsigned>(section.whole("closing_percent_max", 1, 100, 20));
    units.qd20_level = section.text("qd20_level", Presence::optional).value_or("");
    section.refuse_unknown();
}

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    const TomlFile file{path, loaded.mistakes};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};
    auto trust = vxp::TlsTrust::load({});
    const AgencyCode nobody = AgencyCode::parse("X").value();
    ConnectorSettings connector{.agency = nobody};
    AxisSettings settings{.kit = {.agency = nobody},
                          .connector = std::move(connector),
                          .callers = {.client = {.trust = std::move(trust.value()), .secret = vxp::Secret{{}}}}};
    SettingsMistakes of_agencies;
    if (const auto agencies_file = read_kit(top, settings.kit))
        settings.connector.inbound.province = Province{kit::read_agencies(*agencies_file, of_agencies)};
    read_axis(top, settings);
    read_units(top, settings.units);
    TomlSection store = top.section("store");
    settings.folder = store.path("folder", Presence::required).value_or("");
    settings.connector.kept = std::chrono::hours{24 * store.whole("kept_days", 30, 10'000, 400)};
    store.refuse_unknown();
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    std::ranges::move(of_agencies, std::back_inserter(loaded.mistakes));
    if (!loaded.mistakes.empty())
        return loaded;
    settings.connector.agency = settings.kit.agency;
    settings.kit.journal_folder = settings.folder / "journal";
    settings.kit.spool_folder = settings.folder / "journal" / "spool";
    settings.callers.spool = settings.folder / "spool";
    settings.units.file = settings.folder / "units.sqlite";
    loaded.settings.emplace(std::move(settings));
    return loaded;
}

}  // namespace hub::axis
