#include "tests/contents/trial_desk.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <thread>

namespace hub::test {

void TrialDesk::add_agency(const AgencyCode& agency, const KeyPair& key) {
    const std::scoped_lock lock{mutex_};
    const auto certificate = Certificate::parse(key.certificate_pem).value();
    agencies_.insert_or_assign(certificate.id(), std::pair{agency, certificate});
}

void TrialDesk::close(const AgencyCode& agency) {
    const std::scoped_lock lock{mutex_};
    closed_.insert(agency);
}

void TrialDesk::let_fetch(const AgencyCode& agency, const Digest& digest) {
    const std::scoped_lock lock{mutex_};
    may_fetch_.emplace(agency, digest);
}

ContentRecord TrialDesk::record(const Digest& digest) const {
    const std::scoped_lock lock{mutex_};
    return records_.at(digest);
}

void TrialDesk::set_state(const Digest& digest, ContentState state) {
    const std::scoped_lock lock{mutex_};
    records_.at(digest).state = state;
}

std::set<Digest> TrialDesk::damaged_ones() const {
    const std::scoped_lock lock{mutex_};
    return damaged_;
}

std::vector<Errc> TrialDesk::failures() const {
    const std::scoped_lock lock{mutex_};
    return failures_;
}

void TrialDesk::set_fault(std::optional<Fault> fault) {
    const std::scoped_lock lock{mutex_};
    fault_ = std::move(fault);
}

void TrialDesk::set_full(bool is_full) {
    const std::scoped_lock lock{mutex_};
    is_full_ = is_full;
}

void TrialDesk::set_silent() {
    const std::scoped_lock lock{mutex_};
    is_silent_ = true;
}

std::size_t TrialDesk::commits_asked() const {
    const std::scoped_lock lock{mutex_};
    return commits_asked_;
}

std::optional<AgencyCode> TrialDesk::agency_of(const Digest& certificate_sha256) {
    const std::scoped_lock lock{mutex_};
    const auto found = agencies_.find(certificate_sha256);
    if (found == agencies_.end())
        return std::nullopt;
    const auto& [agency, certificate] = found->second;
    const auto now = std::chrono::system_clock::now();
    if (now < certificate.valid_from() || now >= certificate.valid_until() || closed_.contains(agency))
        return std::nullopt;
    return agency;
}

void TrialDesk::turned_away(const std::optional<Digest>& certificate_sha256, std::string_view) {
    const std::scoped_lock lock{mutex_};
    turned_away_.push_back(certificate_sha256);
}

std::vector<std::optional<Digest>> TrialDesk::turned_away_ones() const {
    const std::scoped_lock lock{mutex_};
    return turned_away_;
}

Result<std::optional<ContentRecord>> TrialDesk::may_fetch(const AgencyCode& agency, const Digest& digest) {
    const std::scoped_lock lock{mutex_};
    if (fault_)
        return *fault_;
    const auto found = records_.find(digest);
    if (found == records_.end() || !may_fetch_.contains({agency, digest}))
        return std::optional<ContentRecord>{};
    return std::optional{found->second};
}

Result<void> TrialDesk::may_put() {
    const std::scoped_lock lock{mutex_};
    return is_full_ ? Result<void>{Fault{Errc::ledger_full, "disk", {}}} : Result<void>{};
}

void TrialDesk::stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                       std::function<void(Result<void>)> known) {
    auto answer = commit(agency, digest, bytes, copy);
    if (answer)
        known(std::move(*answer));
}

std::optional<Result<void>> TrialDesk::commit(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes,
                                              CopyId copy) {
    const std::scoped_lock lock{mutex_};
    ++commits_asked_;
    if (is_silent_)
        return std::nullopt;
    if (fault_)
        return Result<void>{*fault_};
    records_.insert_or_assign(digest,
                              ContentRecord{digest, bytes, copy, ContentState::whole, agency, Instant{}});
    may_fetch_.emplace(agency, digest);
    return Result<void>{};
}

void TrialDesk::damaged(const Digest& digest, CopyId copy) {
    const std::scoped_lock lock{mutex_};
    if (records_.at(digest).copy == copy)
        damaged_.insert(digest);
}

void TrialDesk::failed(const AgencyCode&, const Fault& fault) {
    const std::scoped_lock lock{mutex_};
    failures_.push_back(fault.code);
}

TrialServer::TrialServer(const std::function<void(http::ContentServer::Settings&)>& change,
                         const std::function<void(contents::FileContentStore::Settings&)>& change_store)
    : hub_key{make_key(KeyKind::p256, "hub")}, a_key{make_key(KeyKind::p256, "a")}, b_key{make_key(
                                                                                        KeyKind::rsa2048,
                                                                                        "b")} {
    auto store_settings = folder.settings();
    if (change_store)
        change_store(store_settings);
    store = StoreFolder::open(store_settings);
    desk = std::make_unique<TrialDesk>(*store);
    desk->add_agency(a, a_key);
    desk->add_agency(b, b_key);
    settings.certificate_file = folder.path() / "hub.pem";
    settings.key_file = folder.path() / "hub.key";
    std::ofstream{settings.certificate_file} << hub_key.certificate_pem;
    std::ofstream{settings.key_file} << hub_key.key_pem;
    if (change)
        change(settings);
    start();
}

void TrialServer::start() {
    // Gone when the server runs, as in the hub.
    const auto given = std::make_unique<http::ContentServer::Settings>(settings);
    auto started = http::ContentServer::start(*given, *desk);
    REQUIRE(started.has_value());
    server = std::move(*started);
}

std::optional<Answered> TrialServer::head(const KeyPair& key, const Digest& digest) const {
    return call(key).ask("HEAD", target_of(digest));
}

std::optional<Answered> TrialServer::get(const KeyPair& key, const Digest& digest,
                                         const std::string& fields) const {
    return call(key).ask("GET", target_of(digest), fields);
}

bool becomes_true(const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!is_so()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace hub::test
