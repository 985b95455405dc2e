#pragma once
// A ZIP that was attached. The only place that knows libzip.

#include "adapters/edxml/inspection.hpp"
#include "adapters/edxml/octet_sink.hpp"
#include "adapters/edxml/spool.hpp"

namespace hub::edxml {

/// Looks at the ZIP in `spool` and at the file in it; sets `found` as ContentInspector says. Faults are the spool's.
Result<void> inspect_archive(const Spool& spool, const Limits& limits, Inspection& found);

/// The file in a ZIP that inspect_archive() found intact. Faults are the spool's and the sink's.
Result<void> extract_entry(const Spool& spool, OctetSink& out);

}  // namespace hub::edxml
