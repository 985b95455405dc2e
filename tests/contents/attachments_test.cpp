// What the hub puts behind an envelope's frame for an agency without HTTPS, out of a real store.

#include "hub/attachments.hpp"

#include "hub/core/limits.hpp"
#include "hub/wire/attached_parts.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>

namespace {

using namespace hub;
using namespace hub::test;

struct AttachmentsTrial {
    const AgencyCode a = agency_named("H43.01"), b = agency_named("H43.02"), sender = agency_named("H43.03");
    StoreFolder folder;
    std::unique_ptr<contents::FileContentStore> store = folder.open();
    std::map<Digest, ContentRecord> records;
    std::optional<Fault> trouble;                       ///< Of the ledger.
    std::optional<ContentRecord> first_answer;          ///< Instead of what is in `records`.
    std::vector<Digest> damaged;
    Attachments attachments{directory(), *store,
                            [this](const Digest& digest) -> Result<std::optional<ContentRecord>> {
                                if (trouble)
                                    return *trouble;
                                if (first_answer)
                                    return std::exchange(first_answer, std::nullopt);
                                const auto it = records.find(digest);
                                return it == records.end() ? std::nullopt : std::optional{it->second};
                            },
                            [this](const Digest& digest, CopyId) { damaged.push_back(digest); }};

    std::shared_ptr<const Directory> directory() const {
        Agency without{.code = a, .name = "A"}, with{.code = b, .name = "B"};
        with.attached_bytes_max = 2 * mib;
        return std::make_shared<const Directory>(Directory::build({without, with}, {agency_named("H43")}).value());
    }
    Bytes put(std::size_t count, std::uint64_t seed) {
        const Bytes octets = octets_of(count, seed);
        records.emplace(sha256(octets), record_of(octets, put_whole(*store, sender, octets).value(), sender));
        return octets;
    }
    Bytes frame_of(const std::vector<Bytes>& contents) const {
        const Instant now{std::chrono::milliseconds{1'764'000'000'000}};
        EnvelopeHeader header{.id = EnvelopeId::make(1, {1}),
                              .kind = Kind::document,
                              .sender = sender,
                              .receivers = {a, b},
                              .created_at = now,
                              .expires_at = now + std::chrono::hours{1},
                              .document = DocumentName{}};
        header.parts = {{"0", "small", "text/plain", 5, sha256("small"), true}};
        for (const Bytes& octets : contents)
            header.parts.push_back({"1", "large", "application/pdf", octets.size(), sha256(octets), false});
        const std::vector<BytesView> inline_parts{"small"};
        const Signature signature{Digest{}, Algorithm::ed25519, "value"};
        return wire::encode_envelope(wire::encode_header(header), {&signature, 1}, inline_parts);
    }
    ContentRecord& record(const Bytes& octets) { return records.at(sha256(octets)); }
};

}  // namespace

TEST_CASE("what fits is attached, in the order of the parts, and the rest stays by reference", "[attachments]") {
    AttachmentsTrial trial;
    const Bytes first = trial.put(mib, 1), large = trial.put(2 * mib, 2), last = trial.put(mib, 3);
    const Bytes frame = trial.frame_of({first, large, last});
    CHECK(trial.attachments.attach(trial.a, frame).empty());
    CHECK(trial.attachments.attach(agency_named("H43.99"), frame).empty());
    const Bytes body = trial.attachments.attach(trial.b, frame);
    const auto delivery = wire::split_delivery(body).value();
    CHECK(delivery.frame == frame);
    REQUIRE(delivery.attached.size() == 2);
    CHECK(delivery.attached[0].index == 1);
    CHECK(delivery.attached[0].octets == first);
    CHECK(delivery.attached[1].index == 3);
    CHECK(delivery.attached[1].octets == last);
    CHECK(body.capacity() <= frame.size() + 2 * mib + 100);
}

