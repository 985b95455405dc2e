#pragma once
// The catalogue of what the programs log, and the one way to log it. An event is logged once, where it is
// decided or given up. Every event has a section of its id in docs/operations.md; tests/tidy proves that, and
// that each is logged from one place. Any thread.
//
// Never logged: a document's content or subject, a key, a password, a token. Of a fault that a sender caused
// only code and field are written, because its text repeats what was sent.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };
enum class LogLanguage : std::uint8_t { vi, en };

struct EventKind {
    std::string_view id;          ///< What operators search for: stable for ever.
    LogLevel level;
    bool is_for_operator;         ///< Somebody should read its section now.
    std::string_view vi;
    std::string_view en;
};

/// What one line says beside the event itself. Leave out what there is not.
struct EventFields {
    std::optional<EnvelopeId> envelope;
    const AgencyCode* agency = nullptr;
    std::string_view correlation;                 ///< traceparent, or the id of an HTTP request.
    const Fault* why = nullptr;
    std::optional<std::uint64_t> number;          ///< What is counted stands in the event's section.
    std::string_view place;                       ///< An address, a file, a folder, a version.
};

/// Until this is called, events from `warning` on are written as Vietnamese text.
void start_logging(LogLevel level, LogFormat format, LogLanguage language = LogLanguage::vi);

/// One line on stderr. Under systemd it carries the level for the journal.
void log(const EventKind& event, const EventFields& fields) noexcept;

/// The line without its end, as log() would write it at `unix_ms`: for tests and for whoever shows events.
std::string event_line(const EventKind& event, const EventFields& fields, LogFormat format, LogLanguage language,
                       std::int64_t unix_ms);

