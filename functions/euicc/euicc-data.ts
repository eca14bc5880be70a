/** Answers to data requests (SGP.32 §2.11, BF52): unsigned, so certificates count only once their chain is verified. */
import { type Infer, rawOctets } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { toHex } from '../../shared/octets.ts'
import { describeChainFault } from '../../shared/pki/index.ts'
import { IpaEuiccData, IpaEuiccDataErrorCode, type IpaEuiccDataResponse } from '../../shared/sgp32/index.ts'
import { newAssociation, readAssociation, writeAssociation } from './association.ts'
import { type Delivery, findByTransaction, openDeliveries, setDeliveryState } from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import { keepEvidence } from './evidence.ts'
import { type Certificates, learnDeviceFact, writeCertificates } from './facts.ts'
import { askForOldTags } from './first-contact.ts'
import { note } from './journal.ts'
import { advance } from './life-cycle.ts'
import { isFinal } from './operation.ts'
import { type OperationRecord, openOperations, readOperation } from './operation-store.ts'
import { afterKeptResults, requeue } from './recovery.ts'
import type { Sql } from './sql.ts'
import { unsigned, type Verifier } from './verdict.ts'

type Response = Infer<typeof IpaEuiccDataResponse>
type Data = Infer<typeof IpaEuiccData>

const MINUTE_MS = 60_000

/** Members that are shown as facts; lists, certificates and ids have places of their own. */
const FACTS = [
  'defaultSmdpAddress',
  'euiccInfo1',
  'euiccInfo2',
  'rootSmdsAddress',
  'ipaCapabilities',
  'deviceInfo',
] as const

/** The certificates a message brings, once their chain is verified; null when it brings none that count. */
export async function judgeCertificates(
  verifier: Verifier,
  data: Data,
): Promise<{ readonly certificates: Certificates | null; readonly detail: string }> {
  const { eumCertificate, euiccCertificate } = data
  if (!eumCertificate || !euiccCertificate) return { certificates: null, detail: 'not sent' }
  const certificates = { eumCertificate, euiccCertificate }
  const chain = await verifier.judgeChain(certificates)
  return chain.ok
    ? { certificates, detail: `issued under the CI ${toHex(chain.ciSubjectKeyIdentifier)}` }
    : { certificates: null, detail: describeChainFault(chain.reason) }
}

/** The data request a response answers: by its eimTransactionId, else the oldest still open. */
function dataDeliveryOf(sql: Sql, response: Response): Delivery | undefined {
  const named =
    response.ipaEuiccData?.eimTransactionId ?? response.ipaEuiccDataResponseError?.eimTransactionId
  if (named) return findByTransaction(sql, toHex(named))
  return openDeliveries(sql).find((open) => open.kind === 'ipaEuiccData')
}

/** Takes over verified certificates: everything that was waiting for them can be judged after this. */
export function learnCertificates(
  context: EuiccContext,
  certificates: Certificates | null,
  detail: string,
): void {
  if (certificates) writeCertificates(context.sql, certificates, context.now)
  note(context.sql, context.now, certificates ? 'certificates.verified' : 'certificates.refused', { detail })
}

/** Applies an answer to the request it belongs to; call inside the transaction that commits it. */
export function applyEuiccData(context: EuiccContext, response: Response): void {
  const { sql, now } = context
  const delivery = dataDeliveryOf(sql, response)
  const operation = delivery && readOperation(sql, delivery.operationId)
  const awaited = delivery?.kind === 'ipaEuiccData' && delivery.state === 'open'
  keepEvidence(sql, {
    operationId: operation?.id ?? null,
    kind: 'ipaEuiccDataResponse',
    receivedAt: now,
    octets: rawOctets(response) as Octets,
    applied: awaited,
    verdict: unsigned(
      awaited ? 'unsigned by nature: as good as its transport' : 'nothing of the kind was asked for',
    ),
  })
  if (!awaited || !operation || isFinal(operation.status)) return
  if (response.ipaEuiccData) onData(context, delivery, operation, response.ipaEuiccData)
  else if (response.ipaEuiccDataResponseError) {
    onRefusal(context, operation, response.ipaEuiccDataResponseError.ipaEuiccDataErrorCode)
  }
}

function onData(context: EuiccContext, delivery: Delivery, operation: OperationRecord, data: Data): void {
  const { sql } = context
  setDeliveryState(sql, delivery.eimTransactionId, 'closed')
  learnFacts(context, data)
  if (data.associationToken !== undefined) learnToken(context, operation.eimId, data.associationToken)
  if (operation.purpose === 'first-contact') askForOldTags(context, operation, data)
  advance(context, operation, {
    status: 'succeeded',
    outcome: 'done',
    results: [{ type: 'euicc.read', code: null, ok: true, data: IpaEuiccData.toJson(data) }],
    reason: { code: 'done', detail: 'the device answered' },
  })
  if (operation.subject !== null) afterKeptResults(context, operation.subject)
}

function learnFacts({ sql, now }: EuiccContext, data: Data): void {
  const json = IpaEuiccData.toJson(data)
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return
  for (const name of FACTS) {
    const value = Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined
    if (value !== undefined) learnDeviceFact(sql, name, value, now)
  }
}

/**
 * A package signed with another token than the eUICC holds can never be executed, so it may be signed anew: of the two
 * only one can ever verify.
 */
function learnToken(context: EuiccContext, eimId: string, token: number): void {
  const { sql } = context
  const association = readAssociation(sql, eimId) ?? newAssociation(eimId)
  if (association.token !== token) writeAssociation(sql, { ...association, token })
  for (const delivery of openDeliveries(sql)) {
    if (delivery.kind !== 'euiccPackage' || delivery.eimId !== eimId || delivery.token === token) continue
    const operation = readOperation(sql, delivery.operationId)
    if (operation?.status === 'delivered' && operation.unsignedErrors > 0)
      requeue(context, operation, delivery)
  }
}

/** The IPA could not or would not answer. Nothing signed exists for this, so its word is what there is. */
function onRefusal(context: EuiccContext, operation: OperationRecord, number: number): void {
  const wireCode = { name: IpaEuiccDataErrorCode.nameOf(number), number }
  if (number === IpaEuiccDataErrorCode.codes.ecallActive) {
    advance(context, operation, {
      pausedUntil: context.now + MINUTE_MS,
      waitingDetail: 'an emergency call is active; asked again later',
    })
    return
  }
  if (operation.purpose === 'first-contact') askForOldTags(context, operation, null)
  advance(context, operation, {
    status: 'failed',
    outcome: 'refused',
    reason: { code: wireCode.name, detail: `the device answered ${wireCode.name}`, wireCode },
  })
  if (operation.subject !== null) afterKeptResults(context, operation.subject)
}

/** Operations that hold because results could not be verified, now that certificates are there. */
export function resumeAfterCertificates(context: EuiccContext): void {
  for (const open of openOperations(context.sql)) {
    if (open.waitingFor === 'certificate') {
      advance(context, open, {
        waitingFor: 'result',
        waitingDetail: 'certificates are known; stored results are judged again',
        pausedUntil: 0,
      })
    }
  }
}
