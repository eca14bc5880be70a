/** The Durable Object around an {@link AuditChain}: the one writer of a tenant's audit log. */
import { DurableObject } from 'cloudflare:workers'
import { sqlOf } from '../euicc/durable-sql.ts'
import { AuditChain, type AuditQuery } from './audit-chain.ts'
import type { AuditInterface } from './audit-stub.ts'
import type { Link } from './chain-line.ts'
import type { NamedEntry } from './entry.ts'

export class AuditObject extends DurableObject implements AuditInterface {
  readonly #chain: AuditChain

  constructor(state: DurableObjectState, environment: unknown) {
    super(state, environment as Cloudflare.Env)
    this.#chain = new AuditChain(sqlOf(state.storage))
  }

  async append(entries: readonly NamedEntry[]) {
    this.#chain.append(entries)
  }
  async list(query: AuditQuery) {
    return this.#chain.list(query)
  }
  async lines(after: number, most: number) {
    return this.#chain.lines(after, most)
  }
  async verify(from: Link, most: number) {
    return this.#chain.verify(from, most)
  }
}
