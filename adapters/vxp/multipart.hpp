#pragma once
// multipart/form-data, in pieces cut anywhere: written around a file, and read. Pure; one thread.

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

/// What stands before a part's octets.
struct PartHead {
    std::string name;
    std::optional<std::string> file_name;
    std::string content_type;
};

/// Takes the parts of a form, one after the other. A fault ends the reading.
class PartSink {
public:
    virtual ~PartSink() = default;
    virtual Result<void> begin(const PartHead& head) = 0;
    virtual Result<void> add(BytesView piece) = 0;
};

class FormReader {
public:
    /// `sink` must outlive it.
    FormReader(std::string_view boundary, std::size_t parts_max, PartSink& sink);

    /// field_invalid: not of that form, whatever follows; or the sink's fault.
    Result<void> add(BytesView piece);
    /// field_invalid: cut short.
    Result<void> finish() const;

private:
    enum class Stage : std::uint8_t { preamble, after_delimiter, part_header, part_body, epilogue };
    Result<void> step(bool& has_moved);
    Result<void> take_body(std::size_t size);

    std::string delimiter_;             ///< "\r\n--" and the boundary.
    const std::size_t parts_max_;
    PartSink& sink_;
    Stage stage_ = Stage::preamble;
    std::string waiting_;               ///< Read and not yet used.
    std::size_t parts_ = 0;
};

class MultipartReader {
public:
    using Sink = std::function<Result<void>(BytesView piece)>;
    /// The octets of the part `part_name` go to `sink`; other parts are passed over.
    MultipartReader(std::string_view boundary, std::string part_name, Sink sink);
    MultipartReader(const MultipartReader&) = delete;
    MultipartReader& operator=(const MultipartReader&) = delete;

    /// field_invalid: not of that form, whatever follows; or the sink's fault.
    Result<void> add(BytesView piece) { return form_.add(piece); }
    /// field_invalid: cut short, or no part of that name, or two.
    Result<void> finish() const;

private:
    /// Between the form and `sink_`.
    class Chosen final : public PartSink {
    public:
        Chosen(std::string part_name, Sink sink) : part_name_{std::move(part_name)}, sink_{std::move(sink)} {}
        Result<void> begin(const PartHead& head) override;
        Result<void> add(BytesView piece) override { return is_wanted_ ? sink_(piece) : Result<void>{}; }
        bool is_found() const noexcept { return found_ == 1; }

    private:
        const std::string part_name_;
        const Sink sink_;
        bool is_wanted_ = false;
        int found_ = 0;
    };
    Chosen chosen_;
    FormReader form_;
};

}  // namespace hub::vxp
