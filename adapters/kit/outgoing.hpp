#pragma once
// Submissions that the hub has not answered: one file each, named by the envelope's id, holding the signed
// frame. Whatever interrupts the adapter, the same bytes are sent again. Beside it, in <id>.files, the files with
// the parts that it names by digest: the adapter's own, or <id>.<n> here for those that it gave as bytes.

#include "hub/core/ids.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace hub::kit {

/// Where the octets of a part by reference are.
using PartSource = std::variant<std::filesystem::path, BytesView>;

class OutgoingStore {
public:
    static Result<OutgoingStore> open(std::filesystem::path folder);

    /// `parts`: those by reference, in the header's order.
    Result<void> add(const EnvelopeId& id, BytesView frame, std::span<const PartSource> parts = {});
    Result<Bytes> frame(const EnvelopeId& id) const;
    /// In the order of the parts by reference.
    Result<std::vector<std::filesystem::path>> files(const EnvelopeId& id) const;
    Result<void> remove(const EnvelopeId& id);
    bool has(const EnvelopeId& id) const { return ids_.contains(id); }

    /// Whether it went out on the connection of now.
    const std::map<EnvelopeId, bool>& ids() const noexcept { return ids_; }
    void set_sent(const EnvelopeId& id, bool is_sent) { ids_.at(id) = is_sent; }
    /// A new connection knows of none.
    void forget_sent();

private:
    explicit OutgoingStore(std::filesystem::path folder) : folder_{std::move(folder)} {}
    std::filesystem::path list_of(const EnvelopeId& id) const { return folder_ / (id.text() + ".files"); }
    Result<void> write_parts(const EnvelopeId& id, std::span<const PartSource> parts) const;
    void remove_parts(const EnvelopeId& id) const;

    std::filesystem::path folder_;
    std::map<EnvelopeId, bool> ids_;
};

}  // namespace hub::kit
