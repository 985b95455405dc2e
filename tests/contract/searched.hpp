#pragma once
// A ledger that is searched.

#include "tests/contract/ledgers.hpp"

#include "hub/ledger/sqlite_search.hpp"

#include <catch2/catch.hpp>

namespace hub::test {

using Seqs = std::vector<std::uint64_t>;

struct Searched {
    test::FreshFolder folder;
    std::unique_ptr<ledger::SqliteLedger> ledger = ledger::SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    std::unique_ptr<LedgerSearch> search = ledger->search();

    void commit() { REQUIRE(writer.commit().has_value()); }
    Seqs found(const SearchQuery& query) {
        Seqs seqs;
        for (const DocumentSummary& document : search->find(query).value().documents)
            seqs.push_back(number(document.seq));
        return seqs;
    }
    /// The record that was written last is of this kind.
    void make(Kind kind) {
        EnvelopeRecord& record = writer.batch.envelopes.back();
        EnvelopeHeader header = *record.header;
        header.kind = kind;
        header.document.reset();
        if (kind == Kind::status)
            header.status.emplace();
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
    }
};

inline DocumentName named(std::string number, std::string notation, std::string subject) {
    return {"H43", std::move(number), std::move(notation), "2026-11-24", "H43,1", std::move(subject), "Công văn"};
}

}  // namespace hub::test
