import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Asn1Fault } from '../../shared/asn1/index.ts'
import {
  A,
  B,
  C,
  disable,
  EID,
  enable,
  enableWithRollback,
  iccid,
  makeBench,
  type PsmoList,
  remove,
} from './bench-card.ts'
import { deviceFrom, saveDevice } from './device-store.ts'
import { executeFallback, profileRollback, returnFromFallback } from './es10b.ts'
import { asn1Client, jsonClient } from './esipa-client.ts'
import type { EuiccState } from './euicc-state.ts'
import { FaultyNetwork } from './faulty-network.ts'
import { ENCODINGS, lenient } from './lenient-encoding.ts'
import { readPackage } from './package-reader.ts'
import { SeededRandom } from './seeded-random.ts'
import { PowerLost, SimulatedIpa } from './simulated-ipa.ts'

const digits = fc.constantFrom(A, B, C)
const psmo = fc.oneof(
  digits.map(enable),
  digits.map(enableWithRollback),
  digits.map(disable),
  digits.map(remove),
  digits.map((each) => ({ setFallbackAttribute: { iccid: iccid(each) } }) as const),
  fc.constant({ unsetFallbackAttribute: {} } as const),
)
const event = fc.oneof(
  fc.array(psmo, { minLength: 1, maxLength: 3 }),
  fc.constantFrom('rollback', 'fallback', 'return', 'forget', 'restart'),
)

type Event = PsmoList[number][] | 'rollback' | 'fallback' | 'return' | 'forget' | 'restart'

async function act({ euicc, psmo: run }: ReturnType<typeof makeBench>, each: Event, lastNumber: number) {
  if (Array.isArray(each)) await run(...each)
  else if (each === 'rollback') profileRollback(euicc)
  else if (each === 'fallback') executeFallback(euicc)
  else if (each === 'return') returnFromFallback(euicc)
  else if (each === 'forget') euicc.forget([lastNumber])
  else euicc.state = deviceFrom(saveDevice(euicc)).state
}

function check(state: EuiccState, lastNumber: number): void {
  const { profiles, results, notifications, nextSeqNumber, executions } = state
  expect(profiles.filter((profile) => profile.state === 'enabled').length).toBeLessThanOrEqual(1)
  expect(profiles.filter(({ fallback }) => fallback).length).toBeLessThanOrEqual(1)
  expect(nextSeqNumber).toBeGreaterThan(lastNumber)
  const numbers = [...results, ...notifications].map(({ seqNumber }) => seqNumber)
  expect(new Set(numbers).size).toBe(numbers.length)
  const counters = executions.map(({ counterValue }) => counterValue)
  expect(counters).toEqual([...counters].sort((left, right) => left - right))
}

describe('whatever happens to a card', () => {
  it('one profile at most is enabled, one at most has the fallback attribute, and numbers only grow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const bench = makeBench()
        const { euicc } = bench
        let lastNumber = 0
        for (const each of events) {
          await act(bench, each, lastNumber)
          check(euicc.state, lastNumber)
          lastNumber = euicc.state.nextSeqNumber - 1
        }
      }),
      { numRuns: 60 },
    )
  })

  it('no octets make it do anything but answer or complain of their form', async () => {
    const { euicc, eim } = makeBench()
    const sound = eim.package(EID, { psmoList: [enable(B), remove(A)] })
    const before = euicc.snapshot()
    const damaged = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(sound.length))
    await fc.assert(
      fc.asyncProperty(damaged, async ([at, change, length]) => {
        const octets = sound.with(at, (sound[at] ?? 0) ^ change).slice(0, Math.max(length, at + 1))
        try {
          await euicc.loadEuiccPackage(octets)
        } catch (error) {
          expect(error).toBeInstanceOf(Asn1Fault)
        }
        expect(euicc.state).toEqual(before)
      }),
      { numRuns: 500 },
    )
  })

  it('readPackage throws nothing but Asn1Fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        try {
          readPackage(Uint8Array.of(0xbf, 0x51, octets.length & 0x7f, ...octets))
        } catch (error) {
          expect(error).toBeInstanceOf(Asn1Fault)
        }
      }),
    )
  })
})

describe('whatever the network and the power do', () => {
  it.each(['asn1', 'json'] as const)(
    'no package executes twice over %s, in 150 schedules',
    async (binding) => {
      for (let seed = 1; seed <= 150; seed++) {
        const random = new SeededRandom(seed)
        const { euicc, eim } = makeBench()
        const network = new FaultyNetwork(eim.send, random, { rate: 0.4, corrupts: random.chance(0.5) })
        const quirks = random.chance(0.3) ? { rewrite: lenient(random.pick(ENCODINGS)) } : {}
        const client = (binding === 'asn1' ? asn1Client : jsonClient)(network.send, quirks)
        const ipa = new SimulatedIpa(euicc, client, {
          listForm: random.chance(0.5),
          resendsKept: random.chance(0.5),
          beforeStep: () => {
            if (random.chance(0.05)) throw new PowerLost()
          },
        })
        const packages = [enable(B), disable(B), enableWithRollback(C)].map((each) =>
          eim.package(EID, { psmoList: [each] }),
        )
        for (let wakeUp = 0; wakeUp < 10; wakeUp++) {
          eim.queue.push(random.pick(packages))
          await ipa.wakeUp()
        }
        const digests = euicc.state.executions.map(({ digest }) => digest)
        expect(new Set(digests).size, `seed ${seed}`).toBe(digests.length)
        expect(digests.length, `seed ${seed}`).toBeLessThanOrEqual(packages.length)
      }
    },
  )
})
