/** The schemas of webhook endpoints and of the event feed. */
import * as z from 'zod/mini'
import { DELIVERY_STATES, EVENT_TYPES, FORMATS, matches } from '../events/index.ts'
import { Instant, limit } from './schemas.ts'

const said = (meaning: string) => z.describe(meaning)

const TypePattern = z.string().check(
  z.maxLength(64),
  z.refine((pattern) => EVENT_TYPES.some((type) => matches([pattern], type)), 'is no type of event'),
)

const types = z
  .array(TypePattern)
  .check(z.minLength(1), z.maxLength(50), said('Whole types, or patterns such as operation.*; * for all'))
const url = z.string().check(said('https, a public address; no redirects are followed'))
const format = z
  .enum(FORMATS)
  .check(said('cloudevents: CloudEvents 1.0, structured. standard: {type, timestamp, data}'))
const description = z.string().check(z.maxLength(200))

export const NewWebhookEndpoint = z.strictObject({
  url,
  types: z._default(types, ['*']),
  format: z._default(format, 'cloudevents'),
  description: z._default(description, ''),
})

export const WebhookEndpointChange = z.strictObject({
  url: z.optional(url),
  types: z.optional(types),
  format: z.optional(format),
  description: z.optional(description),
  enabled: z.optional(z.boolean().check(said('false: nothing is sent, and nothing is kept for later'))),
})

export const DeliveriesQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}$/, 'is no cursor of this list'))),
  state: z.optional(z.enum(DELIVERY_STATES)),
})

/** Events sent again by one call. */
export const MOST_REPLAYED = 1000

export const Replay = z.strictObject({
  from: Instant,
  to: z.optional(Instant),
  types: z._default(types, ['*']),
})

export const EventsQuery = z.strictObject({
  limit,
  after: z.optional(
    z
      .string()
      .check(z.regex(/^\d{1,15}$/, 'is no position'), said('The position of the last event you have')),
  ),
  order: z._default(
    z
      .enum(['oldest', 'newest'])
      .check(said('newest: for people who look back; `nextCursor` is then given as `before`')),
    'oldest',
  ),
  before: z.optional(z.string().check(z.regex(/^\d{1,15}$/, 'is no position'), said('With order=newest'))),
  type: z.optional(TypePattern),
  subject: z.optional(z.string().check(z.maxLength(64))),
})
