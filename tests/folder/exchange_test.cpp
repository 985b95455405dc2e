// The way of a file through the folders, and of an envelope into them.

#include "tests/folder/agency.hpp"

#include "adapters/edxml/read_packet.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using Names = std::vector<std::string>;

boost::json::object reason(const Agency& agency, const std::string& file) {
    return boost::json::parse(agency.read("refused/" + file + ".reason.json")).as_object();
}

kit::Received received(const std::string& number, BytesView octets) {
    auto header = std::make_shared<EnvelopeHeader>(EnvelopeHeader{
        .id = EnvelopeId::make(1'750'000'000'000, {7}),
        .kind = Kind::document,
        .sender = AgencyCode::parse("H43.02").value(),
        .receivers = {AgencyCode::parse("H43.01").value()},
        .created_at = Instant{std::chrono::milliseconds{1'750'000'000'000}},
        .expires_at = Instant{std::chrono::milliseconds{1'760'000'000'000}}});
    header->document = DocumentName{"H43.02", number, "SNV-VP", "2026-05-04", "an id", "Trích yếu", "Công văn"};
    return {std::move(header), {{"a.edxml", "application/edxml+xml", Bytes{octets}}}, {}, false};
}

std::string code_of(const kit::Outgoing& outgoing) { return outgoing.status ? outgoing.status->code : std::string{}; }

}  // namespace

TEST_CASE("a file goes from outbox to sending, and when the hub has accepted it to sent", "[exchange]") {
    Agency agency;
    const Bytes octets = letter("12");
    agency.drop("vb.edxml", octets);
    CHECK(agency.scan() == 1);
    CHECK(agency.is_empty({"outbox", "sent", "refused"}));
    REQUIRE(agency.kit.handed_in.size() == 1);
    const kit::Outgoing out = agency.kit.handed_in.front();
    CHECK(agency.names("sending") == Names{out.id->text() + "~vb.edxml"});
    CHECK(out.contents.front().name == "vb.edxml");
    CHECK(out.contents.front().bytes == octets);
    CHECK(out.document->number == "12");

    REQUIRE(agency.answer(*out.id, "accepted").has_value());
    CHECK(agency.is_empty({"outbox", "sending", "refused"}));
    CHECK(agency.names("sent") == Names{"vb.edxml"});
    CHECK(agency.read("sent/vb.edxml") == octets);
    CHECK(agency.names("receipts") == Names{out.id->text(), out.id->text() + ".json"});
    CHECK(agency.scan() == 0);
}

TEST_CASE("a file that the hub refuses goes to refused, the reason beside it", "[exchange]") {
    Agency agency;
    agency.drop("vb.edxml", letter("12"));
    agency.scan();
    REQUIRE(agency.answer(*agency.kit.handed_in.front().id, "refused", "receiver_unknown").has_value());
    CHECK(agency.is_empty({"outbox", "sending", "sent"}));
    CHECK(agency.names("refused") == Names{"vb.edxml", "vb.edxml.reason.json"});
    CHECK(agency.read("refused/vb.edxml") == letter("12"));
    CHECK(reason(agency, "vb.edxml").at("code").as_string() == "receiver_unknown");
    CHECK(reason(agency, "vb.edxml").at("field").as_string() == "receivers[0]");
    CHECK_FALSE(reason(agency, "vb.edxml").at("remedy_vi").as_string().empty());
}

TEST_CASE("what is no packet, or may not be sent, is refused at once", "[exchange]") {
    Agency agency;
    agency.drop("broken.edxml", "<edXML");
    agency.drop("empty.edxml", "");
    agency.drop("large.edxml", Bytes(1024 * 1024, 'x'));
    agency.drop("secret.edxml", secret_letter());
    agency.drop("tomorrow.edxml", [] {
        Bytes text = letter("12");
        return text.replace(text.find("2026/05/04"), 10, "2999/05/04");
    }());
    agency.drop("good.edxml", letter("12"));
    CHECK(agency.scan() == 6);
    CHECK(agency.is_empty({"outbox", "sent"}));
    CHECK(agency.names("sending").size() == 1);
    REQUIRE(agency.kit.handed_in.size() == 1);
    CHECK(agency.kit.handed_in.front().contents.front().name == "good.edxml");
    CHECK(agency.names("refused").size() == 10);
    CHECK(reason(agency, "broken.edxml").at("code").as_string() == "packet_malformed");
    CHECK(reason(agency, "empty.edxml").at("code").as_string() == "packet_malformed");
    CHECK(reason(agency, "large.edxml").at("code").as_string() == "packet_too_large");
    CHECK(reason(agency, "secret.edxml").at("code").as_string() == "document_secret");
    CHECK(reason(agency, "tomorrow.edxml").at("code").as_string() == "packet_field_invalid");
    CHECK(agency.read("refused/broken.edxml") == "<edXML");
    for (const auto* name : {"broken.edxml", "empty.edxml", "large.edxml", "secret.edxml", "tomorrow.edxml"})
        CHECK_FALSE(reason(agency, name).at("field").as_string().empty());
    // Operators are told, of a secret one no more than that.
    REQUIRE(agency.kit.told.size() == 5);
    for (const kit::Outgoing& told : agency.kit.told) {
        const bool is_secret = told.refusal->code == Errc::document_secret;
        CHECK(told.document.has_value() != is_secret);
        CHECK(told.refusal->peer_text.empty() == is_secret);
        CHECK(told.contents.empty());
    }
}

