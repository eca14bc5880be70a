/** What the API tells of triggers and of the calls that came to them. */
import * as z from 'zod/mini'
import { count, decoded, eid, instant, orNull, said, text } from './forms.ts'

const trigger = {
  id: z.string().check(z.regex(/^trg_/)),
  name: text,
  url: text.check(said('Where others call it, below the address of this API')),
  authentication: z.record(text, text),
  condition: text,
  action: decoded,
  fanOut: count,
  callsPerMinute: count,
  enabled: z.boolean(),
  createdBy: text.check(said('The API key that made it')),
  createdAt: instant,
  updatedAt: instant,
}

export const Trigger = z.strictObject(trigger)
export const NewTriggerAnswer = z.strictObject({
  ...trigger,
  secret: orNull(text).check(said('For the caller: shown this once; null where a token of yours is taken')),
})
export const TriggerSecret = z.strictObject({ secret: text, previousValidUntil: instant })

const LeftOut = z.strictObject({ eid: text, code: text, detail: text })

const done = {
  operations: z.optional(z.array(z.strictObject({ eid, operationId: text }))),
  leftOut: z.optional(z.array(LeftOut)),
  campaignId: z.optional(text),
}

export const CallAnswer = z.strictObject({
  callId: text,
  ...done,
  duplicate: z.boolean().check(said('True: this message came before, and nothing was done now')),
})

export const TriggerCallAnswer = z.strictObject({
  id: text,
  messageId: orNull(text).check(said('The caller’s own name for it')),
  replayOf: orNull(text),
  receivedAt: instant,
  body: orNull(text).check(said('As received')),
  status: orNull(count).check(said('Of the answer; null while it runs')),
  answer: decoded,
})

export const DryRunAnswer = z.strictObject({
  condition: orNull(z.boolean()).check(said('null: it could not be evaluated')),
  action: decoded.check(said('Filled in; null when it would not be done')),
  euiccs: orNull(
    z.strictObject({ count, eids: z.array(eid).check(said('The first 100')), leftOut: z.array(LeftOut) }),
  ),
  problem: orNull(z.strictObject({ code: text, detail: text })),
})
