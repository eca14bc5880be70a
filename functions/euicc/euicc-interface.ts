/**
 * What a Durable Object of one eUICC answers: the ESipa functions below call the first part, the operator's API the
 * second. One call a message; octets in, octets out, so that what is stored is what was on the wire.
 */
import type { Json } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import type {
  NewOperation,
  OperationId,
  OperationStatus,
  OperationType,
  OperationView,
  Reason,
} from './operation.ts'
import type { Admission, NewTransportTrust, TransportTrust, WayBack } from './transport-trust.ts'

/** How a message reached us; kept in the trace and the timeline. */
export interface Transport {
  readonly binding: 'asn1' | 'json'
  readonly via: 'https' | 'coap'
  /** Stable identity of the device's transport credential, when the gateway vouches for one. */
  readonly deviceIdentity: string | null
  /** Of a request that a gateway has forwarded. */
  readonly token?: ForwardedToken | undefined
}

/** The gateway's token, and the way back to the device. */
export interface ForwardedToken {
  readonly id: string
  /** Made for each request, so that a token is told from its replay. */
  readonly request: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** The gateway's name, and its name for the device's session. */
  readonly gateway: string
  readonly session: string
}

/** The eIM identities of the tenant that may be used now: eimId → the key new associations start with. */
export interface SigningIdentity {
  readonly eimId: string
  readonly keyId: string
  /** Keys of this identity that are not retired, `keyId` among them. */
  readonly keyIds: readonly string[]
}

export interface PollRequest {
  /** The GetEimPackageRequest as received, or re-encoded from the JSON binding. */
  readonly octets: Octets
  readonly transport: Transport
  readonly identities: readonly SigningIdentity[]
  /** What campaigns have said of operations that this poll asked about, by operation. */
  readonly clearances?: Readonly<Record<OperationId, Clearance>>
}

/** Whether an operation of a campaign may leave now. */
export type Clearance = 'leave' | 'wait'

export type PollAnswer =
  /** Not enrolled here: nothing was written. */
  | { readonly kind: 'unknown-eid' }
  /** The device may not speak for this eUICC, or its token was used before: nothing was written. */
  | { readonly kind: 'refused'; readonly why: Exclude<Admission, 'admitted'> }
  /** A complete GetEimPackageResponse (BF4F). */
  | { readonly kind: 'answer'; readonly octets: Octets }
  /** Ask the campaign whether the operation may leave now, then poll again with its word. */
  | { readonly kind: 'ask-campaign'; readonly operationId: OperationId; readonly campaign: string }
  /** Sign `euiccPackageSigned` followed by `associationToken` (both DER), then call `handOut`. */
  | {
      readonly kind: 'sign'
      readonly operationId: OperationId
      readonly eimId: string
      readonly keyId: string
      readonly euiccPackageSigned: Octets
      readonly associationToken: Octets
    }

/** What may be brought to the device now, and by which way; null when there is nothing, or no way. */
export type Offer =
  | (Extract<PollAnswer, { readonly kind: 'answer' | 'sign' }> & {
      readonly way: WayBack
      readonly devicePath: string
    })
  | null

export interface SignedPackage {
  readonly operationId: OperationId
  readonly euiccPackageSigned: Octets
  /** r || s, 64 octets */
  readonly eimSignature: Octets
  readonly keyId: string
  readonly request: PollRequest
}

export type HandOutAnswer =
  | { readonly kind: 'answer'; readonly octets: Octets }
  /** The operation was cancelled, or another call was faster: poll again. */
  | { readonly kind: 'again' }

export interface IncomingMessage {
  /** ProvideEimPackageResult (BF50) or HandleNotificationEsipa (BF3D), as received or re-encoded from the JSON binding. */
  readonly octets: Octets
  readonly transport: Transport
}

export type ResultAnswer =
  | { readonly kind: 'unknown-eid' }
  | { readonly kind: 'refused'; readonly why: Exclude<Admission, 'admitted'> }
  /** A complete ProvideEimPackageResultResponse (BF50); committed before it is returned. */
  | { readonly kind: 'answer'; readonly octets: Octets }

export type NotificationAnswer =
  | { readonly kind: 'unknown-eid' | 'stored' }
  | { readonly kind: 'refused'; readonly why: Exclude<Admission, 'admitted'> }

