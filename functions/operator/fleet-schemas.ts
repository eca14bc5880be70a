/** The schemas of what is asked about the fleet as a whole. */
import * as z from 'zod/mini'
import { HISTORY_STEPS } from '../fleet/index.ts'
import { Instant } from './schemas.ts'

const said = (meaning: string) => z.describe(meaning)

export const HistoryQuery = z.strictObject({
  from: z.optional(Instant.check(said('By default 24 hours, or with step=day 30 days, before `to`'))),
  to: z.optional(Instant.check(said('By default now'))),
  step: z._default(z.enum(HISTORY_STEPS).check(said('Days are those of UTC')), 'hour'),
  by: z.optional(z.literal('group').check(said('Group by group'))),
})
