#pragma once
// From a verified call to the Service and from its answer to a reply. One call, one thread.

#include "adapters/vxp/reply_frame.hpp"
#include "adapters/vxp/service.hpp"

namespace hub::vxp {

class CallDesk {
public:
    explicit CallDesk(Service& service) : service_{service} {}

    /// `packet`: the spooled file of a sent packet.
    SiteReply perform(Operation operation, const VerifiedCall& call, const std::string& body,
                      const std::filesystem::path& packet);
    /// Of the last call; its code is empty when it was answered.
    const Refusal& refusal() const noexcept { return refusal_; }

private:
    SiteReply send(const VerifiedCall& call, const std::filesystem::path& packet);
    SiteReply acknowledge(const VerifiedCall& call);
    SiteReply give_packet(const VerifiedCall& call, bool is_base64);
    SiteReply register_agency(const VerifiedCall& call, const std::string& body);
    std::optional<PacketKind> kind_of(const VerifiedCall& call);
    SiteReply refuse(Refusal refusal);
    SiteReply refuse_parameter(std::string_view name);
    SiteReply done(const Answer<void>& answer);
    template <class Record>
    SiteReply list(const Answer<std::vector<Record>>& records);

    Service& service_;
    Refusal refusal_;
};

}  // namespace hub::vxp
