#include "hub/settings.hpp"

#include "hub/agencies_file.hpp"
#include "hub/deadline_settings.hpp"
#include "hub/listen_setting.hpp"
#include "hub/time_setting.hpp"
#include "hub/toml_section.hpp"

#include <algorithm>
#include <array>

namespace hub {
namespace {

constexpr std::int64_t mib = 1024 * 1024;
constexpr std::int64_t disk_reserve_mib_min = 16;
constexpr std::int64_t disk_reserve_mib_max = 1024 * 1024;
constexpr std::int64_t disk_reserve_mib_usual = 512;
constexpr std::int64_t verify_threads_max = 64;
constexpr std::int64_t verify_threads_usual = 2;
constexpr std::size_t token_bytes_min = 16;

LedgerSettings read_ledger(TomlSection section) {
    LedgerSettings ledger;
    if (const auto folder = section.path("folder", Presence::required)) {
        ledger.folder = *folder;
        std::error_code error;
        if (std::filesystem::exists(*folder, error) && !std::filesystem::is_directory(*folder, error))
            section.refuse("folder", shown(folder->string()) + ": is a file, not a folder",
                           shown(folder->string()) + ": là tệp, không phải thư mục");
    }
    const auto reserve = section.whole("disk_reserve_mib", disk_reserve_mib_min, disk_reserve_mib_max,
                                       disk_reserve_mib_usual);
    ledger.disk_reserve_bytes = static_cast<std::uint64_t>(reserve * mib);
    section.refuse_unknown();
    return ledger;
}

BrokerSettings read_broker(TomlSection section) {
    BrokerSettings broker;
    const auto url = section.text("url", Presence::required);
    auto password = section.content("password_file", Presence::required, Secrecy::secret);
    const auto ca = section.file("ca_file", Presence::optional, Secrecy::open);
    const auto certificate = section.file("certificate_file", Presence::optional, Secrecy::open);
    const auto key = section.file("key_file", Presence::optional, Secrecy::secret);
    constexpr std::array<std::string_view, 2> queue_types{"classic", "quorum"};
    broker.is_quorum = section.choice("queue_type", queue_types) == 1;
    section.refuse_unknown();
    if (!url)
        return broker;
    auto address = amqp::Address::parse(*url);
    if (!address) {
        // The value is not shown: a password may stand in it by mistake.
        section.refuse("url", address.error().peer_text + " (amqps://user@host:5671/lgsp)",
                       "phải có dạng amqps://user@host:5671/lgsp, không kèm mật khẩu; cổng từ 1 đến 65535");
        return broker;
    }
    broker.address = *address;
    broker.address.password = password.value_or("");
    broker.address.connection_name = "lgsp-hub";
    if (broker.address.is_tls && !section.has("ca_file"))
        section.refuse("ca_file", "missing: amqps verifies the broker's certificate",
                       "thiếu: amqps cần CA để kiểm tra chứng thư của RabbitMQ");
    for (const std::string_view only_tls : {"ca_file", "certificate_file", "key_file"})
        if (!broker.address.is_tls && section.has(only_tls))
            section.refuse(only_tls, "has no effect with amqp://; use amqps:// or take it out",
                           "không có tác dụng với amqp://; dùng amqps:// hoặc bỏ dòng này");
    if (section.has("certificate_file") != section.has("key_file"))
        section.refuse(section.has("key_file") ? "certificate_file" : "key_file",
                       "missing: certificate_file and key_file go together",
                       "thiếu: certificate_file và key_file phải đi cùng nhau");
    broker.address.ca_file = ca.value_or("").string();
    broker.address.certificate_file = certificate.value_or("").string();
    broker.address.key_file = key.value_or("").string();
    return broker;
}

std::optional<Signer> read_signer(TomlSection section) {
    const auto certificate = section.content("certificate_file", Presence::required, Secrecy::open);
    const auto key = section.content("key_file", Presence::required, Secrecy::secret);
    section.refuse_unknown();
    if (!certificate || !key)
        return std::nullopt;
    auto signer = Signer::parse(*certificate, *key);
    if (signer)
        return *signer;
    const std::string why = signer.error().peer_text.empty() ? "" : ": " + signer.error().peer_text;
    section.refuse("certificate_file", "certificate and key are not a pair that can sign" + why,
                   "chứng thư và khóa không phải một cặp dùng được để ký" + why);
    return std::nullopt;
}

bool is_contact(std::string_view text) noexcept {
    return (text.starts_with("mailto:") || text.starts_with("https:") || text.starts_with("tel:"))
           && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

void read_session(TomlSection& section, HttpSettings& http) {
    using namespace std::chrono_literals;
    http.session_lasts = read_time_within(section, "session_lasts", 5min, 24h, 8h);
    http.session_idle = read_time_within(section, "session_idle", 2min, 24h, std::min<decltype(http.session_lasts)>(15min, http.session_lasts));
    if (http.session_idle > http.session_lasts)
        section.refuse("session_idle", "is longer than session_lasts", "dài hơn session_lasts");
}

HttpSettings read_http(TomlSection section) {
    HttpSettings http;
    const std::string listen = section.text("listen", "127.0.0.1:7780");
    auto token = section.content("token_file", Presence::optional, Secrecy::secret);
    const auto certificate = section.file("certificate_file", Presence::optional, Secrecy::open);
    const auto key = section.file("key_file", Presence::optional, Secrecy::secret);
    constexpr std::array<std::string_view, 4> who{"nobody", "administer", "reveal", "everybody"};
    constexpr std::array<std::optional<Right>, 4> rights{std::nullopt, Right::administer, Right::reveal, Right::read};
    const std::size_t second_factor = section.choice("second_factor_for", who);
    const auto contact = section.text("security_contact", Presence::optional);
    if (contact && !is_contact(*contact))
        section.refuse("security_contact", shown(*contact) + ": must begin with mailto:, https: or tel:, without spaces",
                       shown(*contact) + ": phải bắt đầu bằng mailto:, https: hoặc tel:, không có dấu cách");
    read_session(section, http);
    section.refuse_unknown();
    const auto address = listen_address(section, listen);
    const bool is_here = address && (address->host == "127.0.0.1" || address->host == "::1");
    if (address && !is_here && !section.has("certificate_file"))
        section.refuse("listen", shown(listen) + ": must be a loopback address unless certificate_file and key_file are set",
                       shown(listen) + ": phải là địa chỉ nội bộ, trừ khi có certificate_file và key_file");
    if (section.has("certificate_file") != section.has("key_file"))
        section.refuse(section.has("key_file") ? "certificate_file" : "key_file",
                       "missing: certificate_file and key_file go together",
                       "thiếu: certificate_file và key_file phải đi cùng nhau");
    if (token && token->size() < token_bytes_min)
        section.refuse("token_file", "the token in it is shorter than 16 bytes", "mã truy cập ngắn hơn 16 byte");
    if (token && !std::ranges::all_of(*token, [](char c) { return c > ' ' && c < 0x7F; }))
        section.refuse("token_file", "the token in it must be one line of ASCII without spaces",
                       "mã truy cập phải là một dòng ASCII không có dấu cách");
    if (address) {
        http.host = address->host;
        http.port = address->port;
    }
    http.token = token.value_or("");
    http.certificate_file = certificate.value_or("");
    http.key_file = key.value_or("");
    http.second_factor_for = rights[second_factor];
    http.security_contact = contact.value_or("");
    return http;
}

AxisRules read_axis(TomlSection section) {
    constexpr std::array<std::string_view, 2> closed{"refuse", "carry"};
    constexpr std::array<std::string_view, 2> unknown{"refuse", "carry"};
    AxisRules axis;
    axis.refuses_closed = section.choice("closed_units", closed) == 0;
    axis.refuses_unknown = section.choice("unknown_units", unknown) == 0;
    section.refuse_unknown();
    return axis;
}

LogSettings read_log(TomlSection section) {
    constexpr std::array<std::string_view, 4> levels{"info", "debug", "warning", "error"};
    constexpr std::array level_values{LogLevel::info, LogLevel::debug, LogLevel::warning, LogLevel::error};
    constexpr std::array<std::string_view, 2> formats{"text", "json"};
    constexpr std::array<std::string_view, 2> languages{"vi", "en"};
    LogSettings log;
    log.level = level_values[section.choice("level", levels)];
    log.format = section.choice("format", formats) == 1 ? LogFormat::json : LogFormat::text;
    log.language = section.choice("language", languages) == 1 ? LogLanguage::en : LogLanguage::vi;
    section.refuse_unknown();
    return log;
}

/// What two sections would share and cannot.
void refuse_shared(TomlSection contents_section, const ContentsSettings& contents, const HttpSettings& http,
                   const LedgerSettings& ledger) {
    // "::" takes the addresses of IPv4 too, "0.0.0.0" none of IPv6 alone.
    const auto takes = [](const std::string& any, const std::string& host) {
        return any == "::" || (any == "0.0.0.0" && host.find(':') == std::string::npos);
    };
    const bool meet = contents.host == http.host || takes(contents.host, http.host) || takes(http.host, contents.host);
    const auto plain = [](const std::filesystem::path& folder) {
        const auto path = folder.lexically_normal();
        return path.has_filename() ? path : path.parent_path();
    };
    if (contents.port != 0 && contents.port == http.port && meet)
        contents_section.refuse("listen", "is also http.listen: each needs a port of its own",
                                "trùng với http.listen: mỗi bên cần một cổng riêng");
    if (!contents.folder.empty() && plain(contents.folder) == plain(ledger.folder))
        contents_section.refuse("folder", "is also ledger.folder: each needs a folder of its own",
                                "trùng với ledger.folder: mỗi bên cần một thư mục riêng");
}

struct HubPart {
    std::optional<AgencyCode> code;
    std::vector<AgencyCode> province_codes;
    std::optional<std::filesystem::path> agencies_file;
    unsigned verify_threads = 0;
};

HubPart read_hub(TomlSection section) {
    HubPart hub;
    hub.code = section.code("code", Presence::required);
    hub.province_codes = section.codes("province_codes");
    hub.agencies_file = section.path("agencies_file", Presence::required);
    hub.verify_threads =
        static_cast<unsigned>(section.whole("verify_threads", 1, verify_threads_max, verify_threads_usual));
    section.refuse_unknown();
    return hub;
}

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    std::vector<Setting> as_read;
    const TomlFile file{path, loaded.mistakes, &as_read};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};
    const HubPart hub = read_hub(top.section("hub"));
    LedgerSettings ledger = read_ledger(top.section("ledger"));
    BrokerSettings broker = read_broker(top.section("broker"));
    std::shared_ptr<const Directory> directory;
    SettingsMistakes of_agencies;
    if (hub.agencies_file) {
        std::vector<AgencyCode> reserved;
        if (hub.code)
            reserved.push_back(*hub.code);
        if (const auto user = AgencyCode::parse(broker.address.user))
            reserved.push_back(*user);
        directory = load_agencies(*hub.agencies_file, hub.province_codes, reserved, of_agencies);
        std::ranges::stable_sort(of_agencies, {}, &SettingsMistake::line);
    }
    auto signer = read_signer(top.section("keys"));
    HttpSettings http = read_http(top.section("http"));
    auto contents = read_contents(top.has("contents") ? std::optional{top.section("contents")} : std::nullopt);
    RetentionRules retention = read_retention(top.section("retention"), directory.get());
    const AxisRules axis = read_axis(top.section("axis"));
    DeadlineRules deadlines = read_deadlines(top.section("deadlines"), top.section("calendar"));
    const LogSettings log = read_log(top.section("log"));
    if (contents)
        refuse_shared(top.section("contents"), *contents, http, ledger);
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    std::ranges::move(of_agencies, std::back_inserter(loaded.mistakes));
    if (!loaded.mistakes.empty())
        return loaded;
    loaded.settings.emplace(Settings{*hub.code, std::move(directory), hub.verify_threads, std::move(ledger),
                                     std::move(broker), std::move(*signer), std::move(http), std::move(contents),
                                     std::move(retention), axis, std::move(deadlines), log,
                                     std::move(as_read), path});
    return loaded;
}

}  // namespace hub
