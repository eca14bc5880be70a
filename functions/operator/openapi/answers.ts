/**
 * What each route answers, as the OpenAPI document describes it. Strict, so that a test can hold real answers against it;
 * read at build time and by tests only, hence no weight in the Worker.
 */
import * as z from 'zod/mini'
import { EIM_ID_TYPES } from '../../keys/index.ts'
import { ROLE_NAMES, SCOPES } from '../access.ts'
import { AuditEntry, AuditVerdict } from './audit-answers.ts'
import { Campaign, CampaignSummary, Target } from './campaign-answers.ts'
import {
  Eim,
  Euicc,
  EuiccSummary,
  Evidence,
  Exchange,
  Notification,
  Profile,
  Profiles,
  TimelineEntry,
  TransportTrust,
} from './euicc-answers.ts'
import { FleetDrift, FleetHistory, FleetRebuild, FleetSummary } from './fleet-answers.ts'
import { count, decoded, eid, hex, instant, orNull, pageOf, said, text } from './forms.ts'
import { BatchItem, IndexedOperation, Operation, Problem, Reason } from './operation-answers.ts'
import {
  CallAnswer,
  DryRunAnswer,
  NewTriggerAnswer,
  Trigger,
  TriggerCallAnswer,
  TriggerSecret,
} from './trigger-answers.ts'
import {
  EndpointDetail,
  Event,
  LoggedEvent,
  NewEndpoint,
  Redelivered,
  Replayed,
  RotatedSecret,
  WebhookDelivery,
  WebhookEndpoint,
} from './webhook-answers.ts'

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

const Session = z.strictObject({
  key: z.strictObject({
    id: text,
    name: text,
    tenant: text,
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: orNull(instant),
  }),
  role: z.enum([...ROLE_NAMES, 'custom']).check(said('The name of exactly these scopes')),
  expiresAt: orNull(instant).check(
    said('When the session ends; of a call with the key itself, when the key does'),
  ),
})

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
  getTransportTrust: { 200: TransportTrust },
  updateTransportTrust: { 200: TransportTrust },
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
  createCampaign: { 202: Campaign },
  listCampaigns: { 200: pageOf(CampaignSummary) },
  getCampaign: { 200: Campaign },
  listCampaignTargets: { 200: pageOf(Target) },
  startCampaign: { 200: Campaign },
  pauseCampaign: { 200: Campaign },
  resumeCampaign: { 200: Campaign },
  advanceCampaign: { 200: Campaign },
  abortCampaign: { 200: Campaign },
  labelEuiccs: {
    200: z.strictObject({
      changed: count,
      unchanged: count.check(said('Already so, not enrolled, or with too many labels')),
      nextCursor: orNull(text),
    }),
  },
  getFleetSummary: { 200: FleetSummary },
  getFleetHistory: { 200: FleetHistory },
  rebuildFleetIndex: { 202: FleetRebuild },
  getFleetRebuild: { 200: z.strictObject({ rebuild: orNull(FleetRebuild) }) },
  getFleetDrift: { 200: z.strictObject({ sample: orNull(FleetDrift) }) },
  createTrigger: { 201: NewTriggerAnswer },
  listTriggers: { 200: pageOf(Trigger) },
  getTrigger: { 200: Trigger },
  updateTrigger: { 200: Trigger },
  rotateTriggerSecret: { 200: TriggerSecret },
  dryRunTrigger: { 200: DryRunAnswer },
  listTriggerCalls: { 200: pageOf(TriggerCallAnswer) },
  replayTriggerCall: { 202: CallAnswer },
  callTrigger: { 200: CallAnswer, 202: CallAnswer },
  listEvents: { 200: pageOf(LoggedEvent) },
  createWebhookEndpoint: { 201: NewEndpoint },
  listWebhookEndpoints: { 200: pageOf(WebhookEndpoint) },
  getWebhookEndpoint: { 200: EndpointDetail },
  updateWebhookEndpoint: { 200: WebhookEndpoint },
  rotateWebhookSecret: { 200: RotatedSecret },
  testWebhookEndpoint: { 202: Event },
  listDeliveries: { 200: pageOf(WebhookDelivery) },
  redeliver: { 202: Redelivered },
  replayEvents: { 202: Replayed },
  listAudit: { 200: pageOf(AuditEntry) },
  verifyAudit: { 200: AuditVerdict },
  importEuiccs: { 201: Import },
  getImport: { 200: Import },
  createEimIdentity: { 201: EimIdentity },
  listEimIdentities: { 200: pageOf(EimIdentity) },
  getEimIdentity: { 200: EimIdentity },
  updateEimIdentity: { 200: EimIdentity },
  updateSigningKey: { 200: EimIdentity },
  rotateSigningKey: { 201: EimIdentity },
  getAddInitialEim: { 200: z.strictObject({ hex, base64: text }) },
  createApiKey: { 201: z.strictObject({ ...apiKey, apiKey: secret }) },
  getApiKey: { 200: z.strictObject(apiKey) },
  listApiKeys: { 200: pageOf(z.strictObject(apiKey)) },
  createSession: { 200: Session },
  getSession: { 200: Session },
  createTenant: { 201: z.strictObject({ ...Tenant.def.shape, apiKey: secret }) },
  listTenants: { 200: pageOf(Tenant) },
  decodeOctets: {
    200: z.strictObject({ type: orNull(text), module: orNull(text), tree: z.array(Element) }),
  },
}

/** Names under `components/schemas`. */
export const NAMED_ANSWERS = {
  FleetSummary,
  Campaign,
  Trigger,
  AuditEntry,
  WebhookEndpoint,
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
