#include "adapters/edxml/secrecy.hpp"
#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {
namespace {

std::optional<Secrecy> secrecy_of(const DocumentText& text) {
    const auto read = read_packet(text.text(), {});
    REQUIRE(read.has_value());
    return read->secrecy;
}

DocumentText with_subject(const std::string& subject) {
    return {.subject = "<Subject>" + subject + "</Subject>"};
}

}  // namespace

TEST_CASE("marks as whole values, however they are typed", "[edxml]") {
    CHECK(whole_mark("Mật") == "Mật");
    CHECK(whole_mark(" TỐI  MẬT ") == "Tối mật");
    CHECK(whole_mark("(Tuyệt mật)") == "Tuyệt mật");
    CHECK(whole_mark("Ma\u0323\u0302t") == "Mật");            // All combining, both orders.
    CHECK(whole_mark("Ma\u0302\u0323t") == "Mật");
    CHECK(whole_mark("M\u1EA1\u0302t") == "Mật");
    CHECK(whole_mark("T\u00F4\u0301i m\u00E2\u0323t") == "Tối mật");
    for (const char* harmless : {"", "Mặt", "Mát", "mat", "Bí mật", "Mật độ", "bảo mật", "Mật khẩu", "Không mật", "t"})
        CHECK_FALSE(whole_mark(harmless));
}

TEST_CASE("stamps before or in the subject", "[edxml]") {
    for (const char* stamped : {"MẬT - Báo cáo tình hình", "[Mật] Kế hoạch", "(TỐI MẬT) Kế hoạch", "Tuyệt mật: danh sách",
                                "Mật – kế hoạch", "Kế hoạch năm [Tối mật]", "MẬT", "Báo cáo tình hình (MẬT)", "Kế hoạch (TỐI  MẬT ) ",
                                "Độ mật: Mật. Kế hoạch A", "ĐỘ MẬT: TỐI MẬT - kế hoạch", "Mức độ mật : Tuyệt mật", "Kế hoạch (Tối mật).",
                                "Kế hoạch (Mật)", "Kế hoạch (MẬT) kèm theo", "TUYỆT MẬT, kế hoạch", "MẬT; kế hoạch",
                                "\"MẬT\" kế hoạch", "*MẬT* kế hoạch", "HỎA TỐC - MẬT - kế hoạch", "V/v: MẬT - x", "Phòng thủ - MẬT",
                                "[MẬT/HỎA TỐC] x", "\u200BMẬT - x", "M\u200BẬT - x", "【Mật】 x", " \n MẬT/Kế hoạch",
                                "TUYỆT MẬT V/v kế hoạch phòng thủ khu vực", "TỐI MẬT V/v phương án A", "MẬT V/v x",
                                "TUYỆT MẬT KẾ HOẠCH PHÒNG THỦ", "  TỐI  MẬT kế hoạch", "MẬT Kế hoạch A", "MẬT BÁO CÁO",
                                "MẬT Danh sách cán bộ", "Tuyệt mật V/v kế hoạch", "ĐỘ MẬT: Mật. Kế hoạch",
                                "TUYE\u0323\u0302T MA\u0323\u0302T V/v kế hoạch"})
        CHECK(stamped_mark(stamped));
    for (const char* harmless :
         {"Về công tác bảo vệ bí mật nhà nước", "Mật độ dân số năm 2025", "MẬT ĐỘ DÂN SỐ", "Mật ong rừng", "Mật khẩu: cách đặt",
          "Mật, tối mật và tuyệt mật: cách phân loại", "Danh mục bí mật (mật)", "Cách đóng dấu (Mật) lên văn bản", "QUY CHẾ BẢO VỆ BÍ MẬT - NHÀ NƯỚC", "QUY HOẠCH - MẬT ĐỘ DÂN SỐ", "Về độ mật của văn bản: cách xác định", "Tối mặt trời", "Mậtx - y", "[Mật độ] dân cư", "[", "Mậ",
          "Tuyệt mật là độ mật cao nhất", "Tối mật và tuyệt mật: cách phân loại", "MẬT ONG RỪNG U MINH",
          "MẬT KHẨU: cách đặt", "MẬT MÃ DÂN SỰ", "MẬT MÍA", "Đóng dấu TUYỆT MẬT trên văn bản", "Bảo vệ bí mật nhà nước",
          "BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Mật V/vx", "Mật vụ"})
        CHECK_FALSE(stamped_mark(harmless));
}

