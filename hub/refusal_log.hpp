#pragma once
// Whom the content store turns away, for all its threads: what is to be logged is logged, and the lamps and metrics
// get a picture of it. Thread-safe.

#include "hub/core/content_refusals.hpp"

#include <mutex>
#include <string_view>

namespace hub {

class RefusalLog {
public:
    void refused(const AgencyCode& agency, Errc why, std::optional<Instant> certificate_until, Instant now);
    /// `address`: whence the last one came.
    void turned_away(ContentRefusals::Stranger stranger, std::string_view address, Instant now);
    /// Now and then.
    void look(Instant now);
    ContentRefusals::Snapshot snapshot() const;

private:
    mutable std::mutex mutex_;
    ContentRefusals refusals_;
};

}  // namespace hub
