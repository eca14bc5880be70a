/** The little of SQLite that an eUICC's object needs; a Durable Object provides it, and so does `node:sqlite` under test. */

export type SqlValue = string | number | null | Uint8Array

export interface Sql {
  /** Rows as objects; BLOBs as Uint8Array. */
  all<Row>(query: string, ...bindings: SqlValue[]): Row[]
  run(query: string, ...bindings: SqlValue[]): void
  /** All or nothing; `action` must not await. */
  transaction<T>(action: () => T): T
}

export function first<Row>(sql: Sql, query: string, ...bindings: SqlValue[]): Row | undefined {
  return sql.all<Row>(query, ...bindings)[0]
}