namespace events {

inline constexpr EventKind hub_starting{"HUB_STARTING", LogLevel::info, false, "Trục đang khởi động",
                                        "The hub is starting"};
inline constexpr EventKind hub_ready{"HUB_READY", LogLevel::info, false, "Trục sẵn sàng", "The hub is ready"};
inline constexpr EventKind hub_stopping{"HUB_STOPPING", LogLevel::info, false, "Trục đang dừng: không nhận thêm",
                                        "The hub is stopping: no more intake"};
inline constexpr EventKind hub_stopped{"HUB_STOPPED", LogLevel::info, false, "Trục đã dừng", "The hub has stopped"};

inline constexpr EventKind config_reloaded{"CONFIG_RELOADED", LogLevel::info, false, "Đã nạp lại cấu hình",
                                           "The configuration was reloaded"};
inline constexpr EventKind config_refused{"CONFIG_REFUSED", LogLevel::warning, true,
                                          "Cấu hình mới có lỗi, không được nạp; trục chạy tiếp với cấu hình cũ",
                                          "The new configuration has mistakes and was not taken; the hub goes on as it was"};
inline constexpr EventKind config_not_written{"CONFIG_NOT_WRITTEN", LogLevel::warning, true,
                                              "Chưa nạp lại cấu hình: sổ cái đang không ghi được",
                                              "The configuration was not reloaded: the ledger takes nothing"};
inline constexpr EventKind config_needs_restart{"CONFIG_NEEDS_RESTART", LogLevel::info, false,
                                                "Có cài đặt chờ khởi động lại trục mới có hiệu lực",
                                                "Some settings hold only after a restart"};

inline constexpr EventKind recovery_started{"RECOVERY_STARTED", LogLevel::info, false,
                                            "Đang tìm lại việc dở dang trong sổ cái",
                                            "Looking for unfinished work in the ledger"};
inline constexpr EventKind recovery_done{"RECOVERY_DONE", LogLevel::info, false,
                                         "Đã gửi lại hết việc dở dang", "All unfinished work is under way again"};

inline constexpr EventKind broker_up{"BROKER_UP", LogLevel::info, false, "Đã kết nối RabbitMQ",
                                     "Connected to RabbitMQ"};
inline constexpr EventKind broker_down{"BROKER_DOWN", LogLevel::error, true,
                                       "Mất kết nối RabbitMQ; trục tự kết nối lại",
                                       "RabbitMQ is not reachable; the hub keeps trying"};
inline constexpr EventKind broker_blocked{"BROKER_BLOCKED", LogLevel::warning, true,
                                          "RabbitMQ tạm không nhận (thiếu đĩa hoặc bộ nhớ)",
                                          "RabbitMQ takes nothing for now (disk or memory)"};
inline constexpr EventKind broker_unblocked{"BROKER_UNBLOCKED", LogLevel::info, false, "RabbitMQ nhận lại",
                                            "RabbitMQ takes messages again"};
inline constexpr EventKind broker_wiped{"BROKER_WIPED", LogLevel::warning, true,
                                        "RabbitMQ đã mất dữ liệu; đang nạp lại từ sổ cái",
                                        "RabbitMQ has lost its data; refilling it from the ledger"};
inline constexpr EventKind broker_refilled{"BROKER_REFILLED", LogLevel::info, false,
                                           "Đã nạp lại RabbitMQ từ sổ cái", "RabbitMQ is refilled from the ledger"};

inline constexpr EventKind ledger_full{"LEDGER_FULL", LogLevel::error, true,
                                       "Đĩa sổ cái đầy: tạm ngừng nhận", "The ledger's disk is full: intake stopped"};
inline constexpr EventKind ledger_busy{"LEDGER_BUSY", LogLevel::error, true,
                                       "Chương trình khác đang khóa sổ cái: tạm ngừng nhận",
                                       "Another program has locked the ledger: intake stopped"};
inline constexpr EventKind ledger_waits{"LEDGER_WAITS", LogLevel::error, true,
                                       "Đĩa sổ cái đầy: chờ có chỗ để khởi động",
                                       "The ledger's disk is full: waiting for room to start"};
inline constexpr EventKind ledger_writable{"LEDGER_WRITABLE", LogLevel::info, false, "Sổ cái ghi lại được",
                                           "The ledger can be written again"};
inline constexpr EventKind ledger_failed{"LEDGER_FAILED", LogLevel::error, true,
                                         "Sổ cái lỗi: trục phải dừng", "The ledger failed: the hub must stop"};

inline constexpr EventKind envelope_refused{"ENVELOPE_REFUSED", LogLevel::info, false, "Trục từ chối một gói",
                                            "An envelope was refused"};
inline constexpr EventKind message_undecodable{"MESSAGE_UNDECODABLE", LogLevel::warning, true,
                                               "Gói không đọc được, đã bị từ chối",
                                               "A message could not be read and was refused"};
inline constexpr EventKind delivery_returned{"DELIVERY_RETURNED", LogLevel::warning, true,
                                             "RabbitMQ trả lại một gói; trục sẽ gửi lại",
                                             "RabbitMQ gave a delivery back; the hub tries again"};

inline constexpr EventKind inbox_lost{"INBOX_LOST", LogLevel::warning, true,
                                      "Hàng đợi của một đơn vị thiếu văn bản; đang nạp lại từ sổ cái",
                                      "An agency's inbox holds less than it should; refilling it from the ledger"};
inline constexpr EventKind queue_paused{"QUEUE_PAUSED", LogLevel::warning, true,
                                        "Hàng đợi của một đơn vị bị tạm dừng; văn bản giữ lại ở trục",
                                        "An agency's queue is paused; what goes to it is kept by the hub"};
inline constexpr EventKind queue_resumed{"QUEUE_RESUMED", LogLevel::info, false, "Hàng đợi của một đơn vị chạy tiếp",
                                         "An agency's queue goes on"};
inline constexpr EventKind queue_limited{"QUEUE_LIMITED", LogLevel::info, false,
                                         "Tốc độ gửi tới một đơn vị được đặt lại",
                                         "How fast documents go to an agency was set"};
inline constexpr EventKind document_unreadable{"DOCUMENT_UNREADABLE", LogLevel::error, true,
                                               "Sổ cái không đọc được nội dung một văn bản",
                                               "The ledger cannot give the bytes of a document"};
inline constexpr EventKind clock_behind{"CLOCK_BEHIND", LogLevel::error, true,
                                        "Đồng hồ máy chậm hơn lần ghi sổ cái gần nhất",
                                        "The clock is behind what was last written to the ledger"};

inline constexpr EventKind file_unreadable{"FILE_UNREADABLE", LogLevel::warning, true,
                                          "Không đọc được một tệp; sẽ thử lại / A file cannot be read; it is tried again",
                                          "A file cannot be read; it is tried again"};
inline constexpr EventKind contents_listening{"CONTENTS_LISTENING", LogLevel::info, false,
                                             "Kho tệp lớn đang nghe", "The content store is listening"};
inline constexpr EventKind contents_unusable{"CONTENTS_UNUSABLE", LogLevel::error, true,
                                            "Kho tệp lớn không đọc hoặc không ghi được",
                                            "The content store cannot be read or written"};
inline constexpr EventKind contents_usable{"CONTENTS_USABLE", LogLevel::info, false,
                                          "Kho tệp lớn đã dùng lại được", "The content store can be used again"};
inline constexpr EventKind content_damaged{"CONTENT_DAMAGED", LogLevel::error, true,
                                          "Tệp lớn trong kho bị hỏng hoặc mất", "A large part is damaged or missing"};
inline constexpr EventKind content_restored{"CONTENT_RESTORED", LogLevel::info, false,
                                           "Tệp lớn bị coi là hỏng đã nguyên vẹn",
                                           "A large part that was taken for damaged is whole"};
inline constexpr EventKind content_unreadable{"CONTENT_UNREADABLE", LogLevel::warning, true,
                                             "Không đọc được tệp lớn trong kho",
                                             "A large part in the store cannot be read"};
inline constexpr EventKind content_failed{"CONTENT_FAILED", LogLevel::warning, true,
                                         "Kho tệp lớn không làm được một việc", "The content store could not do something"};
inline constexpr EventKind content_refused{"CONTENT_REFUSED", LogLevel::warning, true,
                                          "Một đơn vị bị từ chối ở kho tệp lớn",
                                          "An agency is refused at the content store"};
inline constexpr EventKind content_refused_no_more{"CONTENT_REFUSED_NO_MORE", LogLevel::info, false,
                                                  "Một đơn vị không còn bị từ chối ở kho tệp lớn",
                                                  "An agency is no longer refused at the content store"};
inline constexpr EventKind content_strangers{"CONTENT_STRANGERS", LogLevel::info, false,
                                            "Người gọi lạ bị từ chối ở kho tệp lớn",
                                            "Unknown callers were turned away at the content store"};
inline constexpr EventKind part_not_attached{"PART_NOT_ATTACHED", LogLevel::warning, true,
                                            "Không kèm được tệp lớn vào gói; đơn vị nhận phải tự tải",
                                            "A large part could not be put into a message; its receiver must fetch it"};

inline constexpr EventKind gateway_listening{"GATEWAY_LISTENING", LogLevel::info, false, "Cổng đang nghe",
                                            "The gateway is listening"};
inline constexpr EventKind gateway_stopping{"GATEWAY_STOPPING", LogLevel::info, false, "Cổng đang dừng",
                                           "The gateway is stopping"};
inline constexpr EventKind gateway_links_down{"GATEWAY_LINKS_DOWN", LogLevel::error, true,
                                             "Cổng mất kết nối RabbitMQ của một số đơn vị; đang thử lại",
                                             "The gateway has lost the broker for some agencies; it keeps trying"};
inline constexpr EventKind gateway_line_fails{"GATEWAY_LINE_FAILS", LogLevel::error, true,
                                             "Đường nối của một đơn vị gặp lỗi; sẽ thử lại",
                                             "The line of an agency is in trouble; it is tried again"};
inline constexpr EventKind gateway_call_refused{"GATEWAY_CALL_REFUSED", LogLevel::info, false,
                                               "Cổng từ chối một cuộc gọi", "The gateway has refused a call"};
inline constexpr EventKind gateway_disk_low{"GATEWAY_DISK_LOW", LogLevel::error, true,
                                           "Đĩa của cổng sắp đầy: không nhận thêm văn bản",
                                           "The gateway's disk is nearly full: it takes no more packets"};
inline constexpr EventKind gateway_disk_ok{"GATEWAY_DISK_OK", LogLevel::info, false, "Đĩa của cổng lại có chỗ",
                                          "The gateway's disk has room again"};
inline constexpr EventKind gateway_links_up{"GATEWAY_LINKS_UP", LogLevel::info, false,
                                           "Cổng đã kết nối lại cho mọi đơn vị", "All agencies of the gateway are connected again"};
inline constexpr EventKind gateway_json_listening{"GATEWAY_JSON_LISTENING", LogLevel::info, false,
                                                 "Cổng đang nghe giao diện JSON",
                                                 "The gateway's JSON interface is listening"};
inline constexpr EventKind webhook_failing{"WEBHOOK_FAILING", LogLevel::warning, true,
                                          "Không báo được cho hệ thống của một đơn vị; sẽ thử lại",
                                          "A webhook cannot be delivered; it is tried again"};
inline constexpr EventKind webhook_given_up{"WEBHOOK_GIVEN_UP", LogLevel::warning, true,
                                           "Bỏ một thông báo webhook sau nhiều ngày không gửi được",
                                           "An event was not delivered for days and is given up"};
inline constexpr EventKind mailbox_failed{"MAILBOX_FAILED", LogLevel::error, true, "Hộp thư của cổng lỗi: cổng phải dừng",
                                         "The gateway's mailbox failed: the gateway must stop"};

inline constexpr EventKind http_listening{"HTTP_LISTENING", LogLevel::info, false, "Giao diện HTTP đang nghe",
                                          "The HTTP interface is listening"};

inline constexpr EventKind axis_down{"AXIS_DOWN", LogLevel::warning, true,
                                    "Trục quốc gia không trả lời; văn bản được giữ lại và tự gửi khi có lại",
                                    "The national axis does not answer; documents wait and go on by themselves"};
inline constexpr EventKind axis_back{"AXIS_BACK", LogLevel::info, false, "Trục quốc gia trả lời lại",
                                    "The national axis answers again"};
inline constexpr EventKind axis_catching_up{"AXIS_CATCHING_UP", LogLevel::info, false, "Đang làm bù với trục quốc gia",
                                           "Catching up with the national axis"};
inline constexpr EventKind axis_units_read{"AXIS_UNITS_READ", LogLevel::info, false,
                                          "Đã đọc danh mục đơn vị của trục quốc gia",
                                          "The national axis's units have been read"};
inline constexpr EventKind axis_units_failed{"AXIS_UNITS_FAILED", LogLevel::warning, false,
                                            "Chưa đọc được danh mục đơn vị của trục quốc gia; sẽ đọc lại",
                                            "The national axis's units could not be read; they are read again"};
inline constexpr EventKind axis_clock_off{"AXIS_CLOCK_OFF", LogLevel::warning, true,
                                         "Đồng hồ của máy lệch với trục quốc gia",
                                         "The clocks of this machine and of the national axis differ"};
inline constexpr EventKind axis_packet_not_ours{"AXIS_PACKET_NOT_OURS", LogLevel::info, false,
                                               "Gói từ trục quốc gia không có nơi nhận trong tỉnh",
                                               "A packet of the axis has no receiver in the province"};
inline constexpr EventKind axis_packet_echo{"AXIS_PACKET_ECHO", LogLevel::info, false,
                                           "Trục quốc gia trả về gói do tỉnh gửi đi; bỏ qua",
                                           "The axis gave back a packet that the province sent; dropped"};
inline constexpr EventKind axis_packet_repeated{"AXIS_PACKET_REPEATED", LogLevel::info, false,
                                               "Trục quốc gia đưa lại gói mà nơi nhận đã có; bỏ qua",
                                               "The axis gave a packet again that its receivers have; dropped"};
inline constexpr EventKind axis_fetch_refused{"AXIS_FETCH_REFUSED", LogLevel::warning, true,
                                             "Trục quốc gia liệt kê một gói nhưng không cho lấy; sẽ hỏi lại",
                                             "The axis lists a packet and does not give it; it is asked for again"};
inline constexpr EventKind axis_packet_refused{"AXIS_PACKET_REFUSED", LogLevel::warning, false,
                                              "Không nhận được một gói từ trục quốc gia; không chuyển tiếp",
                                              "A packet of the axis could not be taken, and is not handed on"};
inline constexpr EventKind axis_send_refused{"AXIS_SEND_REFUSED", LogLevel::warning, false,
                                            "Một văn bản không gửi được lên trục quốc gia; bên gửi được báo",
                                            "A document did not get to the axis; its sender is told"};
inline constexpr EventKind axis_send_unclear{"AXIS_SEND_UNCLEAR", LogLevel::warning, true,
                                            "Chưa rõ trục quốc gia đã nhận một văn bản hay chưa; không gửi lại",
                                            "It is not clear whether the axis has a document; it is not sent again"};
inline constexpr EventKind axis_send_in_vain{"AXIS_SEND_IN_VAIN", LogLevel::warning, true,
                                            "Gửi lại nhiều lần mà trục quốc gia vẫn không có một văn bản; sẽ gửi tiếp",
                                            "A document was sent again and again and the axis has none of it; it goes on"};

inline constexpr EventKind documents_overdue{"DOCUMENTS_OVERDUE", LogLevel::warning, true,
                                            "Văn bản vừa quá hạn ở một đơn vị",
                                            "Documents have just become overdue at an agency"};

inline constexpr std::array all{
    hub_starting,   hub_ready,        hub_stopping,  hub_stopped,     recovery_started, recovery_done,
    config_reloaded, config_refused, config_not_written, config_needs_restart,
    broker_up,      broker_down,      broker_blocked, broker_unblocked, broker_wiped,   broker_refilled,
    ledger_full,    ledger_busy,    ledger_waits,     ledger_writable,  ledger_failed, envelope_refused, message_undecodable, delivery_returned,
    inbox_lost,     queue_paused,    queue_resumed,    queue_limited,   document_unreadable, clock_behind,
    file_unreadable, http_listening, contents_listening, contents_unusable, contents_usable, content_damaged, content_restored,
    content_unreadable, content_failed,
    content_refused, content_refused_no_more, content_strangers,
    part_not_attached,
    axis_down,       axis_back,       axis_catching_up, axis_clock_off,  axis_packet_not_ours,
    axis_packet_echo, axis_packet_repeated, axis_fetch_refused, axis_packet_refused, axis_send_refused, axis_send_unclear, axis_send_in_vain, axis_units_read,
    axis_units_failed,
    gateway_listening, gateway_stopping, gateway_links_down, gateway_line_fails, gateway_links_up, mailbox_failed,
    gateway_json_listening, gateway_call_refused, gateway_disk_low, gateway_disk_ok, webhook_failing, webhook_given_up,
    documents_overdue,
};

}  // namespace events
}  // namespace hub
