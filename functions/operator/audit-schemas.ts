/** The schemas of the audit log. */
import * as z from 'zod/mini'
import { limit } from './schemas.ts'

const said = (meaning: string) => z.describe(meaning)

const sequence = z.string().check(z.regex(/^\d{1,15}$/, 'is no sequence of an entry'))
const text = z.string().check(z.maxLength(512))

export const AuditQuery = z.strictObject({
  limit,
  cursor: z.optional(sequence),
  actor: z.optional(
    text.check(said('Id of the API key, also of what its sessions did; of the trigger; of the campaign')),
  ),
  action: z.optional(text.check(said('operationId, or type of event'))),
  target: z.optional(text.check(said('The path of the request, or the id'))),
})

export const VerifyQuery = z.strictObject({
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}-[0-9a-f]{64}$/, 'is no cursor of this check'))),
})

const MOST_EXPORTED = 100_000

export const ExportQuery = z.strictObject({
  after: z.optional(sequence.check(said('The sequence of the last entry you have'))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(MOST_EXPORTED)), MOST_EXPORTED),
})
