/** Counts what goes through a database, so that a test can say how much one call may touch. */
import type { Sql, SqlValue } from '../../functions/euicc/sql.ts'

export class CountedSql implements Sql {
  /** Statements run, and rows given. */
  touched = 0
  /** Characters of text handed over to be stored. */
  written = 0
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  all = <Row>(query: string, ...bindings: SqlValue[]): Row[] => {
    const rows = this.#sql.all<Row>(query, ...bindings)
    this.touched += 1 + rows.length
    return rows
  }

  run: Sql['run'] = (query, ...bindings) => {
    this.touched++
    for (const value of bindings) if (typeof value === 'string') this.written += value.length
    this.#sql.run(query, ...bindings)
  }

  transaction: Sql['transaction'] = (action) => this.#sql.transaction(action)
}
