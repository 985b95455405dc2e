#pragma once
// What a search's answer means for the command that asked, beyond the table that it fills.

#include "hub/ctl/http_client.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

namespace hub::ctl {

/// Instead of an empty table; nullopt when something was found. A search that was cut says where to go on: that
/// nothing was found so far does not mean that there is nothing.
std::optional<Problem> nothing_found(const boost::json::value& answer, Lang lang);
/// The same of an answer of /v1/directory.
std::optional<Problem> no_agency_found(const boost::json::value& answer, Lang lang);

/// The id (or number in the ledger) of the one document that `name` finds. Statuses about it do not count; with
/// several documents (Exit::conflict) each is named with its id.
Outcome<std::string> only_document(const boost::json::value& answer, const std::string& name, Lang lang);

/// What a document is asked for by: an envelope id or number in the ledger as it is; anything else is taken for a number as
/// documents print it, then for a DocumentId, and the hub is asked whose that is.
Outcome<std::string> name_of_document(const HubAddress& hub, const std::string& name, Lang lang);

/// Neither a letter nor a sign: whoever wrote it has left something out.
bool is_blank(std::string_view text);
Problem nothing_said(std::string field, Lang lang);

}  // namespace hub::ctl
