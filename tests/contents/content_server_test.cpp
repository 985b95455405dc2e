// docs/contents.md, spoken over real TLS sockets: putting and getting.

#include "tests/contents/trial_desk.hpp"

#include <catch2/catch.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace hub::test {
namespace {

/// Puts all of it on one connection, in pieces; the last answer.
std::optional<Answered> put_in_pieces(TlsCaller& caller, BytesView octets, std::uint64_t from,
                                      std::uint64_t piece) {
    std::optional<Answered> answered;
    for (std::uint64_t at = from; at < octets.size(); at += piece)
        answered = caller.put(octets, at, std::min<std::uint64_t>(piece, octets.size() - at));
    return answered;
}

}  // namespace

TEST_CASE("a content is put in pieces, asked about and fetched", "[contents][http]") {
    const TrialServer trial;
    trial.desk->set_busy(GENERATE(false, true));
    const Bytes octets = octets_of(1'500'000);
    const Digest digest = sha256(octets);
    TlsCaller caller = trial.call(trial.a_key);
    CHECK(caller.ask("HEAD", target_of(digest))->status == 404);

    auto answered = caller.put(octets, 0, 600'000);
    CHECK(answered->status == 204);
    CHECK((*answered)["upload-offset"] == "600000");
    CHECK((*answered)["upload-complete"] == "?0");
    answered = caller.ask("HEAD", target_of(digest));
    CHECK(answered->status == 200);
    CHECK((*answered)["upload-complete"] == "?0");
    CHECK((*answered)["upload-offset"] == "600000");
    CHECK((*answered)["upload-length"] == "1500000");

    answered = put_in_pieces(caller, octets, 600'000, 300'000);
    CHECK(answered->status == 201);
    CHECK((*answered)["upload-complete"] == "?1");
    CHECK(trial.desk->record(digest).bytes == octets.size());
    CHECK(trial.desk->record(digest).put_by == trial.a);
    answered = caller.ask("HEAD", target_of(digest));
    CHECK(answered->status == 200);
    CHECK((*answered)["upload-complete"] == "?1");
    CHECK((*answered)["upload-length"] == "1500000");
    CHECK((*answered)["upload-offset"].empty());

    answered = caller.ask("GET", target_of(digest));
    CHECK(answered->status == 200);
    CHECK((*answered)["etag"] == "\"" + digest.text() + "\"");
    CHECK((*answered)["content-type"] == "application/octet-stream");
    CHECK(answered->body == octets);
}

TEST_CASE("a part of a content is fetched by its range", "[contents][http]") {
    const TrialServer trial;
    const Bytes octets = octets_of(700'000);
    const Digest digest = sha256(octets);
    TlsCaller caller = trial.call(trial.b_key);
    REQUIRE(caller.put(octets, 0, octets.size())->status == 201);
    const auto range = [&](const std::string& fields) {
        return *caller.ask("GET", target_of(digest), fields);
    };

    auto answered = range("Range: bytes=300001-\r\n");
    CHECK(answered.status == 206);
    CHECK(answered["content-range"] == "bytes 300001-699999/700000");
    CHECK(answered.body == octets.substr(300'001));
    answered = range("Range: bytes=10-19\r\n");
    CHECK(answered.status == 206);
    CHECK(answered.body == octets.substr(10, 10));
    answered = range("Range: bytes=10-19\r\nIf-Range: \"" + digest.text() + "\"\r\n");
    CHECK(answered.body == octets.substr(10, 10));
    answered = range("Range: bytes=10-19\r\nIf-Range: \"another\"\r\n");
    CHECK(answered.status == 200);
    CHECK(answered.body == octets);
    for (const std::string bad :
         {"bytes=700000-", "bytes=-5", "bytes=5-4", "bytes=0-1,3-4", "bytes=x-", "lines=0-1", ""}) {
        CAPTURE(bad);
        answered = range("Range: " + bad + "\r\n");
        CHECK(answered.status == 416);
        CHECK(answered["content-range"] == "bytes */700000");
        CHECK(answered["content-type"] == "application/problem+json");
    }
    CHECK(range("Range: bytes=0-1\r\nRange: bytes=2-3\r\n").status == 416);
}

TEST_CASE("an upload whose connection broke goes on where it was", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(2'000'000);
    const Digest digest = sha256(octets);
    {
        TlsCaller caller = trial.call(trial.a_key);
        REQUIRE(caller.send("PATCH " + target_of(digest) +
                            " HTTP/1.1\r\nHost: hub\r\nUpload-Offset: 0\r\nUpload-Length: 2000000\r\n"
                            "Content-Length: 2000000\r\n\r\n"));
        REQUIRE(caller.send(BytesView{octets}.substr(0, 900'000)));
        REQUIRE(becomes_true([&] {
            const auto progress = trial.store->progress(trial.a, digest);
            return progress && progress->offset >= 3 * 262'144;
        }));
        CHECK(trial.call(trial.a_key).put(octets, 786'432, 1000)->status == 409);
        SECTION("cut") { caller.cut(); }
        SECTION("the server stops and starts") {
            trial.stop();
            trial.start();
        }
        SECTION("both stop and start") {
            trial.stop();
            trial.store.reset();
            trial.store = trial.folder.open();
            trial.desk = std::make_unique<TrialDesk>(*trial.store);
            trial.desk->add_agency(trial.a, trial.a_key);
            trial.start();
        }
    }
    // The server may need a moment to find out that nobody is there any more.
    std::uint64_t held = 0;
    REQUIRE(becomes_true([&] {
        const auto told = trial.head(trial.a_key, digest);
        held = std::stoull((*told)["upload-offset"]);
        return trial.call(trial.a_key).put(octets, held, 0)->status == 204;
    }));
    CHECK(held >= 786'432);
    CHECK(held <= 900'000);
    TlsCaller caller = trial.call(trial.a_key);
    const auto wrong = caller.put(octets, held + 1, 10);
    CHECK(wrong->status == 409);
    CHECK((*wrong)["upload-offset"] == std::to_string(held));
    CHECK(wrong->body.find("upload_offset_wrong") != Bytes::npos);
    TlsCaller next = trial.call(trial.a_key);
    CHECK(next.put(octets, held, octets.size() - held)->status == 201);
    CHECK(next.ask("GET", target_of(digest))->body == octets);
}

TEST_CASE("an end that the ledger could not be told of can be tried again", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(1000);
    trial.desk->set_fault(Fault{Errc::ledger_busy, {}, "a word that nobody reads"});
    auto answered = trial.call(trial.a_key).put(octets, 0, octets.size());
    CHECK(answered->status == 503);
    CHECK_FALSE((*answered)["retry-after"].empty());
    CHECK(answered->body.find("nobody reads") == Bytes::npos);
    CHECK(trial.head(trial.a_key, sha256(octets))->status == 503);
    trial.desk->set_fault(std::nullopt);
    CHECK(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
}

TEST_CASE("who may not is told the same as who asks for nothing", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(1000), begun = octets_of(1000, 2);
    const Digest digest = sha256(octets), nothing = sha256("nothing");
    const KeyPair unknown = make_key(KeyKind::ed25519, "unknown");
    const KeyPair old = expired(make_key(KeyKind::p256, "old"));
    const KeyPair closed = make_key(KeyKind::p256, "closed");
    trial.desk->add_agency(agency_named("H43.03"), old);
    trial.desk->add_agency(agency_named("H43.04"), closed);
    TlsCaller early = trial.call(closed);
    const Bytes third = octets_of(1000, 3);
    REQUIRE(early.put(third, 0, third.size())->status == 201);
    REQUIRE(early.ask("GET", target_of(sha256(third)))->status == 200);
    trial.desk->close(agency_named("H43.04"));
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    REQUIRE(trial.call(trial.a_key).put(begun, 0, 500)->status == 204);
    for (const KeyPair& key : {unknown, old, closed}) {
        trial.desk->let_fetch(agency_named("H43.03"), digest);
        trial.desk->let_fetch(agency_named("H43.04"), digest);
        CHECK(trial.get(key, digest) == trial.get(trial.b_key, nothing));
    }
    for (const std::string method : {"GET", "HEAD"}) {
        const auto expected = trial.call(trial.b_key).ask(method, target_of(nothing));
        REQUIRE(expected.has_value());
        CHECK(expected->status == 404);
        CHECK((method == "HEAD" || expected->body.find("\"code\":\"not_found\"") != Bytes::npos));
        for (const KeyPair& key : {trial.b_key, unknown, old, closed})
            for (const Digest& asked : {digest, sha256(begun), nothing})
                CHECK(trial.call(key).ask(method, target_of(asked)) == expected);
        CHECK(trial.call(trial.a_key).ask(method, target_of(nothing)) == expected);
    }
    // Whoever may not come in may not put either, and learns nothing by it.
    for (const KeyPair& key : {unknown, old, closed}) {
        const auto refused = trial.call(key).put(octets, 0, octets.size());
        CHECK(refused->status == 404);
        CHECK(refused == trial.call(key).put(third, 0, octets.size()));
        CHECK(refused->body == trial.get(trial.b_key, nothing)->body);
    }
    // On a connection from before, too.
    CHECK(early.ask("GET", target_of(sha256(third)))->status == 404);
    // Those who run the hub are told, once for each connection, whatever was asked.
    CHECK(std::ranges::count(trial.desk->turned_away_ones(), std::optional{certificate_digest(old)}) == 9);
    CHECK(std::ranges::count(trial.desk->turned_away_ones(), std::optional{certificate_digest(closed)}) == 10);
    CHECK(trial.call(trial.b_key).ask("PATCH", "/v1/contents/nothing")->body ==
          trial.get(trial.b_key, nothing)->body);
}

TEST_CASE("callers that are turned away are told to the hub, also those without a certificate", "[contents][http]") {
    TrialServer trial;
    const KeyPair unknown = make_key(KeyKind::p256, "unknown");
    TlsCaller caller = trial.call(unknown);
    for (int i = 0; i < 3; ++i)
        CHECK(caller.ask("GET", target_of(sha256("nothing")))->status == 404);
    CHECK(trial.desk->turned_away_ones() == std::vector{std::optional{certificate_digest(unknown)}});
    TlsCaller without{trial.server->port(), nullptr};
    CHECK_FALSE(without.ask("GET", target_of(sha256("nothing"))));
    CHECK(becomes_true([&] { return trial.desk->turned_away_ones().size() == 2; }));
    CHECK(trial.desk->turned_away_ones().back() == std::nullopt);
    CHECK(trial.head(trial.a_key, sha256("nothing"))->status == 404);
    CHECK(trial.desk->turned_away_ones().size() == 2);
}

TEST_CASE("knowing a digest is not having the content", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(300'000);
    const Digest digest = sha256(octets);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    CHECK(trial.call(trial.b_key).put(octets, octets.size(), 0)->status == 409);
    CHECK(trial.head(trial.b_key, digest)->status == 404);
    CHECK(trial.call(trial.b_key).put(octets, 0, octets.size())->status == 201);
    CHECK(trial.get(trial.b_key, digest)->body == octets);
}

TEST_CASE("what cannot be put is refused by its name", "[contents][http]") {
    TrialServer trial{{}, [](contents::FileContentStore::Settings& settings) {
                          settings.part_bytes_max = 1'000'000;
                          settings.agency_bytes_max = 1'500'000;
                      }};
    const Bytes octets = octets_of(1000);
    const auto patch = [&](const std::string& fields, BytesView body = {}) {
        return *trial.call(trial.a_key).ask("PATCH", target_of(sha256(octets)), fields, body);
    };
    const auto refused = [](const Answered& answered, int status, std::string_view code,
                            std::string_view name) {
        CAPTURE(answered.head, answered.body);
        CHECK(answered.status == status);
        CHECK(answered["content-type"] == "application/problem+json");
        CHECK(answered.body.find("\"code\":\"" + std::string{code} + "\"") != Bytes::npos);
        CHECK(answered.body.find("\"field\":\"" + std::string{name} + "\"") != Bytes::npos);
    };
    const std::string offset = "Upload-Offset: 0\r\n", total = "Upload-Length: 1000\r\n",
                      length = "Content-Length: 1000\r\n";
    refused(patch(offset + total), 411, "field_invalid", "Content-Length");
    refused(patch(offset + total + "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 411,
            "field_invalid", "Content-Length");
    refused(patch(total + length, octets), 400, "field_invalid", "Upload-Offset");
    refused(patch(offset + length, octets), 400, "field_invalid", "Upload-Length");
    refused(patch(offset + offset + total + length, octets), 400, "field_invalid", "Upload-Offset");
    refused(patch("Upload-Offset: -1\r\n" + total + length, octets), 400, "field_invalid", "Upload-Offset");
    refused(patch(offset + "Upload-Length: 1e3\r\n" + length, octets), 400, "field_invalid", "Upload-Length");
    refused(patch(offset + "Upload-Length: 999\r\n" + length, octets), 413, "part_too_large",
            "Content-Length");
    refused(patch("Upload-Offset: 1001\r\n" + total + "Content-Length: 0\r\n"), 413, "part_too_large",
            "Content-Length");
    refused(patch(offset + "Upload-Length: 1000001\r\n" + length, octets), 413, "part_too_large",
            "Upload-Length");
    refused(patch(offset + "Upload-Length: 9223372036854775807\r\n" + length, octets), 413, "part_too_large",
            "Upload-Length");
    trial.store->set_used(trial.a, 600'000);
    refused(patch(offset + "Upload-Length: 900001\r\n" + length, octets), 507, "quota_exceeded",
            "Upload-Length");
    CHECK(trial.store->used(trial.a) == 600'000);

    Bytes wrong = octets;
    wrong.back() ^= 1;
    refused(patch(offset + total + length, wrong), 422, "part_digest_mismatch", "");
    CHECK(trial.head(trial.a_key, sha256(octets))->status == 404);
    REQUIRE(patch(offset + total + "Content-Length: 10\r\n", BytesView{octets}.substr(0, 10)).status == 204);
    refused(patch("Upload-Offset: 10\r\nUpload-Length: 999\r\nContent-Length: 0\r\n"), 400, "field_invalid",
            "Upload-Length");
    CHECK(patch("Accept-Language: vi\r\n" + total + length, octets).body.find("không") != Bytes::npos);
    // Of these the operators hear of the share alone: the rest is the caller's own matter.
    CHECK(trial.desk->failures() == std::vector{Errc::quota_exceeded});
}

TEST_CASE("a full disk is told of, to the caller and to the hub", "[contents][http]") {
    const TrialServer trial{{}, [](contents::FileContentStore::Settings& settings) {
                                settings.disk_reserve_bytes = std::uint64_t{1} << 60;
                            }};
    const Bytes octets = octets_of(1'000'000);
    const auto answered = trial.call(trial.a_key).put(octets, 0, octets.size());
    REQUIRE(answered.has_value());
    CHECK(answered->status == 507);
    CHECK((*answered)["retry-after"] == "60");
    CHECK(answered->body.find("contents_full") != Bytes::npos);
    CHECK(trial.desk->failures() == std::vector{Errc::contents_full});
}

TEST_CASE("a store that is away for a while condemns nothing, and both sides come again", "[contents][http]") {
    TrialServer trial;
    REQUIRE(trial.store->belong_to("a-ledger", false).has_value());
    const Bytes octets = octets_of(900'000), more = octets_of(1000, 2);
    const Digest digest = sha256(octets);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    const auto place = trial.folder.path() / "contents", elsewhere = trial.folder.path() / "elsewhere";
    std::filesystem::rename(place, elsewhere);
    std::filesystem::create_directory(place);
    const auto waits = [](const auto& answered) {
        REQUIRE(answered.has_value());
        CHECK(answered->status == 503);
        CHECK((*answered)["retry-after"] == "60");
        CHECK(answered->body.find("folder_unusable") != Bytes::npos);
    };
    waits(trial.get(trial.a_key, digest));
    waits(trial.call(trial.a_key).put(more, 0, more.size()));
    CHECK(trial.desk->damaged_ones().empty());
    CHECK(trial.desk->failures() == std::vector{Errc::folder_unusable, Errc::folder_unusable});
    std::filesystem::remove_all(place);
    std::filesystem::rename(elsewhere, place);
    CHECK(trial.get(trial.a_key, digest)->body == octets);
    CHECK(trial.call(trial.a_key).put(more, 0, more.size())->status == 201);
}

TEST_CASE("damage is told of, by whoever finds it", "[contents][http]") {
    TrialServer trial;
    const Bytes octets = octets_of(900'000);
    const Digest digest = sha256(octets);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    const auto place = place_of(trial.folder.path(), trial.desk->record(digest));
    const auto is_told = [&] {
        const auto answered = trial.get(trial.a_key, digest);
        REQUIRE(answered.has_value());
        CHECK(answered->status == 503);
        CHECK_FALSE((*answered)["retry-after"].empty());
        CHECK(answered->body.find("part_damaged") != Bytes::npos);
    };
    SECTION("missing") {
        std::filesystem::remove(place);
        is_told();
        CHECK(trial.desk->damaged_ones().contains(digest));
    }
    SECTION("shorter") {
        std::filesystem::resize_file(place, 100);
        is_told();
        CHECK(trial.desk->damaged_ones().contains(digest));
    }
    SECTION("an octet: found at the end, and the answer breaks off") {
        flip_octet(place, 5);
        CHECK_FALSE(trial.get(trial.a_key, digest).has_value());
        CHECK(trial.desk->damaged_ones().contains(digest));
    }
    SECTION("known already") {
        trial.desk->set_state(digest, ContentState::damaged);
        is_told();
        CHECK(trial.desk->damaged_ones().empty());
        // The sender puts it again, and is not told that it is there.
        CHECK(trial.head(trial.a_key, digest)->status == 404);
        REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
        CHECK(trial.get(trial.a_key, digest)->body == octets);
    }
    SECTION("removed since") {
        trial.desk->set_state(digest, ContentState::removed);
        CHECK(trial.get(trial.a_key, digest)->status == 404);
        CHECK(trial.head(trial.a_key, digest)->status == 404);
    }
}

TEST_CASE("a damaged content is put again by whoever pays for it, also without room for two", "[contents][http]") {
    TrialServer trial{{}, [](contents::FileContentStore::Settings& settings) {
                          settings.part_bytes_max = 900'000;
                          settings.agency_bytes_max = 1'000'000;
                      }};
    const Bytes octets = octets_of(900'000);
    const Digest digest = sha256(octets);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    trial.desk->set_state(digest, ContentState::damaged);
    const auto status_of = [&](const KeyPair& key, std::uint64_t total) {
        const auto answered = trial.call(key).ask("PATCH", target_of(digest),
                                                  "Upload-Offset: 0\r\nUpload-Length: " + std::to_string(total)
                                                      + "\r\nContent-Length: 0\r\n");
        return answered ? answered->status : 0;
    };
    SECTION("by its own size alone") {
        CHECK(status_of(trial.a_key, 899'999) == 507);
        CHECK(status_of(trial.a_key, 900'000) == 204);
        CHECK(status_of(trial.a_key, 899'999) == 507);
    }
    SECTION("by nobody else: that one would pay for it from then on") {
        trial.desk->let_fetch(trial.b, digest);
        trial.store->set_used(trial.b, 1'000'000);
        CHECK(status_of(trial.b_key, 900'000) == 507);
    }
    SECTION("and nothing else comes in by it") {
        CHECK(status_of(trial.a_key, 900'000) == 204);
        const Bytes other = octets_of(200'000, 2);
        CHECK(trial.call(trial.a_key).put(other, 0, other.size())->status == 507);
    }
    trial.store->set_used(trial.a, 900'000);
    REQUIRE(trial.call(trial.a_key).put(octets, 0, octets.size())->status == 201);
    CHECK(trial.get(trial.a_key, digest)->body == octets);
    // As the hub does when the old copy goes.
    trial.store->give_back(trial.a, digest, 900'000);
    CHECK(trial.store->used(trial.a) == 900'000);
}

TEST_CASE("on a nearly full disk the second upload is refused, and the first one comes to its end",
          "[contents][http]") {
    std::atomic<std::uint64_t> free_bytes = 15'000'000;
    TrialServer trial{{}, [&](contents::FileContentStore::Settings& settings) {
                          settings.free_bytes = [&] { return free_bytes.load(); };
                      }};
    const Bytes first = octets_of(10'000'000, 1), second = octets_of(10'000'000, 2);
    TlsCaller caller = trial.call(trial.a_key);
    REQUIRE(caller.put(first, 0, 1'000'000)->status == 204);
    free_bytes = 14'000'000;
    const auto refused = trial.call(trial.b_key).put(second, 0, second.size());
    REQUIRE(refused.has_value());
    CHECK(refused->status == 507);
    CHECK((*refused)["retry-after"] == "60");
    CHECK(refused->body.find("contents_full") != Bytes::npos);
    CHECK(put_in_pieces(caller, first, 1'000'000, 3'000'000)->status == 201);
    free_bytes = 15'000'000;
    CHECK(trial.call(trial.b_key).put(second, 0, second.size())->status == 201);
}

TEST_CASE("two put at once: the same content for one agency waits, everything else does not",
          "[contents][http]") {
    const TrialServer trial;
    const Bytes octets = octets_of(800'000);
    const Digest digest = sha256(octets);
    TlsCaller slow = trial.call(trial.a_key);
    REQUIRE(slow.send("PATCH " + target_of(digest) +
                      " HTTP/1.1\r\nHost: hub\r\nUpload-Offset: 0\r\nUpload-Length: "
                      "800000\r\nContent-Length: 800000\r\n\r\n"));
    REQUIRE(becomes_true([&] { return trial.store->progress(trial.a, digest).has_value(); }));
    const auto busy = trial.call(trial.a_key).put(octets, 0, octets.size());
    REQUIRE(busy.has_value());
    CHECK(busy->status == 409);
    CHECK(busy->body.find("upload_busy") != Bytes::npos);
    {
        std::vector<std::jthread> others;
        std::mutex mutex;
        std::vector<int> statuses;
        for (std::uint64_t i = 0; i < 4; ++i)
            others.emplace_back([&, i] {
                const Bytes own = octets_of(500'000, 10 + i);
                TlsCaller caller = trial.call(i % 2 ? trial.a_key : trial.b_key);
                const auto answered = put_in_pieces(caller, own, 0, 100'000);
                const std::scoped_lock lock{mutex};
                statuses.push_back(answered ? answered->status : 0);
            });
        others.clear();
        CHECK(statuses == std::vector{201, 201, 201, 201});
    }
    CHECK(trial.call(trial.b_key).put(octets, 0, octets.size())->status == 201);
    REQUIRE(slow.send(octets));
    CHECK(slow.receive()->status == 201);
}

TEST_CASE("TLS 1.2 and 1.3, with a certificate, nothing else", "[contents][http]") {
    const TrialServer trial;
    const auto can_ask = [&](const KeyPair* key, int version) {
        TlsCaller caller{trial.server->port(), key, version};
        return caller.is_up() && caller.ask("HEAD", target_of(sha256("x"))).has_value();
    };
    CHECK(can_ask(&trial.a_key, TLS1_3_VERSION));
    CHECK(can_ask(&trial.b_key, TLS1_2_VERSION));
    CHECK_FALSE(can_ask(&trial.a_key, TLS1_1_VERSION));
    CHECK_FALSE(can_ask(nullptr, TLS1_3_VERSION));
    CHECK_FALSE(can_ask(nullptr, TLS1_2_VERSION));
}

}  // namespace hub::test
