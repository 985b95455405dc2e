#pragma once
// To whom an agency without XML can send: the agencies of the province, searched and page by page. Pure; any thread.

#include "adapters/gateway/units.hpp"

#include "hub/core/fault.hpp"

#include <boost/json/object.hpp>

namespace hub::gateway {

struct ReceiversAsked {
    std::string text;        ///< Words of a name or the beginning of a code, tone marks do not matter; empty: all.
    std::string after;       ///< Code of the last one before; empty: from the beginning.
    std::size_t rows = 100;
};

/// `query`: as written. field_invalid names the parameter.
Result<ReceiversAsked> receivers_asked(const std::map<std::string, std::string>& query);

/// {"receivers": […], "next": …}, in the order of their codes. Closed ones are not among them.
boost::json::object receivers_page(std::vector<Unit> units, const ReceiversAsked& asked);

}  // namespace hub::gateway
