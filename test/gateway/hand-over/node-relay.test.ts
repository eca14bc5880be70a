import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameKey, readFrame, writeFrame } from '../../../gateway/hand-over/frame.ts'
import { NodeRelay } from '../../../gateway/hand-over/index.ts'

const CLUSTER_KEY = Buffer.alloc(32, 7)
const key = frameKey(CLUSTER_KEY)
const NOW = 1_800_000_000_000
const DEVICE = { address: '2001:db8::1', port: 40_000 }

/** Two nodes that hear each other at once. */
function cluster() {
  const clock = { now: NOW }
  const log: string[] = []
  const relays: NodeRelay[] = []
  const isCut = { value: false }
  for (const node of [1, 2]) {
    const other = 3 - node
    relays.push(
      new NodeRelay({
        node,
        peers: [other],
        clusterKey: CLUSTER_KEY,
        previousClusterKeys: [],
        ports: {
          now: () => clock.now,
          sendFrame: (frame) => void (isCut.value || relays[other - 1]?.receive(frame)),
          deliver: (listener, datagram, from) =>
            log.push(`${node} gets ${datagram} at ${listener} from ${from.port}`),
          send: (listener, datagram, to) =>
            log.push(`${node} sends ${datagram} from ${listener} to ${to.port}`),
          onReturn: (returned) => log.push(`${node} sees ${returned}`),
        },
      }),
    )
  }
  const [first, second] = relays
  if (!first || !second) throw new Error('two nodes')
  first.ping()
  log.length = 0
  return { first, second, log, clock, isCut }
}

describe('two nodes', () => {
  it('hand a datagram over, and its answer back by the way it came', () => {
    const { first, second, log } = cluster()
    expect(first.handOver(2, 0, Buffer.from('question'), DEVICE)).toBe(true)
    expect(second.sendBack(0, Buffer.from('answer'), DEVICE)).toBe(true)
    expect(log).toEqual(['2 gets question at 0 from 40000', '1 sends answer from 0 to 40000'])
  })

  it('answer by themselves once the device has come to them directly', () => {
    const { first, second } = cluster()
    first.handOver(2, 0, Buffer.from('question'), DEVICE)
    second.noteDirect(DEVICE)
    expect(second.sendBack(0, Buffer.from('answer'), DEVICE)).toBe(false)
  })

  it('miss each other after some seconds of silence, and notice a return', () => {
    const { first, clock, isCut, log } = cluster()
    isCut.value = true
    clock.now += 7000
    expect(first.isAlive(2)).toBe(false)
    expect(first.handOver(2, 0, Buffer.from('question'), DEVICE)).toBe(false)
    isCut.value = false
    first.ping()
    expect(first.isAlive(2)).toBe(true)
    expect(log).toContain('1 sees 2')
  })

  it('miss each other as soon when the clock was set back, and find each other again', () => {
    const { first, clock, isCut } = cluster()
    clock.now -= 3_600_000
    first.ping()
    expect(first.isAlive(2)).toBe(true)

    isCut.value = true
    clock.now -= 3_600_000

    expect(first.isAlive(2)).toBe(false)
    expect(first.handOver(2, 0, Buffer.from('question'), DEVICE)).toBe(false)
  })

  it('know no third', () => {
    const { first } = cluster()
    expect(first.handOver(3, 0, Buffer.from('question'), DEVICE)).toBe(false)
    expect(first.receive(writeFrame(key, 3, { kind: 'ping' }, NOW))).toBe(false)
  })
})

describe('a frame', () => {
  const deliver = { kind: 'deliver', listener: 3, peer: DEVICE, datagram: Buffer.from('datagram') } as const

  it('is read as it was written', () => {
    expect(readFrame([key], writeFrame(key, 9, deliver, NOW), NOW)).toEqual({ node: 9, frame: deliver })
  })

  it('is nothing when any bit of it is another, or after its time', () => {
    const frame = writeFrame(key, 9, deliver, NOW)
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const forged = Buffer.from(frame)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readFrame([key], forged, NOW)).toBeUndefined()
    }
    expect(readFrame([key], frame, NOW + 11_000)).toBeUndefined()
    expect(readFrame([frameKey(Buffer.alloc(32, 8))], frame, NOW)).toBeUndefined()
  })

  it('is refused, not choked on, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        expect(readFrame([key], Buffer.from(octets), NOW)).toBeUndefined()
      }),
    )
  })
})
