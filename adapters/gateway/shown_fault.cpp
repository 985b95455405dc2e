#include "adapters/gateway/shown_fault.hpp"

namespace hub::gateway {

Fault shown_fault(Fault fault) {
    if (!fault.field.starts_with('/'))
        return fault;
    if (fault.code == Errc::not_found)
        fault.code = Errc::internal;
    fault.field.clear();
    return fault;
}

}  // namespace hub::gateway
