#include "adapters/vxp/reply_frame.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::vxp;

namespace {

struct Read {
    Result<ReplyFrame> frame = Fault{Errc::internal, "", ""};
    std::vector<Fields> records;
    std::string text;
};

Read read_reply(std::string_view reply, std::size_t piece) {
    Read out;
    ReplyReader reader{[&](const Fields& object) -> Result<void> {
                           out.records.push_back(object);
                           return {};
                       },
                       [&](std::string_view part) -> Result<void> {
                           out.text += part;
                           return {};
                       }};
    while (!reply.empty()) {
        const auto taken = std::min(piece, reply.size());
        if (auto added = reader.add(reply.substr(0, taken)); !added) {
            out.frame = added.error();
            return out;
        }
        reply.remove_prefix(taken);
    }
    out.frame = reader.finish();
    return out;
}

/// The same whole and octet by octet.
Read read_reply(std::string_view reply) {
    const Read whole = read_reply(reply, reply.size() + 1);
    const Read pieces = read_reply(reply, 1);
    CHECK(whole.frame.has_value() == pieces.frame.has_value());
    CHECK(whole.records == pieces.records);
    CHECK(whole.text == pieces.text);
    return whole;
}

}  // namespace

TEST_CASE("a frame is read in whatever case and form", "[vxp]") {
    const auto sent = read_reply(R"({"status":"OK","ErrorCode":"0","ErrorDesc":"Thanh cong","DocId":"5c0e"})");
    REQUIRE(sent.frame.has_value());
    CHECK(sent.frame->is_ok);
    CHECK(sent.frame->doc_id == "5c0e");
    const auto lower = read_reply(R"( {"STATUS":"ok","errorcode":0,"docid":17,"extra":{"a":[1,{"status":"FAIL"}]}} )");
    REQUIRE(lower.frame.has_value());
    CHECK(lower.frame->is_ok);
    CHECK(lower.frame->doc_id == "17");
    CHECK(read_reply(R"({"status":"OK","count":12})").frame->count == 12);
    CHECK(read_reply(R"({"status":"OK","Count":"12"})").frame->count == 12);
    CHECK_FALSE(read_reply(R"({"status":"OK","count":"many"})").frame->count);
    CHECK(read_reply(R"({"ErrorCode":"0"})").frame->is_ok);
}

TEST_CASE("a refusal carries the axis's code and text", "[vxp]") {
    const auto refused = read_reply(R"({"status":"FAIL","ErrorCode":18,"ErrorDesc":"Don vi nhan"})");
    REQUIRE(refused.frame.has_value());
    CHECK_FALSE(refused.frame->is_ok);
    CHECK(refused.frame->error_code == "18");
    CHECK(refused.frame->error_text == "Don vi nhan");
    CHECK_FALSE(read_reply(R"({"ErrorCode":"22"})").frame->is_ok);
    CHECK_FALSE(read_reply(R"({"status":"fail"})").frame->is_ok);
}

TEST_CASE("what is no frame is none", "[vxp]") {
    for (const auto* reply : {"", "null", "\"OK\"", "17", "[]", R"([{"status":"OK"}])", "{}", R"({"data":[]})",
                              R"({"status":"OK")", R"({"status":"OK"}x)", R"({"status":"OK"}{})",
                              R"({"status":"maybe"})", R"({"status":"OK","ErrorCode":"22"})",
                              "<html>502 Bad Gateway</html>", "\x1f\x8b", R"({"status":null})"}) {
        INFO(reply);
        CHECK(read_reply(reply).frame.has_error());
    }
    CHECK(read_reply(R"({"status":"OK","a":)" + std::string(100, '[') + std::string(100, ']') + "}").frame.has_error());
    CHECK(read_reply(R"({"status":"OK","a":")" + std::string(70000, 'x') + "\"}").frame.has_error());
    CHECK(read_reply("{\"" + std::string(70000, 'x') + R"(":1,"status":"OK"})").frame.has_error());
}

TEST_CASE("lists come record by record", "[vxp]") {
    const auto list = read_reply(R"({"data":[{"docId":"a1","from":"H43","created_time":null,"n":5,"deep":{"x":[1]}},)"
                           R"([["no record"]],7,{"DOCID":"a2","status":"initial"}],"status":"OK"})");
    REQUIRE(list.frame.has_value());
    CHECK(list.frame->has_list);
    REQUIRE(list.records.size() == 2);
    ReceivedPacket first, second;
    REQUIRE(read_record(list.records[0], first));
    REQUIRE(read_record(list.records[1], second));
    CHECK(first == ReceivedPacket{.doc_id = "a1", .from = "H43"});
    CHECK(second == ReceivedPacket{.doc_id = "a2", .status = "initial"});
}

TEST_CASE("a text of any length goes by in pieces", "[vxp]") {
    const std::string long_text(300000, 'A');
    const auto got = read_reply(R"({"status":"OK","ErrorCode":"0","data":")" + long_text + "\"}");
    REQUIRE(got.frame.has_value());
    CHECK(got.frame->has_text);
    CHECK(got.text == long_text);
}

TEST_CASE("a sink's fault ends the reading", "[vxp]") {
    const Fault full{Errc::ledger_full, "spool", "no room"};
    ReplyReader reader{[&](const Fields&) -> Result<void> { return full; },
                       [&](std::string_view) -> Result<void> { return full; }};
    const auto added = reader.add(R"({"status":"OK","data":"AAAA"})");
    REQUIRE(added.has_error());
    CHECK(added.error() == full);
}

TEST_CASE("records written are the records read", "[vxp]") {
    const std::vector<Unit> units{{.id = "1", .code = "H43", .name = "Tỉnh \"Ninh\nThuận\"", .version = 7, .is_agency = true},
                                  {.id = "2", .parent_id = "1", .is_deleted = true, .modified_at = "2026/11/27 10:00:00"}};
    const auto list = read_reply(list_frame(std::span<const Unit>{units}));
    REQUIRE(list.frame.has_value());
    REQUIRE(list.records.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        Unit unit;
        REQUIRE(read_record(list.records[i], unit));
        CHECK(unit == units[i]);
    }
    const auto none = read_reply(list_frame(std::span<const Unit>{}));
    CHECK(none.frame->has_list);
    CHECK(none.records.empty());

    Unit lenient;
    REQUIRE(read_record({{"VERSION", "12"}, {"deleted", "1"}, {"isagency", "True"}, {"unknown", "x"}}, lenient));
    CHECK(lenient == Unit{.version = 12, .is_deleted = true, .is_agency = true});
    CHECK_FALSE(read_record({{"version", "new"}}, lenient));
    CHECK_FALSE(read_record({{"deleted", "perhaps"}}, lenient));
}

TEST_CASE("frames written are the frames read", "[vxp]") {
    CHECK(read_reply(ok_frame("")).frame->is_ok);
    CHECK(read_reply(ok_frame(R"("DocId":"x")")).frame->doc_id == "x");
    const auto failed = read_reply(fail_frame("19", "Don vi gui \"X\""));
    CHECK(failed.frame->error_code == "19");
    CHECK(failed.frame->error_text == "Don vi gui \"X\"");
    CHECK(read_reply(fail_frame("22", "UTF-\xAB; h\xE1")).frame->error_text == "UTF-\uFFFD; h\uFFFD");
}
