/** What the API tells of the fleet as a whole. */
import * as z from 'zod/mini'
import { OPERATION_STATUSES } from '../../euicc/operation.ts'
import { HEALTHS, HISTORY_STEPS } from '../../fleet/index.ts'
import { count, eid, instant, orNull, said, text } from './forms.ts'

const ended = { succeeded: count, failed: count, expired: count }

const countsOf = <const Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>)

export const FleetSummary = z.strictObject({
  euiccs: z.strictObject({ total: count, health: countsOf(HEALTHS) }),
  profiles: z
    .array(z.strictObject({ serviceProviderName: orNull(text), state: text, euiccs: count }))
    .check(said('eUICCs that hold such a profile')),
  groups: z.array(z.strictObject({ group: orNull(text), euiccs: count })).check(said('Most frequent first')),
  labels: z
    .array(z.strictObject({ name: text, value: text, euiccs: count }))
    .check(said('Most frequent first')),
  operations: z.strictObject({
    byStatus: countsOf(OPERATION_STATUSES),
    last24h: z.strictObject(ended),
    failures: z
      .array(z.strictObject({ code: text, count }))
      .check(said('Reasons of those that failed or expired in the last 24 hours, most frequent first')),
  }),
})

export const FleetHistory = z.strictObject({
  step: z.enum(HISTORY_STEPS),
  data: z.array(
    z.strictObject({
      at: instant.check(said('When the step began')),
      group: orNull(text).check(said('null without by=group, and with it for eUICCs in no group')),
      seen: count.check(said('Wake-ups')),
      ...ended,
    }),
  ),
})

export const FleetRebuild = z.strictObject({
  id: text,
  checked: count.check(said('eUICCs looked at')),
  repaired: count.check(said('Of those, shown wrong until then')),
  startedAt: instant,
  endedAt: orNull(instant),
})

export const FleetDrift = z.strictObject({
  checkedAt: instant,
  checked: count,
  inMotion: count.check(said('Touched a moment ago, hence not compared')),
  drifted: z.array(
    z.strictObject({
      eid,
      differences: z.array(z.strictObject({ what: text, index: z.unknown(), object: z.unknown() })),
    }),
  ),
})
