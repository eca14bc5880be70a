/**
 * Which devices may speak for an eUICC. Results are signed by the card, so nobody can lie; but whoever polls for another
 * could take packages away from it, and learn what is in them.
 */
import type { EuiccContext } from './euicc-context.ts'
import type { Transport } from './euicc-interface.ts'
import { note } from './journal.ts'
import { first, type Sql } from './sql.ts'
import type {
  Admission,
  BoundIdentity,
  NewTransportTrust,
  TransportTrust,
  WayBack,
} from './transport-trust.ts'

const NOBODY: TransportTrust = {
  policy: 'none',
  identities: [],
  delivery: 'retrieval',
  devicePath: '/gsma/rsp2/asn1',
}
/** A line of the timeline for each time somebody is turned away would be a gift to them. */
const NOTED_EVERY_MS = 3_600_000

export function readTransportTrust(sql: Sql): TransportTrust {
  const text = textOf(sql, 'transportTrust')
  return text === undefined ? NOBODY : { ...NOBODY, ...(JSON.parse(text) as TransportTrust) }
}

/** Where a package may be brought to; null when none may: not wanted, never heard by a gateway, or not trusted any more. */
export function readTrustedWayBack(sql: Sql): { readonly way: WayBack; readonly devicePath: string } | null {
  const text = textOf(sql, 'wayBack')
  const { policy, identities, delivery, devicePath } = readTransportTrust(sql)
  if (text === undefined || delivery !== 'injection') return null
  const way = JSON.parse(text) as WayBack
  const isTrusted = policy === 'none' || identities.some(({ identity }) => identity === way.deviceIdentity)
  return isTrusted ? { way, devicePath } : null
}

function textOf(sql: Sql, name: string): string | undefined {
  return sql.all<{ value: string }>('SELECT value FROM fact WHERE name = ?', name)[0]?.value
}

function lastRefusalNoted(sql: Sql): number {
  const noted = first<{ at: number | null }>(
    sql,
    `SELECT max(at) AS at FROM timeline WHERE event = 'transport.refused'`,
  )
  return noted?.at ?? 0
}

function wayOf({ token, deviceIdentity }: Transport): string | null {
  if (!token) return null
  const way: WayBack = { gateway: token.gateway, session: token.session, deviceIdentity }
  return JSON.stringify(way)
}

function write({ sql, now }: EuiccContext, trust: TransportTrust): void {
  sql.run(`INSERT OR REPLACE INTO fact VALUES ('transportTrust', ?, ?)`, JSON.stringify(trust), now)
}

/** As an operator wants it; identities that stay keep the time they were bound at. */
export function setTransportTrust(
  context: EuiccContext,
  { policy, identities, delivery, devicePath }: NewTransportTrust,
): TransportTrust {
  const before = readTransportTrust(context.sql).identities
  const boundAt = new Date(context.now).toISOString()
  const bound = identities.map(
    (identity): BoundIdentity =>
      before.find((each) => each.identity === identity) ?? { identity, boundAt, by: 'operator' },
  )
  const trust = { policy, identities: bound, delivery, devicePath }
  context.sql.transaction(() => {
    write(context, trust)
    note(context.sql, context.now, 'transport.trust_set', { policy, identities: bound.length })
  })
  return trust
}

export class SenderGate {
  #trust: TransportTrust | undefined
  /** The way back as stored, to see when it is another. */
  #way: string | undefined
  /** When a refusal was last written down; undefined until looked up. */
  #notedAt: number | undefined
  /** Tokens that are still valid, and the request each came with. */
  readonly #tokens = new Map<string, { readonly request: string; readonly expiresAt: number }>()

  /** The trust was changed. */
  forget(): void {
    this.#trust = undefined
  }

  /** From memory alone, changing nothing but that; not `admitted` means only that it has to be looked at properly. */
  admitQuietly(transport: Transport, now: number): Admission {
    const { policy, identities } = this.#trust ?? { policy: 'registered', identities: [] }
    if (wayOf(transport) !== (this.#way ?? null)) return 'another-device'
    const isKnown = identities.some(({ identity }) => identity === transport.deviceIdentity)
    if (policy !== 'none' && !isKnown) return 'another-device'
    return this.#isReplayed(transport, now) ? 'replayed' : 'admitted'
  }

  admit(context: EuiccContext, transport: Transport): Admission {
    const { now } = context
    if (this.#isReplayed(transport, now)) return 'replayed'
    const admission = this.#judge(context, transport)
    if (admission === 'admitted') this.#rememberWay(context, transport)
    return admission
  }

  #judge(context: EuiccContext, transport: Transport): Admission {
    const { sql, now } = context
    this.#trust ??= readTransportTrust(sql)
    const { policy, identities } = this.#trust
    if (policy === 'none') return 'admitted'
    const { deviceIdentity } = transport
    if (policy === 'first-use' && identities.length === 0) {
      if (deviceIdentity !== null) this.#bind(context, deviceIdentity)
      return 'admitted'
    }
    if (identities.some(({ identity }) => identity === deviceIdentity)) return 'admitted'
    this.#notedAt ??= lastRefusalNoted(sql)
    if (now - this.#notedAt >= NOTED_EVERY_MS) {
      this.#notedAt = now
      note(sql, now, 'transport.refused', { identity: deviceIdentity })
    }
    return 'another-device'
  }

  /** Written only when it is another one: a sleeping device keeps its session for months. */
  #rememberWay({ sql, now }: EuiccContext, transport: Transport): void {
    const way = wayOf(transport)
    this.#way ??= textOf(sql, 'wayBack')
    if (way === null || way === this.#way) return
    this.#way = way
    sql.run(`INSERT OR REPLACE INTO fact VALUES ('wayBack', ?, ?)`, way, now)
  }

  #bind(context: EuiccContext, identity: string): void {
    const boundAt = new Date(context.now).toISOString()
    const trust: TransportTrust = {
      ...readTransportTrust(context.sql),
      identities: [{ identity, boundAt, by: 'first-use' }],
    }
    this.#trust = trust
    context.sql.transaction(() => {
      write(context, trust)
      note(context.sql, context.now, 'transport.bound', { identity })
    })
  }

  /** One request may ask more than once with its token; another request may not use it at all. */
  #isReplayed({ token }: Transport, now: number): boolean {
    if (!token) return false
    for (const [id, { expiresAt }] of this.#tokens) if (expiresAt < now) this.#tokens.delete(id)
    const seen = this.#tokens.get(token.id)
    if (!seen) this.#tokens.set(token.id, { request: token.request, expiresAt: token.expiresAt })
    return seen !== undefined && seen.request !== token.request
  }
}
