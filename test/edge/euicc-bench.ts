import { Euicc } from '../../functions/euicc/euicc.ts'
import type { PollAnswer, PollRequest } from '../../functions/euicc/euicc-interface.ts'
import type { NewOperation, OperationRequest } from '../../functions/euicc/operation.ts'
import { decode, encode, type Infer } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { eidToOctets, iccidToOctets, parseEid, parseIccid } from '../../shared/sgp22/index.ts'
import {
  GetEimPackageRequest,
  GetEimPackageResponse,
  type IpaEuiccData,
  ProvideEimPackageResult,
  ProvideEimPackageResultResponse,
} from '../../shared/sgp32/index.ts'
import { nodeSql } from './node-sql.ts'
import {
  type Results,
  signAsEim,
  signedError,
  signedResult,
  VECTOR_EID,
  vectorCertificate,
  vectorRoot,
} from './vector-card.ts'

const TRANSPORT = { binding: 'asn1', via: 'https', deviceIdentity: null } as const
export const EIM_ID = 'eim.example.com'
const IDENTITIES = [{ eimId: EIM_ID, keyId: 'k1', keyIds: ['k1'] }]
export const A = '8900012345678901234'
export const B = '8985220242022284844'
export const DAY = 86_400_000

export type DataMembers = Partial<Infer<typeof IpaEuiccData>>

const CI_KEY_ID = Uint8Array.of(1)
const VERSION = Uint8Array.of(1, 0, 0)
export const VERSION_10: DataMembers = {
  euiccInfo2: {
    profileVersion: VERSION,
    svn: VERSION,
    euiccFirmwareVer: VERSION,
    extCardResource: VERSION,
    uiccCapability: [],
    rspCapability: [],
    euiccCiPKIdListForVerification: [CI_KEY_ID],
    euiccCiPKIdListForSigning: [CI_KEY_ID],
    ppVersion: VERSION,
    sasAcreditationNumber: '',
    iotSpecificInfo: { iotVersion: [VERSION] },
  },
}

/** One eUICC's object under test, with the card of the known-answer keys behind it. */
export class Bench {
  now = Date.parse('2026-12-01T00:00:00Z')
  readonly sql = nodeSql()
  seqNumber = 10
  identities: PollRequest['identities'] = IDENTITIES
  euicc = this.start()

  start(): Euicc {
    return new Euicc({
      sql: this.sql,
      roots: [vectorRoot],
      now: () => this.now,
      random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    })
  }

  /** All memory is lost, as when the object is evicted. */
  restart(): void {
    this.euicc = this.start()
  }

  async enrol(): Promise<void> {
    await this.euicc.enrol({
      tenant: 'tnt_a',
      eid: VECTOR_EID,
      eimId: EIM_ID,
      labels: {},
      group: null,
      expectedPollSeconds: null,
      timeZone: null,
    })
  }

  async enqueue(request: OperationRequest, changes: Partial<NewOperation> = {}, key: string | null = null) {
    const result = await this.euicc.enqueue(
      {
        request,
        schedule: { priority: 0, notBefore: 0, deadline: this.now + 30 * DAY, after: null },
        eimId: EIM_ID,
        force: false,
        labels: {},
        retryOf: null,
        traceparent: null,
        ...changes,
      },
      key,
    )
    if (!result) throw new Error('not enrolled')
    return result
  }

  async accepted(request: OperationRequest, changes: Partial<NewOperation> = {}) {
    const result = await this.enqueue(request, changes)
    if (!result.ok) throw new Error(JSON.stringify(result.refusal))
    return result.value.id
  }

  pollRequest(members: { stateChangeCause?: number } = {}): PollRequest {
    const octets = encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(VECTOR_EID)), ...members })
    return { octets, transport: TRANSPORT, identities: this.identities }
  }

  /** Polls as the Worker does: signs what it is told to sign. */
  async poll(members: { stateChangeCause?: number } = {}) {
    for (;;) {
      const request = this.pollRequest(members)
      const answer: PollAnswer = await this.euicc.poll(request)
      if (answer.kind === 'unknown-eid') return null
      if (answer.kind === 'answer') return decode(GetEimPackageResponse, answer.octets)
      if (answer.kind !== 'sign') throw new Error('no campaign here')
      const eimSignature = await signAsEim(answer.euiccPackageSigned, answer.associationToken)
      const { operationId, keyId, euiccPackageSigned } = answer
      const given = await this.euicc.handOut({
        operationId,
        keyId,
        euiccPackageSigned,
        eimSignature,
        request,
      })
      if (given.kind === 'answer') return decode(GetEimPackageResponse, given.octets)
    }
  }

  async provide(octets: Octets) {
    const answer = await this.euicc.provideEimPackageResult({ octets, transport: TRANSPORT })
    if (answer.kind !== 'answer') throw new Error(answer.kind)
    return decode(ProvideEimPackageResultResponse, answer.octets)
  }

  async nextPackage() {
    const response = await this.poll()
    if (!response?.euiccPackageRequest) throw new Error(`no package but ${JSON.stringify(response)}`)
    return response.euiccPackageRequest
  }

  resultFor(
    request: Awaited<ReturnType<Bench['nextPackage']>>,
    euiccResult: Results,
    signedWith: number | null | Octets = null,
  ) {
    const { eimId, counterValue, eimTransactionId } = request.euiccPackageSigned
    return signedResult(
      { eimId, counterValue, eimTransactionId, seqNumber: ++this.seqNumber, euiccResult },
      signedWith,
    )
  }

  errorFor(request: Awaited<ReturnType<Bench['nextPackage']>>, euiccPackageErrorCode: number) {
    const { eimId, counterValue, eimTransactionId } = request.euiccPackageSigned
    return signedError({ eimId, counterValue, eimTransactionId, euiccPackageErrorCode }, null)
  }

  /** Answers the questions of the first contact: certificates, then profiles A (enabled) and B. */
  async firstContact(token: number | null = null, info: DataMembers = {}): Promise<void> {
    await this.answerData(token === null ? info : { ...info, associationToken: token })
    const package_ = await this.nextPackage()
    await this.provide(await this.resultFor(package_, [listOf([A, true], [B, false])], token))
  }

  async answerData(members: DataMembers = {}) {
    const response = await this.poll()
    const asked = response?.ipaEuiccDataRequest
    if (!asked) throw new Error(`no data request but ${JSON.stringify(response)}`)
    const ipaEuiccData = {
      eumCertificate: vectorCertificate('eum'),
      euiccCertificate: vectorCertificate('euicc'),
      eimTransactionId: asked.eimTransactionId,
      ipaCapabilities: { ipaFeatures: ['directRspServerCommunication'] as const },
      ...members,
    }
    await this.provide(
      encode(ProvideEimPackageResult, { eimPackageResult: { ipaEuiccDataResponse: { ipaEuiccData } } }),
    )
    return asked
  }

  async status(id: Awaited<ReturnType<Bench['accepted']>>) {
    const operation = await this.euicc.operation(id)
    if (!operation) throw new Error('no such operation')
    return operation
  }
}

export function listOf(
  ...profiles: readonly (readonly [iccid: string, enabled: boolean])[]
): Results[number] {
  return {
    listProfileInfoResult: {
      profileInfoListOk: profiles.map(([iccid, enabled]) => ({
        iccid: iccidToOctets(parseIccid(iccid)),
        profileState: enabled ? 1 : 0,
        fallbackAttribute: false,
      })),
    },
  }
}
