#include "adapters/vxp/reply_frame.hpp"

#include "adapters/vxp/operations.hpp"

#include "adapters/edxml/xml_document.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace hub::vxp {
namespace {

namespace json = boost::json;
using Error = json::error_code;

constexpr std::size_t value_bytes_max = 64 * 1024;      ///< Of one value other than the text `data`.
constexpr std::size_t record_values_max = 64;
constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t depth_max = 16;
/// The frame itself is depth 1, an array in it 2, an object of that 3.
constexpr int frame_depth = 1;
constexpr int record_depth = 3;

/// Told by the parser what it comes upon. All it keeps is bounded.
struct Collector {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = name_bytes_max;
    static constexpr std::size_t max_string_size = std::size_t(-1);

    Collector(ReplyReader::RecordSink to_record, ReplyReader::TextSink to_text)
        : record_sink{std::move(to_record)}, text_sink{std::move(to_text)} {}

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) {
        if (++depth == record_depth)
            record.clear();
        return true;
    }
    bool on_object_end(std::size_t, Error& error) {
        if (depth-- == record_depth && is_in_list)
            return pass(record_sink(record), error);
        return true;
    }
    bool on_array_begin(Error& error) {
        if (depth++ == 0)
            return refuse(error, "an array");
        if (depth == frame_depth + 1 && is_data())
            frame.has_list = is_in_list = true;
        return true;
    }
    bool on_array_end(std::size_t, Error&) {
        if (depth-- == frame_depth + 1)
            is_in_list = false;
        return true;
    }
    bool on_key_part(std::string_view piece, std::size_t, Error&) {
        if (!std::exchange(is_name_begun, true))
            name.clear();
        name.append(piece);
        return true;
    }
    bool on_key(std::string_view piece, std::size_t n, Error& error) {
        (void)on_key_part(piece, n, error);
        is_name_begun = false;
        return true;
    }
    bool on_string_part(std::string_view piece, std::size_t, Error& error) {
        if (depth == frame_depth && is_data()) {
            frame.has_text = true;
            return pass(text_sink(piece), error);
        }
        if (value.size() + piece.size() > value_bytes_max)
            return refuse(error, "a value too long");
        if (is_wanted())
            value.append(piece);
        return true;
    }
    bool on_string(std::string_view piece, std::size_t n, Error& error) {
        return on_string_part(piece, n, error) && put(error);
    }
    bool on_number_part(std::string_view piece, Error&) {
        if (value.size() + piece.size() <= name_bytes_max)
            value.append(piece);
        return true;
    }
    bool on_number(std::string_view piece, Error& error) { return on_number_part(piece, error) && put(error); }
    bool on_int64(std::int64_t, std::string_view text, Error& error) { return on_number(text, error); }
    bool on_uint64(std::uint64_t, std::string_view text, Error& error) { return on_number(text, error); }
    bool on_double(double, std::string_view text, Error& error) { return on_number(text, error); }
    bool on_bool(bool is_true, Error& error) {
        value = is_true ? "true" : "false";
        return put(error);
    }
    bool on_null(Error&) { return true; }
    bool on_comment_part(std::string_view, Error&) { return true; }
    bool on_comment(std::string_view, Error&) { return true; }

    bool is_data() const { return is_same_name(name, "data"); }
    bool is_wanted() const { return depth == frame_depth || (depth == record_depth && is_in_list); }

    bool refuse(Error& error, const char* what) {
        fault = Fault{Errc::field_invalid, "reply", what};
        error = json::error::syntax;
        return false;
    }
    bool pass(const Result<void>& sunk, Error& error) {
        if (sunk)
            return true;
        fault = sunk.error();
        error = json::error::syntax;
        return false;
    }
    bool put(Error& error) {
        std::string text = std::exchange(value, {});
        if (depth == 0)
            return refuse(error, "no object");
        if (depth == record_depth && is_in_list) {
            if (record.size() == record_values_max)
                return refuse(error, "too many values");
            record.push_back({name, std::move(text)});
        } else if (depth == frame_depth) {
            put_in_frame(std::move(text));
        }
        return true;
    }
    void put_in_frame(std::string text) {
        if (is_same_name(name, "status"))
            status = std::move(text);
        else if (is_same_name(name, "ErrorCode"))
            frame.error_code = edxml::cut(text);
        else if (is_same_name(name, "ErrorDesc"))
            frame.error_text = edxml::cut(text);
        else if (is_same_name(name, "DocId"))
            frame.doc_id = edxml::cut(text);
        else if (is_same_name(name, "count"))
            put_count(text);
    }
    void put_count(const std::string& text) {
        std::uint64_t number = 0;
        const char* const end = text.data() + text.size();
        if (!text.empty() && std::from_chars(text.data(), end, number).ptr == end)
            frame.count = number;
    }

    ReplyReader::RecordSink record_sink;
    ReplyReader::TextSink text_sink;
    ReplyFrame frame;
    std::string status;
    std::optional<Fault> fault;
    int depth = 0;
    bool is_in_list = false;
    bool is_name_begun = false;
    std::string name;
    std::string value;
    Fields record;
};

json::parse_options options() {
    json::parse_options chosen;
    chosen.max_depth = depth_max;
    return chosen;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

struct ReplyReader::State {
    State(RecordSink record, TextSink text) : parser{options(), std::move(record), std::move(text)} {}

    Result<void> write(bool has_more, std::string_view piece) {
        Error error;
        const std::size_t used = parser.write_some(has_more, piece.data(), piece.size(), error);
        if (parser.handler().fault)
            return *parser.handler().fault;
        if (error)
            return Fault{Errc::field_invalid, "reply", error.message()};
        if (used < piece.size() && !is_blank(piece.substr(used)))
            return Fault{Errc::field_invalid, "reply", "more than a frame"};
        return {};
    }

    json::basic_parser<Collector> parser;
};

ReplyReader::ReplyReader(RecordSink record, TextSink text)
    : state_{std::make_unique<State>(std::move(record), std::move(text))} {}
ReplyReader::~ReplyReader() = default;

Result<void> ReplyReader::add(std::string_view piece) { return piece.empty() ? Result<void>{} : state_->write(true, piece); }

Result<ReplyFrame> ReplyReader::finish() {
    if (auto ended = state_->write(false, {}); !ended)
        return ended.error();
    const Collector& read = state_->parser.handler();
    ReplyFrame frame = read.frame;
    const bool has_no_error = frame.error_code.empty() || frame.error_code == error_none;
    frame.is_ok = read.status.empty() ? frame.error_code == error_none : is_same_name(read.status, "OK");
    const bool is_failed = read.status.empty() ? !has_no_error : is_same_name(read.status, "FAIL");
    if (!frame.is_ok && !is_failed)
        return Fault{Errc::field_invalid, "reply", "no frame of the axis"};
    if (frame.is_ok && !has_no_error)
        return Fault{Errc::field_invalid, "reply", "OK beside ErrorCode " + frame.error_code};
    return frame;
}

std::string ok_frame(std::string_view members) {
    std::string out = R"({"status":"OK","ErrorCode":"0","ErrorDesc":"Thanh cong")";
    if (!members.empty())
        out.append(",").append(members);
    return out += '}';
}

std::string fail_frame(std::string_view error_code, std::string_view error_text) {
    std::string out = R"({"status":"FAIL","ErrorCode":)";
    write_json_text(error_code, out);
    out += R"(,"ErrorDesc":)";
    write_json_text(error_text, out);
    return out += '}';
}

}  // namespace hub::vxp
