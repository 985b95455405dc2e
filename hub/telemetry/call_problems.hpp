#pragma once
// What goes wrong with a call of the operations API alone: no envelope is refused for it and no adapter hears of it, so it
// is no Errc. Its code and its words. Plain data.

#include "hub/telemetry/remedy.hpp"

#include <array>

namespace hub {

struct CallProblem {
    std::string_view code;        ///< Stable for ever.
    Words words;
};

namespace call_problems {

inline constexpr CallProblem not_late{
    "not_late",
    {"Đơn vị không trễ việc này", "The agency is not late with that",
     "Có thể đơn vị vừa làm xong, hoặc chọn nhầm việc. Xem trang Hôm nay hoặc `lgsp overdue`, rồi ghi lại việc đang trễ.",
     "It may have done it just now, or something else was meant. See the page Today or `lgsp overdue`, then note what it "
     "is late with."}};

inline constexpr CallProblem nothing_to_do{
    "nothing_to_do",
    {"Không có lượt gửi nào để làm", "There is no delivery to do it with",
     "Chưa làm gì. Có thể đã gửi lại xong hoặc bên nhận đã tự lấy: xem lại trang Gửi lỗi hoặc `lgsp failures`, hoặc đổi điều kiện lọc.",
     "Nothing was done. They may have been sent again already, or fetched: see Failures or `lgsp failures`, or choose otherwise."}};
inline constexpr CallProblem second_person_needed{
    "second_person_needed",
    {"Cần một người khác duyệt", "Another person has to approve it",
     "Tác vụ lớn cần hai người: người yêu cầu, kể cả quản trị, không tự duyệt được, bằng mã truy cập của mình cũng không. Nhờ một người "
     "vận hành khác đăng nhập rồi duyệt ở trang Tác vụ hàng loạt hoặc bằng `lgsp operation approve`.",
     "A large operation takes two people: who asked for it, administrators too, cannot approve it, nor by a token of their own. "
     "Have another operator sign in and approve it, at Operations or with `lgsp operation approve`."}};

inline constexpr CallProblem key_reused{
    "idempotency_key_reused",
    {"Idempotency-Key này đã dùng cho yêu cầu khác", "This Idempotency-Key was used for another request",
     "Chưa làm gì. Dùng một khóa mới cho mỗi việc; gửi lại đúng việc cũ thì giữ nguyên địa chỉ và nội dung.",
     "Nothing was done. Use a key of its own for each thing to be done; to repeat one, send the same address and body."}};
inline constexpr CallProblem under_way{
    "request_under_way",
    {"Yêu cầu này đang được thực hiện", "This request is being done just now",
     "Đợi rồi gửi lại với cùng khóa: trục trả lời kết quả của lần đầu.",
     "Wait, then send it again with the same key: the answer is that of the first time."}};
inline constexpr CallProblem already_done{
    "already_done",
    {"Việc này đã làm xong từ lần trước", "This was done the first time",
     "Không làm lại. Câu trả lời lần đầu không được giữ (có bí mật, hoặc quá dài): xem lại đối tượng. Mất mã truy cập thì thu hồi và "
     "tạo mã khác.",
     "It was not done again. The first answer is not kept (it had a secret, or was too long): look at what it was about. Of a "
     "token that was lost make another one and revoke the first."}};
inline constexpr CallProblem outcome_unknown{
    "outcome_unknown",
    {"Không rõ lần trước đã làm hay chưa", "It is not known whether this was done the first time",
     "Trục dừng hoặc sổ cái không kịp trả lời giữa chừng. Xem nhật ký kiểm toán hoặc đối tượng; nếu chưa làm thì gửi lại với khóa mới.",
     "The hub ended meanwhile, or the ledger did not answer in time. Look at the audit or at what it was about; if it was not "
     "done, send it with a new key."}};
inline constexpr CallProblem changed_meanwhile{
    "changed_meanwhile",
    {"Đã có người khác sửa từ lúc xem", "Somebody has changed it since it was looked at",
     "Chưa làm gì. Xem lại như bây giờ; nếu vẫn cần thì sửa (với ETag mới).",
     "Nothing was done. Look at it as it is now; if it is still wanted, change it (with the new ETag)."}};

inline constexpr CallProblem too_many_views{
    "too_many_views",
    {"Đã lưu quá nhiều bộ lọc", "Too many views are kept",
     "Mỗi người lưu tối đa 50 bộ lọc. Xóa bộ lọc không dùng nữa, rồi lưu lại.",
     "Each user keeps 50 views at most. Delete one that is not used any more, then keep this one."}};

inline constexpr CallProblem configuration_refused{
    "configuration_refused",
    {"Cấu hình trong tệp có lỗi", "The configuration in the files has mistakes",
     "Không có gì thay đổi, trục chạy tiếp với cấu hình cũ. Xem từng lỗi với lgsp config diff hoặc trang Cấu hình, sửa tệp rồi nạp lại.",
     "Nothing was changed, the hub goes on with the old one. See each mistake with lgsp config diff or on the page "
     "Configuration, mend the file and reload."}};
inline constexpr CallProblem configuration_differs{
    "configuration_differs",
    {"Tệp cấu hình đã khác với lúc xem", "The files are not as they were seen",
     "Chưa làm gì. Xem lại các thay đổi (lgsp config diff), rồi nạp lại.",
     "Nothing was done. Look at the changes again (lgsp config diff), then reload."}};

inline constexpr CallProblem second_factor_needed{
    "second_factor_needed",
    {"Cần mã của ứng dụng xác thực", "A code of the authenticator is needed",
     "Gửi lại kèm mã 6 chữ số đang hiện trên ứng dụng. Mất điện thoại: nhờ quản trị gỡ (lgsp user factor remove), hoặc dùng mã một "
     "lần của máy chủ.",
     "Send it again with the six digits that it shows. When it is lost, have an administrator take it off (lgsp user factor "
     "remove), or use a one-time code of the host."}};
inline constexpr CallProblem second_factor_required{
    "second_factor_required",
    {"Phải cài xác thực hai lớp trước", "A second factor must be set up first",
     "Trục yêu cầu lớp xác thực thứ hai với vai trò này: làm theo trang điều hành, hoặc lgsp user factor add.",
     "The hub demands it of this role: do as the console says, or use lgsp user factor add."}};
inline constexpr CallProblem password_guessable{
    "password_guessable",
    {"Mật khẩu này dễ đoán", "This password is easily guessed",
     "Đừng dùng từ ai cũng thử trước (matkhau, vietnam, password, qwerty …), kể cả thêm số, tên đăng nhập hay mã của trục. Một câu "
     "ngắn của riêng mình, từ 12 ký tự, vừa dễ nhớ vừa khó đoán.",
     "Use none of the words that everybody tries first (password, qwerty, matkhau, vietnam …), digits behind them or not, nor "
     "the user's name or the hub's code. A short sentence of one's own, of 12 letters or more, is easy to remember and hard to "
     "guess."}};
inline constexpr CallProblem period_unusable{
    "period_unusable",
    {"Kỳ báo cáo không dùng được", "The period cannot be reported on",
     "Chọn ngày cuối không trước ngày đầu, và kỳ không dài hơn mức đã nêu: theo ngày tối đa 92 ngày, theo tháng tối đa 366 ngày.",
     "Choose a last day that is not before the first, and a period no longer than is said: by day at most 92 days, by month "
     "at most 366."}};
inline constexpr CallProblem method_not_allowed{
    "method_not_allowed",
    {"Địa chỉ này không nhận cách gọi đó", "This address does not take that method",
     "Dùng một trong các cách nêu ở đầu trả lời Allow; xem schemas/http/operations.openapi.yaml.",
     "Use one of those that the reply's header Allow names; see schemas/http/operations.openapi.yaml."}};

inline constexpr std::array all{not_late, nothing_to_do, second_person_needed, key_reused, under_way, already_done,
                                outcome_unknown, changed_meanwhile, too_many_views, configuration_refused,
                                configuration_differs, second_factor_needed, second_factor_required,
                                password_guessable, period_unusable, method_not_allowed};

}  // namespace call_problems
}  // namespace hub
