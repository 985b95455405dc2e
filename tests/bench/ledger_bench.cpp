// What the ledger alone costs, how fast it finds a number among many documents, and how fast it starts.
// How fast a number is found by a process that has just begun, of files that no cache holds (as root, in bash):
//   for seed in $(seq 100); do echo 3 > /proc/sys/vm/drop_caches; ledger-bench FOLDER --searches 1 --seed $seed; done

#include "hub/core/signature.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "hub/ledger/sqlite_search.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "tests/bench/arguments.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <random>

namespace {

using namespace hub;
using Clock = std::chrono::steady_clock;

AgencyCode code(std::size_t n) { return AgencyCode::parse("H43." + std::to_string(n % 300)).value(); }

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Generator {
public:
    explicit Generator(ledger::SqliteLedger& ledger, std::size_t frame_bytes, std::size_t documents_per_commit = 100)
        : ledger_{ledger}, documents_per_commit_{documents_per_commit}, part_(frame_bytes, 'x'),
          frame_{std::make_shared<const Bytes>(frame_of(part_))} {
        const auto heads = ledger.view()->heads().value();
        seq_ = number(heads.envelope);
        entry_ = number(heads.entry);
    }

    void write(std::size_t count, bool is_confirmed) {
        for (std::size_t done = 0; done < count; done += documents_per_commit_) {
            Batch batch;
            for (std::size_t i = 0; i < documents_per_commit_; ++i)
                add(batch, is_confirmed);
            ledger_.commit(batch).value();
        }
    }

private:
    /// The hub takes frames apart when it publishes them: these have the fields of any other.
    static Bytes frame_of(const Bytes& part) {
        const Signature signature{sha256("key"), Algorithm::ecdsa_p256_sha256, Bytes(71, 's')};
        const Bytes header(600, 'h');
        return wire::encode_envelope(header, std::array{signature}, std::array{BytesView{part}});
    }

    void add(Batch& batch, bool is_confirmed) {
        ++seq_;
        const AgencyCode sender = code(random_());
        const std::string number_text = std::to_string(random_() % 20'000);
        const std::string notation = "SO" + std::to_string(random_() % 300) + "-VP";
        EnvelopeHeader header{.id = EnvelopeId::make(1'700'000'000'000 + seq_, {static_cast<std::uint8_t>(random_())}),
                              .kind = Kind::document,
                              .sender = sender,
                              .receivers = {code(random_())},
                              .created_at = Instant{},
                              .expires_at = Instant{},
                              .urgency = Urgency::normal,
                              .document = DocumentName{sender.text(), number_text, notation, "2026-11-24",
                                                       sender.text() + ",2026/11/24," + number_text + "/" + notation,
                                                       subject(), "Công văn"},
                              .business = Business::fresh,
                              .business_refers_to = {},
                              .business_reason = {},
                              .status = std::nullopt,
                              .parts = {{"1", "van-ban.edxml", "application/edxml+xml", part_.size(), {}, true}},
                              .traceparent = {},
                              .refusal = std::nullopt,
                              .secrecy = {}};
        const Instant at{std::chrono::milliseconds{1'700'000'000'000 + static_cast<std::int64_t>(seq_)}};
        EnvelopeRecord record{.seq = EnvelopeSeq{seq_},
                              .sender = sender,
                              .id = header.id,
                              .header = std::make_shared<const EnvelopeHeader>(header),
                              .frame = frame_,
                              .header_digest = {},
                              .accepted_at = at,
                              .refusal = std::nullopt,
                              .first_delivery = DeliverySeq{seq_},
                              .receivers = {{header.receivers.front(), header.receivers.front()}}};
        Entry accepted{.seq = EntrySeq{++entry_}, .at = at, .kind = EntryKind::accepted,
                       .envelope = EnvelopeSeq{seq_}, .addressee = sender};
        batch.entries.push_back(accepted);
        if (is_confirmed) {
            batch.stations.push_back({DeliverySeq{seq_}, Station::queued, at, Carriage::in_inbox});
            Entry queued{.seq = EntrySeq{++entry_}, .at = at, .kind = EntryKind::station, .envelope = EnvelopeSeq{seq_},
                         .event = ReceiptEvent::confirmed, .receiver = header.receivers.front(), .addressee = sender};
            batch.entries.push_back(queued);
        }
        batch.envelopes.push_back(std::move(record));
    }

    std::string subject() {
        static constexpr std::string_view words[] = {"nâng cấp", "đường sắt", "báo cáo", "kế hoạch", "tỉnh", "xã", "công tác",
                                                     "phòng chống", "thiên tai", "năm 2026", "triển khai", "hội nghị", "ngân sách"};
        std::string text = "V/v";
        for (int i = 0; i < 8; ++i)
            text.append(" ").append(words[random_() % std::size(words)]);
        return text;
    }

    ledger::SqliteLedger& ledger_;
    const std::size_t documents_per_commit_;
    const Bytes part_;
    std::shared_ptr<const Bytes> frame_;
    std::uint64_t seq_ = 0;
    std::uint64_t entry_ = 0;
    std::mt19937_64 random_{7};
};

double percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void print(const char* name, const std::vector<double>& values) {
    std::cout << name << "_p50_ms " << percentile(values, 0.5) << "\n" << name << "_p95_ms " << percentile(values, 0.95)
              << "\n" << name << "_max_ms " << percentile(values, 1) << "\n";
}

/// The first question opens the files.
void measure_search(const std::filesystem::path& folder, std::size_t count, std::uint64_t seed) {
    const auto search = ledger::open_search(folder);
    std::mt19937_64 random{seed};
    std::vector<double> by_number, by_full_number, by_subject;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number_text = std::to_string(random() % 20'000);
        const auto time = [&](const SearchQuery& query, std::vector<double>& into) {
            const auto began = Clock::now();
            (void)search->find(query).value();
            into.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
        };
        time({.number = number_text}, by_number);
        time({.number = number_text + "/SO" + std::to_string(random() % 300) + "-VP"}, by_full_number);
        time({.subject = "duong sat thien tai"}, by_subject);
    }
    print("search_number", by_number);
    print("search_full_number", by_full_number);
    print("search_subject", by_subject);
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t documents = 1'000'000, frame_bytes = 10 * 1024, measured = 20'000, unfinished = 0, per_commit = 100;
    std::size_t searches = 300;
    std::uint64_t seed = 11;
    std::string folder;
    hub::bench::Arguments arguments{"What the ledger alone costs."};
    arguments.need("folder", folder);
    arguments.take("--documents", documents, "written first, with small frames");
    arguments.take("--measured", measured);
    arguments.take("--frame-bytes", frame_bytes);
    arguments.take("--unfinished", unfinished, "deliveries that the broker never confirmed, written last");
    arguments.take("--per-commit", per_commit, "documents, while filling");
    arguments.take("--searches", searches, "only this: questions of each kind to a ledger that is there");
    arguments.take("--seed", seed, "of the questions");
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    if (arguments.has("--searches")) {
        measure_search(folder, searches, seed);
        return 0;
    }
    const auto ledger = ledger::SqliteLedger::open(folder).value();
    const auto measure = [&](const char* name) {
        Generator generator{*ledger, frame_bytes};
        const auto began = Clock::now();
        const double cpu = cpu_seconds();
        generator.write(measured, true);
        const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
        std::cout << name << "_cpu_us_per_document " << (cpu_seconds() - cpu) / static_cast<double>(measured) * 1e6
                  << "\n" << name << "_documents_per_s " << static_cast<double>(measured) / seconds << std::endl;
    };
    if (measured > 0)
        measure("empty");
    if (documents > 0) {
        Generator{*ledger, 200, per_commit}.write(documents, true);
        if (measured > 0)
            measure("filled");
        measure_search(folder, searches, seed);
    }
    if (unfinished > 0)
        Generator{*ledger, 2048}.write(unfinished, false);
    return 0;
}
