#include "hub/ctl/names.hpp"

#include "hub/telemetry/duty_words.hpp"
#include "hub/telemetry/remedy.hpp"

#include <algorithm>
#include <array>

namespace hub::ctl {
namespace {

struct NameRow {
    Names names;
    std::string_view name;
    std::string_view vi;
};

/// As the console says them.
constexpr std::array name_rows{
    NameRow{Names::broker, "up", "đang nối"},
    NameRow{Names::broker, "connecting", "đang nối lại"},
    NameRow{Names::broker, "blocked", "tạm không nhận"},
    NameRow{Names::store, "writable", "ghi được"},
    NameRow{Names::store, "full", "đầy"},
    NameRow{Names::store, "busy", "đang bị khóa"},
    NameRow{Names::store, "unusable", "không dùng được"},
    NameRow{Names::agency, "open", "đang hoạt động"},
    NameRow{Names::agency, "closed", "đã đóng"},
    NameRow{Names::kind, "status", "Trạng thái"},
    NameRow{Names::kind, "acknowledgement", "Báo đã lưu"},
    NameRow{Names::kind, "receipt", "Biên nhận"},
    NameRow{Names::kind, "service", "Dịch vụ"},
    NameRow{Names::kind, "unknown", "Không rõ"},
    NameRow{Names::means, "phone", "Gọi điện"},
    NameRow{Names::means, "mail", "Thư điện tử"},
    NameRow{Names::means, "message", "Tin nhắn"},
    NameRow{Names::means, "other", "Cách khác"},
    NameRow{Names::act, "retry", "Gửi lại"},
    NameRow{Names::act, "park", "Để riêng"},
    NameRow{Names::act, "release", "Cho đi tiếp"},
    NameRow{Names::verb, "hold", "Giữ theo yêu cầu pháp lý"},
    NameRow{Names::verb, "release", "Hết giữ"},
    NameRow{Names::verb, "retry", "Gửi lại"},
    NameRow{Names::verb, "park", "Để riêng"},
    NameRow{Names::verb, "unpark", "Cho đi tiếp"},
    NameRow{Names::verb, "operation_run", "Chạy tác vụ"},
    NameRow{Names::verb, "operation_stop", "Dừng tác vụ"},
    NameRow{Names::verb, "operation_resume", "Chạy tiếp tác vụ"},
    NameRow{Names::verb, "operation_approve", "Duyệt tác vụ"},
    NameRow{Names::verb, "failure_assign", "Nhận xử lý lỗi"},
    NameRow{Names::verb, "failure_note", "Ghi chú về lỗi"},
    NameRow{Names::verb, "remind", "Nhắc đơn vị"},
    NameRow{Names::verb, "reveal", "Mở nội dung"},
    NameRow{Names::verb, "sign_in", "Đăng nhập"},
    NameRow{Names::verb, "sign_in_refused", "Đăng nhập bị từ chối"},
    NameRow{Names::verb, "sign_out", "Đăng xuất"},
    NameRow{Names::verb, "user_add", "Thêm người dùng"},
    NameRow{Names::verb, "user_change", "Đổi người dùng"},
    NameRow{Names::verb, "password_change", "Đổi mật khẩu"},
    NameRow{Names::verb, "token_add", "Tạo mã truy cập"},
    NameRow{Names::verb, "token_revoke", "Thu hồi mã truy cập"},
    NameRow{Names::verb, "config_reload", "Nạp lại cấu hình"},
    NameRow{Names::verb, "queue_pause", "Tạm dừng hàng đợi"},
    NameRow{Names::verb, "queue_resume", "Cho hàng đợi chạy tiếp"},
    NameRow{Names::verb, "queue_limit", "Giới hạn hàng đợi"},
    NameRow{Names::role, "viewer", "Người xem"},
    NameRow{Names::role, "clerk", "Văn thư đơn vị"},
    NameRow{Names::role, "operator", "Người vận hành"},
    NameRow{Names::role, "administrator", "Quản trị"},
};

/// The words of `detail` that the hub itself has written, in their order; what stands between is somebody's.
struct Phrase {
    std::string_view en;
    std::string_view vi;
    bool is_last = false;                         ///< The last of its kind is meant: others may stand in a name.
};

std::string rewritten(std::string text, std::initializer_list<Phrase> phrases) {
    for (const Phrase& phrase : phrases)
        if (const auto at = phrase.is_last ? text.rfind(phrase.en) : text.find(phrase.en); at != std::string::npos)
            text.replace(at, phrase.en.size(), phrase.vi);
    return text;
}

/// "retrieval, phone, 12 documents"
std::string reminder_detail(const std::string& detail) {
    const auto first = detail.find(", "), second = detail.find(", ", first + 1);
    if (second == std::string::npos)
        return detail;
    return word_of(Names::duty, detail.substr(0, first), Lang::vi) + ", "
           + word_of(Names::means, detail.substr(first + 2, second - first - 2), Lang::vi)
           + rewritten(detail.substr(second), {{" documents", " văn bản"}});
}

/// "role clerk of H43.01, disabled"
std::string role_detail(const std::string& detail) {
    constexpr std::string_view before = "role ";
    if (!detail.starts_with(before))
        return rewritten(detail, {{"administrator, by a one-time code", "Quản trị, bằng mã dùng một lần"}});
    const std::string rest = detail.substr(before.size());
    const auto end = std::min(rest.find_first_of(" ,"), rest.size());
    return word_of(Names::role, rest.substr(0, end), Lang::vi)
           + rewritten(rest.substr(end), {{" of ", " của "}, {", disabled", ", khóa"}, {", until ", ", đến "}});
}

}  // namespace

std::string word_of(Names names, const std::string& name, Lang lang) {
    if (lang == Lang::en)
        return name;
    if (names == Names::duty) {
        const auto words = duty_words_of_name(name);
        return words ? std::string{words->vi} : name;
    }
    const auto row =
        std::ranges::find_if(name_rows, [&](const NameRow& each) { return each.names == names && each.name == name; });
    return row == name_rows.end() ? name : std::string{row->vi};
}

std::string station_text(const std::string& name, const std::string& label, Lang lang) {
    const bool is_code = !name.empty() && name.front() >= '0' && name.front() <= '9';
    if (label.empty())
        return name;
    return lang == Lang::en || is_code ? name + " " + label : label;
}

std::string code_text(const std::string& code, Lang lang) {
    const auto words = lang == Lang::vi ? words_of_name(code) : std::nullopt;
    return words ? std::string{words->title_vi} : code;
}

std::string detail_text(std::string_view verb, const std::string& detail, Lang lang) {
    if (lang == Lang::en)
        return detail;
    if (verb == "remind")
        return reminder_detail(detail);
    if (verb == "reveal")
        return rewritten(detail, {{"part ", "tệp "}, {" of ", " trên "}, {" bytes, sha256 ", " byte, sha256 ", true}});
    if (verb == "failure_assign")
        return detail == "given back" ? "trả lại" : detail.starts_with("to ") ? "cho " + detail.substr(3) : detail;
    if (verb == "sign_in_refused")
        return rewritten(detail, {{" more before", " lần nữa trước đó"}});
    return role_detail(detail);
}

}  // namespace hub::ctl
