#include "adapters/kit/outgoing.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/limits.hpp"

#include <system_error>

namespace hub::kit {

Result<OutgoingStore> OutgoingStore::open(std::filesystem::path folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return Fault{Errc::setting_invalid, folder.string(), error.message()};
    OutgoingStore store{std::move(folder)};
    for (const auto& entry : std::filesystem::directory_iterator{store.folder_, error})
        // Other names are halves of files that a power cut left: they were never promised to anyone.
        if (const auto id = EnvelopeId::parse(entry.path().filename().string()); id)
            store.ids_.emplace(*id, false);
    if (error)
        return Fault{Errc::setting_invalid, store.folder_.string(), error.message()};
    return store;
}

Result<void> OutgoingStore::add(const EnvelopeId& id, BytesView frame) {
    if (auto written = write_durably(folder_ / id.text(), frame); !written)
        return written;
    ids_.emplace(id, false);
    return {};
}

Result<Bytes> OutgoingStore::frame(const EnvelopeId& id) const {
    return read_whole(folder_ / id.text(), limits::envelope_bytes_max);
}

Result<void> OutgoingStore::remove(const EnvelopeId& id) {
    std::error_code error;
    std::filesystem::remove(folder_ / id.text(), error);
    ids_.erase(id);
    if (error)
        return Fault{Errc::internal, folder_.string(), error.message()};
    return sync_folder(folder_);
}

void OutgoingStore::forget_sent() {
    for (auto& [id, is_sent] : ids_)
        is_sent = false;
}

}  // namespace hub::kit
