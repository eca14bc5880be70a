/** Searching the fleet: by ICCIDs as people write them, in lists and counts alike, whatever the size of what was enrolled. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../functions/euicc/euicc-interface.ts'
import {
  countEuiccs,
  type EuiccFilter,
  insertEuiccs,
  listEuiccs,
  writeChanges,
} from '../../../functions/fleet/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

const NOW = Date.UTC(2026, 0, 1)
let db: D1Database
let tenant: string

beforeEach(async () => {
  db = (await prepareEnvironment()).FLEET
  tenant = `ten_${crypto.randomUUID()}`
})

const eidOf = (index: number) => `${index}`.padStart(32, '0')

function enrolment(index: number, rest: Partial<Enrolment> = {}): Enrolment {
  const eid = eidOf(index)
  return {
    tenant,
    eid,
    eimId: 'e',
    labels: {},
    group: null,
    expectedPollSeconds: null,
    timeZone: null,
    ...rest,
  }
}

async function holds(index: number, sequence: number, iccid: string): Promise<void> {
  const profiles = [{ iccid, state: 'disabled' as const }]
  await writeChanges(db, [{ tenant, eid: eidOf(index), sequence, at: NOW, kind: 'profiles', profiles }])
}

async function found(filter: EuiccFilter): Promise<string[]> {
  return (await listEuiccs(db, tenant, filter, 1000, null)).euiccs.map(({ eid }) => eid)
}

/** ITU-T E.118: Luhn over all digits. */
function checkDigitOf(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${(10 - (sum % 10)) % 10}`
}

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((each) => each.join(''))

describe('an ICCID', () => {
  it('finds its eUICC with and without its check digit, whichever the eUICC has', async () => {
    await insertEuiccs(db, [enrolment(1)], NOW)
    let sequence = 0

    await fc.assert(
      fc.asyncProperty(fc.oneof(digits(18), digits(19)), fc.boolean(), async (short, cardHasShort) => {
        const long = short + checkDigitOf(short)
        sequence += 1
        await holds(1, sequence, cardHasShort ? short : long)

        expect(await found({ iccid: short })).toEqual([eidOf(1)])
        expect(await found({ iccid: long })).toEqual([eidOf(1)])
      }),
      { numRuns: 40 },
    )
  })

  it('with another last digit finds nothing', async () => {
    await insertEuiccs(db, [enrolment(1)], NOW)
    await holds(1, 1, '898800000000000001')
    const wrong = `898800000000000001${(Number(checkDigitOf('898800000000000001')) + 1) % 10}`

    expect(await found({ iccid: wrong })).toEqual([])
  })
})

describe('a count', () => {
  it('is of those that the filter leaves', async () => {
    await insertEuiccs(db, [enrolment(1, { group: 'a' }), enrolment(2, { group: 'b' }), enrolment(3)], NOW)

    expect(await countEuiccs(db, tenant, {})).toBe(3)
    expect(await countEuiccs(db, tenant, { group: 'b' })).toBe(1)
    expect(await countEuiccs(db, tenant, { iccid: '898800000000000001' })).toBe(0)
  })
})

describe('enrolling', () => {
  it('takes more in one call than a value of the database can hold', async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`n${index}`, '€'.repeat(250)]),
    )
    const many = Array.from({ length: 150 }, (_, index) => enrolment(index, { labels }))

    const created = await insertEuiccs(db, many, NOW)

    expect(JSON.stringify(many).length).toBeGreaterThan(1_400_000)
    expect(created.size).toBe(150)
    expect(await found({ label: `n7:${'€'.repeat(250)}` })).toHaveLength(150)
  })
})
