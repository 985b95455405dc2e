#include "tests/vxp/trial_axis.hpp"

#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace hub::vxp::test {

void TrialAxis::disturb(Operation operation, Disturbance disturbance) {
    const std::scoped_lock lock{mutex_};
    disturbances_[operation] = std::move(disturbance);
}

void TrialAxis::refuse_all(std::optional<Refusal> refusal) {
    const std::scoped_lock lock{mutex_};
    refusal_ = std::move(refusal);
}

std::vector<CallRecord> TrialAxis::records() const {
    const std::scoped_lock lock{mutex_};
    return records_;
}

Instant TrialAxis::now() { return system_now() + held()->clock_ahead; }

const Secret* TrialAxis::secret_of(std::string_view system_id) { return system_id == province ? &secret_ : nullptr; }

Answer<std::string> TrialAxis::send(const std::string&, const SendOrder& order, const std::filesystem::path& packet) {
    const std::scoped_lock lock{mutex_};
    if (refusal_)
        return *refusal_;
    held_.packets.emplace_back(order, read_file(packet));
    return "doc-" + std::to_string(held_.packets.size());
}

Answer<std::vector<ReceivedPacket>> TrialAxis::received(const std::string&, PacketKind kind) {
    const std::scoped_lock lock{mutex_};
    if (refusal_)
        return *refusal_;
    std::vector<ReceivedPacket> found;
    for (const auto& each : held_.waiting)
        if (each.message_type == name_of(kind))
            found.push_back(each);
    return found;
}

Answer<FilePiece> TrialAxis::packet(const std::string&, const std::string& doc_id) {
    const std::scoped_lock lock{mutex_};
    const auto found = held_.by_doc_id.find(doc_id);
    if (found == held_.by_doc_id.end())
        return Refusal{error_code::doc_id_unknown, "Khong co docId"};
    return FilePiece{found->second, std::filesystem::file_size(found->second)};
}

Answer<void> TrialAxis::acknowledge(const std::string&, const std::string& doc_id, AckState state,
                                    const std::string& description) {
    const std::scoped_lock lock{mutex_};
    if (refusal_)
        return *refusal_;
    held_.acknowledged.push_back(doc_id + " " + std::string{name_of(state)} + " " + description);
    return {};
}

Answer<std::vector<SentPacket>> TrialAxis::sent(const std::string&, PacketKind, const std::string& doc_id) {
    const std::scoped_lock lock{mutex_};
    std::vector<SentPacket> found;
    for (const auto& each : held_.given_away)
        if (doc_id.empty() || each.sender_doc_id == doc_id)
            found.push_back(each);
    return found;
}

Answer<std::uint64_t> TrialAxis::count(const std::string& caller, PacketKind kind) {
    const auto list = received(caller, kind);
    return list ? Answer<std::uint64_t>{list->size()} : list.error();
}

Answer<std::vector<Agency>> TrialAxis::agencies(const std::string&) {
    return std::vector<Agency>{{.id = "1", .code = "H43", .name = "Tỉnh", .old_code = "000.00.00.H43"}};
}

Answer<std::vector<AgencyQd20>> TrialAxis::agencies_qd20(const std::string&, const std::string& level) {
    return std::vector<AgencyQd20>{{.id = level, .code = "H43", .code102 = "000.00.00.H43"}};
}

Answer<std::vector<Unit>> TrialAxis::units(const std::string&) { return held()->all_units; }

Answer<void> TrialAxis::register_agency(const std::string&, const NewAgency& agency) {
    const std::scoped_lock lock{mutex_};
    held_.registered.push_back(agency);
    return {};
}

Answer<void> TrialAxis::delete_agency(const std::string&, const std::string& code) {
    const std::scoped_lock lock{mutex_};
    held_.deleted.push_back(code);
    return {};
}

HashCheck TrialAxis::hash_check(const std::string&) { return held()->check; }

Disturbance TrialAxis::disturbance(const std::string&, Operation operation) {
    const std::scoped_lock lock{mutex_};
    const auto found = disturbances_.extract(operation);
    return found ? std::move(found.mapped()) : Disturbance{};
}

void TrialAxis::decided(const CallRecord& call) {
    const std::scoped_lock lock{mutex_};
    records_.push_back(call);
}

Trial::Trial(ServerSettings settings, bool is_tls) : axis{folder_.path()}, is_tls_{is_tls} {
    std::filesystem::create_directory(spool());
    settings.spool = spool();
    settings.path = "/XrdAdapter/adapter";
    if (is_tls) {
        const auto key = hub::test::make_key(hub::test::KeyKind::p256, "localhost");
        settings.listener.certificate_file = file("server.pem", key.certificate_pem);
        settings.listener.key_file = file("server.key", key.key_pem);
    }
    server_ = Server::start(settings, axis).value();
}

Client Trial::client(const std::function<void(ClientSettings&)>& change) const {
    const std::string scheme = is_tls_ ? "https://localhost:" : "http://127.0.0.1:";
    ClientSettings settings{
        .address = AxisAddress::parse(scheme + std::to_string(port()) + "/XrdAdapter/adapter/").value(),
        .trust = TlsTrust::load(is_tls_ ? folder_.path() / "server.pem" : std::filesystem::path{}).value(),
        .system_id = province,
        .secret = Secret{secret}};
    // Only end a test that would never end.
    settings.deadlines = {std::chrono::seconds{30}, std::chrono::seconds{30}, std::chrono::seconds{30}, std::chrono::seconds{60}};
    if (change)
        change(settings);
    return Client{settings, system_now, [] { return std::string{"0123456789abcdef"}; }};
}

std::filesystem::path Trial::file(const std::string& name, BytesView octets) const {
    const auto path = folder_.path() / name;
    std::ofstream{path, std::ios::binary} << octets;
    return path;
}

std::filesystem::path Trial::fresh() const { return folder_.path() / ("fresh-" + std::to_string(++names_)); }

Instant system_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace hub::vxp::test
