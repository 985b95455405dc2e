#include "adapters/gateway/vxp_refusal.hpp"

#include "adapters/gateway/shown_fault.hpp"

#include "hub/telemetry/remedy.hpp"

#include <algorithm>
#include <array>

namespace hub::gateway {
namespace {

struct Row {
    Errc code;
    std::string_view vxp_code;
};
/// All others by what is to be done about them.
constexpr std::array rows{
    Row{Errc::sender_unknown, vxp::error_code::sender_not_registered},
    Row{Errc::sender_closed, vxp::error_code::sender_not_registered},
    Row{Errc::sender_mismatch, vxp::error_code::sender_not_registered},
    Row{Errc::receiver_missing, vxp::error_code::receiver_unknown},
    Row{Errc::receiver_duplicate, vxp::error_code::receiver_unknown},
    Row{Errc::receiver_unknown, vxp::error_code::receiver_unknown},
    Row{Errc::receiver_closed, vxp::error_code::receiver_closed},
    Row{Errc::packet_too_large, vxp::error_code::too_large},
    Row{Errc::envelope_too_large, vxp::error_code::too_large},
    Row{Errc::part_too_large, vxp::error_code::too_large},
    Row{Errc::not_found, vxp::error_code::doc_id_unknown},
};

std::string_view vxp_code_of(Errc code) {
    const auto row = std::ranges::find(rows, code, &Row::code);
    return row == rows.end() ? vxp::error_code::packet_invalid : row->vxp_code;
}

}  // namespace

vxp::Refusal vxp_refusal_of(const Fault& found) {
    const Fault fault = shown_fault(found);
    const Words words = words_of(fault.code);
    if (fault.code == Errc::ledger_full)
        return {vxp::error_code::internal, "Cong sap het cho luu tru, tam ngung nhan van ban: gui lai sau"};
    // The words for operators send them to their commands.
    if (fault.code == Errc::not_found)
        return {vxp::error_code::doc_id_unknown, "Đơn vị không có gói nào mang DocId này: kiểm tra lại DocId"};
    // Ours alone to know.
    if (disposition_of(fault.code) != Disposition::reject)
        return {vxp::error_code::internal, "Loi he thong: " + std::string{words.title_vi}};
    std::string text{words.title_vi};
    if (!fault.field.empty())
        text += " [" + fault.field + "]";
    if (!fault.peer_text.empty() && fault.code != Errc::document_secret)
        text += ": " + fault.peer_text;
    text += ". ";
    text += words.remedy_vi;
    return {vxp_code_of(fault.code), std::move(text)};
}

}  // namespace hub::gateway
