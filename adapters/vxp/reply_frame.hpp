#pragma once
// The axis's reply frame, both ways: {"status":"OK"|"FAIL","ErrorCode":"0","ErrorDesc":…, and what was asked for}.
// Read as it comes in, in memory that does not grow with it. One thread.

#include "adapters/vxp/records.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace hub::vxp {

struct ReplyFrame {
    bool is_ok = false;
    std::string error_code;             ///< The axis's own; may be empty.
    std::string error_text;             ///< Cut.
    std::string doc_id;
    std::optional<std::uint64_t> count;
    bool has_list = false;              ///< data was an array.
    bool has_text = false;              ///< data was a text.
};

/// Names in any case, numbers as texts and texts as numbers, null as nothing; what is unknown is passed over.
class ReplyReader {
public:
    /// One object of the array `data`, its values as texts. A fault ends the reading and comes back as it is.
    using RecordSink = std::function<Result<void>(const Fields& object)>;
    /// The next piece of the text `data`.
    using TextSink = std::function<Result<void>(std::string_view piece)>;
    ReplyReader(RecordSink record, TextSink text);
    ~ReplyReader();

    /// field_invalid: no frame, whatever follows; or a sink's fault.
    Result<void> add(std::string_view piece);
    /// field_invalid: cut short; neither status nor ErrorCode; or OK beside an error.
    Result<ReplyFrame> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

inline constexpr std::string_view error_none = "0";

/// A frame that is OK, up to where `members` may follow: `{"status":"OK",…` and the closing brace. `members` is JSON,
/// e.g. `"DocId":"…"`; may be empty.
std::string ok_frame(std::string_view members);
std::string fail_frame(std::string_view error_code, std::string_view error_text);

template <class Record>
std::string list_frame(std::span<const Record> records) {
    std::string members = "\"data\":[";
    for (const Record& record : records) {
        if (members.back() != '[')
            members += ',';
        write_record(record, members);
    }
    return ok_frame(members += ']');
}

}  // namespace hub::vxp