TEST_CASE("names that no envelope may carry keep no document back, and hide no refusal", "[exchange]") {
    Agency agency;
    const std::string odd = "a\x01 b\x7F\n\xE1";
    agency.drop(odd + "good.edxml", letter("12"));
    agency.drop(odd + "broken.edxml", "<edXML xmlns='http://a\x7F'/>");
    agency.scan();
    REQUIRE(agency.kit.handed_in.size() == 1);
    CHECK(agency.kit.handed_in.front().contents.front().name == "a_ b___good.edxml");
    REQUIRE(agency.kit.told.size() == 1);
    CHECK(agency.kit.told.front().document->subject == "a_ b___broken.edxml");
    CHECK(agency.kit.told.front().refusal->peer_text.find('\x7F') == std::string::npos);
}

TEST_CASE("a link is nobody's document, and stays", "[exchange]") {
    Agency agency;
    agency.drop("letter.xml", letter("12"));
    std::filesystem::create_symlink("letter.xml", agency.base() / "outbox/letter.edxml");
    CHECK(agency.scan() == 0);
    CHECK(agency.kit.handed_in.empty());
    CHECK(agency.names("outbox") == Names{"letter.edxml", "letter.xml"});
}

TEST_CASE("what cannot be moved, shown or listed keeps nothing else waiting", "[exchange]") {
    Agency agency;
    SECTION("a file in the outbox that cannot be moved") {
        agency.drop("a.edxml", letter("1"));
        std::filesystem::remove_all(agency.base() / "sending");
        CHECK(agency.exchange->scan().has_value());
        CHECK(agency.names("outbox") == Names{"a.edxml"});
        std::filesystem::create_directory(agency.base() / "sending");
        agency.drop("b.edxml", letter("2"));
        CHECK(agency.exchange->scan().has_value());
        CHECK(agency.names("outbox") == Names{"a.edxml"});
        CHECK(agency.kit.handed_in.size() == 1);
    }
    SECTION("but what the kit cannot take now it is not asked for with the next file") {
        agency.drop("a.edxml", letter("1"));
        agency.drop("b.edxml", letter("2"));
        agency.kit.fault = Fault{Errc::ledger_full, "outgoing", "no space"};
        for (int i = 0; i < 3; ++i)
            CHECK(agency.exchange->scan().has_error());
        CHECK(agency.names("outbox").size() == 1);
        CHECK(agency.names("sending").size() == 1);
    }
    SECTION("a received one") {
        REQUIRE(agency.exchange->on_envelope(received("12", "octets")).has_value());
        agency.kit.taken.insert(received("12", "octets").header->id);
        std::filesystem::remove_all(agency.base() / "inbox");
        agency.exchange->on_taken(*received("12", "octets").header);
        agency.drop("a.edxml", letter("1"));
        CHECK(agency.exchange->scan().error().code == Errc::folder_unusable);
        CHECK(agency.kit.handed_in.size() == 1);
        std::filesystem::create_directory(agency.base() / "inbox");
        CHECK(agency.exchange->scan().has_value());
        CHECK(agency.names("inbox").size() == 1);
    }
    SECTION("the outbox itself") {
        std::filesystem::remove_all(agency.base() / "outbox");
        CHECK(agency.exchange->scan().error().field == (agency.base() / "outbox").string());
    }
}

