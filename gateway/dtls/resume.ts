/** Finds the session a ClientHello wants to take up again, if it may (RFC 5246 §7.3, RFC 5077 §3.1, RFC 7627 §5.3). */
import { type CipherSuite, findCipherSuite } from './cipher-suite.ts'
import type { ClientHello } from './client-hello.ts'
import type { Agreement } from './negotiate.ts'
import type { ResumableSession } from './resumption.ts'
import type { ServerOptions } from './server-options.ts'

export interface Resumption {
  readonly session: ResumableSession
  readonly suite: CipherSuite
}

/** `undefined` leads to a full handshake: nothing the client remembers can hurt it. `now`: milliseconds. */
export function findResumable(
  hello: ClientHello,
  agreement: Agreement,
  options: ServerOptions,
  now: number,
): Resumption | undefined {
  const store = options.resumption
  if (store === undefined) return undefined
  const { ticket } = agreement
  const session =
    ticket && ticket.length > 0
      ? store.openTicket(ticket)
      : hello.sessionId.length > 0
        ? store.recall(hello.sessionId)
        : undefined
  if (session === undefined) return undefined
  const suite = findCipherSuite(session.suite)
  const isOffered = options.suites.includes(session.suite) && hello.suites.includes(session.suite)
  if (suite === undefined || !isOffered) return undefined
  if (!mayResume(session, agreement, now, store.lifetimeMs)) return undefined
  if (!options.trusts(session.tenant, session.identity)) return undefined
  return { session, suite }
}

function mayResume(
  { tenant, serverName, identity, establishedAt }: ResumableSession,
  agreement: Agreement,
  now: number,
  lifetimeMs: number,
): boolean {
  // A ticket of one tenant must open no door of another.
  if (tenant !== agreement.policy.tenant || serverName !== (agreement.serverName ?? '')) return false
  if (identity.kind === 'certificate' && now > identity.notAfter) return false
  return now - establishedAt <= lifetimeMs && establishedAt <= now
}
