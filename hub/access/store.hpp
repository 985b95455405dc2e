#pragma once
// Users, their sessions, tokens and one-time codes, in access.db beside the ledger. Of every secret a hash alone is
// kept. Thread-safe; no call computes a password's hash, so that each takes no longer than a write to the disk. A second
// process may make a code meanwhile.

#include "hub/core/access.hpp"
#include "hub/core/instant.hpp"
#include "hub/ledger/sqlite.hpp"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <vector>

namespace hub::access {

/// 1 to 64 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit: nobody can look like somebody else.
bool is_name(std::string_view name) noexcept;

struct User {
    std::string name;
    Role role{};
    std::optional<AgencyCode> agency;
    bool is_disabled = false;
    Instant made_at;
    std::optional<Instant> signed_in_at;
    bool has_second_factor = false;           ///< As it is; who is added has none.
};

struct Token {
    std::string name;
    Role role{};
    std::optional<AgencyCode> agency;
    std::string made_by;
    Instant made_at;
    Instant ends_at;
    std::optional<Instant> revoked_at;
};

/// Who a secret belongs to.
struct Known {
    std::string name;                         ///< A user's, or "token:NAME".
    Role role{};
    std::optional<AgencyCode> agency;
    Instant ends_at;
    bool has_second_factor = false;           ///< Of a user.
    std::optional<std::chrono::seconds> idle{};   ///< Of a session that ends when nobody uses it for so long.
};

/// By what a user's one-time passwords are computed.
struct SecondFactor {
    std::string secret;
    bool is_confirmed = false;                ///< A code of it has come: from now on signing in needs one.
};

/// A filter of a page of the console, under a name of its user's.
struct View {
    std::string page;
    std::string name;
    std::string query;                        ///< As it stands in the page's link.
    Instant kept_at;
};

/// A request that came with a key of its caller's, so that it is done once.
struct Asked {
    enum class State : std::uint8_t {
        under_way = 0,
        answered = 1,
        told_once = 2,                        ///< Done; the answer is not kept.
        unknown = 3,                          ///< Done or not.
    };
    std::string request;                      ///< What was asked, in a form that the asker compares.
    State state{};
    unsigned status = 0;                      ///< Of `answered`; with the body.
    std::string answer;
};

class AccessStore {
public:
    static constexpr std::chrono::hours code_lasts{1};

    /// Made when it is not there, for its owner alone.
    static Result<std::unique_ptr<AccessStore>> open(const std::filesystem::path& folder);

    /// Whether anybody was ever added.
    bool has_users() const noexcept { return has_users_; }
    Result<std::vector<User>> users();
    Result<std::optional<User>> user(std::string_view name);
    /// Empty: no such user, or a disabled one.
    Result<std::string> password_of(std::string_view name);
    /// name_in_use.
    Result<void> add(const User& user, std::string_view password_hash);
    /// Role, agency and whether disabled. A disabled user's sessions end. not_found; last_administrator.
    Result<void> change(const User& user);
    /// last_administrator, as change() would say.
    Result<void> may_change(const User& user);
    /// Ends the user's sessions, except `kept`. not_found.
    Result<void> set_password(std::string_view name, std::string_view password_hash, const Digest* kept);

    Result<std::optional<SecondFactor>> second_factor(std::string_view name);
    /// One that nothing asks for until it is confirmed, instead of one like that. name_in_use: there is one that is.
    Result<void> offer_second_factor(std::string_view name, std::string_view secret);
    /// A code of this step has come. It is confirmed by that. False: one of this step or a later one was there before.
    Result<bool> use_second_factor(std::string_view name, std::int64_t step);
    /// not_found.
    Result<void> remove_second_factor(std::string_view name);

    struct Session {
        std::string user;
        std::chrono::milliseconds idle{};
        Instant ends_at;
        std::string address{};                ///< Of whoever began it.
        bool is_bearer = false;               ///< Of a program, not of a browser.
    };
    /// Of one user at most sessions_per_user_max: the oldest ends.
    Result<void> begin(const Digest& id, const Session& session, Instant now);
    Result<void> end(const Digest& id);
    /// All of the user's except `kept`.
    Result<void> end_others(std::string_view name, const Digest& kept);
    /// As its owner is shown it.
    struct ShownSession {
        std::string handle;                   ///< It names the session and opens nothing.
        std::optional<Instant> began_at;      ///< Nullopt: from before that was noted.
        Instant seen_at;
        Instant ends_at;
        std::string address;
        bool is_bearer = false;
    };
    static std::string handle_of(const Digest& id);
    /// Those of the user that have not ended; the one that was used last first.
    Result<std::vector<ShownSession>> sessions(std::string_view name, Instant now);
    /// not_found: none of the user's.
    Result<void> end(std::string_view name, std::string_view handle);
    static constexpr int sessions_per_user_max = 20;

    Result<std::vector<Token>> tokens();
    /// name_in_use.
    Result<void> add(const Token& token, const Digest& id);
    /// not_found.
    Result<void> revoke(std::string_view name, Instant now);

    /// By the digest of a session's secret or of a token; nullopt: nobody's, or its time is over.
    Result<std::optional<Known>> known(const Digest& id, Instant now);
    /// The same, without being a sign of life: a session's idle time runs on.
    Result<std::optional<Known>> still_known(const Digest& id, Instant now);

    /// No other code is good from now on.
    Result<void> add_code(const Digest& id, Instant now);
    /// It is good, and from now on it is not any more.
    Result<bool> take_code(const Digest& id, Instant now);

    static constexpr std::int64_t views_per_user_max = 50;
    /// By page and name. `user` is whoever asks, as the audit calls them.
    Result<std::vector<View>> views(std::string_view user);
    /// Instead of one of that name. False: there are too many already.
    Result<bool> keep(std::string_view user, const View& view);
    /// not_found.
    Result<void> drop_view(std::string_view user, std::string_view page, std::string_view name);

    static constexpr std::chrono::hours asked_kept{24};
    static constexpr int asked_per_caller_max = 1000;       ///< The oldest are forgotten.
    /// What is known of it; nullopt: nothing was, and from now on it is under way.
    Result<std::optional<Asked>> ask_once(const Digest& id, std::string_view caller, std::string_view request, Instant now);
    /// State, status and answer.
    Result<void> set_asked(const Digest& id, const Asked& asked);
    Result<void> forget_asked(const Digest& id);
    /// Of all that is under way nobody knows what becomes of it.
    Result<void> give_up_asked();

private:
    explicit AccessStore(ledger::Database database) : database_{std::move(database)} {}
    template <class... Values>
    Result<ledger::Statement> ask(std::string_view sql, const Values&... values);
    template <class... Values>
    Result<void> run(std::string_view sql, const Values&... values);
    Result<std::optional<Known>> session(const Digest& id, Instant now, bool is_seen);
    Result<std::optional<Known>> token(const Digest& id, Instant now);
    Result<void> keeps_an_administrator(const User& user);
    Result<bool> has_other_administrator(std::string_view name);

    std::mutex mutex_;
    ledger::Database database_;
    std::atomic<bool> has_users_{false};
};

}  // namespace hub::access
