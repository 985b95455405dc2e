#pragma once
// A file wrapped into a ZIP of one entry, as it goes by: deflated, its size and checksum behind it, as the axis's SDK
// writes them. The only place that knows zlib.

#include "adapters/edxml/octet_sink.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace hub::edxml {

/// One file of at most 3.75 GiB: more is packet_too_large. Other faults are the sink's.
class ZipStream {
public:
    /// `out` must outlive it. `entry_name`: no path; see entry_name_of().
    ZipStream(OctetSink& out, std::string entry_name);
    ~ZipStream();
    ZipStream(const ZipStream&) = delete;
    ZipStream& operator=(const ZipStream&) = delete;

    Result<void> add(BytesView octets);
    Result<void> finish();

private:
    struct State;
    Result<void> write(BytesView octets);
    Result<void> deflate(BytesView octets, bool is_last);

    OctetSink& out_;
    std::string name_;
    std::unique_ptr<State> state_;
    std::uint64_t written_ = 0;
};

/// The SDK's form: the content's id, a UUID as a rule, and the ending of the name for people, where both are plain.
std::string entry_name_of(std::string_view content_id, std::string_view name);

}  // namespace hub::edxml