TEST_CASE("urgent documents go first", "[exchange]") {
    Agency agency;
    const std::vector<std::pair<std::string, int>> files{{"a", 0}, {"b", 3}, {"c", 1}, {"d", 4}, {"e", 2}, {"f", 0}};
    for (const auto& [name, urgency] : files)
        agency.drop(name + ".edxml", letter("12", urgency));
    CHECK(agency.scan() == 6);
    std::vector<int> urgencies;
    for (const kit::Outgoing& out : agency.kit.handed_in)
        urgencies.push_back(static_cast<int>(out.urgency));
    CHECK(urgencies == std::vector<int>{4, 3, 2, 1, 0, 0});
}

TEST_CASE("the suffix may be written in capitals", "[exchange]") {
    Agency agency;
    agency.drop("VB.EDXML", letter("12"));
    CHECK(agency.scan() == 1);
    CHECK(agency.names("sending") == Names{agency.kit.handed_in.front().id->text() + "~VB.EDXML"});
}

TEST_CASE("hidden files, half-written names and folders are left alone", "[exchange]") {
    Agency agency;
    for (const char* name : {".vb.edxml", "vb.edxml.tmp", "vb.edxml~", "vb.xml", "vb.EDXML.part"})
        agency.drop(name, letter("12"));
    agency.drop("folder.edxml/vb.edxml", letter("12"));
    CHECK(agency.scan() == 0);
    CHECK(agency.names("outbox").size() == 6);
    CHECK(agency.kit.handed_in.empty());
    CHECK(agency.is_empty({"sending", "refused"}));
}

TEST_CASE("files of one name are all kept when they are sent", "[exchange]") {
    Agency agency;
    for (const std::string number : {"1", "2", "3"}) {
        agency.drop("vb.edxml", letter(number));
        CHECK(agency.scan() == 1);
    }
    CHECK(agency.names("sending").size() == 3);
    for (const kit::Outgoing& out : agency.kit.handed_in)
        REQUIRE(agency.answer(*out.id, "accepted").has_value());
    const Names sent = agency.names("sent");
    REQUIRE(sent.size() == 3);
    std::set<Bytes> contents;
    for (const std::string& name : sent)
        contents.insert(agency.read("sent/" + name));
    CHECK(contents == std::set<Bytes>{letter("1"), letter("2"), letter("3")});
    CHECK(agency.read("sent/vb.edxml") == letter("1"));
}

TEST_CASE("files of one name are all kept when they are refused, each with its reason", "[exchange]") {
    Agency agency;
    agency.drop("vb.edxml", "<first");
    agency.scan();
    agency.drop("vb.edxml", secret_letter());
    agency.scan();
    agency.drop("vb.edxml", letter("12"));
    agency.scan();
    REQUIRE(agency.kit.handed_in.size() == 1);
    REQUIRE(agency.answer(*agency.kit.handed_in.front().id, "refused", "receiver_unknown").has_value());
    CHECK(agency.is_empty({"outbox", "sending", "sent"}));
    CHECK(agency.names("refused")
          == Names{"2~vb.edxml", "2~vb.edxml.reason.json", "3~vb.edxml", "3~vb.edxml.reason.json", "vb.edxml",
                   "vb.edxml.reason.json"});
    CHECK(agency.read("refused/vb.edxml") == "<first");
    CHECK(reason(agency, "vb.edxml").at("code").as_string() == "packet_malformed");
    CHECK(agency.read("refused/2~vb.edxml") == secret_letter());
    CHECK(reason(agency, "2~vb.edxml").at("code").as_string() == "document_secret");
    CHECK(agency.read("refused/3~vb.edxml") == letter("12"));
    CHECK(reason(agency, "3~vb.edxml").at("code").as_string() == "receiver_unknown");
}

TEST_CASE("a file with a name as long as can be goes its way under a shorter one", "[exchange]") {
    Agency agency;
    std::string name;
    while (name.size() < 245)
        name += "ế";
    name += ".edxml";
    const bool is_good = GENERATE(true, false);
    agency.drop(name, is_good ? letter("12") : "<edXML");
    agency.drop("other.edxml", letter("13"));
    CHECK(agency.scan() == 2);
    CHECK(agency.is_empty({"outbox"}));
    if (is_good) {
        REQUIRE(agency.kit.handed_in.size() == 2);
        const bool is_first = agency.kit.handed_in[0].document->number == "12";
        const kit::Outgoing& out = agency.kit.handed_in[is_first ? 0 : 1];
        SECTION("accepted") { REQUIRE(agency.answer(*out.id, "accepted").has_value()); }
        SECTION("refused") { REQUIRE(agency.answer(*out.id, "refused", "receiver_unknown").has_value()); }
    }
    CHECK(agency.names("sending").size() == 1);
    Names ended = agency.names("sent");
    for (const std::string& one : agency.names("refused"))
        if (one.ends_with(".edxml"))
            ended.push_back(one);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].ends_with("ế.edxml"));
    CHECK(name.starts_with(ended[0].substr(0, ended[0].size() - 6)));
}

