/** Lists of eUICCs: they hold what the filter says, page by page, and reading a page does not grow with the fleet. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../functions/euicc/euicc-interface.ts'
import {
  countEuiccs,
  type EnrolledEuicc,
  type EuiccFilter,
  findEuicc,
  insertEuiccs,
  listEuiccs,
  retireEuicc,
  updateEuicc,
  writeChanges,
} from '../../../functions/fleet/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

const NOW = Date.UTC(2026, 5, 10)
const HOUR = 3_600_000
const SMALL = 600
const LARGE = 2400
let db: D1Database

const eidOf = (index: number) => `89044045${`${index}`.padStart(24, '0')}`
const iccidOf = (index: number, profile: number) => `8901${`${index}`.padStart(13, '0')}${profile}`

/** The n-th of a fleet: what it is does not depend on the size of the fleet. */
function enrolment(tenant: string, index: number): Enrolment {
  return {
    tenant,
    eid: eidOf(index),
    eimId: 'e',
    labels: { site: `site-${index % 5}`, serial: `SN${index}` },
    group: index % 3 === 0 ? null : `group-${index % 3}`,
    expectedPollSeconds: index % 2 === 0 ? 3600 : null,
    timeZone: null,
  }
}

async function makeFleet(tenant: string, size: number): Promise<void> {
  const indexes = Array.from({ length: size }, (_, index) => index)
  await insertEuiccs(
    db,
    indexes.map((index) => enrolment(tenant, index)),
    NOW - 90 * 24 * HOUR,
  )
  const told = (index: number) => ({ tenant, eid: eidOf(index), sequence: 1 })
  await writeChanges(
    db,
    indexes.flatMap((index) =>
      index % 10 === 0
        ? []
        : [{ ...told(index), kind: 'seen' as const, at: NOW - (index % 100) * HOUR - index }],
    ),
  )
  await writeChanges(
    db,
    indexes.map((index) => ({
      ...told(index),
      kind: 'profiles' as const,
      at: NOW,
      profiles: [
        { iccid: iccidOf(index, 1), state: 'enabled', serviceProviderName: index % 2 ? 'Alfa' : 'Beta' },
        { iccid: iccidOf(index, 2), state: 'disabled', serviceProviderName: 'Alfa' },
      ],
    })),
  )
}

beforeAll(async () => {
  db = (await prepareEnvironment()).FLEET
  await makeFleet('small', SMALL)
  await makeFleet('large', LARGE)
})

/** The same database; `read` grows by the rows that its queries read. */
function counting(): { readonly database: D1Database; readonly read: () => number } {
  let rows = 0
  const statement = (prepared: D1PreparedStatement): D1PreparedStatement =>
    ({
      bind: (...values: unknown[]) => statement(prepared.bind(...values)),
      async all() {
        const result = await prepared.all()
        rows += result.meta.rows_read
        return result
      },
    }) as unknown as D1PreparedStatement
  const database = { prepare: (query: string) => statement(db.prepare(query)) } as D1Database
  return { database, read: () => rows }
}

async function allPages(tenant: string, filter: EuiccFilter, limit: number): Promise<EnrolledEuicc[]> {
  const found: EnrolledEuicc[] = []
  for (let cursor: string | null = null; ; ) {
    const { euiccs, next }: Awaited<ReturnType<typeof listEuiccs>> = await listEuiccs(
      db,
      tenant,
      filter,
      limit,
      cursor,
    )
    found.push(...euiccs)
    if (next === null) return found
    cursor = next
  }
}

const interval = ({ expectedPollSeconds }: EnrolledEuicc) => (expectedPollSeconds ?? 86_400) * 1000
const silence = ({ lastSeenAt }: EnrolledEuicc) => NOW - (lastSeenAt ?? 0)
const holds = (euicc: EnrolledEuicc, name: string, state: string) =>
  euicc.profiles.some((profile) => profile.serviceProviderName === name && profile.state === state)

