import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Session } from '../../../gateway/dtls/index.ts'
import { SessionRegistry } from '../../../gateway/dtls/session-registry.ts'
import { client, serverOptions, VirtualPort } from './virtual-port.ts'

it('finds by Connection ID what it holds at that moment, however often the same datagram asks', () => {
  let made = 0
  /** All but one end alike. */
  const newCid = () => Buffer.of(made++, 1, 1, 1, 2, 2, 2, made === 3 ? 3 : 2)
  const port = new VirtualPort(serverOptions({ newCid }))
  const sessions = Array.from({ length: 3 }, (_, index) =>
    port.connect(client(), { address: '192.0.2.1', port: 40_000 + index }),
  )
  const length = 8
  /** Two records each, for two sessions. */
  const datagrams = [0, 1, 2].map((index) =>
    Buffer.concat([0, 1].map((more) => sessions[(index + more) % 3]?.ownCid ?? Buffer.of())),
  )
  const step = fc.record({
    what: fc.constantFrom('find', 'find', 'add', 'remove'),
    which: fc.nat(2),
    place: fc.nat(1),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const registry = new SessionRegistry()
      const held = new Set<Session>()
      for (const { what, which, place } of steps) {
        const session = sessions[which]
        const datagram = datagrams[which]
        if (!session || !datagram) throw new Error('there are three')
        if (what === 'add') {
          registry.add(session)
          held.add(session)
        } else if (what === 'remove') {
          registry.remove(session)
          held.delete(session)
        } else {
          const named = sessions[(which + place) % 3]
          const expected = named && held.has(named) ? named : undefined
          expect(registry.findByCid(datagram, place * length, length) === expected).toBe(true)
          expect(named && registry.hasCid(named.ownCid)).toBe(expected !== undefined)
          expect(new Set(registry)).toEqual(held)
          expect(registry.size).toBe(held.size)
        }
      }
    }),
  )
})