TEST_CASE("what lies in sending is what was sent, whenever outbox gets another file of the name", "[exchange]") {
    Agency agency;
    agency.drop("first.edxml", letter("1", 3));
    agency.drop("vb.edxml", letter("2"));
    // Both were looked at when the first is handed over.
    agency.kit.before_submit = [&] {
        if (agency.kit.handed_in.empty())
            agency.drop("vb.edxml", letter("3"));
    };
    CHECK(agency.scan() == 2);
    REQUIRE(agency.kit.handed_in.size() == 2);
    const kit::Outgoing& out = agency.kit.handed_in[1];
    CHECK(out.document->number == "3");
    CHECK(out.contents.front().bytes == agency.read("sending/" + out.id->text() + "~vb.edxml"));
}

TEST_CASE("a file that is gone before it is moved troubles nobody", "[exchange]") {
    Agency agency;
    agency.drop("first.edxml", letter("1", 3));
    agency.drop("vb.edxml", letter("2"));
    agency.kit.before_submit = [&] { std::filesystem::remove(agency.base() / "outbox/vb.edxml"); };
    CHECK(agency.exchange->scan().has_value());
    CHECK(agency.kit.handed_in.size() == 1);
    CHECK(agency.is_empty({"outbox", "refused"}));
}

TEST_CASE("answers that concern no file here are noted and move nothing", "[exchange]") {
    Agency agency;
    agency.drop("vb.edxml", letter("12"));
    agency.scan();
    const EnvelopeId id = *agency.kit.handed_in.front().id;
    for (const char* what : {"queued", "retrieved", "01", "status"})
        REQUIRE(agency.answer(id, what).has_value());
    CHECK(agency.names("sending").size() == 1);
    REQUIRE(agency.answer(id, "accepted").has_value());
    // A forgery under the same id that the hub turned away.
    REQUIRE(agency.answer(id, "refused", "signature_invalid").has_value());
    REQUIRE(agency.answer(EnvelopeId::make(1, {1}), "refused", "signature_invalid").has_value());
    CHECK(agency.names("sent") == Names{"vb.edxml"});
    CHECK(agency.is_empty({"outbox", "sending", "refused"}));
}

TEST_CASE("a received packet is in the inbox, the same octets, under a name that says what it is", "[exchange]") {
    Agency agency;
    const auto envelope = received("12/KH ../a", Bytes{"any\0octets", 10});
    REQUIRE(agency.exchange->on_envelope(envelope).has_value());
    const Names expected{"20250615-220640-h43.02-12_kh_.._a_snv-vp-" + envelope.header->id.text() + ".edxml"};
    // Nobody may take it as long as it may come again.
    CHECK(agency.names("inbox").empty());
    CHECK(agency.names("arriving") == expected);
    // Once more: the process ended before it was noted.
    REQUIRE(agency.open().has_value());
    CHECK(agency.names("inbox").empty());
    REQUIRE(agency.exchange->on_envelope(envelope).has_value());
    SECTION("once it is noted") { agency.exchange->on_taken(*envelope.header); }
    SECTION("at the next start, when the process ended just after it was noted") {
        agency.kit.taken.insert(envelope.header->id);
        REQUIRE(agency.open().has_value());
        agency.scan();
    }
    SECTION("as soon as the folder can take it") {
        std::filesystem::remove_all(agency.base() / "inbox");
        agency.kit.taken.insert(envelope.header->id);
        agency.exchange->on_taken(*envelope.header);
        CHECK(agency.exchange->scan().has_error());
        std::filesystem::create_directory(agency.base() / "inbox");
        agency.scan();
    }
    CHECK(agency.names("inbox") == expected);
    CHECK(agency.names("arriving").empty());
    CHECK(agency.read("inbox/" + expected.front()) == Bytes{"any\0octets", 10});
    CHECK(agency.kit.handed_in.empty());
    // The document system has taken it away: nothing brings it back.
    std::filesystem::remove(agency.base() / "inbox" / expected.front());
    REQUIRE(agency.open().has_value());
    agency.scan();
    CHECK(agency.names("inbox").empty());
}

