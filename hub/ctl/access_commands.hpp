#pragma once
// lgsp login, logout, user, token, context.

#include "hub/ctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace hub::ctl {

class AccessCommands {
public:
    /// Adds them to `commands`, which it must outlive.
    AccessCommands(CLI::App& app, Commands& commands);
    AccessCommands(const AccessCommands&) = delete;
    AccessCommands& operator=(const AccessCommands&) = delete;

private:
    using Run = int (AccessCommands::*)(const HubAddress&, const Style&) const;
    CLI::App* add(CLI::App& parent, const char* name, const char* what, const char* example, Run answer);
    void add_users(CLI::App& app);
    void add_factors(CLI::App& users);
    void add_tokens(CLI::App& app);
    void add_contexts(CLI::App& app);
    void add_role(CLI::App& command);

    int log_in(const HubAddress& hub, const Style& style) const;
    int log_out(const HubAddress& hub, const Style& style) const;
    int list_users(const HubAddress& hub, const Style& style) const;
    int add_user(const HubAddress& hub, const Style& style) const;
    int change_user(const HubAddress& hub, const Style& style) const;
    int disable_user(const HubAddress& hub, const Style& style) const;
    int enable_user(const HubAddress& hub, const Style& style) const;
    int set_disabled(bool is_disabled, const HubAddress& hub, const Style& style) const;
    int set_password(const HubAddress& hub, const Style& style) const;
    int offer_factor(const HubAddress& hub, const Style& style) const;
    int confirm_factor(const HubAddress& hub, const Style& style) const;
    int remove_factor(const HubAddress& hub, const Style& style) const;
    std::string factor_target() const;
    int list_tokens(const HubAddress& hub, const Style& style) const;
    int add_token(const HubAddress& hub, const Style& style) const;
    int revoke_token(const HubAddress& hub, const Style& style) const;
    int list_contexts(const HubAddress& hub, const Style& style) const;
    int use_context(const HubAddress& hub, const Style& style) const;

    Commands& commands_;
    std::string name_, context_ = "default", role_, agency_;
    std::filesystem::path password_file_, current_file_, code_file_, out_file_, otp_file_;
    int days_ = 90;
};

}  // namespace hub::ctl
