// What only a ledger on a disk can promise.

#include "hub/core/limits.hpp"
#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

using namespace hub;
using ledger::SqliteLedger;
using test::code;
using test::id;

TEST_CASE("a ledger is found again as it was left", "[sqlite]") {
    test::FreshFolder folder;
    std::string name;
    {
        const auto ledger = SqliteLedger::open(folder.path()).value();
        name = ledger->id();
        test::Writer writer{*ledger};
        writer.accept("H43", 1, {"H43.01"});
        REQUIRE(writer.commit().has_value());
    }
    const auto ledger = SqliteLedger::open(folder.path()).value();
    CHECK(ledger->id() == name);
    test::Writer writer{*ledger};
    writer.accept("H43", 2, {"H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto view = ledger->view();
    CHECK(*view->frame(EnvelopeSeq{1}).value() == "frame 1");
    CHECK(*view->frame(EnvelopeSeq{2}).value() == "frame 2");
}

TEST_CASE("a process that ends at any moment leaves whole batches only", "[sqlite]") {
    test::FreshFolder folder;
    for (int round = 0; round < 8; ++round) {
        int told[2];
        REQUIRE(::pipe(told) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto ledger = SqliteLedger::open(folder.path());
            if (!ledger)
                ::_exit(1);
            test::Writer writer{**ledger};
            const auto first = number((*ledger)->view()->heads().value().envelope);
            for (std::uint64_t n = first + 1;; n += 3) {
                for (std::uint64_t k = n; k < n + 3; ++k)
                    writer.accept("H43", k, {"H43.01", "H43.02"}, {}, std::string(5000, static_cast<char>('a' + k % 26)));
                if (!writer.commit())
                    ::_exit(2);
                if (n == first + 1 && ::write(told[1], "x", 1) != 1)
                    ::_exit(3);
            }
        }
        // The first may end before it has written anything, the others write something first.
        ::close(told[1]);
        char octet = 0;
        if (round > 0)
            REQUIRE(::read(told[0], &octet, 1) == 1);
        ::close(told[0]);
        ::usleep(30'000 + static_cast<unsigned>(round) * 7'000);
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));

        const auto ledger = SqliteLedger::open(folder.path()).value();
        const auto view = ledger->view();
        const auto heads = view->heads().value();
        CHECK(number(heads.envelope) % 3 == 0);
        CHECK(number(heads.delivery) == 2 * number(heads.envelope));
        for (std::uint64_t n = 1; n <= number(heads.envelope); ++n)
            CHECK(*view->frame(EnvelopeSeq{n}).value() == std::string(5000, static_cast<char>('a' + n % 26)));
    }
    CHECK(number(SqliteLedger::open(folder.path()).value()->view()->heads().value().envelope) > 0);
}

TEST_CASE("a second process is kept out", "[sqlite]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    CHECK(SqliteLedger::open(folder.path()).error().code == Errc::ledger_busy);
}

