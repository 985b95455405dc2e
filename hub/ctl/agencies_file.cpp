#include "hub/ctl/dev_broker.hpp"

#include "hub/ctl/files.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace hub::ctl {
namespace {

constexpr std::size_t agencies_file_bytes_max = 16 * 1024 * 1024;
constexpr Both code_remedy{"Mã dài tối đa 35 ký tự, gồm chữ cái không dấu, chữ số và các dấu . - _ ; ví dụ H43.01.",
                           "A code has at most 35 letters without tone marks, digits and . - _ ; for example H43.01."};

Problem wrong_code(std::string_view text, Lang lang) {
    constexpr Both title{"Mã đơn vị không hợp lệ", "Not an agency code"};
    return {Exit::usage, "field_invalid", std::string{title.in(lang)}, std::string{code_remedy.in(lang)}, "agencies",
            std::string{text}};
}

Problem wrong_file(const std::filesystem::path& file, std::string detail, Lang lang) {
    constexpr Both title{"Tệp danh sách đơn vị có lỗi", "The file of agencies has a mistake"};
    constexpr Both remedy{"Sửa tệp tại chỗ được nêu; mẫu ở config/agencies.example.toml.",
                          "Correct the file at the place named; config/agencies.example.toml is an example."};
    return {Exit::failed, "setting_invalid", std::string{title.in(lang)}, std::string{remedy.in(lang)}, file.string(),
            std::move(detail)};
}

Outcome<std::vector<std::string>> codes_in(const std::filesystem::path& file, Lang lang) {
    const auto content = read_file(file, agencies_file_bytes_max, lang);
    if (!content)
        return content.error();
    std::vector<std::string> codes;
    try {
        const toml::table document = toml::parse(*content, file.string());
        const toml::array* const agencies = document["agency"].as_array();
        if (!agencies)
            return wrong_file(file, "[[agency]]", lang);
        for (const toml::node& node : *agencies) {
            const toml::table* const agency = node.as_table();
            const auto code = agency ? (*agency)["code"].value<std::string>() : std::nullopt;
            if (!code)
                return wrong_file(file, "[[agency]] code", lang);
            codes.push_back(*code);
        }
    } catch (const toml::parse_error& error) {
        std::ostringstream where;
        where << error.description() << " (" << error.source() << ")";
        return wrong_file(file, where.str(), lang);
    }
    return codes;
}

}  // namespace

Outcome<std::vector<AgencyCode>> agencies_of(const std::vector<std::string>& codes,
                                             const std::filesystem::path& toml_file, Lang lang) {
    std::vector<std::string> texts = codes;
    if (!toml_file.empty()) {
        auto more = codes_in(toml_file, lang);
        if (!more)
            return more.error();
        texts.insert(texts.end(), more->begin(), more->end());
    }
    std::vector<AgencyCode> agencies;
    for (const std::string& text : texts) {
        const auto code = AgencyCode::parse(text);
        if (!code || text == "hub" || text == "broker" || text == "ca" || text == "guest")
            return wrong_code(text, lang);
        if (std::ranges::find(agencies, *code) == agencies.end())
            agencies.push_back(*code);
    }
    if (agencies.empty()) {
        constexpr Both title{"Chưa nêu đơn vị nào", "No agency was named"};
        constexpr Both remedy{"Thêm --agencies H43.01 H43.02, hoặc --from agencies.toml.",
                              "Add --agencies H43.01 H43.02, or --from agencies.toml."};
        return Problem{Exit::usage, "usage", std::string{title.in(lang)}, std::string{remedy.in(lang)}, "agencies", {}};
    }
    return agencies;
}

}  // namespace hub::ctl
