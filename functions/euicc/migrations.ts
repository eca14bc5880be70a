/** The tables of one eUICC (see STORAGE.md), in numbered steps: a step once released is never edited. */
import { first, type Sql } from './sql.ts'

const STEPS: readonly string[] = [
  `
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL, learnt_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE certificate (role TEXT PRIMARY KEY, der BLOB NOT NULL, learnt_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE association (
    eim_id TEXT PRIMARY KEY, counter INTEGER NOT NULL, token INTEGER, key_id TEXT,
    replays INTEGER NOT NULL DEFAULT 0, exhausted INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE eim (eim_id TEXT PRIMARY KEY, eim_id_type INTEGER, proven_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE operation (
    id TEXT PRIMARY KEY, final INTEGER NOT NULL, status TEXT NOT NULL, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX operation_open ON operation (id) WHERE final = 0;
  CREATE TABLE delivery (
    transaction_id TEXT PRIMARY KEY, operation_id TEXT NOT NULL, kind TEXT NOT NULL, eim_id TEXT NOT NULL,
    counter INTEGER, token INTEGER, key_id TEXT, octets BLOB NOT NULL, state TEXT NOT NULL,
    first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX delivery_counter ON delivery (eim_id, counter) WHERE counter IS NOT NULL;
  CREATE INDEX delivery_open ON delivery (first_at) WHERE state = 'open';
  CREATE INDEX delivery_operation ON delivery (operation_id);
  CREATE TABLE evidence (
    id TEXT PRIMARY KEY, operation_id TEXT, kind TEXT NOT NULL, received_at INTEGER NOT NULL, octets BLOB NOT NULL,
    applied INTEGER NOT NULL, verdict TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX evidence_operation ON evidence (operation_id);
  CREATE INDEX evidence_age ON evidence (applied, received_at);
  CREATE TABLE profile (iccid TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE notification (
    id TEXT PRIMARY KEY, sequence_number INTEGER, received_at INTEGER NOT NULL, octets BLOB NOT NULL,
    verified INTEGER NOT NULL, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX notification_age ON notification (verified, received_at);
  CREATE TABLE contact (at INTEGER PRIMARY KEY);
  CREATE TABLE timeline (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL);
  CREATE TABLE trace (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, function TEXT NOT NULL, transport TEXT NOT NULL,
    request BLOB NOT NULL, response BLOB
  );
  CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
  CREATE TABLE idempotency (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, operation_id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE schema_version (version INTEGER NOT NULL);
  INSERT INTO schema_version VALUES (0);
  `,
  `
  DROP INDEX delivery_counter;
  CREATE UNIQUE INDEX delivery_counter ON delivery (eim_id, key_id, counter) WHERE counter IS NOT NULL;
  `,
]

/** Whether this eUICC has ever been enrolled: without, nothing is stored, so that polls for made-up EIDs cost no space. */
export function isCreated(sql: Sql): boolean {
  return (
    first(sql, `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'`) !== undefined
  )
}

/** Brings the tables to the newest version; a no-op when they are. */
export function migrate(sql: Sql): void {
  const found = isCreated(sql)
    ? (first<{ version: number }>(sql, 'SELECT version FROM schema_version')?.version ?? 0)
    : 0
  if (found === STEPS.length) return
  sql.transaction(() => {
    for (const step of STEPS.slice(found)) for (const statement of statementsOf(step)) sql.run(statement)
    sql.run('UPDATE schema_version SET version = ?', STEPS.length)
  })
}

function statementsOf(step: string): string[] {
  return step
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
