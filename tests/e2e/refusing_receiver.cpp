// An agency whose document system has a fault, and then has none: while the file `refuse` is in its folder it can store
// nothing, for the reasons that stand in it, if there are any.
//   refusing_receiver FOLDER CODE BROKER_PORT WORK_FOLDER
// FOLDER: the province's, with pki/ and broker/. What it stores it notes in WORK_FOLDER/stored, a line each: the id and
// the attempt; so a document that came twice stands there twice. Ends when it is told to.

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/kit.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

namespace {

using namespace hub;

volatile std::sig_atomic_t is_stopping = 0;

class Refusing final : public kit::Handler {
public:
    explicit Refusing(std::filesystem::path folder)
        : folder_{std::move(folder)}, stored_{folder_ / "stored", std::ios::app} {}

    Result<void> on_envelope(const kit::Received& envelope) override {
        const std::string id = envelope.header->id.text();
        if (std::filesystem::exists(folder_ / "refuse"))
            return Fault{Errc::field_invalid, "register", reason_for(id)};
        stored_ << id << " " << envelope.attempt << std::endl;
        return {};
    }
    Result<void> on_receipt(const wire::Receipt&) override { return {}; }

private:
    /// The lines of the file in turn, when it has any.
    std::string reason_for(const std::string& id) {
        std::ifstream file{folder_ / "refuse"};
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);)
            lines.push_back(line);
        return lines.empty() ? "no book is open for document " + id : lines[refused_++ % lines.size()];
    }

    const std::filesystem::path folder_;
    std::ofstream stored_;
    std::size_t refused_ = 0;
};

std::string line_of(const std::filesystem::path& file) {
    std::string text;
    std::getline(std::ifstream{file} >> std::ws, text);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5)
        return 2;
    const std::filesystem::path province{argv[1]}, work{argv[4]};
    const std::string code{argv[2]};
    std::signal(SIGTERM, [](int) { is_stopping = 1; });
    std::filesystem::create_directories(work);
    kit::Settings settings{.agency = AgencyCode::parse(code).value()};
    settings.broker = {.host = "127.0.0.1",
                       .port = static_cast<std::uint16_t>(std::stoi(argv[3])),
                       .vhost = "lgsp",
                       .user = code,
                       .password = line_of(province / "broker" / (code + ".password"))};
    settings.certificate_file = province / "pki" / (code + ".pem");
    settings.key_file = province / "pki" / (code + ".key");
    settings.hub_certificate_file = province / "pki" / "hub.pem";
    settings.journal_folder = work / "journal";
    const auto opened = kit::Kit::open(settings);
    if (!opened) {
        std::cerr << opened.error().field << " " << opened.error().peer_text << "\n";
        return 1;
    }
    Refusing handler{work};
    while (!is_stopping)
        (void)(*opened)->poll(std::chrono::milliseconds{200}, handler);
    return 0;
}
