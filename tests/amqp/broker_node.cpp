#include "tests/amqp/broker_node.hpp"

#include "tests/amqp/province.hpp"

#include "hub/ctl/dev_broker.hpp"
#include "hub/ctl/dev_pki.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace hub::test {
namespace {

const std::string node_script = LGSP_SOURCE_DIR "/deploy/broker/node.sh";

class SpawnActions {
public:
    SpawnActions() { posix_spawn_file_actions_init(&actions_); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    posix_spawn_file_actions_t* get() noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

/// In a session of its own, so that an interrupt from the terminal ends this program and not the
/// housekeeping.
pid_t spawn(std::vector<std::string> arguments, SpawnActions& actions) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t process = -1;
    const int error =
        posix_spawnp(&process, pointers[0], actions.get(), &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw std::runtime_error("cannot run " + arguments[0]);
    return process;
}

int exit_code_of(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::filesystem::path make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lgsp-broker-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("cannot make " + name);
    return name;
}

/// Every thread of it; or it is gone.
bool is_stopped(pid_t process) {
    std::error_code error;
    for (const auto& task : std::filesystem::directory_iterator{"/proc/" + std::to_string(process) + "/task", error}) {
        std::ifstream file{task.path() / "stat"};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        const auto at = text.rfind(") ");
        if (at != std::string::npos && std::string_view{"TtZX"}.find(text[at + 2]) == std::string_view::npos)
            return false;
    }
    return true;
}

}  // namespace

NodeKeeper::NodeKeeper(const std::filesystem::path& folder) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    pipe_ = ends[1];
    SpawnActions actions;
    posix_spawn_file_actions_adddup2(actions.get(), ends[0], STDIN_FILENO);
    // Nobody wants its data any more, and a node that stands still does not listen to anything milder.
    process_ = spawn(
        {"bash", "-c", R"(cat; "$0" kill "$1/node"; rm -rf -- "$1")", node_script, folder.string()}, actions);
    ::close(ends[0]);
}

NodeKeeper::~NodeKeeper() {
    ::close(pipe_);
    (void)exit_code_of(process_);
}

BrokerNode& BrokerNode::running() {
    static BrokerNode node;
    return node;
}

BrokerNode::BrokerNode() : folder_{make_folder()}, keeper_{folder_} {
    const auto made = ctl::make_broker({folder_ / "broker", trial_codes(), false}, ctl::Lang::en);
    if (!made)
        throw std::runtime_error(made.error().title + " " + made.error().detail);
    if (const auto pki = ctl::make_pki({folder_ / "pki", trial_codes()}, ctl::Lang::en); !pki)
        throw std::runtime_error(pki.error().title + " " + pki.error().detail);
    node_sh({"start", "--definitions", folder_ / "broker/definitions.json", "--tls", folder_ / "pki"});
}

amqp::Address BrokerNode::address(const std::string& user) const {
    amqp::Address address;
    address.port = static_cast<std::uint16_t>(std::stoi(content("node/port")));
    address.user = user;
    address.password = content("broker/" + user + ".password");
    address.connection_name = "amqp_test";
    return address;
}

amqp::Address BrokerNode::tls_address(const std::string& user) const {
    amqp::Address address = this->address(user);
    address.is_tls = true;
    address.host = "localhost";
    address.port = static_cast<std::uint16_t>(std::stoi(content("node/tls.port")));
    address.ca_file = folder_ / "pki/ca.pem";
    return address;
}

void BrokerNode::start() { node_sh({"start"}); }
void BrokerNode::kill() { node_sh({"kill"}); }
void BrokerNode::wipe() { node_sh({"wipe"}); }

void BrokerNode::ctl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ctl");
    node_sh(std::move(arguments));
}

std::string BrokerNode::definitions() {
    const auto file = folder_ / "exported.json";
    ctl({"export_definitions", file});
    return content("exported.json");
}

void BrokerNode::node_sh(std::vector<std::string> arguments) {
    const auto log = folder_ / "node_sh.log";
    arguments.insert(std::next(arguments.begin()), folder_ / "node");
    arguments.insert(arguments.begin(), {"bash", node_script});
    SpawnActions actions;
    posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(actions.get(), STDOUT_FILENO, STDERR_FILENO);
    if (exit_code_of(spawn(arguments, actions)) != 0)
        throw std::runtime_error("node.sh " + arguments[2] + ": " + content("node_sh.log"));
}

std::string BrokerNode::content(const std::string& name) const {
    std::ifstream in{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

BrokerNode::Frozen::Frozen(const BrokerNode& node) : process_{std::stoi(node.content("node/pid"))} {
    ::kill(process_, SIGSTOP);
    // Its threads on the other core go on for a moment.
    while (!is_stopped(process_))
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

BrokerNode::Frozen::~Frozen() { ::kill(process_, SIGCONT); }

}  // namespace hub::test
