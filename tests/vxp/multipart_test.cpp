#include "adapters/vxp/multipart.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::vxp;

namespace {

Result<Bytes> part_in(BytesView body, std::size_t piece, std::string_view boundary = "b1") {
    Bytes out;
    MultipartReader reader{boundary, "file_doc", [&](BytesView octets) -> Result<void> {
                               out += octets;
                               return {};
                           }};
    while (!body.empty()) {
        const auto taken = std::min(piece, body.size());
        if (auto added = reader.add(body.substr(0, taken)); !added)
            return added.error();
        body.remove_prefix(taken);
    }
    if (auto done = reader.finish(); !done)
        return done.error();
    return out;
}

/// By every size of piece the same.
Result<Bytes> part_in(BytesView body) {
    const auto whole = part_in(body, body.size() + 1);
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 64U})
        CHECK((part_in(body, piece) == whole));
    return whole;
}

const std::string file_part = "--b1\r\nContent-Disposition: form-data; name=\"file_doc\"; filename=\"a.edxml\"\r\n\r\n";
const std::string end = "\r\n--b1--\r\n";

}  // namespace

TEST_CASE("the file is what was put between", "[vxp]") {
    for (const std::string file : {"", "x", "\r\n", "\r\n--b", "--b1", "\r\n--b2\r\n", "a\r\n\r\nb"}) {
        const auto frame = multipart_frame("b1", "file_doc", "goi.edxml");
        CHECK(frame.content_type == "multipart/form-data; boundary=b1");
        const auto got = part_in(frame.before + file + frame.after);
        REQUIRE(got.has_value());
        CHECK(*got == file);
    }
}

TEST_CASE("other parts are passed over, whatever stands around", "[vxp]") {
    const std::string other = "--b1\r\nContent-Disposition: form-data; name=x\r\n\r\nfile_doc\r\n";
    CHECK(part_in("preamble\r\n" + other + file_part + "ab" + end + "epilogue --b1").value() == "ab");
    CHECK(part_in(file_part + "ab\r\n" + other + "--b1--").value() == "ab");
    CHECK(part_in("--b1\r\n\r\nnameless\r\n" + file_part + "ab" + end).value() == "ab");
    CHECK(part_in("--b1\r\ncontent-disposition: form-data; NAME=file_doc\r\n\r\nab" + end).value() == "ab");
}

TEST_CASE("what is no such body is refused", "[vxp]") {
    for (const std::string& body :
         {std::string{}, std::string{"ab"}, file_part, file_part + "ab", file_part + "ab\r\n--b1", file_part + "ab\r\n--b1x" + end,
          "--b1\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nab" + end, file_part + "a\r\n" + file_part + "b" + end,
          "--b1\r\n" + std::string(9000, 'x') + "\r\n\r\n" + end, std::string(9000, 'x'), std::string{"--b1--"}}) {
        INFO(body.substr(0, 80));
        CHECK(part_in(body).has_error());
    }
    std::string many;
    for (int i = 0; i < 20; ++i)
        many += "--b1\r\nContent-Disposition: form-data; name=x\r\n\r\nab\r\n";
    CHECK(part_in(many + file_part + end).has_error());
}

TEST_CASE("a sink's fault comes back", "[vxp]") {
    const Fault full{Errc::ledger_full, "spool", ""};
    MultipartReader reader{"b1", "file_doc", [&](BytesView) -> Result<void> { return full; }};
    const auto added = reader.add(file_part + "ab" + end);
    REQUIRE(added.has_error());
    CHECK(added.error() == full);
}

TEST_CASE("boundaries", "[vxp]") {
    CHECK(boundary_of("multipart/form-data; boundary=b1").value() == "b1");
    CHECK(boundary_of("Multipart/Form-Data;charset=x; BOUNDARY=\"b 1\"").value() == "b 1");
    for (const std::string& type : {std::string{}, std::string{"multipart/form-data"}, std::string{"text/plain; boundary=b1"},
                                    std::string{"multipart/form-data; boundary="}, std::string{"multipart/form-data; boundary=\"b"},
                                    "multipart/form-data; boundary=" + std::string(71, 'x')})
        CHECK_FALSE(boundary_of(type).has_value());
}

TEST_CASE("a form of several files is read part by part", "[vxp]") {
    struct Parts final : PartSink {
        std::vector<PartHead> heads;
        std::vector<Bytes> octets;
        Result<void> begin(const PartHead& head) override {
            heads.push_back(head);
            octets.emplace_back();
            return {};
        }
        Result<void> add(BytesView piece) override {
            octets.back() += piece;
            return {};
        }
    };
    const std::string form = "--b1\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n"
                             "--b1\r\nContent-Disposition: form-data; name=\"f\"; filename=\"một.pdf\"\r\n"
                             "Content-Type: application/pdf\r\n\r\n%PDF\r\n--b1--\r\n";
    for (std::size_t piece = 1; piece < form.size(); ++piece) {
        Parts parts;
        FormReader reader{"b1", 2, parts};
        for (std::size_t at = 0; at < form.size(); at += piece)
            REQUIRE(reader.add(std::string_view{form}.substr(at, piece)).has_value());
        REQUIRE(reader.finish().has_value());
        REQUIRE(parts.heads.size() == 2);
        CHECK(parts.heads[0].name == "metadata");
        CHECK_FALSE(parts.heads[0].file_name);
        CHECK(parts.heads[1].file_name == "một.pdf");
        CHECK(parts.heads[1].content_type == "application/pdf");
        CHECK(parts.octets == std::vector<Bytes>{"{}", "%PDF"});
    }
    Parts parts;
    FormReader one_only{"b1", 1, parts};
    CHECK(one_only.add(form).has_error());
}
