// One measurement: the raw relay, or the same load through the hub. run.sh starts the servers, pairs the two and
// computes the ratios.

#include "tests/bench/arguments.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/raw_relay.hpp"

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/seal.hpp"

#include "hub/amqp/topology.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <random>
#include <thread>
#include <unistd.h>

namespace hub::bench {
namespace {

/// CPU seconds of a process, its children not counted.
double cpu_seconds(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string line;
    std::getline(file, line);
    std::istringstream rest{line.substr(line.rfind(')') + 2)};
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        rest >> skipped;
    double user = 0, system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_mb(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("VmRSS:"))
            return std::stod(line.substr(6)) / 1024;
    return 0;
}

struct Options {
    std::string mode, host = "127.0.0.1", folder, sender, receiver;
    std::uint16_t port = 0;
    std::size_t count = 0, bytes = 0, inboxes = 0;
    int broker_pid = 0, hub_pid = 0;
};

amqp::Address address_of(const Options& options, const std::string& user) {
    amqp::Address address;
    address.port = options.port;
    address.user = user;
    address.password = kit::read_whole(options.folder + "/broker/" + user + ".password", 1000).value();
    return address;
}

/// Signed beforehand: what signing costs is the sender's affair.
std::vector<Sample> signed_samples(const Options& options) {
    const auto pem = [&](const char* end) {
        return kit::read_whole(options.folder + "/pki/" + options.sender + end, 100'000).value();
    };
    const Signer signer = Signer::parse(pem(".pem"), pem(".key")).value();
    std::mt19937_64 random{options.bytes};
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < options.count; ++i) {
        Bytes body(options.bytes, '\0');
        for (std::size_t k = 0; k + 8 <= body.size(); k += 8) {
            const auto value = random();
            std::memcpy(body.data() + k, &value, 8);
        }
        const std::string number = std::to_string(i + 1);
        kit::Outgoing outgoing{.id = std::nullopt,
                               .kind = Kind::document,
                               .sender = AgencyCode::parse(options.sender).value(),
                               .receivers = {AgencyCode::parse(options.receiver).value()}};
        outgoing.document = DocumentName{options.sender, number, "UBND-VX", "2026-11-20",
                                         options.sender + ",2026/11/20," + number + "/UBND-VX",
                                         "V/v nâng cấp hạ tầng công nghệ thông tin năm 2026 số " + number, "Công văn"};
        outgoing.contents.push_back({"van-ban.edxml", "application/edxml+xml", std::move(body)});
        auto sealed = kit::seal(outgoing, std::chrono::hours{24}, signer).value();
        samples.push_back({sealed.id.text(), std::move(sealed.frame)});
    }
    return samples;
}

std::vector<Sample> plain_samples(const Options& options) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < options.count; ++i)
        samples.push_back({"m" + std::to_string(i), Bytes(options.bytes, 'x')});
    return samples;
}

struct Ready {
    std::string exchange, key, user, receiver_user;
    std::vector<std::string> inbox;
};

Ready prepare(const Options& options) {
    if (options.mode == "hub") {
        const std::string name = "submit." + options.sender;
        return {name, name, options.sender, options.receiver,
                {"inbox." + options.receiver, "inbox." + options.receiver + ".urgent"}};
    }
    amqp::Session session = amqp::Session::open(address_of(options, "hub")).value();
    session.declare_exchange("bench", "direct").value();
    for (const std::string queue : {"bench.a", "bench.b"}) {
        session.declare_queue(queue, {}).value();
        session.bind(queue, "bench", queue).value();
        session.purge_queue(queue).value();
    }
    return {"bench", "bench.a", "hub", "hub", {"bench.b"}};
}

/// What a start of the hub publishes, by a producer that does nothing else: into the inboxes of many.
int fill(const Options& options) {
    std::vector<std::string> inboxes;
    for (std::size_t i = 0; i < options.inboxes; ++i)
        inboxes.push_back(amqp::inbox_queue(AgencyCode::parse(options.receiver + "." + std::to_string(i)).value(), false));
    const auto samples = plain_samples(options);
    const std::atomic<std::size_t> arrived = samples.size();
    Stopwatch stopwatch;
    const double broker_before = cpu_seconds(options.broker_pid);
    const auto began = std::chrono::steady_clock::now();
    produce(address_of(options, "hub"), std::string{amqp::deliver_exchange}, inboxes, "hub", samples, arrived, stopwatch);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto count = static_cast<double>(samples.size());
    std::cout << boost::json::serialize(boost::json::object{
        {"mode", options.mode},
        {"seconds", seconds},
        {"broker_cpu_us", (cpu_seconds(options.broker_pid) - broker_before) / count * 1e6}})
              << "\n";
    return 0;
}

int run(const Options& options) {
    const Ready ready = prepare(options);
    const auto samples = options.mode == "hub" ? signed_samples(options) : plain_samples(options);
    Stopwatch stopwatch;
    std::atomic<std::size_t> arrived = 0;
    std::jthread relaying;
    if (options.mode == "raw")
        relaying = std::jthread{[&](const std::stop_token& stop) {
            relay(address_of(options, "hub"), "bench.a", "bench", "bench.b", stop);
        }};
    const double broker_before = cpu_seconds(options.broker_pid);
    const double hub_before = options.hub_pid ? cpu_seconds(options.hub_pid) : 0;
    const auto began = std::chrono::steady_clock::now();
    std::thread consumer{[&] {
        consume(address_of(options, ready.receiver_user), ready.inbox, samples.size(), arrived, stopwatch);
    }};
    produce(address_of(options, ready.user), ready.exchange, {ready.key}, ready.user, samples, arrived, stopwatch);
    consumer.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto count = static_cast<double>(samples.size());
    std::cout << boost::json::serialize(boost::json::object{
        {"mode", options.mode},
        {"per_s", count / seconds},
        {"broker_cpu_us", (cpu_seconds(options.broker_pid) - broker_before) / count * 1e6},
        {"hub_cpu_us", options.hub_pid ? (cpu_seconds(options.hub_pid) - hub_before) / count * 1e6 : 0},
        {"p50_ms", stopwatch.percentile_ms(0.5)},
        {"p99_ms", stopwatch.percentile_ms(0.99)},
        {"rss_mb", options.hub_pid ? resident_mb(options.hub_pid) : 0}})
              << "\n";
    return 0;
}

}  // namespace
}  // namespace hub::bench

int main(int argc, char** argv) {
    hub::bench::Options options;
    hub::bench::Arguments arguments{"One measurement of the bench; tests/bench/run.sh is the whole."};
    arguments.need_one_of("mode", options.mode, {"raw", "hub", "fill"});
    arguments.need("--folder", options.folder);
    arguments.need("--port", options.port);
    arguments.need("--count", options.count);
    arguments.need("--bytes", options.bytes);
    arguments.need("--broker-pid", options.broker_pid);
    arguments.take("--hub-pid", options.hub_pid);
    arguments.take("--from", options.sender);
    arguments.take("--to", options.receiver, "fill: what the codes of the agencies begin with");
    arguments.take("--inboxes", options.inboxes, "fill: into how many, of the agencies 0, 1, 2 …");
    if (const auto ended = arguments.parse(argc, argv))
        return *ended;
    return options.mode == "fill" ? hub::bench::fill(options) : hub::bench::run(options);
}
