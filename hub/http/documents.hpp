#pragma once
// /v1/documents: find them, read their stories, hold them.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/object.hpp>

namespace hub::http {

/// A page of documents with what is owed for them; `cursor` leads to the next one. `answer`: what else it says.
Response documents_found(const SearchAnswer& found, const Sources& sources, const Call& call, const std::string& cursor,
                         boost::json::object answer = {});

/// `sources` must outlive the routes.
std::vector<Route> document_routes(Sources& sources);

}  // namespace hub::http
