#pragma once
// Which submissions wait for their large parts to be put into the hub's content store, and what becomes of those
// whose parts the hub did not find. Used by the kit's thread.

#include "adapters/kit/transfers.hpp"

namespace hub::kit {

class Uploads {
public:
    explicit Uploads(Transfers& transfers) : transfers_{transfers} {}

    /// Puts the parts by reference; `files` are in their order.
    void begin(const EnvelopeHeader& header, std::vector<std::filesystem::path> files);
    /// False: it was no upload.
    bool take(const Transfers::Finished& finished);
    /// It may not be sent yet. What has expired, or has a part that cannot be put, may: the hub's refusal is then
    /// the answer to it.
    bool is_waiting(const EnvelopeId& id, Instant now) const;
    /// The hub does not hold a part: puts all again, after a while. False: often enough, or it cannot be put.
    bool again(const EnvelopeId& id);
    /// Why a part cannot be put.
    std::optional<Fault> cause(const EnvelopeId& id) const;
    void forget(const EnvelopeId& id);

private:
    static constexpr unsigned rounds_max = 6;
    struct Pending {
        Instant expires_at;
        std::vector<TransferOrder> orders;
        std::vector<TransferId> under_way;
        unsigned rounds = 1;
        std::optional<Fault> fault;
    };
    void order(const EnvelopeId& id, Pending& pending, std::chrono::milliseconds delay);

    Transfers& transfers_;
    std::map<EnvelopeId, Pending> pending_;
    std::map<TransferId, EnvelopeId> by_transfer_;
};

}  // namespace hub::kit