TEST_CASE("an envelope without a packet is refused, one that cannot be stored is tried again", "[exchange]") {
    Agency agency;
    auto envelope = received("12", "octets");
    SECTION("nothing in it") {
        envelope.contents.clear();
        CHECK(agency.exchange->on_envelope(envelope).error().code == Errc::part_missing);
        CHECK(agency.is_empty({"arriving", "inbox"}));
    }
    SECTION("more than one in it") {
        envelope.contents.push_back(envelope.contents.front());
        CHECK(agency.exchange->on_envelope(envelope).error().field == "parts[1]");
        CHECK(agency.is_empty({"arriving", "inbox"}));
    }
    SECTION("the folder is gone") {
        std::filesystem::remove_all(agency.base() / "arriving");
        const auto stored = agency.exchange->on_envelope(envelope);
        REQUIRE(stored.has_error());
        CHECK(disposition_of(stored.error().code) != Disposition::reject);
    }
}

TEST_CASE("in trials every document is answered as a clerk would, a status is not", "[exchange]") {
    Agency agency;
    agency.settings.answers = {"01", "03"};
    auto envelope = received("12", letter("12"));
    REQUIRE(agency.exchange->on_envelope(envelope).has_value());
    REQUIRE(agency.kit.handed_in.size() == 2);
    const kit::Outgoing& out = agency.kit.handed_in[0];
    CHECK(out.kind == Kind::status);
    CHECK(out.sender.text() == "H43.01");
    CHECK(out.receivers == std::vector{envelope.header->sender});
    CHECK(code_of(out) == "01");
    CHECK(code_of(agency.kit.handed_in[1]) == "03");
    CHECK(out.status->answers_code == "12/SNV-VP");
    CHECK(out.status->answers_date == "2026-05-04");
    CHECK(out.status->answers_document_id == "an id");
    CHECK(edxml::read_packet(out.contents.front().bytes, {}).has_value());

    auto header = std::make_shared<EnvelopeHeader>(*envelope.header);
    header->kind = Kind::status;
    header->document.reset();
    header->status = StatusReport{.code = "03", .answers_code = "12/SNV-VP"};
    header->id = EnvelopeId::make(1'750'000'000'000, {8});
    REQUIRE(agency.exchange->on_envelope({header, envelope.contents, {}, false}).has_value());
    CHECK(agency.kit.handed_in.size() == 2);
    CHECK(agency.names("arriving").size() == 2);
}

TEST_CASE("a document that comes once more is not answered once more", "[exchange]") {
    Agency agency;
    agency.settings.answers = {"01", "03"};
    const auto envelope = received("12", letter("12"));
    REQUIRE(agency.exchange->on_envelope(envelope).has_value());
    SECTION("the kit still has the answers") {}
    SECTION("the hub has taken them") { agency.kit.kept.clear(); }
    SECTION("it has taken one") { agency.kit.kept.erase(agency.kit.kept.begin()); }
    REQUIRE(agency.open().has_value());
    REQUIRE(agency.exchange->on_envelope(envelope).has_value());
    REQUIRE(agency.kit.headers.size() == 2);
    // The same id with the same header: the hub takes it again quietly.
    for (const auto& [id, headers] : agency.kit.headers)
        CHECK(headers.size() == 1);
    // They go in the order of their ids.
    const auto first = agency.kit.headers.begin()->first;
    CHECK(first == *agency.kit.handed_in[0].id);

    // Ids are unique per sender only: the same one of another sender is another document.
    auto header = std::make_shared<EnvelopeHeader>(*envelope.header);
    header->sender = AgencyCode::parse("H43.03").value();
    REQUIRE(agency.exchange->on_envelope({header, envelope.contents, {}, false}).has_value());
    CHECK(agency.kit.headers.size() == 4);
}

TEST_CASE("a trial answer that may not be sent does not make the document a failed one", "[exchange]") {
    Agency agency;
    agency.settings.answers = {"01"};
    agency.kit.fault = Fault{Errc::field_invalid, "status.description", ""};
    CHECK(agency.exchange->on_envelope(received("12", letter("12"))).has_value());
    CHECK(agency.names("arriving").size() == 1);
    agency.kit.fault = Fault{Errc::ledger_full, "outgoing", ""};
    CHECK(agency.exchange->on_envelope(received("13", letter("13"))).error().code == Errc::ledger_full);
}
