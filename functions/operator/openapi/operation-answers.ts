/** What the API tells of an operation, and of one that it refuses. */
import * as z from 'zod/mini'
import { OPERATION_STATUSES } from '../../euicc/operation.ts'
import { OPERATION_TYPES } from '../schemas.ts'
import { count, decoded, eid, hex, instant, orNull, said, text, texts } from './forms.ts'

const wireCode = z.strictObject({ name: text, number: z.number() })

export const Reason = z.strictObject({
  code: text.check(said('Stable')),
  detail: text.check(said('In plain words')),
  wireCode: z.optional(wireCode.check(said('The code of the standard, where one was received'))),
  step: z.optional(count.check(said('Of a package: the step that decided, the first being 0'))),
})

const status = z.enum(OPERATION_STATUSES)

const type = z.enum(OPERATION_TYPES)

const origin = z.enum(['operator', 'eim'])

export const operationId = z.string().check(z.regex(/^op_/))

const outcome = orNull(z.enum(['done', 'refused', 'rolledBack', 'byEvidence', 'unknown', 'notExecuted']))

export const Operation = z.strictObject({
  id: operationId,
  eid,
  type,
  params: decoded.check(said('As they were given')),
  eimId: text,
  origin: origin.check(said('`eim`: the eIM asked by itself, to learn or to settle something')),
  status,
  outcome: outcome.check(said('How it went; null before the end')),
  reason: orNull(Reason),
  waiting: orNull(
    z.strictObject({
      for: z.enum([
        'not-before',
        'predecessor',
        'campaign',
        'counter',
        'contact',
        'package-in-flight',
        'result',
        'recovery',
        'certificate',
        'evidence',
        'confirmation',
      ]),
      since: instant,
      nextExpectedAt: orNull(instant),
      detail: text,
    }),
  ).check(said('Why it does not move; null at the end')),
  mayHaveExecuted: z.boolean().check(said('The eUICC may have done it although no result came')),
  priority: z.number(),
  notBefore: orNull(instant),
  deadline: instant,
  after: orNull(operationId),
  retryOf: orNull(operationId),
  campaign: orNull(text.check(said('The campaign that made it'))),
  labels: texts,
  traceparent: orNull(text),
  createdAt: instant,
  updatedAt: instant,
  delivery: orNull(
    z.strictObject({
      kind: z.enum(['euiccPackage', 'ipaEuiccData', 'downloadTrigger']),
      eimTransactionId: hex,
      counterValue: orNull(count),
      firstAt: instant,
      lastAt: instant,
      count: count.check(said('How many times the same octets were handed out')),
    }),
  ),
  results: z
    .array(z.strictObject({ type: text, code: orNull(wireCode), ok: z.boolean(), data: decoded }))
    .check(said('What the eUICC said of each step')),
  evidence: z.array(text).check(said('Ids of the stored results: GET /v1/euiccs/{eid}/evidence/{id}')),
})

export const IndexedOperation = z.strictObject({
  id: operationId,
  eid,
  type,
  status,
  outcome: orNull(text),
  reason: orNull(Reason),
  origin,
  createdAt: instant,
  updatedAt: instant,
})

export const Problem = z.strictObject({
  type: z.string().check(said('Leads to the documentation of `code`')),
  title: text,
  status: count,
  detail: text,
  instance: text,
  code: text,
  requestId: text,
  errors: z.optional(
    z
      .array(z.strictObject({ pointer: text, detail: text }))
      .check(said('Each wrong member: a JSON pointer, or the name of a query field')),
  ),
})

export const BatchItem = z.union([
  z.strictObject({ index: count, status: z.literal(202), operation: Operation }),
  z.strictObject({ index: count, status: count, problem: Problem }),
])
