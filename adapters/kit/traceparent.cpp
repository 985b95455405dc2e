#include "adapters/kit/traceparent.hpp"

#include "hub/core/signature.hpp"

namespace hub::kit {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool is_hex(std::string_view text) { return text.find_first_not_of(digits) == std::string_view::npos; }

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

}  // namespace

bool is_traceparent(std::string_view text) {
    constexpr std::size_t length = 55;
    return text.size() == length && text.starts_with("00-") && is_id(text.substr(3, 32)) && text[35] == '-'
           && is_id(text.substr(36, 16)) && text[52] == '-' && is_hex(text.substr(53));
}

std::string traceparent_of(const EnvelopeId& id) {
    const std::string hex = sha256(id.bytes()).text();
    return "00-" + hex.substr(0, 32) + "-" + hex.substr(32, 16) + "-01";
}

}  // namespace hub::kit
