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
  place: 0,
  isAnswered: true,
  isForwarded: false,
})

/** The same, as slow as it is plain. */
class PlainMemory {
  held: { readonly holder: Exchange; readonly length: number }[] = []

  get octets(): number {
    return this.held.reduce((sum, { length }) => sum + length, 0)
  }

  keep(holder: Exchange, length: number): void {
    this.release(holder)
    this.held.push({ holder, length })
    while (this.octets > MOST_OCTETS) this.held.shift()
  }

  release(holder: Exchange): void {
    this.held = this.held.filter((each) => each.holder !== holder)
  }
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('keep', 'keep', 'keep anew', 'release'),
    which: fc.nat(60),
    length: fc.nat(40),
  }),
  { maxLength: 4000, size: 'max' },
)

it('keeps what was kept last, as far as there is room', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const memory = new ReplyMemory(MOST_OCTETS)
      const plain = new PlainMemory()
      const exchanges = [exchange(0)]
      for (const { what, which, length } of all) {
        if (what === 'keep') exchanges.push(exchange(exchanges.length))
        const holder = exchanges.at(what === 'keep' ? -1 : -1 - (which % exchanges.length)) as Exchange
        if (what === 'release') {
          memory.release(holder)
          plain.release(holder)
        } else {
          memory.keep(holder, new Uint8Array(length))
          plain.keep(holder, length)
        }
        if (memory.octets !== plain.octets) throw new Error(`${memory.octets} octets, not ${plain.octets}`)
      }
      const kept = exchanges.filter(({ reply }) => reply).map(({ messageId }) => messageId)
      expect(new Set(kept)).toEqual(new Set(plain.held.map(({ holder }) => holder.messageId)))
    }),
    { numRuns: 50 },
  )
})

it('gives an exchange that is answered anew a new place', () => {
  const memory = new ReplyMemory(100)
  const [slow, quick] = [exchange(1), exchange(2)]
  memory.keep(slow, new Uint8Array(4))
  memory.keep(quick, new Uint8Array(90))
  memory.keep(slow, new Uint8Array(20))
  expect([memory.octets, slow.reply?.length, quick.reply]).toEqual([20, 20, undefined])
})
