/** Keys that all workers and nodes have without talking: derived from the cluster key and the time, so they rotate by themselves. */
import { hkdfSync } from 'node:crypto'
import type { CookieKey, TicketKey } from './dtls/index.ts'

const COOKIE_PERIOD_MS = 60_000
const TICKET_PERIOD_MS = 86_400_000

function derive(clusterKey: Uint8Array, purpose: string, period: number, octets: number): Buffer {
  return Buffer.from(hkdfSync('sha256', clusterKey, '', `edge-eim ${purpose} ${period}`, octets))
}

/** Gives what `make` gave for the present period and the one before; `make` is called once a period. */
function rotating<T>(periodMs: number, now: () => number, make: (period: number) => T): () => readonly T[] {
  let made: { readonly period: number; readonly keys: readonly T[] } | undefined
  return () => {
    const period = Math.floor(now() / periodMs)
    if (made?.period !== period) made = { period, keys: [make(period), make(period - 1)] }
    return made.keys
  }
}

/** A cookie is good for one to two minutes. `now`: milliseconds since 1970. */
export function rotatingCookieKeys(clusterKey: Uint8Array, now: () => number): () => readonly CookieKey[] {
  return rotating(COOKIE_PERIOD_MS, now, (period) => ({
    id: period & 0xff,
    key: derive(clusterKey, 'cookie', period, 32),
  }))
}

/** A ticket is good for one to two days, and no longer than its lifetime. */
export function rotatingTicketKeys(clusterKey: Uint8Array, now: () => number): () => readonly TicketKey[] {
  return rotating(TICKET_PERIOD_MS, now, (period) => ({
    name: derive(clusterKey, 'ticket name', period, 16),
    key: derive(clusterKey, 'ticket', period, 32),
  }))
}
