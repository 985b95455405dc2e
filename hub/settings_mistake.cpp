#include "hub/settings_mistake.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace hub {

std::string mistake_as_line(const SettingsMistake& mistake, LogLanguage language) {
    return mistake.file + (mistake.line > 0 ? ":" + std::to_string(mistake.line) : std::string{}) + ": "
           + (mistake.key.empty() ? "" : mistake.key + ": ")
           + (language == LogLanguage::vi ? mistake.problem_vi : mistake.problem_en);
}

std::string mistakes_as_text(const SettingsMistakes& mistakes, std::string_view example, LogLanguage language) {
    const bool is_vietnamese = language == LogLanguage::vi;
    std::string out;
    for (const SettingsMistake& mistake : mistakes)
        out += mistake_as_line(mistake, language) + "\n";
    const std::string count = std::to_string(mistakes.size());
    if (mistakes.empty())
        return out + (is_vietnamese ? "Cấu hình hợp lệ.\n" : "The configuration is valid.\n");
    if (is_vietnamese)
        return out + count + " lỗi. Mẫu: " + std::string{example} + "; giải thích: docs/operations.md.\n";
    return out + count + (mistakes.size() == 1 ? " mistake" : " mistakes") + ". Example: " + std::string{example}
           + "; explained in docs/operations.md.\n";
}

std::string mistakes_as_json(const SettingsMistakes& mistakes) {
    boost::json::array list;
    for (const SettingsMistake& mistake : mistakes)
        list.push_back({{"file", mistake.file},
                        {"line", mistake.line},
                        {"key", mistake.key},
                        {"problem_vi", mistake.problem_vi},
                        {"problem_en", mistake.problem_en}});
    return boost::json::serialize(boost::json::object{{"ok", mistakes.empty()}, {"mistakes", std::move(list)}}) + "\n";
}

}  // namespace hub
