#pragma once
// A fault as callers may see it.

#include "hub/core/fault.hpp"

namespace hub::gateway {

/// Without names of files of this machine. What concerns such a file is trouble of ours, whatever its code says to those
/// who asked for it.
Fault shown_fault(Fault fault);

}  // namespace hub::gateway
