#include "hub/telemetry/remedy.hpp"

#include <array>

namespace hub {
namespace {

// A table in the order of the enumeration: a switch over all codes would be too long a function. That no code
// is missing up to the last one is proved below, and that there is none behind it by tests/telemetry.
struct Row {
    Errc code;
    Words words;
};

constexpr std::array rows{
    // ---- The envelope as a whole
    Row{Errc::envelope_malformed,
        {"Gói gửi lên không đọc được", "The envelope cannot be read",
         "Phần mềm kết nối gửi dữ liệu không đúng cấu trúc của trục. Gửi lại văn bản; nếu vẫn bị, báo đơn vị cung cấp "
         "phần mềm, kèm mã gói và tên trường.",
         "The adapter sent bytes that are not an envelope. Send the document again; if it is refused again, give the "
         "envelope id and the field to the adapter's supplier."}},
    Row{Errc::envelope_too_large,
        {"Văn bản vượt dung lượng cho phép", "The envelope is too large",
         "Một gói, kể cả phần kèm theo, tối đa 1 MiB; phần lớn hơn phải tải lên kho của trục trước (docs/contents.md). Cập "
         "nhật phần mềm kết nối.",
         "An envelope with its inline parts may have 1 MiB at most; a larger part is put into the hub's content store "
         "first (docs/contents.md). Update the adapter."}},
    Row{Errc::envelope_version_unsupported,
        {"Phiên bản gói tin chưa được hỗ trợ", "The envelope's version is not supported",
         "Phần mềm kết nối mới hơn hoặc cũ hơn trục. Cài phiên bản tương ứng với trục rồi gửi lại.",
         "The adapter is newer or older than the hub. Install the version that fits the hub, then send again."}},
    Row{Errc::envelope_expired,
        {"Gói đã quá hạn gửi", "The envelope has expired",
         "Trục từ chối: kiểm tra đồng hồ của máy gửi và kết nối tới trục, rồi gửi lại thành gói mới. Không tới được "
         "bên nhận: đơn vị vận hành xem `lgsp failures`.",
         "Refused by the hub: check the sending machine's clock and its link to the hub, then send the document again "
         "as a new envelope. Failed at a receiver: the operator looks at `lgsp failures`."}},
    Row{Errc::envelope_id_reused,
        {"Mã gói đã dùng cho nội dung khác", "This envelope id was used for other content",
         "Một mã gói chỉ dùng một lần. Gửi lại với mã mới; nếu lặp lại, hai phần mềm có thể đang dùng chung một thư mục "
         "nhật ký.",
         "An id may be used once only. Send again with a new id; if it happens again, two adapters may share one "
         "journal folder."}},
    // ---- The sender
    Row{Errc::sender_unknown,
        {"Đơn vị gửi chưa có trong danh mục", "The sender is not in the directory",
         "Đối chiếu mã định danh nơi gửi (From/OrganId) với danh mục của trục; nếu đúng, đề nghị đơn vị vận hành thêm mã "
         "vào danh mục.",
         "Compare the sender's code (From/OrganId) with the hub's directory; if the code is right, ask the operator to "
         "add it."}},
    Row{Errc::sender_closed,
        {"Đơn vị gửi đã ngừng hoạt động", "The sender is closed",
         "Mã của đơn vị chưa đến ngày hoặc đã hết hiệu lực. Gửi bằng mã của đơn vị kế thừa ghi kèm theo đây, nếu có.",
         "The agency's code is not in force yet, or no longer. Send under the code of its successor, where one is named "
         "here."}},
    Row{Errc::sender_mismatch,
        {"Người gửi không khớp với tài khoản hoặc chữ ký", "The sender does not match the account or the signature",
         "Mã nơi gửi trong văn bản, tài khoản kết nối và chứng thư ký phải là của cùng một đơn vị. Kiểm tra cấu hình phần "
         "mềm kết nối.",
         "The sender's code in the document, the broker account and the signing certificate must belong to one agency. "
         "Check the adapter's settings."}},
    // ---- The signature
    Row{Errc::signature_missing,
        {"Gói chưa được ký", "The envelope is not signed",
         "Phần mềm kết nối phải ký gói bằng khóa của đơn vị. Kiểm tra đường dẫn chứng thư và khóa trong cấu hình.",
         "The adapter must sign with the agency's key. Check the certificate and key files in its settings."}},
    Row{Errc::signature_invalid,
        {"Chữ ký không đúng", "The signature is not valid",
         "Nội dung đã bị thay đổi sau khi ký, hoặc khóa không đi với chứng thư. Gửi lại; nếu vẫn bị, kiểm tra cặp khóa và "
         "chứng thư.",
         "The content was changed after signing, or the key does not belong to the certificate. Send again; if refused "
         "again, check that key and certificate belong together."}},
    Row{Errc::signer_unknown,
        {"Chứng thư ký chưa được đăng ký với trục", "The signer's certificate is not known to the hub",
         "Gửi chứng thư hiện hành cho đơn vị vận hành để thêm vào danh mục; khi đổi chứng thư, đăng ký chứng thư mới trước "
         "khi dùng.",
         "Give the certificate in use to the operator to be added to the directory; when changing keys, have the new one "
         "added before it is used."}},
    Row{Errc::certificate_not_valid_now,
        {"Chứng thư ký hết hạn hoặc chưa có hiệu lực", "The signing certificate is not valid now",
         "Gia hạn chứng thư và đăng ký với đơn vị vận hành, rồi gửi lại. Kiểm tra cả ngày giờ của máy.",
         "Renew the certificate and have it added to the directory, then send again. Check the machine's date too."}},
    // ---- The receivers
    Row{Errc::receiver_missing,
        {"Văn bản chưa có nơi nhận", "There is no receiver",
         "Thêm ít nhất một nơi nhận có mã định danh (To/OrganId) rồi gửi lại.",
         "Add at least one receiver with its code (To/OrganId), then send again."}},
    Row{Errc::receiver_duplicate,
        {"Một nơi nhận được ghi hai lần", "A receiver is named twice",
         "Xóa nơi nhận trùng trong danh sách nơi nhận rồi gửi lại.",
         "Remove the repeated receiver from the list, then send again."}},
    Row{Errc::receiver_unknown,
        {"Nơi nhận chưa có trong danh mục", "A receiver is not in the directory",
         "Sửa mã nơi nhận được nêu cho đúng danh mục, hoặc bỏ nơi nhận đó, rồi gửi lại. Mã đúng mà thiếu thì đề nghị đơn vị "
         "vận hành thêm.",
         "Correct the code named here, or take that receiver out, and send again. If the code is right, ask the operator "
         "to add it."}},
    Row{Errc::receiver_closed,
        {"Nơi nhận đã ngừng hoạt động", "A receiver is closed",
         "Gửi lại tới đơn vị kế thừa ghi kèm theo đây; nếu không ghi, hỏi đơn vị vận hành.",
         "Send again to the successor named here; if none is named, ask the operator."}},
    // ---- The content
    Row{Errc::part_missing,
        {"Thiếu nội dung đính kèm", "An attachment is missing",
         "Gói khai báo một nội dung nhưng không mang theo, hoặc không có nội dung nào. Đính kèm tệp văn bản rồi gửi lại.",
         "The envelope names a content that it does not carry, or has none. Attach the document's file and send again."}},
    Row{Errc::part_digest_mismatch,
        {"Nội dung đính kèm bị thay đổi", "An attachment was altered",
         "Tệp được nêu không còn giống lúc ký. Lấy lại bản gốc, đính kèm và gửi lại.",
         "The named file is not what was signed. Take the original again, attach it and send."}},
    Row{Errc::field_invalid,
        {"Một trường có giá trị không hợp lệ", "A field has a value that is not allowed",
         "Sửa trường được nêu: đúng dạng, không quá dài, không có ký tự điều khiển; rồi gửi lại.",
         "Correct the field named here (form, length, no control characters), then send again."}},
    Row{Errc::document_secret,
        {"Văn bản có dấu mật không được gửi qua trục", "A document marked secret may not travel here",
         "Văn bản Mật, Tối mật, Tuyệt mật phải gửi theo đường riêng (Quyết định 28/2018/QĐ-TTg). Trục không lưu nội dung. "
         "Nếu đóng dấu nhầm, sửa rồi gửi lại.",
         "Documents marked Mật, Tối mật or Tuyệt mật have their own channel (Decision 28/2018/QĐ-TTg). Nothing of the "
         "content was kept. If the mark is a mistake, correct it and send again."}},
    Row{Errc::kind_not_allowed,
        {"Loại gói này không được gửi", "This kind of envelope may not be sent",
         "Đơn vị chỉ gửi văn bản, trạng thái và xác nhận; danh bạ trục quốc gia chỉ do bộ nối trục gửi. Kiểm tra phần mềm "
         "kết nối.",
         "Agencies send documents, statuses and acknowledgements only; of the national axis's units only the axis "
         "participant tells. Check the adapter."}},
    Row{Errc::part_not_uploaded,
        {"Tệp lớn chưa có trong kho của trục", "A large part is not in the hub's content store",
         "Phần mềm kết nối phải tải tệp lên kho trước rồi gửi lại đúng gói này; phần mềm của trục tự làm việc đó.",
         "The adapter must put the part into the store first and then send the same envelope again; the hub's own "
         "adapters do so by themselves."}},
    Row{Errc::part_too_large,
        {"Tệp vượt dung lượng cho phép", "The part is too large",
         "Tệp lớn hơn mức trục nhận hoặc dài hơn mức đã khai. Tách nhỏ tệp rồi gửi lại.",
         "It is larger than the hub takes, or longer than was announced. Split it, then send again."}},
    // ---- Recall, update, replacement
    Row{Errc::document_of_another,
        {"Văn bản này không phải do đơn vị gửi", "The document was sent by somebody else",
         "Chỉ bên đã gửi văn bản mới được thu hồi, cập nhật hoặc thay thế. Kiểm tra lại mã văn bản được nêu.",
         "Only who has sent a document may recall, update or replace it. Check the DocumentId that is named."}},
    Row{Errc::change_pending,
        {"Yêu cầu trước chưa được trả lời", "An earlier request has not been answered",
         "Bên nhận được nêu chưa trả lời (15 hoặc 16) yêu cầu trước về văn bản này. Chờ trả lời rồi gửi lại.",
         "The receiver named here has not answered (15 or 16) the request before. Wait for it, then send again."}},
    Row{Errc::document_recalled,
        {"Văn bản đã được thu hồi", "The document has been recalled",
         "Bên nhận được nêu đã đồng ý trả lại văn bản. Nếu cần, gửi văn bản mới.",
         "The receiver named here has given it back. Send a new document if one is needed."}},
    // ---- The edXML packet, found by an adapter
    Row{Errc::packet_malformed,
        {"Tệp edXML bị lỗi cấu trúc", "The edXML file is not well-formed",
         "Xuất lại tệp từ phần mềm quản lý văn bản; không sửa tay. Dòng lỗi được ghi kèm theo đây.",
         "Export the file again from the document system; do not edit it by hand. The line is given here."}},
    Row{Errc::packet_has_doctype,
        {"Tệp edXML có khai báo DOCTYPE", "The edXML file has a DOCTYPE",
         "Vì an toàn, tệp có DOCTYPE không được đọc. Tắt khai báo này trong phần mềm xuất tệp rồi gửi lại.",
         "Files with a DOCTYPE are not read, for safety. Switch it off in the program that writes the file, then send "
         "again."}},
    Row{Errc::packet_dialect_unsupported,
        {"Kiểu edXML này chưa được hỗ trợ", "This dialect of edXML is not supported",
         "Tệp không theo QCVN 102:2016/BTTTT. Đề nghị nhà cung cấp phần mềm nâng cấp phần xuất edXML.",
         "The file does not follow QCVN 102:2016/BTTTT. Ask the supplier of the document system for an update."}},
    Row{Errc::packet_field_missing,
        {"Tệp edXML thiếu trường bắt buộc", "The edXML file lacks a required field",
         "Điền trường được nêu trong phần mềm quản lý văn bản, xuất lại tệp và gửi lại.",
         "Fill in the named field in the document system, export the file again and send."}},
    Row{Errc::packet_field_invalid,
        {"Một trường trong tệp edXML không hợp lệ", "A field of the edXML file is not valid",
         "Sửa trường được nêu (ngày theo yyyy/MM/dd, mã định danh, số và ký hiệu, độ dài), xuất lại tệp và gửi lại.",
         "Correct the named field (dates as yyyy/MM/dd, codes, number and notation, length), export again and send."}},
    Row{Errc::packet_attachment_broken,
        {"Tệp đính kèm bị hỏng", "An attachment is broken",
         "Mở thử tệp gốc trên máy, đính kèm lại bản đọc được (PDF 1.4 trở lên) và gửi lại.",
         "Open the original on your machine, attach a copy that opens (PDF 1.4 or later) and send again."}},
    Row{Errc::packet_too_large,
        {"Tệp edXML quá lớn", "The edXML file is too large",
         "Giảm dung lượng tệp đính kèm (nén, quét độ phân giải thấp hơn) hoặc gửi phụ lục riêng.",
         "Make the attachments smaller (compress, scan at a lower resolution) or send the annexes apart."}},
    // ---- The national axis
    Row{Errc::axis_refused,
        {"Trục quốc gia từ chối văn bản", "The national axis refused the document",
         "Lý do của trục quốc gia ghi kèm theo đây. Sửa theo đó (thường là mã nơi nhận, hoặc mã nơi gửi chưa đăng ký với "
         "trục quốc gia) rồi gửi lại thành văn bản mới.",
         "The axis's own words stand beside this. Correct what they name (mostly a receiver's code, or a sender that is "
         "not registered at the axis) and send it again as a new envelope."}},
    // ---- Wait and try again
    Row{Errc::broker_unreachable,
        {"Chưa kết nối được hàng đợi", "The broker cannot be reached",
         "Văn bản vẫn được giữ và sẽ tự gửi lại. Kéo dài thì kiểm tra mạng và máy chủ RabbitMQ.",
         "Nothing is lost: sending goes on by itself. If it lasts, check the network and the RabbitMQ server."}},
    Row{Errc::broker_refused,
        {"Hàng đợi không nhận", "The broker would not take it",
         "Sẽ tự thử lại. Kéo dài thì kiểm tra quyền của tài khoản, dung lượng đĩa và bộ nhớ của RabbitMQ.",
         "It is tried again by itself. If it lasts, check the account's permissions and RabbitMQ's disk and memory."}},
    Row{Errc::ledger_full,
        {"Đĩa đầy, tạm ngừng nhận", "The disk is full; intake has stopped",
         "Giải phóng hoặc thêm dung lượng đĩa; việc nhận tự tiếp tục, không mất văn bản nào.",
         "Free or add disk space; intake resumes by itself and nothing is lost."}},
    Row{Errc::ledger_busy,
        {"Sổ cái đang bận", "The ledger is busy",
         "Thử lại sau ít phút. Kéo dài thì xem có chương trình nào khác đang mở tệp sổ cái.",
         "Try again in a few minutes. If it lasts, see whether another program has the ledger's files open."}},
    Row{Errc::folder_unusable,
        {"Thư mục không dùng được", "A folder cannot be used",
         "Kiểm tra quyền, dung lượng và thiết bị của thư mục nêu bên cạnh; chương trình tự thử lại, không mất văn bản nào.",
         "Check the rights, the space and the device of the folder that is named beside this. It is tried again by "
         "itself, and nothing is lost."}},
    Row{Errc::timed_out,
        {"Hết thời gian chờ", "No answer in time",
         "Việc đang làm vẫn tiếp tục; xem lại kết quả sau, không cần gửi lại.",
         "What was begun goes on; look again later. There is no need to send again."}},
    Row{Errc::hub_unreachable,
        {"Chưa kết nối được trục", "The hub cannot be reached",
         "Kiểm tra lgsp-hub có đang chạy không, địa chỉ HTTP và mạng; sau đó thử lại.",
         "See whether lgsp-hub is running, and check its HTTP address and the network; then try again."}},
    Row{Errc::operations_full,
        {"Quá nhiều tác vụ hàng loạt chưa xong", "Too many operations are not done",
         "Chờ một tác vụ xong, hoặc xem `lgsp operation list` và cho chạy tiếp những tác vụ đang dừng.",
         "Wait until one is done, or look at `lgsp operation list` and let those that are stopped go on."}},
    Row{Errc::upload_offset_wrong,
        {"Vị trí tải lên không khớp", "The upload does not go on where it stopped",
         "Hỏi lại trục đã giữ bao nhiêu byte rồi tải tiếp từ đó; phần mềm của trục tự làm việc đó.",
         "Ask the hub how many bytes it holds and go on from there; the hub's own adapters do so by themselves."}},
    Row{Errc::upload_busy,
        {"Tệp này đang được tải lên", "This content is being put by another connection",
         "Chờ lần tải kia xong. Nếu kéo dài, kiểm tra có hai phần mềm kết nối chạy cùng lúc không.",
         "Wait for the other upload. If it lasts, see whether two adapters run for one agency."}},
    Row{Errc::quota_exceeded,
        {"Đơn vị đã dùng hết dung lượng kho", "The agency's share of the content store is used up",
         "Chờ tệp cũ hết hạn lưu, hoặc đề nghị đơn vị vận hành tăng mức (contents.quota_gib).",
         "Wait until older contents are removed, or ask the operator for more (contents.quota_gib)."}},
    Row{Errc::contents_full,
        {"Kho tệp lớn của trục đầy", "The hub's content store is full",
         "Việc tải tệp lớn tạm dừng và tự tiếp tục khi có chỗ; văn bản nhỏ vẫn chạy. Đơn vị vận hành cần thêm dung lượng.",
         "Large parts wait and go on by themselves when there is room; small documents flow. The operator must add "
         "space."}},
    Row{Errc::part_damaged,
        {"Tệp lớn trong kho bị hỏng", "A large part in the store is damaged",
         "Đơn vị gửi cần gửi lại tệp này; bên nhận sẽ tự lấy về khi trục có lại bản đúng.",
         "Its sender must send it again; receivers fetch it by themselves once the hub has it whole."}},
    // ---- Ours, or damage
    Row{Errc::ledger_corrupt,
        {"Sổ cái bị hỏng", "The ledger is damaged",
         "Dừng trục, giữ nguyên thư mục sổ cái, xem mục LEDGER_FAILED trong docs/operations.md để phục hồi.",
         "Stop the hub, keep the ledger's folder as it is, and follow LEDGER_FAILED in docs/operations.md."}},
    Row{Errc::ledger_sync_failed,
        {"Đĩa báo lỗi khi đọc hoặc ghi", "The disk failed to read, or did not confirm a write",
         "Trục đã dừng để không hứa điều chưa chắc. Kiểm tra đĩa, rồi khởi động lại: trục tự phục hồi từ sổ cái.",
         "The hub stopped rather than promise what may not be there. Check the disk, then start it again: it recovers "
         "from the ledger."}},
    Row{Errc::ledger_version_unsupported,
        {"Sổ cái thuộc phiên bản khác", "The ledger belongs to another version",
         "Sổ cái do bản lgsp-hub mới hơn tạo. Cài lại đúng phiên bản mới; không sửa tệp sổ cái.",
         "A newer lgsp-hub made this ledger. Install that version again; do not change the ledger's files."}},
    Row{Errc::internal,
        {"Lỗi bên trong của trục", "A fault inside the hub",
         "Không phải lỗi của người gửi. Chuyển mã gói và nhật ký quanh thời điểm này cho đơn vị vận hành.",
         "Not the sender's fault. Give the envelope id and the log around this time to the operator."}},
    // ---- Somebody's request or settings
    Row{Errc::not_found,
        {"Không tìm thấy", "Not found",
         "Kiểm tra lại số, ký hiệu hoặc mã; thử tìm rộng hơn với `lgsp find`.",
         "Check the number, notation or id; try a wider search with `lgsp find`."}},
    Row{Errc::envelope_retired,
        {"Nội dung văn bản đã được xóa khi hết hạn lưu", "The document's bytes are deleted: their time was over",
         "Không giữ lại được nữa. Xin bản sao ở bên gửi hoặc bên nhận; mã băm trong sổ cái chứng minh bản sao là đúng.",
         "They can no longer be held. Ask the sender or a receiver for a copy; the digest in the ledger proves it."}},
    Row{Errc::not_held,
        {"Văn bản không đang bị giữ", "The document is not under a legal hold",
         "Không có gì để thôi giữ. Xem `lgsp show` để biết việc giữ đã kết thúc khi nào.",
         "There is nothing to end. See `lgsp show` for when a hold ended."}},
    Row{Errc::not_signed_in,
        {"Chưa đăng nhập", "Not signed in",
         "Đăng nhập rồi làm lại: `lgsp login`, hoặc trang đăng nhập. Phiên cũ có thể đã hết hạn.",
         "Sign in and try again: `lgsp login`, or the sign-in page. An older session may have ended."}},
    Row{Errc::sign_in_refused,
        {"Tên, mật khẩu hoặc mã không đúng", "Name, password or code is not right",
         "Thử lại. Quên mật khẩu: nhờ quản trị viên đặt lại; quản trị viên chạy `lgsp-hub --login-code` trên máy chủ.",
         "Try again. A forgotten password is set anew by an administrator; administrators run `lgsp-hub --login-code` "
         "on the host."}},
    Row{Errc::not_allowed,
        {"Không có quyền làm việc này", "Not allowed",
         "Vai trò của tài khoản không cho phép. Nếu cần, xin quản trị viên đổi vai trò (docs/access.md).",
         "The account's role does not allow it. If it should, ask an administrator for another role (docs/access.md)."}},
    Row{Errc::name_in_use,
        {"Tên đã có người dùng", "The name is in use",
         "Chọn tên khác. Tên đã dùng không cấp lại cho người khác, vì nhật ký ghi theo tên.",
         "Choose another. A name is never given to somebody else: the audit names people by it."}},
    Row{Errc::last_administrator,
        {"Đây là quản trị viên cuối cùng", "This is the last administrator",
         "Tạo hoặc mở lại một quản trị viên khác trước.", "Add or enable another administrator first."}},
    Row{Errc::too_many_requests,
        {"Quá nhiều yêu cầu", "Too many requests",
         "Chờ số giây ghi trong Retry-After rồi thử lại.", "Wait as many seconds as Retry-After says, then try again."}},
    Row{Errc::count_differs,
        {"Số lượng đã khác với lúc xem", "The count is not the one that was shown",
         "Chưa làm gì cả. Xem trước lại (--dry-run), kiểm tra, rồi xác nhận với số mới.",
         "Nothing was done. Look at the preview again (--dry-run), and confirm with the new count."}},
    Row{Errc::operation_over,
        {"Tác vụ đã kết thúc", "The operation is over",
         "Không còn gì để dừng hay chạy tiếp. Xem kết quả bằng `lgsp operation show`.",
         "There is nothing to stop or to go on with. See `lgsp operation show` for what came of it."}},
    Row{Errc::address_in_use,
        {"Địa chỉ đang bị chương trình khác dùng", "Another program listens on this address",
         "Dừng chương trình đó (`ss -ltnp` cho biết tên), hoặc đổi khóa được nêu trong cấu hình, rồi khởi động lại.",
         "Stop that program (`ss -ltnp` tells its name), or change the setting named here; then start again."}},
    Row{Errc::setting_invalid,
        {"Cấu hình có lỗi", "A setting is wrong",
         "Sửa khóa được nêu trong tệp cấu hình, kiểm tra bằng `lgsp-hub --check TỆP` rồi khởi động lại.",
         "Correct the setting named here, check with `lgsp-hub --check FILE`, then start again."}},
};

constexpr std::size_t codes_count = static_cast<std::size_t>(Errc::setting_invalid) + 1;

constexpr bool is_complete() noexcept {
    // In the order of the enumeration, so that a code is its own index.
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].code) != i)
            return false;
    return rows.size() == codes_count;
}
static_assert(is_complete(), "every Errc has its words, in the order of core/fault.hpp");

}  // namespace

Words words_of(Errc code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return index < rows.size() ? rows[index].words : rows[static_cast<std::size_t>(Errc::internal)].words;
}

std::optional<Words> words_of_name(std::string_view code) noexcept {
    for (const Row& row : rows)
        if (name_of(row.code) == code)
            return row.words;
    return std::nullopt;
}

}  // namespace hub
