/**
 * The one form of an entry, stored, exported and hashed alike: a line of JSON that names the hash of the line before it and
 * ends with its own. README.md says it for those who check without this code.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { toHex } from '../../shared/octets.ts'
import type { NamedEntry } from './entry.ts'

/** A place in the chain. */
export interface Link {
  readonly sequence: number
  readonly hash: string
}

/** What the first entry continues. */
export const BEGINNING: Link = { sequence: 0, hash: '0'.repeat(64) }

const START = /^\{"sequence":([1-9]\d{0,14}),"previous":"([0-9a-f]{64})",/
const END = /^,"hash":"([0-9a-f]{64})"\}$/
const END_LENGTH = ',"hash":""}'.length + 64

const encoder = new TextEncoder()

function hashOf(text: string): string {
  return toHex(sha256(encoder.encode(text))).toLowerCase()
}

export function writeLine(
  previous: Link,
  { id, at, actor, action, target, from, outcome, evidence }: NamedEntry,
): { readonly line: string; readonly link: Link } {
  const sequence = previous.sequence + 1
  const members = {
    sequence,
    previous: previous.hash,
    id,
    at: new Date(at).toISOString(),
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    action,
    target,
    from,
    outcome: { status: outcome.status, code: outcome.code },
    evidence,
  }
  const covered = JSON.stringify(members).slice(0, -1)
  const hash = hashOf(covered)
  return { line: `${covered},"hash":"${hash}"}`, link: { sequence, hash } }
}

export type Checked =
  | { readonly ok: true; readonly link: Link }
  | { readonly ok: false; readonly why: string }

/** Whether a line is an entry as it was written, and continues `previous`; null: wherever it stands. */
export function checkLine(line: string, previous: Link | null): Checked {
  const [, number, before] = START.exec(line) ?? []
  const [, hash] = END.exec(line.slice(-END_LENGTH)) ?? []
  if (number === undefined || before === undefined || hash === undefined) {
    return { ok: false, why: 'it is no entry' }
  }
  const sequence = Number(number)
  if (previous && sequence !== previous.sequence + 1) {
    return { ok: false, why: `entry ${sequence} stands in its place` }
  }
  if (hashOf(line.slice(0, -END_LENGTH)) !== hash) return { ok: false, why: 'its hash does not fit its text' }
  if (previous && before !== previous.hash) return { ok: false, why: 'it does not continue the entry before' }
  return { ok: true, link: { sequence, hash } }
}
