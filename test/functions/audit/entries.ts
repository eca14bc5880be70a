/** Entries like those that the parts of the house record. */
import type { NamedEntry } from '../../../functions/audit/entry.ts'

export function entryOf(number: number, changes: Partial<NamedEntry> = {}): NamedEntry {
  return {
    id: `req_${number}`,
    at: Date.parse('2026-11-27T10:00:00Z') + number,
    actor: { kind: 'key', id: `key_${number % 3}`, name: 'Zoë “the first” 😀' },
    action: number % 2 === 0 ? 'createOperations' : 'updateEuicc',
    target: `/v1/euiccs/${number % 5}`,
    from: '192.0.2.1',
    outcome: { status: 202 },
    evidence: { requestId: `req_${number}`, bodySha256: 'ab'.repeat(32), note: 'a\nb\u2028c","hash":"x"}' },
    ...changes,
  }
}

/** Numbers from 1. */
export function entriesOf(count: number): readonly NamedEntry[] {
  return Array.from({ length: count }, (_, index) => entryOf(index + 1))
}
