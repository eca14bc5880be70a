/**
 * What each route answers, as the OpenAPI document describes it. Strict, so that a test can hold real answers against it;
 * read at build time and by tests only, hence no weight in the Worker.
 */
import * as z from 'zod/mini'
import { OPERATION_STATUSES } from '../../euicc/operation.ts'
import { EIM_ID_TYPES } from '../../keys/index.ts'
import { SCOPES } from '../access.ts'
import { OPERATION_TYPES } from '../schemas.ts'

const said = (meaning: string) => z.describe(meaning)
const text = z.string()
const texts = z.record(z.string(), z.string())
const instant = z.iso.datetime({ offset: true })
const digits = (from: number, to: number, example: string) =>
  z.string().check(z.regex(new RegExp(`^[0-9]{${from},${to}}$`)), said(`Printed digits: ${example}`))
const eid = digits(32, 32, '89049032000000000000000000000163')
const iccid = digits(18, 20, '89880000000000000002')
const hex = z.string().check(z.regex(/^([0-9A-F]{2})*$/), said('Octets in hexadecimal'))
const count = z.number().check(z.int(), z.minimum(0))
/** A message as decoded: fields by the names of the standard, octets in hexadecimal. */
const decoded = z
  .unknown()
  .check(said('As decoded: fields by their names in the standard, octets in hexadecimal'))
const orNull = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullable(schema)

function pageOf<Schema extends z.ZodMiniType>(schema: Schema) {
  const nextCursor = orNull(text).check(said('Where the next page begins; null on the last one'))
  return z.strictObject({ data: z.array(schema), nextCursor })
}

const settings = {
  eid,
  eimId: text.check(said('The eIM identity that new operations use unless they name another')),
  labels: texts,
  group: orNull(text),
  expectedPollSeconds: orNull(count),
  timeZone: orNull(text),
  enrolledAt: instant,
  lastSeenAt: orNull(instant),
  retiredAt: orNull(instant),
}

const profileState = z.enum(['enabled', 'disabled', 'unknown'])

export const EuiccSummary = z.strictObject({
  ...settings,
  profiles: z.array(z.strictObject({ iccid, state: profileState })).check(said('As last proven')),
})

export const Euicc = z.strictObject({
  ...settings,
  updatedAt: instant,
  nextExpectedAt: orNull(instant).check(said('Learnt from the contacts so far')),
  facts: z
    .record(text, z.strictObject({ value: decoded, learntAt: instant }))
    .check(said('What the device told: euiccInfo1, euiccInfo2, ipaCapabilities, deviceInfo and others')),
  certificates: orNull(
    z.strictObject({ euiccCertificate: hex, eumCertificate: hex, verified: z.boolean(), detail: text }),
  ).check(said('The chain of the eUICC, and what its validation says today')),
  openOperations: count,
})

export const Profile = z.strictObject({
  iccid,
  isdpAid: orNull(hex),
  state: profileState,
  fallback: z.boolean(),
  fallbackAllowed: orNull(z.boolean()),
  profileClass: orNull(z.enum(['test', 'provisioning', 'operational'])),
  nickname: orNull(text),
  serviceProviderName: orNull(text),
  profileName: orNull(text),
  policyRules: z.array(text),
  profileInfo: decoded,
  provenAt: instant,
  provenBy: text.check(said('The operation or notification that proved it')),
})

const Profiles = z.strictObject({
  provenAt: orNull(instant).check(said('null before the first signed list')),
  stale: z.boolean().check(said('The device has told of a change since; a new list is on its way')),
  profiles: z.array(Profile),
})

const Eim = z.strictObject({
  eimId: text,
  eimIdType: orNull(text),
  ours: z.boolean(),
  counterUsed: orNull(count),
  counterLeft: orNull(count),
  associationToken: orNull(z.number()),
  keyId: orNull(text),
  provenAt: orNull(instant),
})

const wireCode = z.strictObject({ name: text, number: z.number() })
const Reason = z.strictObject({
  code: text.check(said('Stable')),
  detail: text.check(said('In plain words')),
  wireCode: z.optional(wireCode.check(said('The code of the standard, where one was received'))),
  step: z.optional(count.check(said('Of a package: the step that decided, the first being 0'))),
})

const status = z.enum(OPERATION_STATUSES)
const type = z.enum(OPERATION_TYPES)
const origin = z.enum(['operator', 'eim'])
const operationId = z.string().check(z.regex(/^op_/))

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

const BatchItem = z.union([
  z.strictObject({ index: count, status: z.literal(202), operation: Operation }),
  z.strictObject({ index: count, status: count, problem: Problem }),
])

const Notification = z.strictObject({
  seqNumber: orNull(count),
  receivedAt: instant,
  operation: orNull(text),
  iccid: orNull(text),
  notificationAddress: orNull(text),
  verified: z.boolean(),
  detail: text,
  octets: hex,
  decoded,
})

export const Evidence = z.strictObject({
  id: text,
  operationId: orNull(operationId),
  kind: z.enum([
    'euiccPackageResult',
    'ipaEuiccDataResponse',
    'profileDownloadTriggerResult',
    'eimPackageResultResponseError',
    'undecodable',
  ]),
  receivedAt: instant,
  octets: hex.check(said('As received')),
  decoded,
  verdict: z.strictObject({
    verified: z.boolean(),
    applied: z.boolean(),
    detail: text,
    signedOctets: orNull(hex).check(said('What the signature covers: the data, then the association token')),
    signature: orNull(hex).check(said('r || s')),
    chain: z.array(hex).check(said('eUICC certificate, then EUM certificate, DER')),
  }),
})