TEST_CASE("a damaged frame is noticed, the others stay readable", "[sqlite]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    for (std::uint64_t n = 1; n <= 3; ++n)
        writer.accept("H43", n, {"H43.01"}, {}, std::string(1000, 'x'));
    REQUIRE(writer.commit().has_value());
    {
        std::fstream file{folder.path() / "segments" / "00000000.seg", std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(1500);
        file.put('y');
    }
    const auto view = ledger->view();
    CHECK(view->frame(EnvelopeSeq{1}).has_value());
    CHECK(view->frame(EnvelopeSeq{2}).error().code == Errc::ledger_corrupt);
    CHECK(view->frame(EnvelopeSeq{3}).has_value());
    std::filesystem::remove(folder.path() / "segments" / "00000000.seg");
    CHECK(ledger->view()->frame(EnvelopeSeq{1}).error().code == Errc::ledger_corrupt);
}

TEST_CASE("a frame that the disk does not give back says why: it may be whole", "[sqlite]") {
    test::FreshFolder folder;
    auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    writer.accept("H43.02", 1, {"H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto segment = folder / "segments" / "00000000.seg";
    std::filesystem::remove(segment);
    // Nothing is mapped at its beginning: reading there is an I/O error.
    std::filesystem::create_symlink("/proc/self/mem", segment);
    const Fault fault = ledger->view()->frame(EnvelopeSeq{1}).error();
    CHECK(fault.code == Errc::ledger_corrupt);
    CHECK(fault.peer_text == "00000000.seg: Input/output error");
}

TEST_CASE("only what an edit mends is a mistake of the settings", "[sqlite]") {
    test::FreshFolder folder;
    SECTION("a device that is not there") {
        // A socket cannot be opened: ENXIO, as of a device that has gone.
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = (folder / "lock").string();
        REQUIRE(path.size() < sizeof address.sun_path);
        path.copy(address.sun_path, path.size());
        REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        const Fault fault = SqliteLedger::open(folder.path()).error();
        (void)::close(fd);
        CHECK(fault.code == Errc::folder_unusable);
        CHECK(fault.field == "ledger.folder");
        CHECK(fault.peer_text == path + ": No such device or address");
    }
    SECTION("a file where the folder should be") {
        test::write_file(folder / "file", "");
        const Fault fault = SqliteLedger::open(folder / "file").error();
        CHECK(fault.code == Errc::setting_invalid);
        CHECK(fault.peer_text == (folder / "file").string() + ": Not a directory");
    }
}

TEST_CASE("frames go on in the next segment when one is full", "[sqlite]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    const auto view = ledger->view();
    std::filesystem::resize_file(folder.path() / "ledger.sqlite", std::filesystem::file_size(folder.path() / "ledger.sqlite"));
    test::Writer writer{*ledger};
    const std::string frame(limits::envelope_bytes_max - 7, 'z');
    const std::size_t count = limits::segment_bytes_max / frame.size() + 2;
    for (std::uint64_t n = 1; n <= count; ++n) {
        writer.accept("H43", n, {"H43.01"}, {}, frame);
        if (n % 16 == 0)
            REQUIRE(writer.commit().has_value());
    }
    REQUIRE(writer.commit().has_value());
    CHECK(std::filesystem::exists(folder.path() / "segments" / "00000001.seg"));
    for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{count - 2}, std::uint64_t{count - 1}, std::uint64_t{count}})
        CHECK(*view->frame(EnvelopeSeq{n}).value() == frame);
}

TEST_CASE("entries can be neither changed nor removed", "[sqlite]") {
    test::FreshFolder folder;
    {
        const auto ledger = SqliteLedger::open(folder.path()).value();
        test::Writer writer{*ledger};
        writer.accept("H43", 1, {"H43.01"});
        REQUIRE(writer.commit().has_value());
    }
    const auto database = (folder.path() / "ledger.sqlite").string();
    CHECK(std::system(("sqlite3 " + database + " 'DELETE FROM entries' 2>/dev/null").c_str()) != 0);
    CHECK(std::system(("sqlite3 " + database + " 'UPDATE entries SET at = 0' 2>/dev/null").c_str()) != 0);
    CHECK(std::system(("sqlite3 " + database + " 'SELECT * FROM entries' >/dev/null").c_str()) == 0);
}

TEST_CASE("a ledger of a newer program is left alone", "[sqlite]") {
    test::FreshFolder folder;
    (void)SqliteLedger::open(folder.path()).value();
    const auto database = (folder.path() / "ledger.sqlite").string();
    REQUIRE(std::system(("sqlite3 " + database + " 'PRAGMA user_version = 99'").c_str()) == 0);
    CHECK(SqliteLedger::open(folder.path()).error().code == Errc::ledger_version_unsupported);
}

TEST_CASE("a full disk keeps nothing of a batch, and takes the same batch when there is room", "[sqlite]") {
    test::FreshFolder folder;
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=24m") != 0) {
        std::cout << "skipped: no right to mount a small file system\n";
        return;
    }
    {
        const auto ledger = SqliteLedger::open(folder.path()).value();
        const auto view = ledger->view();
        test::Writer writer{*ledger};
        writer.accept("H43", 1, {"H43.01"});
        REQUIRE(writer.commit().has_value());
        {
            std::ofstream filler{folder.path() / "filler", std::ios::binary};
            const std::string block(65536, 'f');
            while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
            }
        }
        std::uint64_t n = 2;
        Result<void> committed;
        for (; n < 200 && committed; ++n) {
            writer.accept("H43", n, {"H43.01"}, {}, std::string(500'000, 'x'));
            const Batch batch = writer.batch;
            committed = writer.commit();
            if (committed)
                continue;
            CHECK(committed.error().code == Errc::ledger_full);
            CHECK_FALSE(view->known(code("H43"), id(n)).value());
            CHECK(ledger->commit(batch).error().code == Errc::ledger_full);
            std::filesystem::remove(folder.path() / "filler");
            REQUIRE(ledger->commit(batch).has_value());
            CHECK(view->known(code("H43"), id(n)).value());
            CHECK(*view->frame(batch.envelopes[0].seq).value() == std::string(500'000, 'x'));
            CHECK(*view->frame(EnvelopeSeq{1}).value() == "frame 1");
        }
        CHECK_FALSE(committed.has_value());
    }
    CHECK(::umount(folder.path().c_str()) == 0);
}

TEST_CASE("people may look for anything", "[search]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    writer.accept("H43", 1, {"H43.01"}, {"H43", "5", "UBND VX", "2026-11-24", "H43–5", "V/v đường – sắt", "Công văn"});
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    const auto count = [&](const SearchQuery& query) { return search->find(query).value().documents.size(); };
    CHECK(count({.text = "!!! ?"}) == 0);
    CHECK(count({.number = "()"}) == 0);
    CHECK(count({.subject = "*"}) == 0);
    for (const char* odd : {"1 2", "1+2", "a(b", "6/UBND VX", "a–b", "–"}) {
        CHECK(count({.number = odd}) == 0);
        CHECK(count({.notation = odd}) == 0);
        CHECK(count({.id = odd}) == 0);
    }
    CHECK(count({.number = "5/ubnd vx"}) == 1);
    CHECK(count({.notation = "UBND VX"}) == 1);
    CHECK(count({.id = "H43–5"}) == 1);
    CHECK(count({.subject = "đường–sắt"}) == 1);
}

TEST_CASE("what a gateway has signed is marked where people look", "[search]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    EnvelopeRecord& record = writer.accept("H43", 1, {"H43.01"});
    EnvelopeHeader header = *record.header;
    header.signed_by_gateway = true;
    record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    writer.accept("H43", 2, {"H43.01"});
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    CHECK(search->story(id(1), {}).value().document.is_signed_by_gateway);
    CHECK_FALSE(search->story(id(2), {}).value().document.is_signed_by_gateway);
    CHECK(search->find({.number = "1"}).value().documents.at(0).is_signed_by_gateway);
}

TEST_CASE("people find documents by what they remember", "[search]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    writer.accept("000.00.00.G22", 1, {"H43.01", "H43.02"},
                  {"000.00.00.G22", "7816", "VPCP-TTĐT", "2015-09-30", "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT",
                   "V/v nâng cấp đường sắt Bắc Nam", "Công văn"});
    writer.accept("H43", 2, {"H43.01"}, {"H43", "78", "UBND", "2026-11-24", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb",
                                         "Duong day nong", "Thông báo"});
    writer.refuse("H43", 3, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
    writer.move(1, Station::finished);
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    const auto found = [&](const SearchQuery& query) {
        std::vector<std::uint64_t> seqs;
        for (const DocumentSummary& document : search->find(query).value().documents)
            seqs.push_back(number(document.seq));
        return seqs;
    };
    CHECK(found({}) == Seqs{3, 2, 1});
    CHECK(found({.number = "7816"}) == Seqs{1});
    CHECK(found({.number = "78"}) == Seqs{2});
    CHECK(found({.number = "7816/vpcp-ttdt"}) == Seqs{1});
    CHECK(found({.notation = "VPCP-TTĐT"}) == Seqs{1});
    CHECK(found({.id = id(2).text()}) == Seqs{2});
    CHECK(found({.id = "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"}) == Seqs{1});
    CHECK(found({.id = "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb"}) == Seqs{2});
    CHECK(found({.subject = "duong"}) == Seqs{2, 1});
    CHECK(found({.subject = "ĐƯỜNG SẮT"}) == Seqs{1});
    CHECK(found({.subject = "đường sa"}) == Seqs{1});
    CHECK(found({.text = "7816"}) == Seqs{1});
    CHECK(found({.text = "7816/VPCP-TTĐT"}) == Seqs{1});
    CHECK(found({.text = "bac nam"}) == Seqs{1});
    CHECK(found({.text = "\"' OR ("}).empty());
    CHECK(found({.sender = code("H43")}) == Seqs{3, 2});
    CHECK(found({.receiver = code("H43.01")}) == Seqs{2, 1});
    CHECK(found({.agency = code("H43.02")}) == Seqs{1});
    CHECK(found({.agency = code("H43.77")}).empty());
    CHECK(found({.station = Station::finished}) == Seqs{1});
    CHECK(found({.refused_only = true}) == Seqs{3});
    CHECK(found({.until = test::at(1002)}) == Seqs{1});
    CHECK(found({.since = test::at(1002)}) == Seqs{3, 2});
    CHECK(found({.before = EnvelopeSeq{3}, .count = 1}) == Seqs{2});

    const auto page = search->find({.count = 2}).value();
    CHECK(page.documents.size() == 2);
    CHECK(page.has_more);
    const DocumentSummary refused = search->find({.refused_only = true}).value().documents.front();
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->code == Errc::receiver_unknown);
    CHECK(refused.refusal->peer_text == "H43.99");

    const auto story = search->story(id(1), {}).value();
    CHECK(story.document.document.subject == "V/v nâng cấp đường sắt Bắc Nam");
    REQUIRE(story.document.deliveries.size() == 2);
    CHECK(story.document.deliveries[0].station == Station::finished);
    CHECK(story.entries.size() == 1);
    CHECK(search->story(id(99), {}).error().code == Errc::not_found);

    const auto queues = search->queues({}).value();
    REQUIRE(queues.size() == 2);
    CHECK(queues[0].agency == code("H43.02"));
    CHECK(queues[0].waiting == 1);
    CHECK(queues[0].oldest_at == test::at(1001));
    CHECK(search->counts().value().envelopes == 3);
}

TEST_CASE("what goes to an inbox is found by it, once, and by each receiver behind it", "[search]") {
    test::FreshFolder folder;
    const auto ledger = SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    writer.accept("H43", 1, {"G22@AXIS", "H05@AXIS"});
    writer.accept("H43", 2, {"H05@AXIS", "H43.01"});
    writer.accept("H43", 3, {"H43.01"});
    writer.move(1, Station::queued);
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    const auto found = [&](const SearchQuery& query) {
        std::vector<std::uint64_t> seqs;
        for (const DocumentSummary& document : search->find(query).value().documents)
            seqs.push_back(number(document.seq));
        return seqs;
    };
    CHECK(found({.receiver = code("AXIS")}) == Seqs{2, 1});
    CHECK(found({.receiver = code("G22")}) == Seqs{1});
    CHECK(found({.receiver = code("H05")}) == Seqs{2, 1});
    CHECK(found({.agency = code("AXIS")}) == Seqs{2, 1});
    CHECK(search->story(id(1), {}).value().document.deliveries.at(1).receiver == code("H05"));
    const auto queues = search->queues({}).value();
    REQUIRE(queues.size() == 2);
    CHECK(queues[0].agency == code("AXIS"));
    CHECK(queues[0].waiting == 2);
    CHECK(queues[0].unconfirmed == 1);
}

namespace {

std::uint64_t blocks_in(const std::filesystem::path& folder) {
    std::uint64_t blocks = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        struct stat status {};
        REQUIRE(::stat(entry.path().c_str(), &status) == 0);
        blocks += static_cast<std::uint64_t>(status.st_blocks);
    }
    return blocks;
}

}  // namespace

TEST_CASE("retired frames give their space back to the disk, also after a crash in between", "[ledger][retention]") {
    test::FreshFolder folder;
    constexpr std::uint64_t count = 200;
    {
        auto ledger = ledger::SqliteLedger::open(folder.path()).value();
        test::Writer writer{*ledger};
        for (std::uint64_t n = 1; n <= count; ++n)
            writer.accept("H43", n, {}, {}, std::string(100'000, static_cast<char>('a' + n % 26)));
        REQUIRE(writer.commit().has_value());
        const std::uint64_t before = blocks_in(folder.path() / "segments");
        for (std::uint64_t n = 1; n < count; ++n)
            writer.batch.retired.push_back({EnvelopeSeq{n}, test::at(9000)});
        REQUIRE(writer.commit().has_value());
        CHECK(before - blocks_in(folder.path() / "segments") > (count - 2) * 100'000 / 512);
    }
    // Opened again: what was given back stays so, new frames come behind, old ones are whole.
    auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    writer.accept("H43", count + 1, {}, {}, "new");
    REQUIRE(writer.commit().has_value());
    const auto view = ledger->view();
    CHECK(view->frame(EnvelopeSeq{count}).value()->size() == 100'000);
    CHECK(*view->frame(EnvelopeSeq{count + 1}).value() == "new");
    CHECK_FALSE(view->frame(EnvelopeSeq{1}).has_value());
    CHECK(blocks_in(folder.path() / "segments") < (16 + 8) * std::uint64_t{1024 * 1024} / 512);
}
