#pragma once
// multipart/form-data with one file, in pieces cut anywhere: written around a file, and read. Pure; one thread.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hub::vxp {

/// What goes before and behind the file.
struct MultipartFrame {
    std::string content_type;
    std::string before;
    std::string after;
};
/// `boundary` must not stand in the file: 128 random bits do not.
MultipartFrame multipart_frame(std::string_view boundary, std::string_view part_name, std::string_view file_name);

/// Of a Content-Type; nullopt: not multipart/form-data, or without one that may stand there.
std::optional<std::string> boundary_of(std::string_view content_type);

class MultipartReader {
public:
    using Sink = std::function<Result<void>(BytesView piece)>;
    /// The octets of the part `part_name` go to `sink`; other parts are passed over.
    MultipartReader(std::string_view boundary, std::string part_name, Sink sink);

    /// field_invalid: not of that form, whatever follows; or the sink's fault.
    Result<void> add(BytesView piece);
    /// field_invalid: cut short, or no part of that name, or two.
    Result<void> finish() const;

private:
    enum class Stage : std::uint8_t { preamble, after_delimiter, part_header, part_body, epilogue };
    Result<void> step(bool& has_moved);
    Result<void> take_body(std::size_t size);
    Result<void> begin_part(std::string_view header);

    std::string delimiter_;             ///< "\r\n--" and the boundary.
    std::string part_name_;
    Sink sink_;
    Stage stage_ = Stage::preamble;
    std::string waiting_;               ///< Read and not yet used.
    bool is_wanted_ = false;
    int found_ = 0;
    int parts_ = 0;
};

}  // namespace hub::vxp