const TimelineEntry = z.strictObject({ id: count, at: instant, event: text, detail: decoded })

const Exchange = z.strictObject({
  id: count,
  at: instant,
  function: text,
  transport: z.strictObject({
    binding: z.enum(['asn1', 'json']),
    via: z.enum(['https', 'coap']),
    deviceIdentity: orNull(text),
  }),
  request: hex,
  response: orNull(hex),
})

const Import = z.strictObject({
  id: text,
  createdAt: instant,
  rows: count,
  enrolled: count,
  existing: count,
  failed: count,
  errors: z.array(
    z.strictObject({ row: count.check(said('Line of the body, the first being 1')), detail: text }),
  ),
})

export const EimIdentity = z.strictObject({
  id: text,
  eimId: text,
  eimFqdn: text,
  eimIdType: z.enum(EIM_ID_TYPES),
  isDefault: z.boolean(),
  transportTrust: orNull(
    z.strictObject({ kind: z.enum(['publicKey', 'certificate']), der: hex, note: orNull(text) }),
  ),
  keys: z.array(
    z.strictObject({
      id: text,
      state: z.enum(['active', 'next', 'retired']),
      publicKey: hex.check(said('SubjectPublicKeyInfo')),
      certificate: orNull(hex),
      createdAt: instant,
    }),
  ),
  createdAt: instant,
})

const apiKey = {
  id: text,
  tenant: text,
  name: text,
  scopes: z.array(z.enum(SCOPES)),
  createdAt: instant,
  expiresAt: orNull(instant),
  lastUsedAt: orNull(instant).check(said('To the hour')),
}
const secret = text.check(said('The key itself: shown this once'))

const Tenant = z.strictObject({ id: text, name: text, createdAt: instant })

/** An element of a message; `children` have the same form. */
const Element = z.strictObject({
  name: text,
  type: z.optional(text),
  tag: text,
  offset: count,
  length: count,
  value: z.optional(decoded),
  codeName: z.optional(text),
  problem: z.optional(text),
  children: z.array(z.unknown()),
})

/** By operationId and status. A status without a schema has no JSON body. */
export const ANSWERS: Readonly<Record<string, Readonly<Record<number, z.ZodMiniType>>>> = {
  getHealth: { 200: z.strictObject({ status: z.literal('ok') }) },
  enrolEuiccs: {
    201: EuiccSummary,
    200: z.union([
      EuiccSummary,
      z.strictObject({
        data: z.array(z.strictObject({ eid, status: z.enum(['enrolled', 'existing']) })),
      }),
    ]),
  },
  listEuiccs: {
    200: z.strictObject({
      ...pageOf(EuiccSummary).def.shape,
      count: z.optional(count.check(said('With count=estimate'))),
    }),
  },
  getEuicc: { 200: Euicc },
  updateEuicc: { 200: Euicc },
  listProfiles: { 200: Profiles },
  getProfile: { 200: Profile },
  listEims: { 200: z.strictObject({ data: z.array(Eim) }) },
  listEuiccOperations: { 200: pageOf(Operation) },
  listNotifications: { 200: pageOf(Notification) },
  getTimeline: { 200: pageOf(TimelineEntry) },
  listTrace: { 200: pageOf(Exchange) },
  getTraceEntry: { 200: Exchange },
  listEvidence: { 200: pageOf(Evidence) },
  getEvidence: { 200: Evidence },
  reprocessEvidence: { 200: z.strictObject({ applied: count }) },
  createOperations: { 202: Operation, 207: z.strictObject({ data: z.array(BatchItem) }) },
  listOperations: { 200: pageOf(IndexedOperation) },
  getOperation: { 200: Operation },
  cancelOperation: { 200: Operation },
  retryOperation: { 202: Operation },
  importEuiccs: { 201: Import },
  getImport: { 200: Import },
  createEimIdentity: { 201: EimIdentity },
  listEimIdentities: { 200: pageOf(EimIdentity) },
  getEimIdentity: { 200: EimIdentity },
  updateEimIdentity: { 200: EimIdentity },
  rotateSigningKey: { 201: EimIdentity },
  getAddInitialEim: { 200: z.strictObject({ hex, base64: text }) },
  createApiKey: { 201: z.strictObject({ ...apiKey, apiKey: secret }) },
  listApiKeys: { 200: pageOf(z.strictObject(apiKey)) },
  createTenant: { 201: z.strictObject({ ...Tenant.def.shape, apiKey: secret }) },
  listTenants: { 200: pageOf(Tenant) },
  decodeOctets: {
    200: z.strictObject({ type: orNull(text), module: orNull(text), tree: z.array(Element) }),
  },
}

/** Names under `components/schemas`. */
export const NAMED_ANSWERS = {
  EuiccSummary,
  Euicc,
  Profile,
  Operation,
  IndexedOperation,
  Problem,
  Notification,
  Evidence,
  TimelineEntry,
  Exchange,
  Import,
  EimIdentity,
  Tenant,
  Eim,
  Reason,
} as const
