#pragma once
// The operations API over a real ledger in a folder of its own. What the running hub would report about
// itself is a field that a test sets.

#include "hub/http/api.hpp"
#include "tests/contract/ledgers.hpp"

#include <boost/json.hpp>

#include <map>

namespace hub::test {

/// 5 January 1970, 15:00 in Vietnam; on Thursday the first, 7:00, the trial's hub began.
inline constexpr Instant monday{std::chrono::days{4} + std::chrono::hours{8}};

class TrialHub {
public:
    explicit TrialHub(std::string token = {}, bool is_tls = false, std::optional<Right> second_factor_for = {});

    /// Noted for operations_contract.py, if it wants to know.
    http::Response answer(const http::Request& request);
    /// Not noted: what goes on as a stream.
    http::Begun begin(const http::Request& request) { return api_.begin(request); }
    /// A GET from this machine, with the token that is asked for.
    http::Response get(std::string target, std::string language = "en");
    /// The body of get(), which must be JSON with this status.
    boost::json::object ask(const std::string& target, unsigned status = 200);
    /// Numbers of the documents that this question finds.
    std::vector<std::uint64_t> found(const std::string& target);

    http::HubStatus status;
    std::vector<http::HoldOrder> holds;              ///< As they were asked for.
    Result<void> hold_answer;
    std::vector<Act> acts;                           ///< As they were recorded.
    Result<void> record_answer;
    std::vector<Operation> operations;               ///< As they are in the ledger.
    Result<void> operation_answer;
    std::vector<http::QueueOrder> queue_orders;      ///< As they were asked for, and are in the ledger.
    Result<void> queue_answer;
    /// What open_part() gives, in blocks of three octets; of others not_found.
    std::map<std::pair<EnvelopeSeq, std::size_t>, std::string> parts;
    Result<void> part_answer;
    std::vector<EnvelopeSeq> damages;                ///< As they were told.
    Result<ConfigurationLook> look = ConfigurationLook{};   ///< What the files of the settings say.
    std::vector<Act> reloads;                        ///< As they were asked for.
    const std::vector<http::Route>& routes() const noexcept { return api_.routes(); }
    access::AccessStore& access() noexcept { return *access_; }
    Writer& writer() noexcept { return writer_; }

private:
    Result<void> keep(Operation operation);
    Result<void> keep(const http::QueueOrder& order);
    Result<ConfigurationReload> reload(const Act& act, const ConfigurationSeen& seen);
    Result<std::shared_ptr<http::Octets>> open_part(EnvelopeSeq envelope, std::size_t part) const;

    FreshFolder folder_;
    std::unique_ptr<ledger::SqliteLedger> ledger_;
    std::unique_ptr<access::AccessStore> access_;
    Writer writer_;
    std::string token_;
    http::Api api_;
};

/// H43 with an alias, H43.01 with a certificate and contacts, H43.02 closed, H43.03 not open yet, 00.43.W00 the axis.
std::shared_ptr<const Directory> trial_directory();

/// One of a file, a secret one, one that is not set.
std::vector<Setting> trial_settings();

/// What they hand out until nothing comes any more.
std::string all_of(http::Octets& octets);

/// Of the response's own fields; empty when it has none of that name.
std::string field_of(const http::Response& response, std::string_view name);

/// What `body` must be: exactly one JSON object, in UTF-8.
boost::json::object object_of(std::string_view body);
std::string text_at(const boost::json::object& object, std::string_view key);

}  // namespace hub::test
