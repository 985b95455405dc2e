#include "adapters/axis_sim/call_log.hpp"

#include "adapters/edxml/dates.hpp"

#include <boost/json.hpp>

namespace hub::axis_sim {

void CallLog::add(const vxp::CallRecord& call, Instant at) {
    namespace json = boost::json;
    const std::string operation{call.operation ? vxp::rule_of(*call.operation).path.substr(1) : "?"};
    const std::string when = edxml::edxml_time(at);
    if (!is_json_) {
        std::string line = when + " " + operation + " " + (call.system_id.empty() ? "?" : call.system_id) + " " +
                           std::to_string(call.http_status);
        if (!call.refusal.code.empty())
            line += " " + call.refusal.code + " " + call.refusal.text;
        if (call.is_disturbed)
            line += " (disturbed)";
        add_line(line);
        return;
    }
    add_line(json::serialize(json::object{{"at", when},
                                          {"operation", operation},
                                          {"system_id", call.system_id},
                                          {"http", call.http_status},
                                          {"error", call.refusal.code},
                                          {"text", call.refusal.text},
                                          {"bytes", call.body_bytes},
                                          {"skew_ms", call.skew.count()},
                                          {"disturbed", call.is_disturbed}}));
}

void CallLog::add_line(std::string_view line) {
    const std::scoped_lock lock{mutex_};
    out_ << line << std::endl;
}

}  // namespace hub::axis_sim
