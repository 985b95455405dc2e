#include "hub/http/console.hpp"

#include "hub/console/assets.hpp"
#include "hub/http/problem.hpp"

namespace hub::http {
namespace {

/// The coding named, and not with a weight of nothing: "gzip, br", "br;q=1.0, gzip;q=0.8".
bool takes_gzip(std::string_view accepted) noexcept {
    const auto at = accepted.find("gzip");
    if (at == accepted.npos)
        return false;
    const std::string_view rest = accepted.substr(at + 4, accepted.find(',', at) - at - 4);
    const auto weight = rest.find("q=");
    return weight == rest.npos || rest.find_first_of("123456789", weight) != rest.npos;
}

Response serve(const Request& request, const console::Asset& asset) {
    Response response;
    response.content_type = asset.type;
    response.fields = {{"ETag", std::string{asset.etag}},
                       {"Vary", "Accept-Encoding"},
                       {"Cache-Control", asset.is_immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
    if (request.if_none_match.find(asset.etag) != std::string::npos) {
        response.status = 304;
        return response;
    }
    const bool is_gzip = takes_gzip(request.accept_encoding);
    if (is_gzip)
        response.fields.push_back({"Content-Encoding", "gzip"});
    response.body = is_gzip ? asset.gzip : asset.plain;
    return response;
}

}  // namespace

std::optional<Response> console_page(const Request& request) {
    const std::string_view path = std::string_view{request.target}.substr(0, request.target.find('?'));
    if ((path != "/" && !path.starts_with("/console/")) || (request.method != "GET" && request.method != "HEAD"))
        return std::nullopt;
    const console::Asset* const asset = console::find(path);
    return asset ? serve(request, *asset)
                 : problem({Errc::not_found, "path", std::string{path.substr(0, 100)}}, request.accept_language);
}

}  // namespace hub::http
