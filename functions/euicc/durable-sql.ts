/** Durable Object SQLite in the form the cores expect: BLOBs as Uint8Array. */
import type { Sql, SqlValue } from './sql.ts'

export function sqlOf(storage: DurableObjectStorage): Sql {
  const execute = (query: string, bindings: readonly SqlValue[]) =>
    storage.sql.exec<Record<string, SqlStorageValue>>(query, ...bindings.map(toStorage))
  return {
    all: <Row>(query: string, ...bindings: SqlValue[]) =>
      execute(query, bindings).toArray().map(fromStorage) as Row[],
    run: (query, ...bindings) => void execute(query, bindings),
    transaction: (action) => storage.transactionSync(action),
  }
}

function toStorage(value: SqlValue): SqlStorageValue {
  return value instanceof Uint8Array ? value.slice().buffer : value
}

function fromStorage(row: Record<string, SqlStorageValue>): Record<string, SqlValue> {
  for (const name in row) {
    const value = row[name]
    // In place: the row is ours, and copying each would cost an empty poll more than its query.
    if (value instanceof ArrayBuffer) Object.assign(row, { [name]: new Uint8Array(value) })
  }
  return row as Record<string, SqlValue>
}
