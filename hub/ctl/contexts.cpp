#include "hub/ctl/contexts.hpp"

#include "hub/ctl/files.hpp"

#include <boost/json.hpp>

#include <cstdlib>

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t file_bytes_max = 1024 * 1024;

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

}  // namespace

std::string Contexts::token_for(const std::string& url) const {
    if (const auto it = by_name.find(current); it != by_name.end() && it->second.url == url)
        return it->second.token;
    for (const auto& [name, context] : by_name)
        if (context.url == url)
            return context.token;
    return {};
}

std::filesystem::path contexts_file() {
    const char* const folder = std::getenv("XDG_CONFIG_HOME");
    const char* const home = std::getenv("HOME");
    const std::filesystem::path config = folder && *folder == '/' ? std::filesystem::path{folder}
                                                                  : std::filesystem::path{home ? home : "/"} / ".config";
    return config / "lgsp" / "contexts.json";
}

Outcome<Contexts> read_contexts(const std::filesystem::path& file, Lang lang) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return Contexts{};
    const auto content = read_file(file, file_bytes_max, lang);
    if (!content)
        return content.error();
    boost::system::error_code wrong;
    const json::value value = json::parse(*content, wrong);
    const json::object* const top = value.if_object();
    const json::value* const all = top ? top->if_contains("contexts") : nullptr;
    if (!all || !all->is_object()) {
        constexpr Both title{"Tệp ngữ cảnh bị hỏng", "The file of contexts is damaged"};
        constexpr Both remedy{"Xóa tệp rồi đăng nhập lại.", "Delete it, then sign in again."};
        return Problem{Exit::failed, "file_unusable", std::string{title.in(lang)}, std::string{remedy.in(lang)}, file.string(),
                       wrong.message()};
    }
    Contexts contexts{text_of(*top, "current"), {}};
    for (const auto& pair : all->as_object())
        if (const json::object* const context = pair.value().if_object())
            contexts.by_name[std::string{pair.key()}] = {text_of(*context, "url"), text_of(*context, "ca_file"),
                                                         text_of(*context, "token")};
    return contexts;
}

Outcome<void> write_contexts(const std::filesystem::path& file, const Contexts& contexts, Lang lang) {
    json::object all;
    for (const auto& [name, context] : contexts.by_name)
        all[name] = json::object{{"url", context.url}, {"ca_file", context.ca_file}, {"token", context.token}};
    if (auto made = make_folder(file.parent_path(), lang); !made)
        return made;
    const std::string content = json::serialize(json::object{{"current", contexts.current}, {"contexts", std::move(all)}});
    return write_file(file, content + "\n", 0600, Overwrite::yes, lang);
}

}  // namespace hub::ctl
