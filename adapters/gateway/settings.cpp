#include "adapters/gateway/settings.hpp"

#include "adapters/gateway/packet_limits.hpp"
#include "adapters/gateway/webhook_signature.hpp"
#include "adapters/kit/settings_file.hpp"

#include "hub/core/signature.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace hub::gateway {
namespace {

constexpr std::array<std::string_view, 4> hash_checks{"either", "sdk", "padded", "ignored"};
constexpr std::array hash_check_of{vxp::HashCheck::either, vxp::HashCheck::sdk, vxp::HashCheck::padded,
                                   vxp::HashCheck::ignored};
constexpr std::size_t secret_bytes_least = 16;
constexpr std::size_t token_bytes_least = 32;
constexpr std::int64_t mib = 1 << 20;

bool is_path(std::string_view path) {
    return path.empty() ||
           (path.starts_with('/') && !path.ends_with('/') &&
            std::ranges::none_of(path, [](char c) { return c <= ' ' || c > '~' || c == '?' || c == '#'; }));
}

void read_listen(TomlSection listen, GatewaySettings& settings) {
    vxp::ListenerSettings& listener = settings.server.listener;
    listener.host = listen.text("host", Presence::optional).value_or("127.0.0.1");
    listener.port = static_cast<std::uint16_t>(listen.whole("port", 0, 65535, 7700));
    settings.server.path = listen.text("path", Presence::optional).value_or("/XrdAdapter/adapter");
    listener.certificate_file =
        listen.file("certificate_file", Presence::optional, Secrecy::open).value_or("");
    listener.key_file = listen.file("key_file", Presence::optional, Secrecy::secret).value_or("");
    listener.connections_max = static_cast<std::size_t>(listen.whole("connections_max", 1, 20'000, 2000));
    listener.connections_per_address_max =
        static_cast<std::size_t>(listen.whole("connections_per_address_max", 1, 20'000, 500));
    listener.threads = static_cast<unsigned>(listen.whole("threads", 4, 64, 16));
    if (listen.has("certificate_file") != listen.has("key_file"))
        listen.refuse("key_file", "certificate_file and key_file belong together",
                      "certificate_file và key_file phải đi cùng nhau");
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(listener.host, error);
    if (error)
        listen.refuse("host", shown(listener.host) + ": not an address of this machine",
                      shown(listener.host) + ": không phải địa chỉ IP của máy này");
    else if (!address.is_loopback() && !listen.has("certificate_file"))
        listen.refuse("certificate_file",
                      "missing: without TLS only an address of loopback may be listened on",
                      "thiếu: không có TLS thì chỉ được nghe trên địa chỉ loopback");
    if (!is_path(settings.server.path))
        listen.refuse("path", shown(settings.server.path) + ": must begin with / and not end with it",
                      shown(settings.server.path) + ": phải bắt đầu bằng / và không kết thúc bằng /");
    listen.refuse_unknown();
    settings.counter.waiting_max = std::max(1U, listener.threads / 2);
}

/// Behind the same certificate as the axis's protocol, at a port of its own.
void read_json(TomlSection& top, GatewaySettings& settings) {
    TomlSection json = top.section("json");
    vxp::ListenerSettings listener = settings.server.listener;
    listener.port = static_cast<std::uint16_t>(json.whole("port", 0, 65535, 7701));
    json.refuse_unknown();
    if (top.has("json"))
        settings.json = listener;
    TomlSection webhooks = top.section("webhooks");
    settings.webhook_ca_file = webhooks.file("ca_file", Presence::optional, Secrecy::open).value_or("");
    webhooks.refuse_unknown();
}

void read_limits(TomlSection limits, GatewaySettings& settings) {
    settings.server.packet_bytes_max = static_cast<std::uint64_t>(
        limits.whole("packet_mib_max", 1, static_cast<std::int64_t>(packet_bytes_most) / mib, 100) * mib);
    settings.counter.packet_bytes_max = settings.server.packet_bytes_max;
    settings.counter.answer_time = std::chrono::seconds{limits.whole("answer_seconds", 0, 60, 10)};
    settings.server.skew_max = std::chrono::seconds{limits.whole("skew_seconds_max", 1, 24 * 3600, 300)};
    settings.hash_check = hash_check_of[limits.choice("hash_file", hash_checks)];
    settings.budget.calls_per_minute =
        static_cast<unsigned>(limits.whole("calls_per_minute", 6, 100'000, 600));
    settings.budget.calls_at_once_max = static_cast<unsigned>(limits.whole("calls_at_once", 1, 64, 8));
    settings.received_kept = std::chrono::hours{24 * limits.whole("received_days", 1, 3650, 30)};
    settings.sent_kept = std::chrono::hours{24 * limits.whole("sent_days", 1, 3650, 400)};
    limits.refuse_unknown();
}

void read_log(TomlSection section, LogSettings& log) {
    constexpr std::array<std::string_view, 4> levels{"info", "debug", "warning", "error"};
    constexpr std::array level_values{LogLevel::info, LogLevel::debug, LogLevel::warning, LogLevel::error};
    constexpr std::array<std::string_view, 2> formats{"text", "json"};
    constexpr std::array<std::string_view, 2> languages{"vi", "en"};
    log.level = level_values[section.choice("level", levels)];
    log.format = section.choice("format", formats) == 1 ? LogFormat::json : LogFormat::text;
    log.language = section.choice("language", languages) == 1 ? LogLanguage::en : LogLanguage::vi;
    section.refuse_unknown();
}

/// What the lines have in common.
kit::Settings read_link(TomlSection& top) {
    kit::Settings link{.agency = AgencyCode::parse("X").value()};
    link.broker = kit::read_shared_broker(top);
    TomlSection hub = top.section("hub");
    kit::read_hub(hub, link);
    hub.refuse_unknown();
    TomlSection contents = top.section("contents");
    kit::read_contents(contents, link);
    contents.refuse_unknown();
    return link;
}

class AgencyReader {
public:
    AgencyReader(GatewaySettings& settings, const kit::Settings& link) : settings_{settings}, link_{link} {}

    void read(TomlSection& section) {
        const auto code = section.code("code", Presence::required);
        const auto system_id = section.text("system_id", Presence::optional);
        const auto secret = section.content("secret_file", Presence::optional, Secrecy::secret);
        const auto token = section.content("token_file", Presence::optional, Secrecy::secret);
        auto webhook = read_webhook(section, code);
        const auto user = section.text("broker_user", Presence::optional);
        const auto password = section.content("broker_password_file", Presence::required, Secrecy::secret);
        const auto certificate = section.file("certificate_file", Presence::required, Secrecy::open);
        const auto key = section.file("key_file", Presence::required, Secrecy::secret);
        const bool signs_for = section.flag("signs_for", true);
        section.refuse_unknown();
        if (certificate && key)
            kit::check_key(section, *certificate, *key);
        if (code && user)
            kit::check_broker_user(section, "broker_user", *user, *code);
        check_callers(section, token);
        if (secret && secret->size() < secret_bytes_least)
            section.refuse("secret_file", "a secret has at least 16 characters",
                           "khóa bí mật phải có ít nhất 16 ký tự");
        if (code)
            refuse_repeat(section, "code", code->text());
        if (system_id)
            refuse_repeat(section, "system_id", *system_id);
        if (!code || !password || !certificate || !key)
            return;
        const auto codes = codes_of(*code);
        if (codes.empty()) {
            section.refuse("code", shown(code->text()) + ": not in the agencies file, or there as an alias",
                           shown(code->text()) + ": không có trong danh mục đơn vị, hoặc chỉ là bí danh");
            return;
        }
        amqp::Address broker = link_.broker;
        broker.user = user.value_or(code->text());
        broker.password = *password;
        broker.connection_name = "lgsp-gateway " + code->text();
        const auto journal = settings_.folder / "journal" / code->text();
        settings_.agencies.push_back({.line = {.kit = {.agency = *code,
                                                       .broker = std::move(broker),
                                                       .certificate_file = *certificate,
                                                       .key_file = *key,
                                                       .hub_certificate_file = link_.hub_certificate_file,
                                                       .journal_folder = journal,
                                                       .contents_url = link_.contents_url,
                                                       .contents_ca_file = link_.contents_ca_file,
                                                       .spool_folder = journal / "spool"},
                                               .codes = codes,
                                               .is_signed_by_gateway = signs_for},
                                      .system_id = system_id.value_or(""),
                                      .secret = vxp::Secret{secret.value_or("")},
                                      .token = token ? std::optional{sha256(*token)} : std::nullopt,
                                      .webhook = std::move(webhook)});
    }

private:
    /// By what its document system may call.
    void check_callers(TomlSection& section, const std::optional<Bytes>& token) {
        if (section.has("system_id") != section.has("secret_file"))
            section.refuse("secret_file", "system_id and secret_file belong together",
                           "system_id và secret_file phải đi cùng nhau");
        if (!section.has("system_id") && !section.has("token_file"))
            section.refuse("system_id", "missing: system_id with secret_file, or token_file, or both",
                           "thiếu: cần system_id với secret_file, hoặc token_file, hoặc cả hai");
        if (section.has("token_file") && !settings_.json)
            section.refuse("token_file", "nobody listens for it: there is no [json]",
                           "không có [json] nên không ai nghe");
        if (token && token->size() < token_bytes_least)
            section.refuse("token_file", "a token has at least 32 characters", "mã truy cập phải có ít nhất 32 ký tự");
        // Never shown.
        if (token && !tokens_.insert(sha256(*token)).second)
            section.refuse("token_file", "the token of another agency", "mã truy cập này là của đơn vị khác");
    }

    static std::optional<Webhook> read_webhook(TomlSection& section, const std::optional<AgencyCode>& code) {
        const auto url = section.text("webhook_url", Presence::optional);
        const auto secret = section.content("webhook_secret_file", Presence::optional, Secrecy::secret);
        if (section.has("webhook_url") != section.has("webhook_secret_file"))
            section.refuse("webhook_secret_file", "webhook_url and webhook_secret_file belong together",
                           "webhook_url và webhook_secret_file phải đi cùng nhau");
        auto key = secret ? parse_webhook_secret(*secret) : std::nullopt;
        if (secret && !key)
            section.refuse("webhook_secret_file", "not whsec_ and base64 of at least 24 octets, nor 24 characters",
                           "phải là whsec_ và base64 của ít nhất 24 byte, hoặc ít nhất 24 ký tự");
        if (!url || !key || !code)
            return std::nullopt;
        auto webhook = webhook_at(*code, *url, std::move(*key));
        if (!webhook) {
            section.refuse("webhook_url", shown(*url) + ": must be https://host/path (http:// on loopback only)",
                           shown(*url) + ": phải là https://máy/đường-dẫn (http:// chỉ dùng trên loopback)");
            return std::nullopt;
        }
        return std::move(*webhook);
    }

    void refuse_repeat(TomlSection& section, std::string_view key, const std::string& value) {
        if (!known_.emplace(key, value).second)
            section.refuse(key, shown(value) + ": named twice", shown(value) + ": ghi hai lần");
    }
    std::vector<AgencyCode> codes_of(const AgencyCode& code) const {
        std::vector<AgencyCode> codes;
        for (const Unit& unit :
             settings_.units ? settings_.units->all() : std::vector<Unit>{{code.text(), {}, {}, false}})
            if (unit.code == code.text()) {
                codes.push_back(code);
                for (const std::string& alias : unit.aliases)
                    codes.push_back(AgencyCode::parse(alias).value());
            }
        return codes;
    }

    GatewaySettings& settings_;
    const kit::Settings& link_;
    std::set<std::pair<std::string, std::string>> known_;
    std::set<Digest> tokens_;
};

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    const TomlFile file{path, loaded.mistakes};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};
    GatewaySettings settings;
    read_listen(top.section("listen"), settings);
    TomlSection gateway = top.section("gateway");
    settings.folder = gateway.path("folder", Presence::required).value_or("");
    const auto agencies_file = gateway.path("agencies_file", Presence::required);
    settings.workers = static_cast<unsigned>(gateway.whole("workers", 1, 16, 2));
    settings.disk_reserve_bytes = static_cast<std::uint64_t>(gateway.whole("disk_reserve_mib", 16, 1024 * 1024, 512) * mib);
    gateway.refuse_unknown();
    settings.server.spool = settings.folder / "spool";
    read_limits(top.section("limits"), settings);
    read_json(top, settings);
    read_log(top.section("log"), settings.log);
    const kit::Settings link = read_link(top);
    SettingsMistakes of_agencies;
    if (agencies_file)
        settings.units = read_units(
            *agencies_file, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
            of_agencies);
    AgencyReader reader{settings, link};
    for (TomlSection& section : top.sections("agency"))
        reader.read(section);
    if (!top.has("agency"))
        top.refuse("agency", "missing: nobody may call a gateway without [[agency]]",
                   "thiếu: cần ít nhất một [[agency]]");
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    std::ranges::move(of_agencies, std::back_inserter(loaded.mistakes));
    if (loaded.mistakes.empty())
        loaded.settings.emplace(std::move(settings));
    return loaded;
}

}  // namespace hub::gateway
