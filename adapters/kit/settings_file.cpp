#include "adapters/kit/settings_file.hpp"

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/https_connection.hpp"

#include "hub/core/signature.hpp"

namespace hub::kit {
namespace {

constexpr std::size_t pem_bytes_max = 100'000;

void check_ca(TomlSection& broker, bool is_tls, const std::optional<std::filesystem::path>& ca) {
    if (is_tls && !ca)
        broker.refuse("ca_file", "missing: amqps verifies the broker's certificate",
                      "thiếu: amqps cần CA để kiểm tra chứng thư của RabbitMQ");
}

}  // namespace

std::optional<AgencyCode> read_agency(TomlSection& agency, Settings& settings) {
    auto code = agency.code("code", Presence::required);
    const auto certificate = agency.file("certificate_file", Presence::required, Secrecy::open);
    const auto key = agency.file("key_file", Presence::required, Secrecy::secret);
    if (code)
        settings.agency = *code;
    settings.certificate_file = certificate.value_or("");
    settings.key_file = key.value_or("");
    if (certificate && key)
        check_key(agency, *certificate, *key);
    return code;
}

void check_key(TomlSection& section, const std::filesystem::path& certificate_file,
               const std::filesystem::path& key_file) {
    const auto certificate = read_whole(certificate_file, pem_bytes_max);
    const auto key = read_whole(key_file, pem_bytes_max);
    if (!certificate || !key)
        return section.refuse("key_file", "certificate_file or key_file cannot be read, or is too large",
                              "không đọc được certificate_file hoặc key_file, hoặc tệp quá lớn");
    const auto signer = Signer::parse(*certificate, *key);
    if (!signer)
        section.refuse("key_file", "is not the key of certificate_file: " + signer.error().peer_text,
                       "không phải khóa của certificate_file: " + signer.error().peer_text);
}

void read_broker(TomlSection& top, std::string_view program, const std::optional<AgencyCode>& code, Settings& settings) {
    TomlSection broker = top.section("broker");
    const auto url = broker.text("url", Presence::required);
    const auto password = broker.content("password_file", Presence::required, Secrecy::secret);
    const auto ca = broker.file("ca_file", Presence::optional, Secrecy::open);
    broker.refuse_unknown();
    const auto address = url ? amqp::Address::parse(*url) : Result<amqp::Address>{amqp::Address{}};
    if (!address)
        broker.refuse("url", address.error().peer_text, "phải có dạng amqp://<mã đơn vị>@máy:5672/lgsp");
    if (url && address) {
        check_ca(broker, address->is_tls, ca);
        if (code)
            check_broker_user(broker, "url", address->user, *code);
        settings.broker = *address;
    }
    settings.broker.password = password.value_or("");
    settings.broker.ca_file = ca.value_or("").string();
    settings.broker.connection_name = std::string{program} + " " + settings.agency.text();
}

amqp::Address read_shared_broker(TomlSection& top) {
    /// An address without a user is none.
    constexpr std::string_view user_place = "adapter@";
    TomlSection broker = top.section("broker");
    const auto url = broker.text("url", Presence::required);
    const auto ca = broker.file("ca_file", Presence::optional, Secrecy::open);
    broker.refuse_unknown();
    std::string with_user = url.value_or("");
    if (const auto slashes = with_user.find("://"); slashes != std::string::npos)
        with_user.insert(slashes + 3, user_place);
    auto address = amqp::Address::parse(with_user);
    const bool has_user = url && url->find('@') != std::string::npos;
    if (url && (!address || has_user))
        broker.refuse("url", has_user ? "names a user: each agency has its own" : address.error().peer_text,
                      "phải có dạng amqp://máy:5672/lgsp, không có tên người dùng");
    if (url && address)
        check_ca(broker, address->is_tls, ca);
    amqp::Address shared = address ? std::move(*address) : amqp::Address{};
    shared.ca_file = ca.value_or("").string();
    return shared;
}

void check_broker_user(TomlSection& section, std::string_view key, std::string_view user, const AgencyCode& agency) {
    if (user != agency.text())
        section.refuse(key, shown(user) + ": the broker user must be the agency's code " + agency.text(),
                       shown(user) + ": tài khoản RabbitMQ phải là mã đơn vị " + agency.text());
}

void read_hub(TomlSection& hub, Settings& settings) {
    settings.hub_certificate_file = hub.file("certificate_file", Presence::required, Secrecy::open).value_or("");
}

void read_contents(TomlSection& contents, Settings& settings) {
    settings.contents_url = contents.text("url", Presence::optional).value_or("");
    settings.contents_ca_file = contents.file("ca_file", Presence::optional, Secrecy::open).value_or("");
    if (!settings.contents_url.empty() && !HttpsAddress::parse(settings.contents_url))
        contents.refuse("url", shown(settings.contents_url) + ": not of the form https://host:port",
                        shown(settings.contents_url) + ": phải có dạng https://máy:cổng");
}

}  // namespace hub::kit
