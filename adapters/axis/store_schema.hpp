#pragma once
// The tables of the connector's store. Times are milliseconds since 1970-01-01 UTC; lists are one item a line.

#include <cstdint>

namespace hub::axis {

/// What stands in user_version.
inline constexpr std::int64_t store_version = 2;

inline constexpr const char* store_schema = R"sql(
CREATE TABLE arrival (
    doc_id TEXT PRIMARY KEY, kind INTEGER NOT NULL, stage INTEGER NOT NULL, envelope BLOB, digest BLOB NOT NULL,
    receivers TEXT NOT NULL, code TEXT NOT NULL, field TEXT NOT NULL, listed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX arrival_open ON arrival (listed_at) WHERE stage < 5;
CREATE INDEX arrival_finished ON arrival (changed_at) WHERE stage >= 5;
CREATE TABLE handed (
    digest BLOB NOT NULL, receiver TEXT NOT NULL, doc_id TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (digest, receiver)) WITHOUT ROWID;
CREATE INDEX handed_by ON handed (doc_id);
CREATE TABLE departure (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, envelope BLOB NOT NULL, kind INTEGER NOT NULL,
    course INTEGER NOT NULL, receivers TEXT NOT NULL, lanes TEXT NOT NULL, title TEXT NOT NULL, notation TEXT NOT NULL,
    echo_key TEXT NOT NULL, taken_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, attempted_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, anchor TEXT NOT NULL, doc_id TEXT, code TEXT NOT NULL, detail TEXT NOT NULL,
    changed_at INTEGER NOT NULL, UNIQUE (envelope, sender));
CREATE INDEX departure_open ON departure (seq) WHERE course < 5;
CREATE INDEX departure_waiting ON departure (taken_at) WHERE course < 3;
CREATE INDEX departure_finished ON departure (changed_at) WHERE course >= 5;
CREATE INDEX departure_echo ON departure (echo_key) WHERE echo_key <> '';
CREATE INDEX departure_doc_id ON departure (doc_id) WHERE doc_id IS NOT NULL;
CREATE INDEX departure_newest ON departure (kind, seq) WHERE doc_id IS NOT NULL;
PRAGMA user_version = 1;
)sql";

/// To version 2, from 1.
inline constexpr const char* store_schema_2 = R"sql(
CREATE INDEX arrival_envelope ON arrival (envelope) WHERE envelope IS NOT NULL;
PRAGMA user_version = 2;
)sql";

}  // namespace hub::axis
