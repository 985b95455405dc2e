#pragma once
// One attached file: decoded and looked at piece by piece, never trusted. What is no ZIP passes through without
// being kept; a ZIP is read from its end, so it waits in the spool.

#include "adapters/edxml/base64.hpp"
#include "adapters/edxml/inspection.hpp"
#include "adapters/edxml/spool.hpp"

#include <utility>

namespace hub::edxml {

/// Takes the contents of a packet, one after the other, as their base64 goes by. A fault ends the reading.
class ContentSink {
public:
    virtual ~ContentSink() = default;
    virtual Result<void> start() = 0;
    virtual Result<void> add(std::string_view base64) = 0;
    virtual Result<Inspection> finish() = 0;
};

/// Looks at each. The octets decide what it is: a ZIP must hold exactly one entry, without a
/// path in its name, within the limits of size and ratio, and intact by its checksum; office documents, which are
/// ZIPs themselves, may also be carried as they are. A PDF whose octets above 0x7F were replaced (EF BF BD) by
/// somebody who read it as text is refused. Faults are the spool's.
class ContentInspector final : public ContentSink {
public:
    ContentInspector(const Limits& limits, std::optional<SpoolPlace> place)
        : limits_{limits}, spool_{std::move(place)} {}

    Result<void> start() override;
    Result<void> add(std::string_view base64) override;
    Result<Inspection> finish() override;

private:
    Result<void> take();

    const Limits& limits_;
    Spool spool_;
    Base64Decoder decoder_;
    Bytes decoded_;
    Bytes head_;                    ///< The first octets, by which the kind is told.
    ReplacementCounter counter_;
    std::uint64_t size_ = 0;
    bool is_base64_ = true;
};

}  // namespace hub::edxml
