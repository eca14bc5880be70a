/** The schemas of campaigns: they validate requests at run time and describe them in the OpenAPI document. */
import * as z from 'zod/mini'
import { CAMPAIGN_STATES, TARGET_STATUSES } from '../fleet/campaign/campaign.ts'
import { Eid, EuiccFilter, Instant, Labels, limit, OPERATION_TYPES, TimeZone } from './schemas.ts'

const said = (meaning: string) => z.describe(meaning)
const whole = (from: number, to: number) => z.number().check(z.int(), z.minimum(from), z.maximum(to))
const percent = z.number().check(z.minimum(0), z.maximum(100))
const DAY_SECONDS = 86_400

const Clock = z.string().check(z.regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day is given as HH:MM'))

/** A body may hold this many EIDs. */
const MOST_EIDS = 20_000

export const CampaignTarget = z.union([
  z.strictObject({ eids: z.array(Eid).check(z.minLength(1), z.maxLength(MOST_EIDS)) }),
  z.strictObject({
    filter: EuiccFilter.check(said('As the query of GET /v1/euiccs; {} means the whole fleet')),
  }),
])

export const CampaignOperation = z.strictObject({
  type: z.enum(OPERATION_TYPES),
  params: z._default(
    z
      .record(z.string(), z.unknown())
      .check(
        said(
          'As of an operation; profile.enable also takes serviceProviderName, looked up on each eUICC, in place of iccid',
        ),
      ),
    {},
  ),
  priority: z._default(whole(-100, 100), 0),
  labels: z._default(Labels, {}),
  force: z._default(
    z.boolean().check(said('Lifts the guards against what would make devices unreachable')),
    false,
  ),
})

export const NewCampaign = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  target: CampaignTarget,
  operation: CampaignOperation,
  waves: z.optional(
    z
      .array(z.union([z.strictObject({ count: whole(1, 10_000_000) }), z.strictObject({ percent })]))
      .check(
        z.maxLength(20),
        said(
          'The last one always takes the rest. By default 1 % (at most 50 eUICCs), then 10 %, then the rest',
        ),
      ),
  ),
  gate: z.optional(
    z
      .strictObject({
        endedPercent: z._default(percent.check(said('Of a wave that must have ended')), 80),
        successPercent: z._default(percent.check(said('Of those, in success')), 95),
        soakSeconds: z._default(
          whole(0, 30 * DAY_SECONDS).check(said('To go on watching before the next wave')),
          0,
        ),
        advance: z._default(z.enum(['automatic', 'manual']), 'automatic'),
      })
      .check(said('What must hold before the next wave starts')),
  ),
  pauseAt: z.optional(
    z
      .strictObject({
        failurePercent: z._default(z.nullable(percent.check(said('Almost certainly exceeded'))), 5),
        lost: z._default(
          z.nullable(
            whole(1, 1_000_000).check(said('eUICCs that took the package and were never seen again')),
          ),
          1,
        ),
        lostAfterSeconds: z._default(
          whole(60, 400 * DAY_SECONDS).check(said('Of silence after the hand-out')),
          3 * DAY_SECONDS,
        ),
      })
      .check(said('When the campaign pauses itself; null: never')),
  ),
  ratePerMinute: z._default(z.nullable(whole(1, 1_000_000).check(said('Hand-outs a minute'))), null),
  window: z._default(
    z.nullable(
      z.strictObject({
        from: Clock,
        to: Clock,
        timeZone: z._default(z.union([z.literal('device'), TimeZone]), 'device'),
      }),
    ),
    null,
  ),
  retries: z.optional(
    z.strictObject({
      most: z._default(whole(0, 10), 1),
      afterSeconds: z._default(whole(60, 30 * DAY_SECONDS), 3600),
    }),
  ),
  deadline: z.optional(Instant.check(said('By default 30 days ahead, at most 400'))),
  start: z._default(
    z
      .boolean()
      .check(said('Start as soon as it is known whom it concerns; otherwise it waits to be looked at')),
    false,
  ),
})

export const CampaignsQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string()),
  state: z.optional(z.enum(CAMPAIGN_STATES)),
})

export const TargetsQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string()),
  status: z.optional(z.enum(TARGET_STATUSES)),
})