export interface Enrolment {
  readonly tenant: string
  readonly eid: string
  /** The eIM identity that new operations use unless they name another. */
  readonly eimId: string
  readonly labels: { readonly [name: string]: string }
  readonly group: string | null
  readonly expectedPollSeconds: number | null
  readonly timeZone: string | null
}

/** Why an operation was not accepted; nothing was changed. */
export type EnqueueRefusal =
  | { readonly kind: 'guard'; readonly code: string; readonly detail: string }
  | { readonly kind: 'unknown-predecessor'; readonly after: string }
  | { readonly kind: 'invalid'; readonly pointer: string; readonly detail: string }
  | { readonly kind: 'idempotency-mismatch' }
  | { readonly kind: 'retired' }

export type Result<T, Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

export type CancelRefusal =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too-late'; readonly status: OperationStatus }

export interface RepeatableOperation {
  readonly operation: NewOperation
  /** Whether it ended, and not in success. */
  readonly ended: boolean
  /** From its creation to its deadline. */
  readonly lifetimeMs: number
}

export interface ListQuery {
  readonly limit: number
  /** Opaque; continues after the last element of the page before. */
  readonly cursor: string | null
  readonly status?: OperationStatus | undefined
}

export interface Page<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

export interface ProfileView {
  /** Printed digits. */
  readonly iccid: string
  readonly isdpAid: string | null
  readonly state: 'enabled' | 'disabled' | 'unknown'
  readonly fallback: boolean
  readonly fallbackAllowed: boolean | null
  readonly profileClass: 'test' | 'provisioning' | 'operational' | null
  readonly nickname: string | null
  readonly serviceProviderName: string | null
  readonly profileName: string | null
  readonly policyRules: readonly string[]
  /** Everything the eUICC said of it, as decoded. */
  readonly profileInfo: Json
  /** When, and by which operation or notification, this was last proven. */
  readonly provenAt: string
  readonly provenBy: string
}

export interface ProfilesView {
  /** null before the first signed list. */
  readonly provenAt: string | null
  /** The device has told of a change since; a new list is on its way. */
  readonly stale: boolean
  readonly profiles: readonly ProfileView[]
}

export interface EimView {
  readonly eimId: string
  readonly eimIdType: string | null
  /** Whether this is one of the tenant's own identities. */
  readonly ours: boolean
  readonly counterUsed: number | null
  readonly counterLeft: number | null
  readonly associationToken: number | null
  readonly keyId: string | null
  readonly provenAt: string | null
}

export interface EuiccView {
  readonly eid: string
  readonly eimId: string
  readonly labels: { readonly [name: string]: string }
  readonly group: string | null
  readonly expectedPollSeconds: number | null
  readonly timeZone: string | null
  readonly enrolledAt: string
  readonly updatedAt: string
  readonly lastSeenAt: string | null
  readonly nextExpectedAt: string | null
  readonly retiredAt: string | null
  /** Facts learnt from the device: euiccInfo1/2, ipaCapabilities, deviceInfo, addresses, decoded. */
  readonly facts: { readonly [name: string]: { readonly value: Json; readonly learntAt: string } }
  /** The certificate chain and what validation said of it; null before first contact. */
  readonly certificates: {
    readonly euiccCertificate: string
    readonly eumCertificate: string
    readonly verified: boolean
    readonly detail: string
  } | null
  readonly openOperations: number
}

export interface EvidenceView {
  readonly id: string
  readonly operationId: OperationId | null
  readonly kind:
    | 'euiccPackageResult'
    | 'ipaEuiccDataResponse'
    | 'profileDownloadTriggerResult'
    | 'eimPackageResultResponseError'
    | 'undecodable'
  readonly receivedAt: string
  /** As received, hex. */
  readonly octets: string
  readonly decoded: Json
  readonly verdict: {
    readonly verified: boolean
    readonly applied: boolean
    readonly detail: string
    /** What the signature covers, hex: data as received followed by the association token. */
    readonly signedOctets: string | null
    /** r || s, hex */
    readonly signature: string | null
    /** eUICC certificate, then EUM certificate, hex DER. */
    readonly chain: readonly string[]
  }
}

export interface NotificationView {
  readonly id: string
  readonly seqNumber: number | null
  readonly receivedAt: string
  readonly operation: string | null
  readonly iccid: string | null
  readonly notificationAddress: string | null
  readonly verified: boolean
  readonly detail: string
  readonly octets: string
  readonly decoded: Json
}