/** Each filter with what it means. */
const FILTERS: readonly (readonly [EuiccFilter, (euicc: EnrolledEuicc) => boolean])[] = [
  [{}, () => true],
  [{ group: 'group-1' }, ({ group }) => group === 'group-1'],
  [{ label: 'site:site-3' }, ({ labels }) => labels.site === 'site-3'],
  [{ label: 'serial:SN77' }, ({ labels }) => labels.serial === 'SN77'],
  [{ lastSeenBefore: NOW - 50 * HOUR }, (euicc) => silence(euicc) > 50 * HOUR],
  [{ lastSeenAfter: NOW - 50 * HOUR }, (euicc) => silence(euicc) < 50 * HOUR],
  [
    { lastSeenAfter: NOW - 50 * HOUR, lastSeenBefore: NOW - 20 * HOUR },
    (euicc) => silence(euicc) < 50 * HOUR && silence(euicc) > 20 * HOUR,
  ],
  [{ health: { is: 'never', at: NOW } }, ({ lastSeenAt }) => lastSeenAt === null],
  [
    { health: { is: 'silent', at: NOW } },
    (euicc) => euicc.lastSeenAt !== null && silence(euicc) >= 3 * interval(euicc),
  ],
  [
    { health: { is: 'late', at: NOW } },
    (euicc) => silence(euicc) < 3 * interval(euicc) && silence(euicc) >= 1.5 * interval(euicc),
  ],
  [{ health: { is: 'seen', at: NOW } }, (euicc) => silence(euicc) < 1.5 * interval(euicc)],
  [{ serviceProviderName: 'Alfa' }, () => true],
  [{ serviceProviderName: 'Alfa', profileState: 'enabled' }, (euicc) => holds(euicc, 'Alfa', 'enabled')],
  [{ profileState: 'disabled' }, () => true],
  [{ profileState: 'unknown' }, () => false],
  [{ iccid: iccidOf(77, 2) }, ({ eid }) => eid === eidOf(77)],
  [{ search: 'SN7' }, ({ labels }) => labels.serial?.startsWith('SN7') ?? false],
  [{ search: 'group-2' }, ({ group }) => group === 'group-2'],
  [{ search: eidOf(12).slice(0, 30) }, ({ eid }) => eid.startsWith(eidOf(12).slice(0, 30))],
  [{ search: iccidOf(45, 1).slice(0, 16) }, ({ eid }) => eid.slice(0, 31) === eidOf(45).slice(0, 31)],
  [{ search: iccidOf(45, 1) }, ({ eid }) => eid === eidOf(45)],
  [
    {
      group: 'group-1',
      label: 'site:site-3',
      health: { is: 'silent', at: NOW },
      serviceProviderName: 'Beta',
    },
    (euicc) =>
      euicc.group === 'group-1' &&
      euicc.labels.site === 'site-3' &&
      euicc.lastSeenAt !== null &&
      silence(euicc) >= 3 * interval(euicc) &&
      holds(euicc, 'Beta', 'enabled'),
  ],
]
const named = FILTERS.map(([filter, isMeant]) => [JSON.stringify(filter), filter, isMeant] as const)

describe('a list', () => {
  it.each(named)(
    'by %s holds those that are meant, once each, and is counted so',
    async (_, filter, isMeant) => {
      const everyone = (await listEuiccs(db, 'small', {}, SMALL, null)).euiccs
      const meant = everyone.filter(isMeant).map(({ eid }) => eid)

      const found = (await allPages('small', filter, 70)).map(({ eid }) => eid)

      expect(found.toSorted()).toEqual(meant)
      expect(await countEuiccs(db, 'small', filter)).toBe(meant.length)
    },
  )

  it.each(named)('by %s reads no more of a large fleet than of a small one', async (_, filter) => {
    const reads = async (tenant: string) => {
      const { database, read } = counting()
      const { next } = await listEuiccs(database, tenant, filter, 10, null)
      if (next !== null) await listEuiccs(database, tenant, filter, 10, next)
      return read()
    }
    // What is found by last contact among other intervals may pass over some that are not meant.
    const passedOver = filter.health || filter.group ? LARGE / 10 : 0
    // A search looks at all that begins so, a thousand at most of each kind.
    const searched = filter.search === undefined ? 0 : LARGE

    expect(await reads('large')).toBeLessThanOrEqual((await reads('small')) + 20 + passedOver + searched)
  })

  it('by last contact has those longest silent first, and a device that is heard meanwhile only moves on', async () => {
    const filter: EuiccFilter = { lastSeenAfter: NOW - 60 * HOUR }
    const first = await listEuiccs(db, 'small', filter, 50, null)
    const heard = first.euiccs[0]?.eid ?? ''
    await writeChanges(db, [{ kind: 'seen', tenant: 'small', eid: heard, sequence: 2, at: NOW }])

    const rest = await listEuiccs(db, 'small', filter, SMALL, first.next)

    const instants = first.euiccs.map(({ lastSeenAt }) => lastSeenAt ?? 0)
    expect(instants).toEqual(instants.toSorted((one, other) => one - other))
    expect(rest.euiccs.at(-1)?.eid).toBe(heard)
    expect(rest.euiccs).toHaveLength((await countEuiccs(db, 'small', filter)) - 50 + 1)
  })
})

describe('labels', () => {
  const labelled = async (label: string) =>
    (await listEuiccs(db, 'labels', { label }, 10, null)).euiccs.map(({ eid }) => eid)

  it('are found as they were set last, until the eUICC is retired', async () => {
    const settings = { ...enrolment('labels', 1), labels: { site: 'a:b', floor: '1' } }
    await insertEuiccs(db, [settings], NOW)
    expect(await labelled('site:a:b')).toEqual([settings.eid])

    await updateEuicc(db, { ...settings, labels: { site: 'c', floor: '1' } })
    expect(await labelled('site:a:b')).toEqual([])
    expect(await labelled('site:c')).toEqual([settings.eid])
    expect(await labelled('floor:1')).toEqual([settings.eid])

    await retireEuicc(db, 'labels', settings.eid, NOW)
    const rows = await db.prepare('SELECT * FROM euicc_labels WHERE tenant = ?').bind('labels').all()
    expect(rows.results).toEqual([])
    expect((await findEuicc(db, 'labels', settings.eid))?.labels).toEqual({ site: 'c', floor: '1' })
  })
})
