import { describe, expect, it } from 'vitest'
import {
  createResumptionStore,
  type ResumableSession,
  type TicketKey,
} from '../../../gateway/dtls/resumption.ts'
import { NOW, seededRandom } from './virtual-port.ts'

const key = (id: number): TicketKey => ({ name: Buffer.alloc(16, id), key: Buffer.alloc(32, id) })
const random = seededRandom('tickets')

const session = (identity: ResumableSession['identity']): ResumableSession => ({
  suite: 0xc02b,
  master: Buffer.alloc(48, 3),
  tenant: 'acme',
  serverName: '',
  identity,
  establishedAt: NOW,
})

describe('tickets', () => {
  it('give back the session they were made of, whoever the client was', () => {
    const store = createResumptionStore(() => [key(1)])
    for (const identity of [
      { kind: 'anonymous' },
      { kind: 'psk', identity: 'gerät-1' },
      { kind: 'certificate', thumbprint: 'ab'.repeat(32), notAfter: NOW, authority: '' },
      { kind: 'certificate', thumbprint: 'ab'.repeat(32), notAfter: NOW, authority: 'ef'.repeat(8) },
      { kind: 'raw-public-key', thumbprint: 'cd'.repeat(32) },
    ] as const) {
      const ticket = store.sealTicket(session(identity), random)
      expect(ticket && store.openTicket(ticket)).toEqual(session(identity))
    }
  })

  it('open under an older key while it is still there, and are never the same twice', () => {
    const keys = [key(1)]
    const store = createResumptionStore(() => keys)
    const first = store.sealTicket(session({ kind: 'anonymous' }), random)
    const second = store.sealTicket(session({ kind: 'anonymous' }), random)
    keys.unshift(key(2))
    const third = store.sealTicket(session({ kind: 'anonymous' }), random)

    expect(first).not.toEqual(second)
    expect(first && store.openTicket(first)).toBeDefined()
    keys.pop()
    expect(first && store.openTicket(first)).toBeUndefined()
    expect(third && store.openTicket(third)).toBeDefined()
  })

  it('do not open when any octet is altered', () => {
    const store = createResumptionStore(() => [key(1)])
    const ticket = store.sealTicket(session({ kind: 'psk', identity: 'dev1' }), random) ?? Buffer.alloc(0)

    for (let at = 0; at < ticket.length; at++) {
      const altered = Buffer.from(ticket)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(store.openTicket(altered)).toBeUndefined()
    }
  })
})

describe('sessions by id', () => {
  it('are forgotten, oldest first, when there are too many', () => {
    const store = createResumptionStore(() => [], { cacheLimit: 2 })
    for (const id of [1, 2, 3]) store.remember(Buffer.of(id), session({ kind: 'anonymous' }))

    expect([1, 2, 3].map((id) => store.recall(Buffer.of(id)) !== undefined)).toEqual([false, true, true])
  })
})
