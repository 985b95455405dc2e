#include "adapters/gateway/webhook_signature.hpp"

#include "adapters/edxml/base64.hpp"

namespace hub::gateway {

namespace {

constexpr std::string_view base64_mark = "whsec_";

std::optional<Bytes> decoded(std::string_view base64) {
    Bytes octets;
    edxml::Base64Decoder decoder;
    if (!decoder.add(base64, octets) || !decoder.finish(octets))
        return std::nullopt;
    return octets;
}

}  // namespace

std::optional<vxp::Secret> parse_webhook_secret(std::string_view text) {
    const auto key =
        text.starts_with(base64_mark) ? decoded(text.substr(base64_mark.size())) : std::optional<Bytes>{text};
    if (!key || key->size() < webhook_secret_bytes_least)
        return std::nullopt;
    return std::optional<vxp::Secret>{std::in_place, *key};
}

std::string webhook_signature(const vxp::Secret& secret, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
    std::string text{id};
    text.append(".").append(timestamp).append(".").append(body);
    const auto mac = Digest::parse(vxp::hmac_hex(secret, text)).value();
    Bytes base64;
    edxml::Base64Encoder encoder;
    encoder.add(mac.bytes(), base64);
    encoder.finish(base64);
    return "v1," + base64;
}

}  // namespace hub::gateway
