import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Exchange, ReplyMemory } from '../../../gateway/coap/recent-messages.ts'

const MOST_OCTETS = 1000

const exchange = (messageId: number): Exchange => ({
  type: 'CON',
  messageId,
  token: new Uint8Array(0),
  receivedAt: 0,
  reply: undefined,
  isAnswered: true,
  isForwarded: false,
})

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('keep', 'keep', 'keep', 'release'),
    which: fc.nat(),
    length: fc.nat(40),
  }),
  { maxLength: 4000, size: 'max' },
)

it('keeps what was kept last, as far as there is room', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const memory = new ReplyMemory(MOST_OCTETS)
      const exchanges: Exchange[] = []
      const held: { holder: Exchange; length: number }[] = []
      let octets = 0
      for (const { what, which, length } of all) {
        if (what === 'release' && held.length > 0) {
          const [released] = held.splice(which % held.length, 1)
          if (!released) throw new Error('there is one')
          octets -= released.length
          memory.release(released.holder)
          memory.release(released.holder)
        } else {
          const holder = exchange(exchanges.length)
          exchanges.push(holder)
          held.push({ holder, length })
          octets += length
          while (octets > MOST_OCTETS) octets -= held.shift()?.length ?? 0
          memory.keep(holder, new Uint8Array(length))
        }
        if (memory.octets !== octets) throw new Error(`${memory.octets} octets instead of ${octets}`)
      }
      const ids = held.map(({ holder }) => holder.messageId)
      expect(exchanges.filter(({ reply }) => reply).map(({ messageId }) => messageId)).toEqual(ids)
    }),
    { numRuns: 50 },
  )
})

it('counts an exchange that is answered anew once', () => {
  const memory = new ReplyMemory(MOST_OCTETS)
  const [one, other] = [exchange(1), exchange(2)]
  memory.keep(one, new Uint8Array(4))
  memory.keep(one, new Uint8Array(900))
  expect(memory.octets).toBe(900)
  memory.keep(other, new Uint8Array(101))
  expect([memory.octets, one.reply]).toEqual([101, undefined])
  memory.release(other)
  expect(memory.octets).toBe(0)
})
