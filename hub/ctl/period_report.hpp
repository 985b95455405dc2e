#pragma once
// lgsp report: what moved in a period.

#include "hub/ctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hub::ctl {

/// "H43.01=1200": how many documents an agency has sent by every way, which the hub cannot know. Exit::usage.
Outcome<std::map<std::string, std::uint64_t>> totals_of(const std::vector<std::string>& words, Lang lang);
/// The hub's answer with "electronic", a share for each agency of `totals`: null when not all was counted.
boost::json::value with_shares(boost::json::value report, const std::map<std::string, std::uint64_t>& totals);
std::string period_report_text(const boost::json::value& report, Lang lang);

class PeriodReportCommand {
public:
    /// Adds it to `commands`, which it must outlive.
    PeriodReportCommand(CLI::App& app, Commands& commands);
    PeriodReportCommand(const PeriodReportCommand&) = delete;
    PeriodReportCommand& operator=(const PeriodReportCommand&) = delete;

private:
    int run(HubAddress hub, const Style& style) const;

    std::vector<std::pair<std::string, std::string>> conditions_;
    std::vector<std::string> totals_;
    bool is_csv_ = false;
};

}  // namespace hub::ctl
