/** SQLite of Node in the two shapes the edge expects, so that thousands of eUICCs run in one process under virtual time. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Sql, SqlValue } from '../../functions/euicc/sql.ts'

/** As {@link Sql}: what a Durable Object sees. */
export function nodeSql(database = new DatabaseSync(':memory:')): Sql {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const prepare = (query: string) => {
    const known = statements.get(query) ?? database.prepare(query)
    statements.set(query, known)
    return known
  }
  let depth = 0
  return {
    all: <Row>(query: string, ...bindings: SqlValue[]) => prepare(query).all(...bindings) as Row[],
    run: (query, ...bindings) => void prepare(query).run(...bindings),
    transaction<T>(action: () => T): T {
      const savepoint = `level${depth++}`
      database.exec(`SAVEPOINT ${savepoint}`)
      try {
        const result = action()
        database.exec(`RELEASE ${savepoint}`)
        return result
      } catch (error) {
        database.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`)
        throw error
      } finally {
        depth--
      }
    },
  }
}

class NodeStatement {
  readonly #database: DatabaseSync
  readonly #query: string
  readonly #bindings: SQLInputValue[]

  constructor(database: DatabaseSync, query: string, bindings: SQLInputValue[] = []) {
    this.#database = database
    this.#query = query
    this.#bindings = bindings
  }

  bind(...bindings: unknown[]): NodeStatement {
    return new NodeStatement(this.#database, this.#query, bindings.map(toSqlite))
  }

  execute() {
    const statement = this.#database.prepare(this.#query)
    if (statement.columns().length > 0) {
      return { success: true as const, results: statement.all(...this.#bindings), meta: { changes: 0 } }
    }
    const { changes } = statement.run(...this.#bindings)
    return { success: true as const, results: [], meta: { changes: Number(changes) } }
  }

  async all() {
    return this.execute()
  }

  async run() {
    return this.execute()
  }

  async first(column?: string) {
    const row = this.execute().results[0]
    return row === undefined ? null : column === undefined ? row : (row[column] ?? null)
  }
}

function toSqlite(value: unknown): SQLInputValue {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as SQLInputValue
}

/** The part of D1 that the edge uses. */
export function nodeD1(migrations: readonly string[]): D1Database {
  const database = new DatabaseSync(':memory:')
  for (const migration of migrations) database.exec(migration)
  const d1 = {
    prepare: (query: string) => new NodeStatement(database, query),
    async batch(statements: readonly NodeStatement[]) {
      database.exec('BEGIN')
      try {
        const results = statements.map((statement) => statement.execute())
        database.exec('COMMIT')
        return results
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
  }
  return d1 as unknown as D1Database
}
