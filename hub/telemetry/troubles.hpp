#pragma once
// Why a lamp of the hub's health is not green (http/health.hpp): the words for it, and what to do. Each has a section of
// its id in docs/operations.md; where an event of the log means the same, it has the same id.

#include "hub/telemetry/remedy.hpp"

#include <array>

namespace hub {

struct Trouble {
    std::string_view id;          ///< Stable for ever.
    Words words;
};

namespace troubles {

inline constexpr Trouble broker_down{
    "BROKER_DOWN",
    {"Không kết nối được RabbitMQ: không nhận, không chuyển được văn bản", "RabbitMQ is not reachable: no document comes or goes",
     "Kiểm tra dịch vụ rabbitmq-server và mạng. Trục tự kết nối lại; không văn bản nào đã nhận bị mất.",
     "Look at the service rabbitmq-server and the network. The hub reconnects by itself; nothing that it has taken is lost."}};
inline constexpr Trouble broker_blocked{
    "BROKER_BLOCKED",
    {"RabbitMQ tạm không nhận: thiếu đĩa hoặc bộ nhớ", "RabbitMQ takes nothing: it is short of disk or memory",
     "Giải phóng đĩa hoặc bộ nhớ trên máy RabbitMQ.", "Free disk or memory on RabbitMQ's machine."}};
inline constexpr Trouble broker_wiped{
    "BROKER_WIPED",
    {"RabbitMQ đã mất dữ liệu; đang nạp lại từ sổ cái", "RabbitMQ has lost its data; it is being refilled from the ledger",
     "Chờ nạp xong, rồi tìm xem vì sao mất dữ liệu.", "Wait until it is done, then find out why it lost them."}};
inline constexpr Trouble inbox_lost{
    "INBOX_LOST",
    {"Hàng đợi của đơn vị từng thiếu văn bản, đã nạp lại từ sổ cái",
     "Inboxes held less than they should and were filled again from the ledger",
     "Tìm xem ai đã xoá hoặc làm rỗng hàng đợi trên RabbitMQ.", "Find out who purged or deleted queues of RabbitMQ."}};
inline constexpr Trouble ledger_full{
    "LEDGER_FULL",
    {"Đĩa sổ cái đầy: tạm ngừng nhận", "The ledger's disk is full: nothing is taken",
     "Giải phóng đĩa hoặc thêm đĩa. Trục tự nhận lại.", "Free or add disk. Intake goes on by itself."}};
inline constexpr Trouble ledger_busy{
    "LEDGER_BUSY",
    {"Chương trình khác đang khóa sổ cái: tạm ngừng nhận", "Another program has locked the ledger: nothing is taken",
     "Tìm chương trình đang mở tệp sổ cái (sao lưu, sqlite3) và dừng nó; đĩa không thiếu chỗ. Trục tự nhận lại.",
     "Find the program that has the ledger's file open (a backup, sqlite3) and end it; there is room on the disk. Intake "
     "goes on by itself."}};
inline constexpr Trouble contents_full{
    "CONTENTS_FULL",
    {"Đĩa kho tệp lớn đầy: không nhận tệp lớn", "The content store's disk is full: no large parts are taken",
     "Giải phóng đĩa hoặc thêm đĩa; xem thời hạn lưu trong [retention].", "Free or add disk; look at the times in [retention]."}};
inline constexpr Trouble contents_unusable{
    "CONTENTS_UNUSABLE",
    {"Kho tệp lớn không đọc hoặc không ghi được: tệp lớn tạm dừng", "The content store cannot be read or written: large parts wait",
     "Kiểm tra thư mục contents.folder: đĩa còn gắn không, quyền ghi, có bị chuyển sang chỉ đọc không (dmesg). Trục tự chạy "
     "tiếp; không tệp nào bị coi là hỏng vì việc này.",
     "Look at contents.folder: is its disk mounted, may the hub write there, is it read-only (dmesg)? The hub goes on by "
     "itself; no part is taken for damaged because of this."}};
inline constexpr Trouble document_unreadable{
    "DOCUMENT_UNREADABLE",
    {"Sổ cái không đọc được nội dung một văn bản", "The ledger cannot give the bytes of a document",
     "Kiểm tra đĩa, xem nhật ký để biết văn bản nào, khôi phục từ bản sao lưu.",
     "Check the disk, see the log for which one, restore it from the backup."}};
inline constexpr Trouble content_damaged{
    "CONTENT_DAMAGED",
    {"Tệp lớn trong kho bị hỏng hoặc mất", "A large part is damaged or missing",
     "Kiểm tra đĩa. Bên gửi gửi lại văn bản có tệp đó, hoặc đặt lại tệp từ bản sao lưu vào đúng chỗ (docs/operations.md): "
     "trục tự xem lại trong vòng 10 phút và giao tiếp.",
     "Check the disk. Its sender sends a document with the same file again, or put the file back in its place from the "
     "backup (docs/operations.md): the hub looks again within 10 minutes and goes on delivering."}};
inline constexpr Trouble content_certificate_ended{
    "CONTENT_CERTIFICATE_ENDED",
    {"Đơn vị không gửi, không lấy được tệp lớn: chứng thư mà phần mềm kết nối dùng không có hiệu lực",
     "An agency can neither put nor fetch large parts: the certificate that its adapter shows is not valid now",
     "Gọi cho đơn vị: cấp chứng thư mới, thêm vào danh bạ và đặt vào phần mềm kết nối. Tệp đang chờ sẽ tự đi tiếp.",
     "Call the agency: issue a new one, add it to the directory and give it to the adapter. What waits goes on by itself."}};
inline constexpr Trouble content_quota{
    "CONTENT_QUOTA",
    {"Đơn vị đã dùng hết phần dành cho mình trong kho tệp lớn: tệp mới bị từ chối",
     "An agency has used up its share of the content store: new large parts are refused",
     "Tăng contents.quota_gib, hoặc rút ngắn thời hạn lưu trong [retention]. Bộ kết nối tự gửi tiếp.",
     "Raise contents.quota_gib, or shorten the times in [retention]. Its adapter goes on by itself."}};
inline constexpr Trouble certificate_ends{
    "CERTIFICATE_ENDS",
    {"Chứng thư sắp hết hạn", "A certificate ends soon",
     "Cấp chứng thư mới và thêm vào cạnh chứng thư cũ trước khi hết hạn.",
     "Issue the next one and add it beside the old one before that day."}};
inline constexpr Trouble certificate_ended{
    "CERTIFICATE_ENDED",
    {"Chứng thư đã hết hạn: văn bản ký bằng nó bị từ chối", "A certificate has ended: documents signed with it are refused",
     "Cấp chứng thư mới và thêm vào danh bạ.", "Issue a new one and add it to the directory."}};
inline constexpr Trouble config_refused{
    "CONFIG_REFUSED",
    {"Cấu hình mới có lỗi, không được nạp: trục chạy tiếp với cấu hình cũ",
     "The new configuration has mistakes and was not taken: the hub goes on with the old one",
     "Xem từng lỗi (lgsp config diff, trang Cấu hình), sửa tệp rồi nạp lại. Chưa sửa thì đừng khởi động lại: trục sẽ không lên.",
     "See each mistake (lgsp config diff, page Configuration), mend the file and reload. Do not restart before: the hub "
     "would not come up."}};
inline constexpr Trouble config_needs_restart{
    "CONFIG_NEEDS_RESTART",
    {"Có cài đặt đã đổi trong tệp, chờ khởi động lại trục mới có hiệu lực",
     "Settings were changed in the file that hold only after a restart",
     "Xem là cài đặt nào (lgsp config diff); khởi động lại trục lúc vắng việc.",
     "See which (lgsp config diff); restart the hub when there is little to do."}};
inline constexpr Trouble agency_late{
    "AGENCY_LATE",
    {"Đơn vị chưa lấy văn bản quá thời hạn", "An agency has not taken its documents in time",
     "Gọi cho đơn vị: phần mềm kết nối của họ có đang chạy không?", "Call the agency: does its adapter run?"}};
inline constexpr Trouble axis_late{
    "AXIS_LATE",
    {"Văn bản ra ngoài tỉnh chưa được đưa lên trục quốc gia", "Documents for outside the province do not reach the national axis",
     "Xem bộ kết nối lgsp-axis và trạng thái trục quốc gia.", "Look at the connector lgsp-axis and at the national axis."}};
inline constexpr Trouble axis_down{
    "AXIS_DOWN",
    {"Trục quốc gia không trả lời: văn bản ra vào tỉnh phải chờ",
     "The national axis does not answer: documents into and out of the province wait",
     "Kiểm tra mạng tới trục quốc gia, hỏi đơn vị vận hành trục. Bộ kết nối tự thử lại; không văn bản nào bị mất.",
     "Look at the network to the axis and ask who runs it. The connector goes on trying; nothing is lost."}};
inline constexpr Trouble axis_unread{
    "AXIS_UNREAD",
    {"Bộ kết nối trục quốc gia không chạy: không ai lấy văn bản ra ngoài tỉnh",
     "The connector to the national axis does not run: nobody takes what is for outside the province",
     "Xem dịch vụ lgsp-axis và đường từ đó tới RabbitMQ.", "Look at the service lgsp-axis and its way to RabbitMQ."}};
inline constexpr Trouble deliveries_failed{
    "DELIVERIES_FAILED",
    {"Có văn bản mà bên nhận không lưu được", "Receivers could not store documents",
     "Xem từng nguyên nhân, khắc phục ở bên nhận rồi gửi lại cả nhóm (lgsp failures, lgsp retry).",
     "Look at each cause, mend it at the receiver, then bring the group again (lgsp failures, lgsp retry)."}};
inline constexpr Trouble deliveries_parked{
    "DELIVERIES_PARKED",
    {"Có văn bản đang để riêng", "Deliveries are set aside",
     "Xem ai đã để riêng và vì sao; khi hết lý do thì cho đi tiếp (lgsp failures, lgsp release).",
     "See who set them aside and why; let them go on when the reason is gone (lgsp failures, lgsp release)."}};
inline constexpr Trouble queue_paused{
    "QUEUE_PAUSED",
    {"Hàng đợi đang tạm dừng", "A queue is paused",
     "Xem ai đã tạm dừng và vì sao; khi hết lý do thì cho chạy tiếp (lgsp queue list, lgsp queue resume).",
     "See who paused it and why; let it go on when the reason is gone (lgsp queue list, lgsp queue resume)."}};
inline constexpr Trouble disk_short{
    "DISK_SHORT",
    {"Đĩa sắp đầy", "A disk is nearly full", "Giải phóng hoặc mở rộng đĩa trước khi trục phải ngừng nhận.",
     "Free or add disk before the hub has to stop taking."}};
inline constexpr Trouble ledger_slow{
    "LEDGER_SLOW",
    {"Đĩa sổ cái ghi chậm: mỗi lần ghi mất nhiều giây", "The ledger's disk is slow: a write takes seconds",
     "Xem đĩa và các việc khác trên máy: sao lưu, quét, máy ảo. Văn bản không mất, chỉ chậm.",
     "Look at the disk and what else uses it: backups, scans, other machines. Nothing is lost, all is late."}};
inline constexpr Trouble clock_set{
    "CLOCK_SET",
    {"Đồng hồ của máy đã bị chỉnh từ lúc chạy (giây)", "The machine's clock was set since the hub runs (seconds)",
     "Kiểm tra đồng bộ giờ (timedatectl); đồng hồ sai thì hạn và chứng thư bị xét sai. Nếu giờ nay đã đúng, khởi động lại trục.",
     "Check its synchronization (timedatectl): terms and certificates are judged by it. If it is right now, restart the hub."}};
inline constexpr Trouble clock_behind{
    "CLOCK_BEHIND",
    {"Đồng hồ của máy chậm hơn lần ghi sổ cái trước khi khởi động (giây)",
     "The machine's clock is behind what was written before the hub's start (seconds)",
     "Kiểm tra đồng bộ giờ (timedatectl); đồng hồ sai thì hạn và chứng thư bị xét sai. Nếu giờ nay đã đúng, "
     "sau văn bản kế tiếp hãy khởi động lại trục.",
     "Check its synchronization (timedatectl): terms and certificates are judged by it. If it is right now, "
     "restart the hub after the next document."}};
inline constexpr Trouble units_old{
    "UNITS_OLD",
    {"Danh bạ của trục quốc gia lâu chưa cập nhật", "The national axis's directory has not been read for long",
     "Xem bộ kết nối lgsp-axis và đường tới trục quốc gia.", "Look at the connector lgsp-axis and the way to the axis."}};

inline constexpr std::array all{&broker_down,     &broker_blocked,      &broker_wiped,    &inbox_lost,
                                &ledger_full,     &ledger_busy,         &contents_full,       &contents_unusable, &document_unreadable, &content_damaged,
                                &content_certificate_ended, &content_quota,
                                &certificate_ends, &certificate_ended,
                                &config_refused,   &config_needs_restart, &agency_late,     &axis_late,
                                &deliveries_failed, &deliveries_parked, &queue_paused, &disk_short,        &units_old,       &ledger_slow,
                                 &clock_set,        &clock_behind,       &axis_down,           &axis_unread};

}  // namespace troubles
}  // namespace hub