TEST_CASE("a mark in capitals as the last words of a subject that is not in capitals", "[edxml]") {
    for (const char* stamped :
         {"Kế hoạch phòng thủ khu vực TUYỆT MẬT", "V/v phương án tác chiến TỐI MẬT", "Kế hoạch phòng thủ MẬT",
          "Báo cáo quý (TUYỆT MẬT)", "Báo cáo quý - TỐI MẬT", "Báo cáo quý [TỐI MẬT]", "Báo cáo quý, TUYỆT MẬT.",
          "Kế hoạch năm 2026 TUYỆT MẬT", "Báo cáo tình hình TUYỆT  MẬT. ", "Kế hoạch A1 TỐI MẬT!",
          "Ba\u0301o ca\u0301o quy\u0301 TUYE\u0323\u0302T MA\u0323\u0302T"})
        CHECK(stamped_mark(stamped));
    for (const char* harmless :
         {"Quy định đóng dấu TUYỆT MẬT", "Quy định đóng da\u0302\u0301u TUYỆT MẬT", "Cách xác định độ TỐI MẬT",
          "Thẩm quyền đối với văn bản TUYỆT MẬT", "Quản lý tài liệu MẬT", "Danh mục các mức TỐI MẬT", "Phân biệt TỐI MẬT và TUYỆT MẬT",
          "Công tác bảo vệ bí MẬT", "Công tác bảo MẬT", "Bảo vệ bí mật", "Mật độ", "Báo cáo mật độ", "Nuôi ong lấy mật",
          "V/v BẢO VỆ TÀI LIỆU TUYỆT MẬT", "BẢO VỆ BÍ MẬT", "TRIỂN KHAI KẾ HOẠCH 2026 TUYỆT MẬT", "Kế hoạch phòng thủ tuyệt mật",
          "Kế hoạch phòng thủ Tuyệt mật", "Kế hoạch TUYỆT MẬT ĐỘ"})
        CHECK_FALSE(stamped_mark(harmless));
}

TEST_CASE("an element whose name says so", "[edxml]") {
    CHECK(named_mark("SecurityLevel", "2"));
    CHECK(named_mark("DoMat", "A"));
    for (const char* name : {"IsSecret", "SecretType", "MucMat"})
        CHECK(named_mark(name, "2"));
    CHECK_FALSE(named_mark("SecurityLevel", "0"));
    CHECK_FALSE(named_mark("DoMat", "Thường"));
    CHECK_FALSE(named_mark("DoMat", "Không mật"));
    CHECK_FALSE(named_mark("Secretary", "Ban thư ký"));
    CHECK_FALSE(named_mark("Priority", "2"));
}

TEST_CASE("a marked packet is read and says where its mark is", "[edxml]") {
    CHECK_FALSE(secrecy_of({}));
    CHECK_FALSE(secrecy_of(with_subject("Quy chế bảo vệ bí mật nhà nước")));
    CHECK(secrecy_of(with_subject("MẬT - Kế hoạch"))->field == "MessageHeader/Subject");
    CHECK(secrecy_of({.more = "<Content>[Tối mật] x</Content>"})->mark == "Tối mật");
    CHECK(secrecy_of({.more = "<OtherInfo><SphereOfPromulgation>Tuyệt mật</SphereOfPromulgation></OtherInfo>"})->field
          == "MessageHeader/OtherInfo/SphereOfPromulgation");
    CHECK(secrecy_of({.more = "<OtherInfo><SecurityLevel>1</SecurityLevel></OtherInfo>"})->mark == "1");
    CHECK(secrecy_of({.more = "<OtherInfo><Priority>5</Priority></OtherInfo>"})->field
          == "MessageHeader/OtherInfo/Priority");
    CHECK(secrecy_of({.more = "<OtherInfo><Priority>Mật</Priority></OtherInfo>"})->mark == "Mật");
    CHECK(secrecy_of({.more = "<OtherInfo><Priority>99999999999999999999</Priority></OtherInfo>"}));
    CHECK_FALSE(secrecy_of({.more = "<Signature><SecurityLevel>9</SecurityLevel></Signature>"}));
}

}  // namespace hub::edxml::test
