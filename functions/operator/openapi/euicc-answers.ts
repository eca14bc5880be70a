/** What the API tells of an eUICC: its settings and facts, its profiles and eIMs, and what it sent. */
import * as z from 'zod/mini'
import { DELIVERIES, TRANSPORT_POLICIES } from '../../euicc/transport-trust.ts'
import { count, decoded, eid, hex, iccid, instant, orNull, said, text, texts } from './forms.ts'
import { operationId } from './operation-answers.ts'

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
  profiles: z
    .array(z.strictObject({ iccid, state: profileState, serviceProviderName: orNull(text) }))
    .check(said('As last proven')),
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

export const Profiles = z.strictObject({
  provenAt: orNull(instant).check(said('null before the first signed list')),
  stale: z.boolean().check(said('The device has told of a change since; a new list is on its way')),
  profiles: z.array(Profile),
})

export const Eim = z.strictObject({
  eimId: text,
  eimIdType: orNull(text),
  ours: z.boolean(),
  counterUsed: orNull(count),
  counterLeft: orNull(count),
  associationToken: orNull(z.number()),
  keyId: orNull(text),
  provenAt: orNull(instant),
})

export const Notification = z.strictObject({
  id: text,
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

export const TimelineEntry = z.strictObject({ id: count, at: instant, event: text, detail: decoded })

export const Exchange = z.strictObject({
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

export const TransportTrust = z.strictObject({
  policy: z.enum(TRANSPORT_POLICIES),
  identities: z.array(
    z.strictObject({ identity: text, boundAt: instant, by: z.enum(['operator', 'first-use']) }),
  ),
  delivery: z.enum(DELIVERIES),
  devicePath: text,
})