export interface TimelineEntry {
  readonly id: number
  readonly at: string
  readonly event: string
  readonly detail: Json
}

export interface TraceEntry {
  readonly id: number
  readonly at: string
  readonly function: string
  readonly transport: Transport
  /** hex */
  readonly request: string
  /** hex; null when the function has no answer */
  readonly response: string | null
}

/** What others show from copies: for comparing them, and for making them anew. */
export interface EuiccTruth {
  /** Of the last change that was told, or is about to be: all up to it are in here. */
  readonly sequence: number
  /** When it was read, by the object's clock; milliseconds since the epoch, as the others. */
  readonly readAt: number
  /** When something last happened. */
  readonly touchedAt: number
  readonly eimId: string
  readonly expectedPollSeconds: number | null
  readonly timeZone: string | null
  readonly isRetired: boolean
  readonly lastSeenAt: number | null
  readonly profiles: readonly {
    readonly iccid: string
    readonly state: 'enabled' | 'disabled' | 'unknown'
    readonly serviceProviderName: string | null
  }[]
  readonly operations: readonly TrueOperation[]
  /** Of the first reading: where the next one goes on with operations; null when these are all. */
  readonly nextCursor: string | null
}

export interface TrueOperation {
  readonly id: OperationId
  readonly type: OperationType
  readonly status: OperationStatus
  readonly outcome: OperationView['outcome']
  readonly reason: Reason | null
  readonly origin: 'operator' | 'eim'
  readonly createdAt: number
  readonly updatedAt: number
}

/** Part 1: ESipa. */
export interface EuiccEsipaInterface {
  poll(request: PollRequest): Promise<PollAnswer>
  /** For injection: as a poll would be answered, but nobody has called. */
  offer(request: PollRequest): Promise<Offer>
  handOut(signed: SignedPackage): Promise<HandOutAnswer>
  provideEimPackageResult(message: IncomingMessage): Promise<ResultAnswer>
  /** Stores what the device sent, then returns; `unknown-eid` stores nothing. */
  handleNotification(message: IncomingMessage): Promise<NotificationAnswer>
}

/** Part 2: the operator's API. All return null (or `unknown-eid`) when the eUICC is not enrolled. */
export interface EuiccOperatorInterface {
  /** Idempotent: enrolling again changes nothing and returns false. */
  enrol(enrolment: Enrolment): Promise<boolean>
  view(): Promise<EuiccView | null>
  update(change: Partial<Omit<Enrolment, 'tenant' | 'eid'>>): Promise<EuiccView | null>
  /** No operation leaves any more; polls are answered eidNotFound. */
  /** Null when it is not enrolled here. */
  transportTrust(): Promise<TransportTrust | null>
  setTransportTrust(trust: NewTransportTrust): Promise<TransportTrust | null>
  retire(): Promise<boolean>
  /** `idempotencyKey` + index make a repeat return the first answer; stored with the operation in one transaction. */
  enqueue(
    operation: NewOperation,
    idempotencyKey: string | null,
  ): Promise<Result<OperationView, EnqueueRefusal> | null>
  operation(id: OperationId): Promise<OperationView | null>
  operations(query: ListQuery): Promise<Page<OperationView> | null>
  cancel(id: OperationId): Promise<Result<OperationView, CancelRefusal>>
  /** What it takes to ask for an operation once more, and whether it ended without success. */
  repeatable(id: OperationId): Promise<RepeatableOperation | null>
  profiles(): Promise<ProfilesView | null>
  eims(ownEimIds: readonly string[]): Promise<readonly EimView[] | null>
  evidence(id: string): Promise<EvidenceView | null>
  evidences(query: ListQuery): Promise<Page<EvidenceView> | null>
  /** Tries stored results again that could not be verified or decoded then. Returns how many were applied. */
  reprocess(): Promise<number | null>
  notifications(query: ListQuery): Promise<Page<NotificationView> | null>
  timeline(query: ListQuery): Promise<Page<TimelineEntry> | null>
  /** Not `trace`: the platform keeps that name of a Worker's methods for itself. */
  traceEntries(query: ListQuery): Promise<Page<TraceEntry> | null>
  traceEntry(id: number): Promise<TraceEntry | null>
  /** Null, and nothing is stored, where nobody has asked or called for this eUICC yet. */
  truth(cursor: string | null): Promise<EuiccTruth | null>
}

export type EuiccInterface = EuiccEsipaInterface & EuiccOperatorInterface
