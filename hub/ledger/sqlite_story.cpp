#include "hub/ledger/sqlite_story.hpp"

#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite_acts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace hub::ledger {
namespace {

/// Tabs and line ends of a sender, as letters that no header may hold (core/envelope.cpp refuses them).
constexpr char kept_tab = '\x1F', kept_line_end = '\x1E';

std::string escaped(std::string text) {
    std::ranges::replace(text, '\t', kept_tab);
    std::ranges::replace(text, '\n', kept_line_end);
    return text;
}

std::string unescaped(std::string_view field) {
    std::string text{field};
    std::ranges::replace(text, kept_tab, '\t');
    std::ranges::replace(text, kept_line_end, '\n');
    return text;
}

}  // namespace

std::string parts_text(const std::vector<Part>& parts) {
    std::string text;
    for (const Part& part : parts) {
        text += std::to_string(part.size_bytes) + '\t' + part.digest.text() + '\t' + escaped(part.media_type) + '\t'
                + escaped(part.content_id) + '\t' + escaped(part.name) + '\n';
    }
    return text;
}

std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::array<std::string_view, 5> fields;
        auto rest = line;
        for (auto& field : fields) {
            field = rest.substr(0, rest.find('\t'));
            rest.remove_prefix(std::min(rest.size(), field.size() + 1));
        }
        Part part;
        std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), part.size_bytes);
        if (const auto digest = Digest::parse(fields[1]); digest)
            part.digest = *digest;
        part.media_type = unescaped(fields[2]);
        part.content_id = unescaped(fields[3]);
        part.name = unescaped(fields[4]);
        parts.push_back(std::move(part));
    }
    return parts;
}

Result<std::vector<Entry>> entries_of(Database& database, AgencyNumbers& agencies, EnvelopeSeq seq) {
    std::vector<Entry> found;
    auto row = database.prepare("SELECT e.seq, e.at, e.kind, e.event, e.receiver, e.addressee, e.code, e.field, e.text, "
                                  + std::string{act_columns} + " FROM entries e LEFT JOIN acts a ON a.entry = e.seq"
                                  " WHERE e.envelope = ?1 ORDER BY e.seq LIMIT ?2");
    if (!row)
        return row.error();
    row->bind(1, number(seq)).bind(2, static_cast<std::uint64_t>(limits::story_entries_max));
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        Entry entry;
        entry.seq = EntrySeq{row->number(0)};
        entry.at = Instant{std::chrono::milliseconds{row->integer(1)}};
        entry.kind = static_cast<EntryKind>(row->integer(2));
        entry.envelope = seq;
        if (!row->is_null(3))
            entry.event = static_cast<ReceiptEvent>(row->integer(3));
        for (const int column : {4, 5}) {
            if (row->is_null(column))
                continue;
            const auto code = agencies.code(database, row->integer(column));
            if (!code)
                return code.error();
            (column == 4 ? entry.receiver : entry.addressee) = *code;
        }
        entry.code = row->text(6);
        entry.field = row->text(7);
        entry.text = row->text(8);
        entry.act = act_at(*row, 9);
        found.push_back(std::move(entry));
    }
}

}  // namespace hub::ledger
