#pragma once
// The control API of the simulated axis: JSON over HTTP, on loopback only. docs/axis-sim.md lists what it takes.

#include "adapters/axis_sim/axis.hpp"
#include "adapters/vxp/http_site.hpp"

namespace hub::axis_sim {

class Control final : public vxp::Site {
public:
    Control(Axis& axis, Directory& directory, FaultBook& faults) : axis_{axis}, directory_{directory}, faults_{faults} {}

    std::unique_ptr<vxp::Visit> visit() override;
    Instant now() override { return axis_.now(); }
    vxp::SiteReply answer(const vxp::RequestHead& head, const std::string& body);

private:
    vxp::SiteReply put_faults(const std::string& body);
    vxp::SiteReply change_unit(const std::string& body);

    Axis& axis_;
    Directory& directory_;
    FaultBook& faults_;
};

}  // namespace hub::axis_sim
