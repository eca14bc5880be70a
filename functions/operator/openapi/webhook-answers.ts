/** What the API tells of events and of webhook endpoints. */
import * as z from 'zod/mini'
import { DELIVERY_STATES, EVENT_TYPES, FORMATS } from '../../events/index.ts'
import { count, decoded, instant, orNull, said, text } from './forms.ts'

const attributes = {
  specversion: z.literal('1.0'),
  id: text.check(said('The same event has the same id, however often it is told')),
  source: text.check(said('urn:edge-eim: and the tenant')),
  type: z.enum(EVENT_TYPES),
  subject: text.check(said('An EID, or the id of a campaign, an eIM identity, a webhook endpoint')),
  time: instant,
  datacontenttype: z.literal('application/json'),
  sequence: count.check(said('Grows with each change of the subject')),
  data: decoded,
}

export const Event = z.strictObject(attributes)
export const LoggedEvent = z.strictObject({
  ...attributes,
  position: count.check(said('In the log of all events')),
})

const endpoint = {
  id: z.string().check(z.regex(/^whe_/)),
  url: text,
  types: z.array(text),
  format: z.enum(FORMATS),
  description: text,
  disabled: orNull(text).check(said('Why nothing is sent; null while it is enabled')),
  createdAt: instant,
  updatedAt: instant,
}

export const WebhookEndpoint = z.strictObject(endpoint)
export const NewEndpoint = z.strictObject({
  ...endpoint,
  secret: text.check(said('whsec_…, of Standard Webhooks: shown this once')),
})
export const EndpointDetail = z.strictObject({
  ...endpoint,
  deliveries: z.strictObject({ waiting: count, delivered: count, dead: count }),
  failingSince: orNull(instant),
  pausedUntil: orNull(instant).check(said('As long as the receiver asked to be left alone')),
})

export const RotatedSecret = z.strictObject({ secret: text, previousValidUntil: instant })

export const WebhookDelivery = z.strictObject({
  event: Event,
  state: z.enum(DELIVERY_STATES),
  attempts: count,
  nextAt: orNull(instant),
  lastAnswer: orNull(text).check(said('An HTTP status, or why there is none')),
  changedAt: instant,
})

export const Redelivered = z.strictObject({ eventId: text })
export const Replayed = z.strictObject({ events: count, next: orNull(instant) })
