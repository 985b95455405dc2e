#include "hub/listen_setting.hpp"

#include "hub/core/ip_address.hpp"

#include <charconv>

namespace hub {

std::optional<ListenAddress> listen_address(const TomlSection& section, const std::optional<std::string>& listen) {
    if (!listen)
        return std::nullopt;
    const auto refuse = [&](std::string_view must, std::string_view phai) {
        constexpr std::string_view examples = ", 127.0.0.1:7780 / [::1]:7780";
        section.refuse("listen", shown(*listen) + ": must " + std::string{must}.append(examples),
                       shown(*listen) + ": phải " + std::string{phai}.append(examples));
        return std::nullopt;
    };
    const auto colon = listen->rfind(':');
    const std::string_view port = colon == std::string::npos ? "" : std::string_view{*listen}.substr(colon + 1);
    ListenAddress address{.host = listen->substr(0, colon)};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || end != port.data() + port.size())
        return refuse("be an address with a port from 0 to 65535", "là địa chỉ kèm cổng từ 0 đến 65535");
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    if (!is_ip_address(address.host))
        return refuse("begin with an address of this machine", "bắt đầu bằng một địa chỉ của máy này");
    return address;
}

}  // namespace hub
