/** What the API tells of a campaign and of the eUICCs in it. */
import * as z from 'zod/mini'
import { CAMPAIGN_STATES, TARGET_STATUSES } from '../../fleet/campaign/campaign.ts'
import { HEALTHS } from '../../fleet/index.ts'
import { OPERATION_TYPES } from '../schemas.ts'
import { count, decoded, eid, instant, orNull, said, text, texts } from './forms.ts'
import { operationId } from './operation-answers.ts'

const tally = z
  .strictObject(
    Object.fromEntries(TARGET_STATUSES.map((status) => [status, count])) as {
      [Status in (typeof TARGET_STATUSES)[number]]: typeof count
    },
  )
  .check(said('eUICCs by status'))

const state = z.enum(CAMPAIGN_STATES)

const pause = orNull(
  z.strictObject({
    code: z.enum(['operator', 'failures', 'lost', 'wave-failed', 'wave-done']),
    detail: text,
  }),
).check(said('Why it does not go on'))

const common = {
  id: z.string().check(z.regex(/^cmp_/)),
  name: text,
  state,
  pause,
  createdBy: text.check(said('The API key or the trigger that made it')),
  createdAt: instant,
  startedAt: orNull(instant),
  endedAt: orNull(instant),
}

export const CampaignSummary = z.strictObject({ ...common, total: tally })

const wave = z.strictObject({
  number: count.check(said('1 is the canary')),
  size: count,
  state: z.enum(['waiting', 'running', 'passed']),
  tally,
})

const filter = z.strictObject({
  group: z.optional(text),
  label: z.optional(text),
  health: z.optional(z.enum(HEALTHS)),
  lastSeenBefore: z.optional(instant),
  lastSeenAfter: z.optional(instant),
  iccid: z.optional(text),
  serviceProviderName: z.optional(text),
  profileState: z.optional(text),
})

export const Campaign = z.strictObject({
  ...common,
  target: z.union([z.strictObject({ eids: z.array(eid) }), z.strictObject({ filter })]),
  operation: z.strictObject({
    type: z.enum(OPERATION_TYPES),
    params: decoded,
    priority: z.number(),
    labels: texts,
    force: z.boolean(),
  }),
  waves: z.array(wave).check(said('Empty while it is being prepared')),
  gate: z.strictObject({
    endedPercent: z.number(),
    successPercent: z.number(),
    soakSeconds: count,
    advance: z.enum(['automatic', 'manual']),
  }),
  pauseAt: z.strictObject({
    failurePercent: orNull(z.number()),
    lost: orNull(count),
    lostAfterSeconds: count,
  }),
  ratePerMinute: orNull(count),
  window: orNull(z.strictObject({ from: text, to: text, timeZone: text })),
  retries: z.strictObject({ most: count, afterSeconds: count }),
  deadline: instant,
  total: tally,
  skipped: z.record(z.string(), count).check(said('Of those left out: how many, by reason')),
})

export const Target = z.strictObject({
  eid,
  wave: orNull(count),
  status: z.enum(TARGET_STATUSES),
  attempt: count.check(said('Operations made so far')),
  operationId: orNull(operationId),
  reason: orNull(z.strictObject({ code: text, detail: text })),
  changedAt: instant,
})
