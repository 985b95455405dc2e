#include "adapters/axis_sim/settings.hpp"

#include "hub/toml_section.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

namespace hub::axis_sim {
namespace {

constexpr std::array<std::string_view, 4> hash_checks{"either", "sdk", "padded", "ignored"};
constexpr std::array hash_check_of{vxp::HashCheck::either, vxp::HashCheck::sdk, vxp::HashCheck::padded,
                                   vxp::HashCheck::ignored};
constexpr std::int64_t port_most = 65535;
constexpr std::int64_t units_most = 500'000;
constexpr std::int64_t packet_mib_most = 1024;
constexpr std::size_t secret_bytes_least = 8;

bool is_path(std::string_view path) {
    return path.starts_with('/') && !path.ends_with('/') &&
           std::ranges::none_of(path, [](char c) { return c <= ' ' || c > '~' || c == '?' || c == '#'; });
}

void read_listen(TomlSection& top, SimSettings& settings) {
    TomlSection listen = top.section("listen");
    settings.server.listener.host = listen.text("host", Presence::optional).value_or("127.0.0.1");
    settings.server.listener.port = static_cast<std::uint16_t>(listen.whole("port", 0, port_most, 7800));
    settings.server.path = listen.text("path", Presence::optional).value_or("/XrdAdapter/adapter");
    const auto certificate = listen.file("certificate_file", Presence::optional, Secrecy::open);
    const auto key = listen.file("key_file", Presence::optional, Secrecy::secret);
    if (listen.has("certificate_file") != listen.has("key_file"))
        listen.refuse("key_file", "certificate_file and key_file belong together", "certificate_file và key_file phải đi cùng nhau");
    settings.server.listener.certificate_file = certificate.value_or("");
    settings.server.listener.key_file = key.value_or("");
    if (!is_path(settings.server.path))
        listen.refuse("path", shown(settings.server.path) + ": must begin with / and not end with it",
                      shown(settings.server.path) + ": phải bắt đầu bằng / và không kết thúc bằng /");
    listen.refuse_unknown();
    TomlSection control = top.section("control");
    settings.control_port = static_cast<std::uint16_t>(control.whole("port", 0, port_most, 7801));
    control.refuse_unknown();
}

void read_axis(TomlSection& top, SimSettings& settings, SettingsMistakes& mistakes) {
    TomlSection axis = top.section("axis");
    const auto folder = axis.path("folder", Presence::required);
    if (const auto code = axis.code("code", Presence::optional))
        settings.axis.code = *code;
    settings.server.skew_max = std::chrono::seconds{axis.whole("skew_seconds_max", 1, 24 * 3600, 300)};
    settings.axis.hash_check = hash_check_of[axis.choice("hash_file", hash_checks)];
    settings.axis.packet_bytes_max = static_cast<std::uint64_t>(axis.whole("packet_mib_max", 1, packet_mib_most, 100)) << 20;
    const auto scenario = axis.path("scenario_file", Presence::optional);
    axis.refuse_unknown();
    settings.folder = folder.value_or("");
    settings.axis.spool = settings.server.spool = settings.folder / "spool";
    settings.server.packet_bytes_max = settings.axis.packet_bytes_max;

    TomlSection directory = top.section("directory");
    settings.units = static_cast<std::size_t>(directory.whole("units", 0, units_most, 111'339));
    settings.units_seed = static_cast<std::uint64_t>(directory.whole("seed", 0, 1'000'000'000, 1));
    directory.refuse_unknown();
    if (scenario)
        settings.scenario = load_scenario(*scenario, mistakes);
}

void read_nodes(TomlSection& top, SimSettings& settings) {
    std::vector<std::string> known;
    const auto is_new = [&](const std::string& code) {
        const bool is = std::ranges::find(known, code) == known.end();
        known.push_back(code);
        return is;
    };
    for (TomlSection& section : top.sections("node")) {
        const auto system_id = section.code("system_id", Presence::required);
        const auto secret = section.content("secret_file", Presence::required, Secrecy::secret);
        const auto codes = section.codes("codes");
        section.refuse_unknown();
        if (secret && secret->size() < secret_bytes_least)
            section.refuse("secret_file", "a secret has at least 8 characters", "khóa bí mật phải có ít nhất 8 ký tự");
        if (system_id && !is_new(system_id->text()))
            section.refuse("system_id", shown(system_id->text()) + ": named twice", shown(system_id->text()) + ": ghi hai lần");
        if (!system_id || !secret)
            continue;
        Node node{system_id->text(), vxp::Secret{*secret}, {}};
        for (const AgencyCode& code : codes) {
            if (code != *system_id && !is_new(code.text()))
                section.refuse("codes", shown(code.text()) + ": registered twice", shown(code.text()) + ": đăng ký hai lần");
            node.codes.push_back(code.text());
        }
        settings.axis.nodes.push_back(std::move(node));
    }
    if (!top.has("node"))
        top.refuse("node", "missing: nobody may call an axis without [[node]]", "thiếu: cần ít nhất một [[node]]");
}

Result<void> write_new(const std::filesystem::path& file, std::string_view text, bool is_secret) {
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return Fault{Errc::setting_invalid, file.string(), "is there already"};
    std::ofstream stream{file, std::ios::binary};
    if (is_secret)
        std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    stream << text;
    stream.close();
    if (!stream || error)
        return Fault{Errc::setting_invalid, file.string(), "cannot be written"};
    return {};
}

std::string new_secret() {
    std::random_device source;
    std::uniform_int_distribution<std::size_t> one_of{0, 15};
    std::string secret;
    for (int i = 0; i < 48; ++i)
        secret += "0123456789abcdef"[one_of(source)];
    return secret + "\n";
}

constexpr std::string_view first_settings = R"(# A simulated national axis. Trục liên thông quốc gia mô phỏng.
# Every setting: config/axis-sim.example.toml

[listen]
port = 7800

[control]
port = 7801

[axis]
folder = "axis-data"

[[node]]
system_id = "00.43.W00"
secret_file = "00.43.W00.secret"
codes = ["H43", "H43.01", "H43.02"]

[[node]]
system_id = "00.99.W00"
secret_file = "00.99.W00.secret"
codes = ["H99", "H99.01"]
)";

}  // namespace

LoadedSettings load_settings(const std::filesystem::path& path) {
    LoadedSettings loaded;
    const TomlFile file{path, loaded.mistakes};
    const auto document = file.parse();
    if (!document)
        return loaded;
    TomlSection top{file, &*document, {}, 1};
    SimSettings settings{.axis = {.code = AgencyCode::parse("000.00.00.G22").value()}};
    read_listen(top, settings);
    read_axis(top, settings, loaded.mistakes);
    read_nodes(top, settings);
    top.refuse_unknown();
    std::ranges::stable_sort(loaded.mistakes, {}, &SettingsMistake::line);
    if (loaded.mistakes.empty())
        loaded.settings.emplace(std::move(settings));
    return loaded;
}

Result<void> write_first_settings(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return Fault{Errc::setting_invalid, folder.string(), error.message()};
    if (auto done = write_new(folder / "axis-sim.toml", first_settings, false); !done)
        return done;
    for (const auto* node : {"00.43.W00", "00.99.W00"})
        if (auto done = write_new(folder / (std::string{node} + ".secret"), new_secret(), true); !done)
            return done;
    return {};
}

}  // namespace hub::axis_sim
