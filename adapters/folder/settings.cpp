#include "adapters/folder/settings.hpp"

#include "hub/toml_section.hpp"

#include <algorithm>

namespace hub::folder {

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

    TomlSection trial = top.section("trial");
    const std::string answers = trial.text("answers", Presence::optional).value_or("");
    trial.refuse_unknown();
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    if (!loaded.mistakes.empty())
        return loaded;

    amqp::Address broker_address = *address;
    broker_address.password = *password;
    broker_address.ca_file = ca.value_or("").string();
    broker_address.connection_name = "lgsp-folder " + code->text();
    std::vector<std::string> codes;
    for (std::size_t at = 0; at < answers.size();) {
        const auto comma = std::min(answers.find(',', at), answers.size());
        codes.push_back(answers.substr(at, comma - at));
        at = comma + 1;
    }
    loaded.settings.emplace(FolderSettings{
        .kit = {.agency = *code,
                .broker = std::move(broker_address),
                .certificate_file = *certificate,
                .key_file = *key,
                .hub_certificate_file = *hub_certificate,
                .journal_folder = *base / "journal"},
        .base = *base,
        .answers = std::move(codes)});
    return loaded;
}

}  // namespace hub::folder
