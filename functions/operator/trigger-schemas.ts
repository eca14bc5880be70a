/** The schemas of triggers. Templates are checked as far as they can be before a call fills them in. */
import * as z from 'zod/mini'
import { OPERATION_TYPES } from './schemas.ts'
import { LONGEST_EXPRESSION } from './triggers/expression.ts'

const said = (meaning: string) => z.describe(meaning)
const whole = (from: number, to: number) => z.number().check(z.int(), z.minimum(from), z.maximum(to))
const template = z.record(z.string(), z.unknown())

/** eUICCs that one call may change by single operations. */
export const MOST_FAN_OUT = 1000

const Authentication = z.union([
  z.strictObject({
    kind: z.literal('standard-webhooks').check(said('Signed with a secret that is made here')),
  }),
  z.strictObject({ kind: z.literal('bearer').check(said('Authorization: Bearer, a key made here')) }),
  z.strictObject({
    kind: z.literal('jwt').check(said('Authorization: Bearer, a token of your own issuer')),
    issuer: z.string().check(z.minLength(1), z.maxLength(512)),
    audience: z.string().check(z.minLength(1), z.maxLength(512)),
    jwksUrl: z.string().check(said('Where the issuer publishes its keys: https, a public address')),
  }),
])

const PLAIN = 'type and force of an operation are decided here, not by a caller'

/** What kind of thing happens, and whether guards are lifted, is never a stranger's word. */
function isPlain(operation: unknown): boolean {
  if (typeof operation !== 'object' || operation === null) return false
  const { type, force = false } = operation as Readonly<Record<string, unknown>>
  return OPERATION_TYPES.some((known) => known === type) && typeof force === 'boolean'
}

const Action = z.union([
  z.strictObject({
    operation: template.check(
      z.refine(isPlain, PLAIN),
      said('As `operation` of a campaign; type and force are given as they are'),
    ),
    target: template.check(said('{eid}, {eids} or {filter}, as `target` of a campaign')),
  }),
  z.strictObject({
    campaign: template.check(
      z.refine(({ operation }) => isPlain(operation), PLAIN),
      said('As the body of POST /v1/campaigns; type and force of its operation are given as they are'),
    ),
  }),
])

const name = z.string().check(z.minLength(1), z.maxLength(100))
const condition = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(LONGEST_EXPRESSION),
    said('CEL over `body` and `now`; the action is done when it is true'),
  )
const action = Action.check(said('Any value may be {"cel": "…"}, which the call fills in'))
const fanOut = whole(1, MOST_FAN_OUT).check(said('eUICCs that one call may change; more want a campaign'))
const callsPerMinute = whole(1, 6000)

export const NewTrigger = z.strictObject({
  name,
  authentication: z._default(Authentication, { kind: 'standard-webhooks' }),
  condition: z._default(condition, 'true'),
  action,
  fanOut: z._default(fanOut, 100),
  callsPerMinute: z._default(callsPerMinute, 60),
  enabled: z._default(z.boolean(), true),
})

export const TriggerChange = z.strictObject({
  name: z.optional(name),
  authentication: z.optional(Authentication.check(said('Of the kind it has'))),
  condition: z.optional(condition),
  action: z.optional(action),
  fanOut: z.optional(fanOut),
  callsPerMinute: z.optional(callsPerMinute),
  enabled: z.optional(z.boolean()),
})

export const DryRun = z.strictObject({
  body: z.unknown().check(said('What a caller would send')),
})
