#include "adapters/gateway/json_document.hpp"

#include "adapters/edxml/read_packet.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "adapters/gateway/json_fields.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;

namespace {

class OneUnit final : public Units {
public:
    std::vector<Unit> all() const override { return {{"H43.01", "Sở Nội vụ", {"000.00.01.H43"}, false}}; }
    std::optional<Unit> find(const std::string& code) const override {
        return own_code(code) == "H43.01" ? std::optional{all().front()} : std::nullopt;
    }
    std::string own_code(const std::string& code) const override {
        return code == "000.00.01.H43" ? "H43.01" : code;
    }
    Instant changed_at() const override { return {}; }
};

constexpr std::string_view letter = R"({"receivers": ["H43.02", "000.00.01.H43"], "number": "101",
    "notation": "SNV-VP", "date": "2026-11-20", "subject": " V/v kiểm tra ", "type": "Công văn",
    "urgency": "express", "signer": {"name": "Nguyễn Văn A"}, "to_places": ["Như trên"],
    "response_for": [{"agency": "H43", "number": "7/UBND-VX"}],
    "business": {"kind": "replace", "refers_to": "abc", "reason": "Sai"}})";

Result<edxml::Packet> packet(std::string_view json, std::vector<SubmittedFile> files = {}) {
    return packet_of(parse_object(json, "metadata").value(), files, AgencyCode::parse("H43.01").value(), OneUnit{});
}

std::string fault_of(std::string_view from, std::string_view to) {
    std::string text{letter};
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    const auto made = packet(text.replace(at, from.size(), to));
    return made ? std::string{} : made.error().field;
}

SubmittedFile file(const std::string& name, std::uint8_t octet) {
    SubmittedFile made{name, "application/pdf", "/nowhere", {}};
    made.digest.octets.fill(octet);
    return made;
}

}  // namespace

TEST_CASE("metadata becomes a packet that says the same", "[gateway]") {
    const auto made = packet(letter);
    REQUIRE(made.has_value());
    CHECK(made->from.code.text() == "H43.01");
    CHECK(made->from.name == "Sở Nội vụ");
    const auto octets = edxml::write_packet(*made).value();
    const auto read = edxml::read_packet(octets, {});
    REQUIRE(read.has_value());
    const auto document = json_of(*read).at("document").as_object();
    CHECK(document.at("subject") == "V/v kiểm tra");
    CHECK(document.at("receivers") == boost::json::array{"H43.02", "000.00.01.H43"});
    CHECK(document.at("urgency") == "express");
    CHECK(document.at("document_id") == "H43.01,2026/11/20,101/SNV-VP");
    CHECK(document.at("signer").at("name") == "Nguyễn Văn A");
    CHECK(document.at("response_for").at(0).at("number") == "7/UBND-VX");
    CHECK(document.at("business") == boost::json::parse(R"({"kind": "replace", "refers_to": "abc", "reason": "Sai",
        "receivers_added": [], "receivers_removed": [], "replaces": []})"));
}

TEST_CASE("an update and a replacement say in edXML what they are about", "[gateway]") {
    const auto document_of = [](std::string_view kind) {
        std::string text{letter};
        text.replace(text.find("replace"), std::string_view{"replace"}.size(), kind);
        const auto octets = edxml::write_packet(packet(text).value()).value();
        return std::get<edxml::DocumentPacket>(edxml::read_packet(octets, {}).value().content);
    };
    const edxml::DocumentPacket replacing = document_of("replace");
    REQUIRE(replacing.replacements.size() == 1);
    CHECK(replacing.replacements[0].document_id == "abc");
    CHECK(replacing.replacements[0].organs == std::vector<std::string>{"H43.02", "000.00.01.H43"});
    const edxml::DocumentPacket updating = document_of("update");
    CHECK(updating.replacements.empty());
    REQUIRE(updating.changes.size() == 1);
    CHECK(updating.changes[0].is_content_changed == true);
    CHECK(updating.changes[0].are_receivers_changed == false);
    const edxml::DocumentPacket recalling = document_of("recall");
    CHECK(recalling.replacements.empty());
    CHECK(recalling.changes.empty());
    CHECK(recalling.business_document_id == "abc");
}

