#include "adapters/kit/outgoing.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/limits.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace hub::kit {
namespace {

constexpr std::size_t id_characters = 36;
constexpr std::size_t list_bytes_max = limits::parts_max * 8192;

}  // namespace

Result<OutgoingStore> OutgoingStore::open(std::filesystem::path folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return file_fault_at_start(error.value(), folder);
    OutgoingStore store{std::move(folder)};
    std::set<EnvelopeId> with_parts;
    for (const auto& entry : std::filesystem::directory_iterator{store.folder_, error}) {
        // Other names are halves of files that a power cut left: they were never promised to anyone.
        const std::string name = entry.path().filename().string();
        if (const auto id = EnvelopeId::parse(name); id)
            store.ids_.emplace(*id, false);
        else if (const auto owner = EnvelopeId::parse(name.substr(0, id_characters)); owner)
            with_parts.insert(*owner);
    }
    if (error)
        return file_fault_at_start(error.value(), store.folder_);
    for (const EnvelopeId& id : with_parts)
        if (!store.has(id))
            store.remove_parts(id);
    return store;
}

Result<void> OutgoingStore::add(const EnvelopeId& id, BytesView frame, std::span<const PartSource> parts) {
    if (!parts.empty())
        if (auto written = write_parts(id, parts); !written)
            return written;
    // Last: with the frame the promise is made.
    if (auto written = write_durably(folder_ / id.text(), frame); !written)
        return written;
    ids_.emplace(id, false);
    return {};
}

Result<void> OutgoingStore::write_parts(const EnvelopeId& id, std::span<const PartSource> parts) const {
    Bytes list;
    std::size_t number = 0;
    for (const PartSource& part : parts) {
        ++number;
        std::filesystem::path file = folder_ / (id.text() + "." + std::to_string(number));
        if (const auto* octets = std::get_if<BytesView>(&part)) {
            if (auto written = write_durably(file, *octets); !written)
                return written;
        } else {
            file = std::get<std::filesystem::path>(part);
        }
        std::error_code error;
        file = std::filesystem::absolute(file, error);
        // A path may hold any octet but this one.
        list += file.string() + '\0';
    }
    return write_durably(list_of(id), list);
}

Result<Bytes> OutgoingStore::frame(const EnvelopeId& id) const {
    return read_whole(folder_ / id.text(), limits::envelope_bytes_max);
}

Result<std::vector<std::filesystem::path>> OutgoingStore::files(const EnvelopeId& id) const {
    const auto list = read_whole(list_of(id), list_bytes_max);
    if (!list)
        return list.error();
    std::vector<std::filesystem::path> files;
    for (std::size_t at = 0; at < list->size();) {
        const auto end = std::min(list->find('\0', at), list->size());
        files.emplace_back(list->substr(at, end - at));
        at = end + 1;
    }
    return files;
}

Result<void> OutgoingStore::remove(const EnvelopeId& id) {
    std::error_code error;
    std::filesystem::remove(folder_ / id.text(), error);
    ids_.erase(id);
    if (error)
        return Fault{Errc::internal, folder_.string(), error.message()};
    if (std::filesystem::remove(list_of(id), error))
        remove_parts(id);
    return sync_folder(folder_);
}

/// What is left here is removed with the next open().
void OutgoingStore::remove_parts(const EnvelopeId& id) const {
    std::error_code ignored;
    std::filesystem::remove(list_of(id), ignored);
    for (std::size_t number = 1; number <= limits::parts_max; ++number)
        std::filesystem::remove(folder_ / (id.text() + "." + std::to_string(number)), ignored);
}

void OutgoingStore::forget_sent() {
    for (auto& [id, is_sent] : ids_)
        is_sent = false;
}

}  // namespace hub::kit
