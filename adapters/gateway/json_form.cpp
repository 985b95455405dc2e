#include "adapters/gateway/json_form.hpp"

#include "adapters/kit/block_file.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= limits::text_bytes_max && is_utf8(name) &&
           std::ranges::none_of(name, [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
}

/// As browsers write it: the path that some put before it is nobody's business.
std::string_view last_name(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

}  // namespace

Result<void> JsonForm::begin(const vxp::PartHead& head) {
    if (auto closed = close_file(); !closed)
        return closed;
    is_metadata_ = head.name == "metadata";
    if (is_metadata_) {
        if (std::exchange(has_metadata_, true))
            return Fault{Errc::field_invalid, "metadata", "twice"};
        return {};
    }
    const std::string place = "files[" + std::to_string(files_.size()) + "]";
    if (!head.file_name || !is_name(last_name(*head.file_name)))
        return Fault{Errc::field_invalid, place, "a part without a file name"};
    auto sink = spooled_.emplace_back(spool_).create();
    if (!sink)
        return sink.error();
    open_.emplace(std::move(*sink));
    files_.push_back({std::string{last_name(*head.file_name)},
                      is_name(head.content_type) ? head.content_type : std::string{}, spooled_.back().path(), {}});
    return {};
}

Result<void> JsonForm::add(BytesView piece) {
    if (!is_metadata_)
        return open_ ? open_->write(piece) : Result<void>{};
    metadata_ += piece;
    return metadata_.size() > metadata_bytes_max
               ? Result<void>{Fault{Errc::packet_too_large, "metadata", std::to_string(metadata_bytes_max)}}
               : Result<void>{};
}

Result<void> JsonForm::close_file() {
    if (!open_)
        return {};
    auto closed = open_->close();
    open_.reset();
    const auto measured = kit::measure(files_.back().path);
    if (!closed || !measured)
        return closed ? Result<void>{measured.error()} : closed;
    files_.back().digest = measured->digest;
    if (measured->bytes == 0)
        return Fault{Errc::field_invalid, "files[" + std::to_string(files_.size() - 1) + "]", "empty"};
    return {};
}

Result<void> JsonForm::finish() {
    if (auto whole = reader_.finish(); !whole)
        return whole;
    if (auto closed = close_file(); !closed)
        return closed;
    return has_metadata_ ? Result<void>{} : Result<void>{Fault{Errc::field_invalid, "metadata", "missing"}};
}

Digest JsonForm::content() const {
    Bytes all{sha256(metadata_).bytes()};
    for (const SubmittedFile& each : files_)
        all.append(sha256(each.name).bytes()).append(each.digest.bytes());
    return sha256(all);
}

}  // namespace hub::gateway
