// Written packets: what was read comes back, in the axis's frame.

#include "adapters/edxml/rewrite.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "adapters/edxml/zip_stream.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/trial_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace std::chrono;

namespace hub::edxml::test {
namespace {

constexpr std::string_view samples[]{"edoc_new",           "edoc_replacement_type3", "edoc_revocation_type1",
                            "received_2025_zip_payload", "status_01_inbox",   "status_02_rejection",
                            "status_03_acceptance", "status_04_assignment", "status_06_finish",
                            "status_15_change_acceptance", "status_16_change_rejection"};

void leave(Packet&) {}

Packet read(BytesView octets) {
    const auto packet = read_packet(octets, {});
    INFO((packet ? "" : packet.error().field + ": " + packet.error().peer_text));
    REQUIRE(packet.has_value());
    return *packet;
}

Bytes rewritten(BytesView octets, const Edit& edit = leave) {
    const auto out = rewrite_packet(octets, {}, edit);
    INFO((out ? "" : out.error().field + ": " + out.error().peer_text));
    REQUIRE(out.has_value());
    return *out;
}

OpenFile files(const std::map<std::string, Bytes>& by_id) {
    return [&by_id](const Attachment& attachment) -> Result<std::unique_ptr<OctetSource>> {
        return std::make_unique<MemorySource>(by_id.at(attachment.content_id));
    };
}

Packet letter() {
    DocumentPacket document{.to = {{*AgencyCode::parse("H43.02"), "Sở Tài chính"}},
                            .number = "12",
                            .notation = "SNV-VP",
                            .promulgated_on = "2026-05-04",
                            .type = "2",
                            .type_name = "Công văn",
                            .subject = "V/v <báo cáo> & \"quý\""};
    document.attachments = {
        {.content_id = "0f8fad5b-d9cb-469f-a165-70867728950e",
         .name = "Báo cáo.pdf",
         .declared_type = "application/zip",
         .carried = ContentKind::zip},
        {.content_id = "b", .name = "bảng.xlsx", .declared_type = "x", .carried = ContentKind::raw}};
    return {.from = {*AgencyCode::parse("H43.01"), "Sở Nội vụ"}, .content = document};
}

}  // namespace

TEST_CASE("every sample is the same when it is read, written and read again", "[edxml]") {
    const std::string name{GENERATE(from_range(std::begin(samples), std::end(samples)))};
    CAPTURE(name);
    const Bytes octets = sample(name + ".edxml");
    const Packet before = read(octets);
    const Bytes once = rewritten(octets);
    CHECK(read(once) == before);
    // And from then on to the octet.
    CHECK(rewritten(once) == once);
    CHECK(once.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edXML "
        "xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">"
        "\n  <edXML:edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">\n"));
}

TEST_CASE("the axis's own packet keeps its form, line ends aside", "[edxml]") {
    Bytes expected = sample("received_2025_zip_payload.edxml");
    std::erase(expected, '\r');
    // Without a Bussiness it is a new document; the axis leaves it out, its SDK writes it.
    expected.insert(expected.find("      </edXML:TraceHeaderList>"),
                    "        <edXML:Bussiness>\n          <edXML:BussinessDocType>0</edXML:BussinessDocType>\n"
                    "        </edXML:Bussiness>\n");
    const Bytes octets = rewritten(sample("received_2025_zip_payload.edxml"));
    const auto content = expected.find("ContentTransferEncoded");
    CHECK(octets.substr(0, content) == expected.substr(0, content));
    CHECK((octets == expected));
}

TEST_CASE("a trace is appended, and nothing else changes", "[edxml]") {
    const std::string name =
        GENERATE("edoc_new.edxml", "received_2025_zip_payload.edxml", "status_03_acceptance.edxml");
    const Bytes octets = sample(name);
    const auto at = sys_days{2026y / December / 31} + 17h + 4min + 5s;
    const TrialFolder folder;
    std::ofstream{folder.path() / "in.edxml", std::ios::binary} << octets;
    auto sink = FileSink::create(folder.path() / "out.edxml");
    REQUIRE(sink.has_value());
    const auto written = rewrite_packet_file(
        folder.path() / "in.edxml", {}, folder.path(),
        [&](Packet& packet) { append_trace(packet, *AgencyCode::parse("000.00.00.W43"), at); }, *sink);
    REQUIRE(written.has_value());
    REQUIRE(sink->close().has_value());
    Packet expected = read(octets);
    expected.traces.traces.push_back({"000.00.00.W43", "2027/01/01 00:04:05"});
    CHECK(*written == expected);
    CHECK(read(octets_of(folder.path() / "out.edxml")) == expected);
    CHECK(FileSink::create(folder.path() / "out.edxml").error().code == Errc::internal);
    CHECK(rewrite_packet_file(folder.path() / "none", {}, folder.path(), leave, *sink).error().code == Errc::not_found);
}

TEST_CASE("everything that a document can hold survives", "[edxml]") {
    DocumentText text{
        .from = "<OrganId>H43.01</OrganId><OrganName>a &amp; b &lt;&#13;\n\tc&gt; \"'</OrganName>",
        .more = "<DocumentId>x ]]&gt; y</DocumentId><Content>" + std::string(6000, 'x')
                + "</Content><DueDate>mai</DueDate>"
                "<SignerInfo><FullName>A</FullName></SignerInfo><ToPlaces><Place>b</Place></ToPlaces>"
                "<OtherInfo><Priority>4</Priority><ReplyFors>r</ReplyFors><ReferenceCodes><X>c</X></"
                "ReferenceCodes>"
                "<Direction>0</Direction></OtherInfo><ResponseFor/><ResponseFor><PromulgationDate>2026-01-02"
                "</PromulgationDate></ResponseFor><ResponseForTask><TaskCode>T</TaskCode></ResponseForTask>"
                "<ApplicationType>MCDT_DT</ApplicationType><SteeringType>9</SteeringType>",
        .traces = "<TraceHeader/><Bussiness><BussinessDocType>2</BussinessDocType><DocumentId>old</"
                  "DocumentId><Paper>1</Paper>"
                  "<BussinessDocumentInfo/><BussinessDocumentInfo><DocumentInfo>1</"
                  "DocumentInfo><ReceiverList><Receiver/>"
                  "<Receiver><OrganId>H</OrganId><ReceiverType>0</ReceiverType></Receiver></ReceiverList></"
                  "BussinessDocumentInfo>"
                  "<ReplacementInfoList><ReplacementInfo/></ReplacementInfoList><StaffInfo/"
                  "><StaffInfo><StaffId>7</StaffId>"
                  "</StaffInfo></Bussiness>"};
    attach(text, "1", "%PDF-1.4 bare");
    attach(text, "cid:2", zip_of({{"a.txt", "A"}}));
    Bytes octets = text.text();
    octets.insert(octets.find("<TraceHeaderList") + 16, " id='&lt;&quot;&#10;'");
    octets.insert(octets.find("</edXMLHeader>"), "<ErrorList><Error><ErrorCode>R.X</ErrorCode></Error></ErrorList>"
                                                 "<Signature xmlns='urn:s' Id='1'><A>x</A></Signature>");
    CHECK(read(rewritten(octets)) == read(octets));
}

TEST_CASE("a new document: files are wrapped as the axis wants them", "[edxml]") {
    const Packet packet = letter();
    const std::map<std::string, Bytes> contents{
        {"0f8fad5b-d9cb-469f-a165-70867728950e", "%PDF-1.4\n" + Bytes(100'000, '\xEF')}, {"b", "bare"}};
    MemorySink sink;
    REQUIRE(write_packet(packet, files(contents), sink).has_value());
    const Bytes octets = sink.take();
    const Packet again = read(octets);
    const auto& document = std::get<DocumentPacket>(again.content);
    CHECK(document.subject == "V/v <báo cáo> & \"quý\"");
    REQUIRE(document.attachments.size() == 2);
    CHECK(document.attachments[0].carried == ContentKind::zip);
    CHECK(document.attachments[0].content == ContentKind::pdf);
    CHECK(document.attachments[0].content_bytes == 100'009);
    CHECK(document.attachments[1].carried == ContentKind::raw);
    CHECK(document.attachments[1].carried_bytes == 4);
    CHECK(document.manifest.at(0)
          == Reference{"0f8fad5b-d9cb-469f-a165-70867728950e", "application/zip", "Báo cáo.pdf", ""});
}

TEST_CASE("what must not leave is not written", "[edxml]") {
    MemorySink sink;
    std::map<std::string, Bytes> contents{{"0f8fad5b-d9cb-469f-a165-70867728950e", ""}, {"b", "bare"}};
    const auto refusal = [&](const Packet& packet) { return write_packet(packet, files(contents), sink).error(); };
    CHECK(refusal(letter()) == Fault{Errc::packet_attachment_broken, "Báo cáo.pdf", "empty"});
    Bytes damaged = "%PDF-1.4\n";
    for (int i = 0; i < 100; ++i)
        damaged += "abc\xEF\xBF\xBD";
    contents.begin()->second = damaged;
    CHECK(refusal(letter()).peer_text.starts_with("PDF damaged: it was read as text, 100 characters"));
    Packet secret = letter();
    secret.secrecy = Secrecy{"Mật", "MessageHeader/Subject"};
    CHECK(refusal(secret) == Fault{Errc::document_secret, "MessageHeader/Subject", "Mật"});
    CHECK(rewrite_packet(DocumentText{.subject = "<Subject>[Mật] x</Subject>"}.text(), {}, leave).error().code
          == Errc::document_secret);
    CHECK(write_packet(letter()).error().code == Errc::part_missing);
}

TEST_CASE("names within a ZIP are plain", "[edxml]") {
    CHECK(entry_name_of("209", "1896_QD.doc") == "209.doc");
    CHECK(entry_name_of("a/../b:c", "x.p/df") == "a----b-c");
    CHECK(entry_name_of("id", "báo cáo") == "id");
    CHECK(entry_name_of("", "") == "content");
    CHECK(entry_name_of("1", "x.abcdefghijk") == "1");
}

TEST_CASE("a ZIP of any size is whole for other readers", "[edxml]") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3'000'000}}) {
        Bytes content(size, 'a');
        for (std::size_t i = 0; i < size; i += 7)
            content[i] = static_cast<char>(i * 2654435761u >> 24);
        MemorySink sink;
        ZipStream zip{sink, "x.bin"};
        for (std::size_t at = 0; at < size; at += 12'345)
            REQUIRE(zip.add(BytesView{content}.substr(at, 12'345)).has_value());
        REQUIRE(zip.finish().has_value());
        DocumentText text;
        attach(text, "1", sink.take());
        const Attachment attached = document_of(text.text()).attachments.at(0);
        CHECK(attached.carried == ContentKind::zip);
        CHECK(attached.content_bytes == size);
    }
}

}  // namespace hub::edxml::test
