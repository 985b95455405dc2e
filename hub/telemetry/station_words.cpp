#include "hub/telemetry/remedy.hpp"

#include <array>

namespace hub {

StationWords station_words(Station station) noexcept {
    switch (station) {
    case Station::accepted: return {"Đã nhận vào trục", "Accepted by the hub"};
    case Station::queued: return {"Đã vào hàng đợi của bên nhận", "In the receiver's queue"};
    case Station::failed: return {"Bên nhận chưa lưu được", "The receiver could not store it"};
    case Station::retrieved: return {"Bên nhận đã lấy về", "Fetched by the receiver"};
    case Station::arrived: return {"Đã đến", "Arrived"};
    case Station::registered: return {"Đã tiếp nhận", "Accepted and registered"};
    case Station::assigned: return {"Phân công", "Assigned"};
    case Station::in_hand: return {"Đang xử lý", "Being handled"};
    case Station::rejected: return {"Từ chối tiếp nhận", "Reception refused"};
    case Station::finished: return {"Hoàn thành", "Finished"};
    case Station::withdrawn: return {"Đồng ý cập nhật, lấy lại", "Recall or update agreed"};
    }
    return {"Đã nhận vào trục", "Accepted by the hub"};
}

StationWords station_words(ReceiptEvent event) noexcept {
    switch (event) {
    case ReceiptEvent::confirmed: return station_words(Station::queued);
    case ReceiptEvent::stored: return station_words(Station::retrieved);
    case ReceiptEvent::not_stored: return station_words(Station::failed);
    case ReceiptEvent::status_01: return station_words(Station::arrived);
    case ReceiptEvent::status_02: return station_words(Station::rejected);
    case ReceiptEvent::status_03: return station_words(Station::registered);
    case ReceiptEvent::status_04: return station_words(Station::assigned);
    case ReceiptEvent::status_05: return station_words(Station::in_hand);
    case ReceiptEvent::status_06: return station_words(Station::finished);
    case ReceiptEvent::status_13: return {"Bên gửi yêu cầu lấy lại", "The sender asks to take it back"};
    case ReceiptEvent::status_15: return station_words(Station::withdrawn);
    case ReceiptEvent::status_16: return {"Từ chối cập nhật, lấy lại", "Recall or update refused"};
    case ReceiptEvent::status_other: return {"Trạng thái khác", "Another status"};
    case ReceiptEvent::recall_asked: return {"Bên gửi thu hồi văn bản", "The sender recalls it"};
    case ReceiptEvent::update_asked: return {"Bên gửi cập nhật văn bản", "The sender updates it"};
    case ReceiptEvent::replace_asked: return {"Bên gửi thay thế văn bản", "The sender replaces it"};
    case ReceiptEvent::retried: return {"Trục chuyển lại cho bên nhận", "Brought to the receiver once more"};
    case ReceiptEvent::parked: return {"Để riêng, chưa chuyển", "Set aside by an operator"};
    case ReceiptEvent::unparked: return {"Hết để riêng", "No longer set aside"};
    case ReceiptEvent::change_failed:
        return {"Yêu cầu thu hồi, cập nhật, thay thế không tới được bên nhận", "The sender's request did not reach the receiver"};
    }
    return {"Trạng thái khác", "Another status"};
}

StationWords change_words(const Change& change) noexcept {
    struct Row {
        Business kind;
        StationWords asked, agreed, declined;
    };
    static constexpr std::array rows{
        Row{Business::recall,
            {"Thu hồi: chờ bên nhận trả lời", "Recall: waiting for the receiver's answer"},
            {"Thu hồi: bên nhận đồng ý", "Recall: the receiver agreed"},
            {"Thu hồi: bên nhận từ chối", "Recall: the receiver declined"}},
        Row{Business::update,
            {"Cập nhật: chờ bên nhận trả lời", "Update: waiting for the receiver's answer"},
            {"Cập nhật: bên nhận đồng ý", "Update: the receiver agreed"},
            {"Cập nhật: bên nhận từ chối", "Update: the receiver declined"}},
        Row{Business::replace,
            {"Thay thế: chờ bên nhận trả lời", "Replacement: waiting for the receiver's answer"},
            {"Thay thế: bên nhận đồng ý", "Replacement: the receiver agreed"},
            {"Thay thế: bên nhận từ chối", "Replacement: the receiver declined"}}};
    for (const Row& row : rows) {
        if (row.kind != change.kind)
            continue;
        switch (change.state) {
        case ChangeState::none: return {};
        case ChangeState::asked: return row.asked;
        case ChangeState::agreed: return row.agreed;
        case ChangeState::declined: return row.declined;
        }
    }
    return {};
}

std::optional<StationWords> station_words_of_name(std::string_view name) noexcept {
    // The hub's own answer is no station of a delivery: nothing was sent on.
    if (name == "refused")
        return StationWords{"Trục không nhận", "Refused by the hub"};
    if (name == "content_damaged")
        return StationWords{"Tệp lớn trong kho của trục bị hỏng: hãy gửi lại tệp", "A large part is damaged: send it again"};
    if (name == "content_restored")
        return StationWords{"Tệp lớn trong kho đã có lại bản đúng", "The large part is whole again"};
    if (name == "held")
        return StationWords{"Giữ lại theo yêu cầu pháp lý", "Under legal hold"};
    if (name == "released")
        return StationWords{"Hết giữ theo yêu cầu pháp lý", "Legal hold ended"};
    if (name == "retired")
        return StationWords{"Hết hạn lưu: đã xóa nội dung", "Retention over: the content is deleted"};
    if (const auto station = parse_station(name))
        return station_words(*station);
    constexpr std::array without_station{ReceiptEvent::status_13,    ReceiptEvent::status_16,
                                         ReceiptEvent::status_other, ReceiptEvent::recall_asked,
                                         ReceiptEvent::update_asked, ReceiptEvent::replace_asked,
                                         ReceiptEvent::retried,      ReceiptEvent::parked,
                                         ReceiptEvent::unparked,      ReceiptEvent::change_failed};
    for (const ReceiptEvent event : without_station)
        if (name_of(event) == name)
            return station_words(event);
    return std::nullopt;
}

}  // namespace hub
