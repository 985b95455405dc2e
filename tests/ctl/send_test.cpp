#include "hub/ctl/send.hpp"

#include "hub/core/fold.hpp"
#include "hub/ctl/files.hpp"
#include "tests/ctl/content.hpp"
#include "tests/support/fresh_folder.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <thread>
#include <vector>

using namespace hub;
using namespace hub::ctl;
using namespace std::chrono_literals;
using test::content_of;
using test::FreshFolder;

namespace fs = std::filesystem;

namespace {

/// The boxes of a folder adapter and a packet to send.
struct Boxes {
    Boxes() {
        for (const char* name : {"outbox", "sent", "refused"})
            fs::create_directory(folder.path() / name);
        write("packet.edxml", "<edXML/>");
    }
    fs::path at(const std::string& name) const { return folder.path() / name; }
    void write(const std::string& name, std::string_view content) const {
        REQUIRE(write_file(at(name), content, 0644, Overwrite::no, Lang::en).has_value());
    }
    Outcome<boost::json::object> send(std::chrono::seconds wait) const {
        return ctl::send(at("packet.edxml"), at("outbox"), wait, Lang::en);
    }

    FreshFolder folder;
};

/// As an adapter: takes the first packet that comes, and says what became of it.
class Adapter {
public:
    Adapter(const Boxes& boxes, bool is_accepting, std::string reason = {})
        : thread_{[&boxes, is_accepting, reason] {
              const auto deadline = std::chrono::steady_clock::now() + 60s;
              fs::directory_iterator found;
              while ((found = fs::directory_iterator{boxes.at("outbox")}) == fs::directory_iterator{} ||
                     found->path().extension() != ".edxml") {
                  if (std::chrono::steady_clock::now() > deadline)
                      return;
                  std::this_thread::yield();
              }
              const std::string name = found->path().filename().string();
              if (!is_accepting)
                  (void)write_file(boxes.at("refused") / (name + ".reason.json"), reason, 0644, Overwrite::no,
                                   Lang::en);
              fs::rename(found->path(), boxes.at(is_accepting ? "sent" : "refused") / name);
          }} {}
    ~Adapter() { thread_.join(); }
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;

private:
    std::thread thread_;
};

constexpr std::size_t mib = 1024 * 1024;

/// Block by block.
bool is_same(const fs::path& one, const fs::path& other) {
    std::ifstream a{one, std::ios::binary}, b{other, std::ios::binary};
    std::string block(mib, '\0'), same(mib, '\0');
    while (a && b) {
        a.read(block.data(), static_cast<std::streamsize>(mib));
        b.read(same.data(), static_cast<std::streamsize>(mib));
        if (a.gcount() != b.gcount() || block.compare(0, static_cast<std::size_t>(a.gcount()), same, 0,
                                                      static_cast<std::size_t>(b.gcount())) != 0)
            return false;
    }
    return a.eof() && b.eof();
}

std::string outcome(const boost::json::object& object) {
    return std::string{object.at("outcome").as_string()};
}

}  // namespace

TEST_CASE("a packet is handed over whole, under a name of its own", "[send]") {
    Boxes boxes;
    const auto first = boxes.send(0s);
    const auto second = boxes.send(0s);
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(outcome(*first) == "handed_over");
    const std::string name{first->at("file").as_string()};
    CHECK(name != second->at("file").as_string());
    CHECK(name.starts_with("packet-"));
    CHECK(name.ends_with(".edxml"));
    CHECK(content_of(boxes.at("outbox") / name) == "<edXML/>");
    CHECK(std::distance(fs::directory_iterator{boxes.at("outbox")}, {}) == 2);
}

TEST_CASE("the adapter's answer is waited for", "[send]") {
    Boxes boxes;
    {
        const Adapter adapter{boxes, true};
        const auto sent = boxes.send(60s);
        REQUIRE(sent.has_value());
        CHECK(outcome(*sent) == "accepted");
        CHECK_FALSE(sent->contains("reason"));
    }
    const Adapter adapter{boxes, false, R"({"code":"packet_malformed"})"};
    const auto sent = boxes.send(60s);
    REQUIRE(sent.has_value());
    CHECK(outcome(*sent) == "refused");
    CHECK(boost::json::serialize(sent->at("reason")) == R"({"code":"packet_malformed"})");
}

