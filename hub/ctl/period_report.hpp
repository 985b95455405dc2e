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
/// What the share counts beside documents that change nothing, and what the given numbers are.
struct ShareFormula {
    bool with_changes = false;                       ///< Recalls and updates too.
    bool with_refused = false;                       ///< What the hub refused too.
    bool is_paper_given = false;                     ///< What is given went on paper alone; all otherwise.
};
/// The hub's answer with "electronic", a share for each agency of `totals`: null when not all was counted. With it
/// "electronic_formula", the terms of `formula`.
boost::json::value with_shares(boost::json::value report, const std::map<std::string, std::uint64_t>& totals,
                               const ShareFormula& formula = {});
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
    std::vector<std::string> formula_;
    bool is_csv_ = false;
};

}  // namespace hub::ctl
