#include "hub/telemetry/packet_rules.hpp"

#include <array>

namespace hub {
namespace {

struct Row {
    PacketRule rule;
    std::string_view name;
    Words words;
};

constexpr std::array rows{
    Row{PacketRule::xml_broken, "xml_broken",
        {"XML sai cấu trúc", "The XML is not well-formed",
         "Xuất lại tệp từ phần mềm quản lý văn bản; không sửa tay. Lỗi đứng ở dòng được nêu hoặc ngay trước đó.",
         "Export the file again from the document system; do not edit it by hand. The mistake is in this line or just "
         "before it."}},
    Row{PacketRule::doctype, "doctype",
        {"Tệp có khai báo DOCTYPE", "The file has a DOCTYPE",
         "Bỏ khai báo DOCTYPE: gói edXML không cần và trục không nhận.",
         "Remove the DOCTYPE: edXML needs none, and none is accepted."}},
    Row{PacketRule::dialect, "dialect",
        {"Không phải khung edXML của QCVN 102:2016", "Not in the edXML frame of QCVN 102:2016",
         "Đề nghị đơn vị cung cấp phần mềm xuất theo QCVN 102:2016/BTTTT, mã UTF-8.",
         "Ask the software's supplier to export by QCVN 102:2016/BTTTT, in UTF-8."}},
    Row{PacketRule::too_large, "too_large",
        {"Gói vượt dung lượng cho phép", "The packet is too large",
         "Giảm số tệp hoặc nén nhỏ tệp quét, rồi xuất lại.", "Attach fewer files or smaller scans, then export again."}},
    Row{PacketRule::field_missing, "field_missing",
        {"Thiếu trường", "A field is missing", "Điền trường được nêu trong phần mềm quản lý văn bản rồi xuất lại.",
         "Fill in the named field in the document system, then export again."}},
    Row{PacketRule::field_repeated, "field_repeated",
        {"Trường ghi nhiều lần", "A field is given more than once",
         "Chỉ để một giá trị cho trường được nêu: hai phần mềm có thể đọc hai giá trị khác nhau.",
         "Keep one value of the named field: two readers could take different ones."}},
    Row{PacketRule::field_too_long, "field_too_long",
        {"Trường dài quá mức", "A field is too long", "Rút ngắn trường được nêu đến số ký tự ghi kèm theo đây.",
         "Shorten the named field to the number of characters given here."}},
    Row{PacketRule::control_character, "control_character",
        {"Có ký tự điều khiển", "There is a control character",
         "Gõ lại trường được nêu: có ký tự không nhìn thấy, thường do dán từ phần mềm khác.",
         "Type the named field again: it has an invisible character, often pasted from another program."}},
    Row{PacketRule::text_damaged, "text_damaged",
        {"Chữ bị hỏng mã (U+FFFD)", "Letters were lost (U+FFFD)",
         "Xuất lại với mã UTF-8: một phần mềm trên đường đi đã đọc sai bảng mã.",
         "Export again as UTF-8: some program on the way has read it in a wrong encoding."}},
    Row{PacketRule::value_not_allowed, "value_not_allowed",
        {"Giá trị ngoài danh mục", "The value is not one of those allowed",
         "Chọn lại giá trị theo danh mục của QCVN 102:2016.", "Choose one of the values of QCVN 102:2016."}},
    Row{PacketRule::number_form, "number_form",
        {"Không phải số", "Not a number", "Chỉ ghi chữ số trong trường được nêu.", "Write digits only in the named field."}},
    Row{PacketRule::date_form, "date_form",
        {"Ngày sai dạng", "Not a day as yyyy/MM/dd",
         "Ghi ngày có thật theo dạng năm/tháng/ngày, ví dụ 2026/05/04.", "Write a real day as yyyy/MM/dd, such as 2026/05/04."}},
    Row{PacketRule::date_in_future, "date_in_future",
        {"Ngày ban hành ở tương lai", "The day of promulgation is in the future",
         "Sửa ngày ban hành; nếu ngày đúng, kiểm tra đồng hồ của máy.",
         "Correct the day of promulgation; if it is right, check the machine's clock."}},
    Row{PacketRule::time_form, "time_form",
        {"Thời điểm sai dạng", "Not a time as yyyy/MM/dd HH:mm:ss",
         "Ghi thời điểm theo dạng 2026/05/04 08:00:00, giờ Việt Nam.", "Write the time as 2026/05/04 08:00:00, in Vietnam's time."}},
    Row{PacketRule::organ_code, "organ_code",
        {"Mã định danh sai", "Not a code of an organisation",
         "Ghi mã định danh theo danh mục, ví dụ 000.00.11.H43 hoặc H43.11.",
         "Write the code as in the directory, such as 000.00.11.H43 or H43.11."}},
    Row{PacketRule::receiver_repeated, "receiver_repeated",
        {"Nơi nhận ghi hai lần", "A receiver is named twice", "Xóa nơi nhận trùng rồi xuất lại.",
         "Remove the repeated receiver, then export again."}},
    Row{PacketRule::receivers_too_many, "receivers_too_many",
        {"Quá nhiều nơi nhận", "Too many receivers", "Chia danh sách nơi nhận ra nhiều gói.",
         "Divide the receivers among several packets."}},
    Row{PacketRule::reference_missing, "reference_missing",
        {"Không nêu văn bản bị thu hồi, cập nhật hay thay thế", "The document recalled, updated or replaced is not named",
         "Ghi DocumentId của văn bản cũ vào Bussiness/DocumentId, ReplacementInfo hoặc ResponseFor.",
         "Name the older document's DocumentId in Bussiness/DocumentId, ReplacementInfo or ResponseFor."}},
    Row{PacketRule::reason_missing, "reason_missing",
        {"Thiếu lý do", "The reason is missing",
         "Ghi lý do: bên kia cần biết vì sao thu hồi, cập nhật, thay thế hay từ chối.",
         "Give the reason: the other side has to know why it is recalled, changed or refused."}},
    Row{PacketRule::status_in_document, "status_in_document",
        {"Vừa là văn bản vừa là trạng thái", "Both a document and a status",
         "Tách ra hai gói: gói văn bản không có StatusCode, gói trạng thái không có Code và Subject.",
         "Make two packets: a document has no StatusCode, a status has neither Code nor Subject."}},
    Row{PacketRule::status_unknown, "status_unknown",
        {"Mã trạng thái lạ", "An unknown status code",
         "Trục giữ và chuyển tiếp nguyên mã; nếu không cố ý, dùng 01-06, 13, 15 hoặc 16.",
         "It is kept and passed on as it is; if it is not meant, use 01 to 06, 13, 15 or 16."}},
    Row{PacketRule::secret, "secret",
        {"Văn bản có dấu mật không được gửi qua trục", "A document marked secret may not travel here",
         "Gửi theo đường riêng cho văn bản mật (Quyết định 28/2018/QĐ-TTg). Nếu đóng dấu nhầm, sửa rồi xuất lại.",
         "Use the channel for state secrets (Decision 28/2018/QĐ-TTg). If the mark is a mistake, correct it and export "
         "again."}},
    Row{PacketRule::signature_not_checked, "signature_not_checked",
        {"Có chữ ký XML, không được kiểm tra", "There is an XML signature; it is not checked",
         "Không cần làm gì. Chữ ký này không chứng minh điều gì với trục; giá trị pháp lý ở chữ ký số trong tệp PDF.",
         "Nothing to do. It proves nothing to the hub; what counts in law is the signature within the PDF."}},
    Row{PacketRule::manifest_disagrees, "manifest_disagrees",
        {"edXMLManifest không khớp với tệp đính kèm", "edXMLManifest and attachments disagree",
         "Mỗi tệp phải có đúng một Reference và một Attachment cùng ContentId.",
         "Each file needs exactly one Reference and one Attachment with the same ContentId."}},
    Row{PacketRule::attachments_too_many, "attachments_too_many",
        {"Quá nhiều tệp đính kèm", "Too many attachments", "Gộp các tệp hoặc chia ra nhiều văn bản.",
         "Put files together, or divide them among several documents."}},
    Row{PacketRule::base64_broken, "base64_broken",
        {"Tệp đính kèm không phải base64", "The attachment is not base64",
         "Đính kèm lại tệp gốc và xuất lại: tệp bị cắt hoặc lẫn ký tự lạ.",
         "Attach the original again and export: it was cut, or other characters came in."}},
    Row{PacketRule::content_empty, "content_empty",
        {"Tệp đính kèm rỗng", "The attachment is empty", "Đính kèm lại tệp gốc và xuất lại.",
         "Attach the original again and export."}},
    Row{PacketRule::content_type_wrong, "content_type_wrong",
        {"ContentType không đúng với tệp", "ContentType is not what the file is",
         "Không bắt buộc: trục xét theo nội dung tệp. Nên sửa phần mềm cho đúng.",
         "Not needed: the octets decide. Better to have the software corrected."}},
    Row{PacketRule::zip_broken, "zip_broken",
        {"Tệp ZIP hỏng", "The ZIP is broken", "Đính kèm lại tệp gốc và xuất lại: tệp nén bị cắt hoặc bị thay đổi.",
         "Attach the original again and export: the archive was cut or altered."}},
    Row{PacketRule::zip_entries, "zip_entries",
        {"ZIP phải chứa đúng một tệp", "The ZIP must hold exactly one file",
         "Mỗi tệp đính kèm được nén riêng; không gộp nhiều tệp trong một ZIP.",
         "Each attachment is packed by itself; do not put several files into one ZIP."}},
    Row{PacketRule::zip_path, "zip_path",
        {"Tên tệp trong ZIP có đường dẫn", "The name within the ZIP has a path",
         "Nén lại tệp với tên không có thư mục.", "Pack the file again under a name without folders."}},
    Row{PacketRule::zip_too_large, "zip_too_large",
        {"Tệp giải nén quá lớn", "The file within the ZIP is too large",
         "Chia nhỏ tệp. Tệp nén bất thường có thể là bom nén và không được mở.",
         "Divide the file. An archive that is packed too well may be a bomb, and is not opened."}},
    Row{PacketRule::zip_not_supported, "zip_not_supported",
        {"Kiểu nén không được hỗ trợ", "This way of packing is not supported",
         "Nén lại không mật khẩu, kiểu Deflate thông thường.", "Pack it again without a password, with ordinary Deflate."}},
    Row{PacketRule::pdf_read_as_text, "pdf_read_as_text",
        {"PDF bị hỏng: đã bị đọc như văn bản", "The PDF is damaged: it was read as text",
         "Lấy lại bản PDF gốc và gửi lại. Phần mềm gửi đọc PDF như chữ UTF-8 nên mọi byte ngoài ASCII thành EF BF BD: báo "
         "đơn vị cung cấp sửa.",
         "Take the original PDF and send it again. The sending software reads PDFs as UTF-8 text, so every byte that is "
         "no ASCII became EF BF BD: its supplier has to correct that."}},
};

constexpr bool is_complete() noexcept {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].rule) != i)
            return false;
    return rows.size() == packet_rules_count;
}
static_assert(is_complete(), "every rule has its words, in the order of the enumeration");

}  // namespace

std::string_view name_of(PacketRule rule) noexcept { return rows[static_cast<std::size_t>(rule)].name; }

Words words_of(PacketRule rule) noexcept { return rows[static_cast<std::size_t>(rule)].words; }

}  // namespace hub