TEST_CASE("an update may name receivers, a replacement further older documents", "[gateway]") {
    const auto business_of = [](std::string_view kind, std::string_view more) {
        std::string text{letter};
        text.replace(text.find("replace"), std::string_view{"replace"}.size(), kind);
        text.insert(text.find(", \"reason\""), more);
        const auto made = packet(text);
        if (!made)
            return boost::json::value(made.error().field);
        return json_of(edxml::read_packet(edxml::write_packet(*made).value(), {}).value()).at("document").at("business");
    };
    const auto update = business_of("update", R"(, "receivers_added": ["H43.07"], "receivers_removed": ["H43.02", "H53"])");
    CHECK(update.at("receivers_added") == boost::json::array{"H43.07"});
    CHECK(update.at("receivers_removed") == boost::json::array{"H43.02", "H53"});
    CHECK(update.at("replaces").as_array().empty());
    const auto replacement =
        business_of("replace", R"(, "replaces": [{"document_id": "def", "receivers": ["H43.02"]}, {"document_id": "ghi"}])");
    CHECK(replacement.at("replaces") == boost::json::parse(R"([
        {"document_id": "def", "receivers": ["H43.02"]},
        {"document_id": "ghi", "receivers": ["H43.02", "000.00.01.H43"]}])"));
    CHECK(business_of("replace", R"(, "receivers_added": ["H43.07"])") == "metadata.business.receivers_added");
    CHECK(business_of("update", R"(, "replaces": [{"document_id": "def"}])") == "metadata.business.replaces");
    CHECK(business_of("update", R"(, "receivers_added": ["?"])") == "metadata.business.receivers_added[0]");
    CHECK(business_of("replace", R"(, "replaces": [{}])") == "metadata.business.replaces[0].document_id");
}

TEST_CASE("the same input makes the same packet, another file another one", "[gateway]") {
    const auto ids = [](const Result<edxml::Packet>& made) {
        std::vector<std::string> found;
        for (const auto& each : std::get<edxml::DocumentPacket>(made.value().content).attachments)
            found.push_back(each.content_id);
        return found;
    };
    const auto one = packet(letter, {file("a.pdf", 1), file("a.pdf", 1)});
    CHECK(one.value() == packet(letter, {file("a.pdf", 1), file("a.pdf", 1)}).value());
    CHECK(ids(one).at(0) != ids(one).at(1));
    CHECK(ids(one) != ids(packet(letter, {file("a.pdf", 2), file("a.pdf", 1)})));
}

TEST_CASE("a field that is wrong is named", "[gateway]") {
    CHECK(fault_of("\"H43.02\"", "\"?\"") == "metadata.receivers[0]");
    CHECK(fault_of("[\"H43.02\", \"000.00.01.H43\"]", "[]") == "metadata.receivers");
    CHECK(fault_of("\"101\"", "101") == "metadata.number");
    CHECK(fault_of("\"101\"", "\" \"") == "metadata.number");
    CHECK(fault_of("\"101\"", "null") == "metadata.number");
    CHECK(fault_of("2026-11-20", "2026-02-30") == "metadata.date");
    CHECK(fault_of("express", "soon") == "metadata.urgency");
    CHECK(fault_of("\"name\"", "\"nam\"") == "metadata.signer.nam");
    CHECK(fault_of("\"7/UBND-VX\"", "\"\"") == "metadata.response_for[0].number");
    CHECK(fault_of(", \"reason\": \"Sai\"", "") == "metadata.business.reason");
    CHECK(fault_of("\"subject\"", "\"title\"") == "metadata.subject");
    CHECK(fault_of(" V/v", "\\u0000") == "metadata.subject");
    CHECK(parse_object("{", "body").error().field == "body");
    CHECK(parse_object("[]", "body").has_error());
    CHECK(parse_object(std::string(1000, '['), "body").has_error());
}