TEST_CASE("the answer is found however the outbox is written", "[send]") {
    Boxes boxes;
    fs::create_directory_symlink(boxes.at("outbox"), boxes.at("link"));
    const std::vector<fs::path> ways{boxes.at("outbox/"), boxes.at("outbox/."), boxes.at("sent/../outbox"),
                                     boxes.at("link"), fs::relative(boxes.at("outbox")) / ""};
    for (const fs::path& outbox : ways) {
        CAPTURE(outbox);
        const Adapter adapter{boxes, true};
        const auto sent = ctl::send(boxes.at("packet.edxml"), outbox, 60s, Lang::en);
        REQUIRE(sent.has_value());
        CHECK(outcome(*sent) == "accepted");
    }
}

TEST_CASE("a long name is cut to one that the adapter keeps", "[send]") {
    Boxes boxes;
    std::string stem;
    while (stem.size() < 225)
        stem += "ễ";
    boxes.write(stem + ".edxml", "<edXML/>");
    const auto sent = ctl::send(boxes.at(stem + ".edxml"), boxes.at("outbox"), 0s, Lang::en);
    REQUIRE(sent.has_value());
    const std::string name{sent->at("file").as_string()};
    CHECK(name.size() <= 200);
    CHECK(name.size() > 195);
    CHECK(is_utf8(name));
    CHECK(name.ends_with(".edxml"));
    CHECK(content_of(boxes.at("outbox") / name) == "<edXML/>");
}

TEST_CASE("a packet of more than 100 MiB is handed over whole", "[send]") {
    constexpr std::uintmax_t bytes = 101 * mib + 3;
    Boxes boxes;
    boxes.write("large.edxml", "<edXML>");
    // Nothing between the two ends takes room.
    fs::resize_file(boxes.at("large.edxml"), bytes - 8);
    std::ofstream{boxes.at("large.edxml"), std::ios::app} << "</edXML>";
    const auto sent = ctl::send(boxes.at("large.edxml"), boxes.at("outbox"), 0s, Lang::en);
    REQUIRE(sent.has_value());
    CHECK(outcome(*sent) == "handed_over");
    const fs::path copy = boxes.at("outbox") / std::string{sent->at("file").as_string()};
    CHECK(fs::file_size(copy) == bytes);
    CHECK(is_same(boxes.at("large.edxml"), copy));
    CHECK(std::distance(fs::directory_iterator{boxes.at("outbox")}, {}) == 1);
}

TEST_CASE("an adapter that does not answer is told as waiting", "[send]") {
    Boxes boxes;
    const auto sent = boxes.send(1s);
    REQUIRE(sent.has_value());
    CHECK(outcome(*sent) == "waiting");
}

TEST_CASE("what cannot be handed over", "[send]") {
    Boxes boxes;
    const auto no_packet = ctl::send(boxes.at("absent.edxml"), boxes.at("outbox"), 0s, Lang::en);
    REQUIRE_FALSE(no_packet.has_value());
    CHECK(no_packet.error().code == "file_not_found");
    CHECK(no_packet.error().field == boxes.at("absent.edxml").string());
    const auto no_outbox = ctl::send(boxes.at("packet.edxml"), boxes.at("absent"), 0s, Lang::en);
    REQUIRE_FALSE(no_outbox.has_value());
    CHECK(no_outbox.error().exit == Exit::failed);
    CHECK(no_outbox.error().code == "file_not_found");
    CHECK(no_outbox.error().field == boxes.at("absent").string());
    const auto no_folder = ctl::send(boxes.at("packet.edxml"), boxes.at("packet.edxml"), 0s, Lang::en);
    REQUIRE_FALSE(no_folder.has_value());
    CHECK(no_folder.error().code == "file_unusable");
}
