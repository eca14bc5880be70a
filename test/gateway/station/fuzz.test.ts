/** CoAP as nobody would write it, in records that verify: nothing throws, and the session goes on. */
import { describe, expect, it } from 'vitest'
import { connectDevice, createStation, pollOf } from '../../bench/gateway/bench-station.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'

const MESSAGES = Number(process.env.FUZZ_MESSAGES ?? 20_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const FROM = { address: '192.0.2.1', port: 4000 }
const SETTLE_EVERY = 500

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A poll with some octets changed, cut or added; or octets that never were one. */
function mutated(random: SeededRandom): Buffer {
  if (random.chance(0.2))
    return Buffer.from(Array.from({ length: random.below(80) }, () => random.below(256)))
  const octets = [...pollOf(random.below(0x10000))]
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(octets.length + 1)
    const what = random.below(3)
    if (what === 0) octets.splice(at, 1)
    else if (what === 1) octets.splice(at, 0, random.below(256))
    else octets[at] = random.below(256)
  }
  return Buffer.from(octets)
}

describe('mutated CoAP inside a living session', () => {
  it(`does no harm in ${MESSAGES} messages, seed ${SEED}`, async () => {
    const random = new SeededRandom(SEED)
    const bench = createStation()
    const device = connectDevice(bench, FROM)
    for (let count = 0; count < MESSAGES; count++) {
      bench.station.receive(device.protect(23, mutated(random)), FROM)
      if (count % SETTLE_EVERY > 0) continue
      await settled()
      // Longer than message ids are remembered, so that the next ones are new.
      bench.pass(300_000)
      bench.sent.length = 0
    }
    await settled()
    bench.pass(300_000)
    bench.sent.length = 0
    device.received.length = 0
    bench.station.receive(device.protect(23, pollOf(1)), FROM)
    await settled()
    for (const { datagram } of bench.sent) device.receive(datagram)
    expect(device.received.map((message) => message.toString('hex'))).toEqual([
      expect.stringContaining('bf4f03020101'),
    ])
    expect(bench.station.coap.forwardedCount).toBe(0)
  }, 600_000)
})