TEST_CASE("an envelope with nothing to attach is left as it is", "[attachments]") {
    AttachmentsTrial trial;
    CHECK(trial.attachments.attach(trial.b, trial.frame_of({})).empty());
    CHECK(trial.attachments.attach(trial.b, trial.frame_of({trial.put(2 * mib + 1, 1)})).empty());
    CHECK(trial.attachments.attach(trial.b, "no envelope").empty());
    CHECK(trial.damaged.empty());
}

TEST_CASE("what cannot be read whole stays by reference, and its neighbour is attached", "[attachments]") {
    AttachmentsTrial trial;
    const Bytes good = trial.put(mib / 2, 1), bad = trial.put(mib, 2);
    const ContentRecord record = trial.record(bad);
    std::vector<Digest> told;
    SECTION("damaged in its last octets") {
        flip_octet(place_of(trial.folder.path(), record), mib - 1);
        told = {record.digest};
    }
    SECTION("missing") {
        std::filesystem::remove(place_of(trial.folder.path(), record));
        told = {record.digest};
    }
    SECTION("shorter") {
        std::filesystem::resize_file(place_of(trial.folder.path(), record), 10);
        told = {record.digest};
    }
    SECTION("known as damaged") { trial.record(bad).state = ContentState::damaged; }
    SECTION("removed") { trial.record(bad).state = ContentState::removed; }
    SECTION("unknown") { trial.records.erase(record.digest); }
    const Bytes frame = trial.frame_of({bad, good});
    const Bytes body = trial.attachments.attach(trial.b, frame);
    const auto delivery = wire::split_delivery(body).value();
    CHECK(delivery.frame == frame);
    REQUIRE(delivery.attached.size() == 1);
    CHECK(delivery.attached[0].index == 2);
    CHECK(delivery.attached[0].octets == good);
    CHECK(trial.damaged == told);
    // The core is told once, however many receivers there are.
    CHECK_FALSE(trial.attachments.attach(trial.b, frame).empty());
    CHECK(trial.damaged == told);
}

TEST_CASE("each damaged part of a message is told of", "[attachments]") {
    AttachmentsTrial trial;
    std::vector<Digest> bad;
    std::vector<Bytes> contents;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        contents.push_back(trial.put(mib / 2, seed));
        bad.push_back(sha256(contents.back()));
        std::filesystem::remove(place_of(trial.folder.path(), trial.record(contents.back())));
    }
    CHECK(trial.attachments.attach(trial.b, trial.frame_of(contents)).empty());
    CHECK(trial.damaged == bad);
    // Put again it has another copy, which may be damaged too.
    trial.records.erase(bad[0]);
    trial.put(mib / 2, 1);
    CHECK_FALSE(trial.attachments.attach(trial.b, trial.frame_of(contents)).empty());
    std::filesystem::remove(place_of(trial.folder.path(), trial.record(contents[0])));
    CHECK(trial.attachments.attach(trial.b, trial.frame_of(contents)).empty());
    bad.push_back(bad[0]);
    CHECK(trial.damaged == bad);
}

TEST_CASE("a copy that was replaced between two questions is no damage", "[attachments]") {
    AttachmentsTrial trial;
    const Bytes octets = trial.put(mib, 1);
    const ContentRecord before = trial.record(octets);
    trial.records.clear();
    trial.put(mib, 1);
    trial.store->remove(before.digest, before.copy);
    trial.first_answer = before;
    const Bytes body = trial.attachments.attach(trial.b, trial.frame_of({octets}));
    CHECK(wire::split_delivery(body).value().attached.size() == 1);
    CHECK(trial.damaged.empty());
}

TEST_CASE("while the ledger does not answer all stays by reference", "[attachments]") {
    AttachmentsTrial trial;
    const Bytes frame = trial.frame_of({trial.put(mib, 1)});
    trial.trouble = Fault{Errc::ledger_busy, {}, {}};
    CHECK(trial.attachments.attach(trial.b, frame).empty());
    CHECK(trial.damaged.empty());
    trial.trouble.reset();
    CHECK_FALSE(trial.attachments.attach(trial.b, frame).empty());
}
