/** What the Durable Object of a tenant's audit log answers, and where it is found. */
import type { AuditQuery, Lines, Verdict } from './audit-chain.ts'
import type { Link } from './chain-line.ts'
import type { ChainedEntry, NamedEntry } from './entry.ts'

export interface AuditInterface {
  /** May repeat what was brought before. */
  append(entries: readonly NamedEntry[]): Promise<void>
  /** Newest first. */
  list(query: AuditQuery): Promise<readonly ChainedEntry[]>
  /** Oldest first. */
  lines(after: number, most: number): Promise<Lines>
  verify(from: Link, most: number): Promise<Verdict>
}

export interface AuditNamespace {
  getByName(name: string): AuditInterface
}

export function auditOf(namespace: AuditNamespace, tenant: string): AuditInterface {
  return namespace.getByName(tenant)
}
