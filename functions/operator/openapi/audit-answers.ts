/** What the API tells of the audit log. */
import * as z from 'zod/mini'
import { ACTOR_KINDS } from '../../audit/index.ts'
import { count, instant, orNull, said, text } from './forms.ts'

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/), said('SHA-256'))

export const AuditEntry = z.strictObject({
  sequence: count.check(said('From 1, without gaps')),
  previous: hash.check(said('Hash of the entry before')),
  id: text,
  at: instant,
  actor: z.strictObject({ kind: z.enum(ACTOR_KINDS), id: text, name: z.optional(text) }),
  action: text.check(said('operationId, or type of event')),
  target: text,
  from: orNull(text.check(said('Network address'))),
  outcome: z.strictObject({ status: count, code: z.optional(text) }),
  evidence: z.looseObject({
    requestId: z.optional(text),
    bodySha256: z.optional(hash.check(said('Of the octets of the body'))),
    operationIds: z.optional(z.array(text)),
    id: z.optional(text.check(said('Of what was made or changed'))),
    sessionId: z.optional(text),
    idempotencyKey: z.optional(text),
    isReplay: z.optional(z.boolean().check(said('The answer of before was given again; nothing was done'))),
  }),
  hash: hash.check(said('Of this entry: see functions/audit/README.md')),
})

export const AuditVerdict = z.strictObject({
  valid: z.boolean(),
  entries: count.check(said('Found right so far, from the first on')),
  head: z.strictObject({ sequence: count, hash }).check(said('The last entry of the log')),
  brokenAt: z.optional(count.check(said('Sequence of the first entry that is wrong or missing'))),
  reason: z.optional(text),
  nextCursor: orNull(text).check(said('Where to go on; null when all was checked')),
})
