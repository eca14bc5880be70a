/** The schemas of what is asked about the fleet as a whole. */
import * as z from 'zod/mini'
import { HISTORY_STEPS, MOST_LABELLED } from '../fleet/index.ts'
import { Eid, EuiccFilter, Group, Instant, LabelName, LabelValue } from './schemas.ts'

const said = (meaning: string) => z.describe(meaning)

export const HistoryQuery = z.strictObject({
  from: z.optional(Instant.check(said('By default 24 hours, or with step=day 30 days, before `to`'))),
  to: z.optional(Instant.check(said('By default now'))),
  step: z._default(z.enum(HISTORY_STEPS).check(said('Days are those of UTC')), 'hour'),
  by: z.optional(z.literal('group').check(said('Group by group'))),
})

export const LabelRequest = z.strictObject({
  target: z.union([
    z.strictObject({ eids: z.array(Eid).check(z.minLength(1), z.maxLength(MOST_LABELLED)) }),
    z.strictObject({
      filter: EuiccFilter.check(said('As the query of GET /v1/euiccs; {} means the whole fleet')),
      cursor: z.optional(z.nullable(z.string().check(said('The nextCursor of the call before')))),
    }),
  ]),
  labels: z._default(
    z
      .record(LabelName, z.nullable(LabelValue))
      .check(said('Laid over the labels there are; null takes one away')),
    {},
  ),
  group: z.optional(Group.check(said('null: in none; left out, it stays'))),
})
