#include "adapters/folder/settings.hpp"

#include "adapters/kit/https_connection.hpp"

#include "hub/core/receipt.hpp"
#include "hub/toml_section.hpp"

#include <algorithm>

namespace hub::folder {
namespace {

/// What stands between commas, without the blanks around it; nothing of an empty text.
std::vector<std::string> codes_of(std::string_view text) {
    std::vector<std::string> codes;
    for (std::size_t at = 0; !text.empty() && at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string_view code = text.substr(at, comma - at);
        code.remove_prefix(std::min(code.find_first_not_of(' '), code.size()));
        code = code.substr(0, code.find_last_not_of(' ') + 1);
        codes.emplace_back(code);
        at = comma + 1;
    }
    return codes;
}

struct ContentsSettings {
    std::string url;
    std::filesystem::path ca_file;
    std::size_t packet_bytes_max = 0;
};

ContentsSettings read_contents(TomlSection& top) {
    TomlSection contents = top.section("contents");
    const auto url = contents.text("url", Presence::optional);
    const auto ca_file = contents.file("ca_file", Presence::optional, Secrecy::open);
    constexpr std::int64_t packet_mib_most = static_cast<std::int64_t>(limits::part_bytes_max >> 20);
    const std::int64_t packet_mib_max = contents.whole("packet_mib_max", 1, packet_mib_most, 2048);
    contents.refuse_unknown();
    if (url && !kit::HttpsAddress::parse(*url))
        contents.refuse("url", shown(*url) + ": not of the form https://host:port",
                        shown(*url) + ": phải có dạng https://máy:cổng");
    return {url.value_or(""), ca_file.value_or(""), static_cast<std::size_t>(packet_mib_max) << 20};
}

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    const TomlFile file{path, loaded.mistakes};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};

    TomlSection agency = top.section("agency");
    const auto code = agency.code("code", Presence::required);
    const auto base = agency.path("folder", Presence::required);
    const auto certificate = agency.file("certificate_file", Presence::required, Secrecy::open);
    const auto key = agency.file("key_file", Presence::required, Secrecy::secret);
    agency.refuse_unknown();

    TomlSection broker = top.section("broker");
    const auto url = broker.text("url", Presence::required);
    const auto password = broker.content("password_file", Presence::required, Secrecy::secret);
    const auto ca = broker.file("ca_file", Presence::optional, Secrecy::open);
    broker.refuse_unknown();
    const auto address = url ? amqp::Address::parse(*url) : Result<amqp::Address>{amqp::Address{}};
    if (!address)
        broker.refuse("url", address.error().peer_text, "phải có dạng amqp://<mã đơn vị>@máy:5672/lgsp");
    if (url && address && address->is_tls && !ca)
        broker.refuse("ca_file", "missing: amqps verifies the broker's certificate",
                      "thiếu: amqps cần CA để kiểm tra chứng thư của RabbitMQ");

    TomlSection hub = top.section("hub");
    const auto hub_certificate = hub.file("certificate_file", Presence::required, Secrecy::open);
    hub.refuse_unknown();

    const ContentsSettings contents = read_contents(top);
    TomlSection trial = top.section("trial");
    std::vector<std::string> answers = codes_of(trial.text("answers", Presence::optional).value_or(""));
    for (const std::string& answer : answers)
        if (status_event(answer) == ReceiptEvent::status_other)
            trial.refuse("answers", shown(answer) + ": no status code such as 01 or 03",
                         shown(answer) + ": không phải mã trạng thái như 01 hay 03");
    trial.refuse_unknown();
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    if (!loaded.mistakes.empty())
        return loaded;

    amqp::Address broker_address = *address;
    broker_address.password = *password;
    broker_address.ca_file = ca.value_or("").string();
    broker_address.connection_name = "lgsp-folder " + code->text();
    loaded.settings.emplace(FolderSettings{
        .kit = {.agency = *code,
                .broker = std::move(broker_address),
                .certificate_file = *certificate,
                .key_file = *key,
                .hub_certificate_file = *hub_certificate,
                .journal_folder = *base / "journal",
                .spool_folder = *base / "journal" / "spool"},
        .base = *base,
        .answers = std::move(answers)});
    if (!contents.url.empty()) {
        loaded.settings->kit.contents_url = contents.url;
        loaded.settings->kit.contents_ca_file = contents.ca_file;
        loaded.settings->packet_bytes_max = contents.packet_bytes_max;
    }
    return loaded;
}

}  // namespace hub::folder
