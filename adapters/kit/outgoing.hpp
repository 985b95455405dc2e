#pragma once
// Submissions that the hub has not answered: one file each, named by the envelope's id, holding the signed
// frame. Whatever interrupts the adapter, the same bytes are sent again.

#include "hub/core/ids.hpp"

#include <filesystem>
#include <map>
#include <memory>

namespace hub::kit {

class OutgoingStore {
public:
    static Result<OutgoingStore> open(std::filesystem::path folder);

    Result<void> add(const EnvelopeId& id, BytesView frame);
    Result<Bytes> frame(const EnvelopeId& id) const;
    Result<void> remove(const EnvelopeId& id);
    bool has(const EnvelopeId& id) const { return ids_.contains(id); }

    /// Whether it went out on the connection of now.
    const std::map<EnvelopeId, bool>& ids() const noexcept { return ids_; }
    void set_sent(const EnvelopeId& id, bool is_sent) { ids_.at(id) = is_sent; }
    /// A new connection knows of none.
    void forget_sent();

private:
    explicit OutgoingStore(std::filesystem::path folder) : folder_{std::move(folder)} {}
    std::filesystem::path folder_;
    std::map<EnvelopeId, bool> ids_;
};

}  // namespace hub::kit
