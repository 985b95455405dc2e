#pragma once
// A ZIP that was attached. The only place that knows libzip.

#include "adapters/edxml/inspection.hpp"
#include "adapters/edxml/spool.hpp"

namespace hub::edxml {

/// Looks at the ZIP in `spool` and at the file in it; sets `found` as ContentInspector says. Faults are the spool's.
Result<void> inspect_archive(const Spool& spool, const Limits& limits, Inspection& found);

}  // namespace hub::edxml
