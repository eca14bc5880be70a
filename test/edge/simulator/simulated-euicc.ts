/**
 * A software eUICC: verifies the eIM's signature, EID, counter and token, executes, signs what it did, and keeps results
 * and notifications until it is told to forget them (SGP.32 §2.11, ES10b). Knows nothing of how an eIM works.
 */
import type { KeyObject } from 'node:crypto'
import { Asn1Fault, decode, encode, type Infer, rawOctets } from '../../../shared/asn1/index.ts'
import { concatOctets, equalOctets, type Octets, toHex } from '../../../shared/octets.ts'
import { importPublicKey, verify } from '../../../shared/pki/index.ts'
import {
  eidToOctets,
  iccidToOctets,
  NotificationMetadata,
  parseEid,
  parseIccid,
} from '../../../shared/sgp22/index.ts'
import {
  AddInitialEimRequest,
  EuiccPackageErrorCode,
  EuiccPackageErrorDataSigned,
  EuiccPackageRequest,
  EuiccPackageResult,
  EuiccPackageResultDataSigned,
  encodeAssociationToken,
  PendingNotification,
} from '../../../shared/sgp32/index.ts'
import { type CardIssuer, signPlain } from './card-issuer.ts'
import {
  type EuiccState,
  enabledProfile,
  newState,
  profileOf,
  type SimulatedAssociation,
  type SimulatedProfile,
} from './euicc-state.ts'
import { associate, executeEco } from './execute-eco.ts'
import { type Executed, executePsmo, type NotifiedEvent, type StepResult } from './execute-psmo.ts'

type Request = Infer<typeof EuiccPackageRequest>
type PackageSigned = Request['euiccPackageSigned']
type Result = Infer<typeof EuiccPackageResult>

const HIGHEST_COUNTER = 0x7fffff
/** Octets of a package that still fit the card's buffer. */
const BUFFER_OCTETS = 4096
const TERMINATED_BY_INTERRUPTION = 3

/** Faults of the card itself that a test may switch on. */
export interface CardFaults {
  /** Processing stops after this many operations, with processingTerminated. */
  interruptAfter?: number
  /** Results are signed with a key that is not the card's. */
  wrongKey?: KeyObject
}

export class SimulatedEuicc {
  state: EuiccState
  readonly euiccCertificate: Octets
  readonly eumCertificate: Octets
  readonly faults: CardFaults = {}
  readonly #key: KeyObject

  private constructor(state: EuiccState, key: KeyObject, euiccCertificate: Octets, eumCertificate: Octets) {
    this.state = state
    this.#key = key
    this.euiccCertificate = euiccCertificate
    this.eumCertificate = eumCertificate
  }

  static create(issuer: CardIssuer, eid: string, profiles: readonly SimulatedProfile[]): SimulatedEuicc {
    const { keys, certificate } = issuer.issueEuicc(eid)
    return new SimulatedEuicc(newState(eid, profiles), keys.privateKey, certificate, issuer.eum.certificate)
  }

  /** AddInitialEim (BF57): only while the card has no eIM. Returns the token given, or null. */
  addInitialEim(request: Octets): number | null {
    if (this.state.associations.length > 0) throw new Error('the card has an eIM already')
    let token: number | null = null
    for (const configuration of decode(AddInitialEimRequest, request).eimConfigurationDataList) {
      const outcome = associate(this.state, configuration)
      if ('refusal' in outcome) throw new Error(`AddInitialEim was refused with ${outcome.refusal}`)
      token = outcome.token
    }
    return token
  }

  /** LoadEuiccPackage: executes a BF51 and returns the BF51 that answers it. */
  async loadEuiccPackage(octets: Octets): Promise<Octets> {
    const request = decode(EuiccPackageRequest, octets)
    const { euiccPackageSigned: signed } = request
    const association = this.state.associations.find(({ eimId }) => eimId === signed.eimId)
    if (!association || !(await this.#isSignedBy(association, request)))
      return this.#unsignedError(signed, association)
    const refusal = this.#refusalOf(signed, association, octets.length)
    if (refusal !== null) return this.#signedError(signed, association, refusal)
    association.counterValue = signed.counterValue
    this.state.rollback = null
    return this.#execute(signed, association)
  }

  async #isSignedBy(association: SimulatedAssociation, request: Request): Promise<boolean> {
    const key = await importPublicKey(association.subjectPublicKeyInfo)
    const token = encodeAssociationToken(association.associationToken)
    return verify(key, concatOctets(rawOctets(request.euiccPackageSigned), token), request.eimSignature)
  }

  #refusalOf(signed: PackageSigned, association: SimulatedAssociation, length: number): number | null {
    const { codes } = EuiccPackageErrorCode
    if (!equalOctets(signed.eidValue, eidToOctets(parseEid(this.state.eid)))) return codes.invalidEid
    if (signed.counterValue > HIGHEST_COUNTER) return codes.counterValueOutOfRange
    if (signed.counterValue <= association.counterValue) return codes.replayError
    if (length > BUFFER_OCTETS) return codes.sizeOverflow
    return this.state.ecallActive ? codes.ecallActive : null
  }

  #execute(signed: PackageSigned, association: SimulatedAssociation): Octets {
    const before = enabledProfile(this.state)?.iccid ?? null
    const steps = this.#runSteps(signed)
    const withRollback = signed.euiccPackage.psmoList?.some((psmo) => psmo.enable?.rollbackFlag !== undefined)
    const ok = steps.every((step) => step.ok)
    const { eimId, counterValue, eimTransactionId } = signed
    if (withRollback && ok) {
      this.state.rollback = {
        iccid: before,
        counterValue,
        eimId,
        eimTransactionId: eimTransactionId?.slice() ?? null,
      }
    }
    this.state.executions.push({
      eimId,
      counterValue,
      eimTransactionId: eimTransactionId ? toHex(eimTransactionId) : '',
      operations: steps.map((step) => step.name),
      ok,
    })
    const result = this.#signResult(
      signed,
      association.associationToken,
      steps.map((step) => step.result),
    )
    for (const { event, profile } of steps.flatMap((step) => step.events)) this.#notify(event, profile)
    return result
  }

  /** In list order; the first failure ends it (SGP.32 §3.3.1). */
  #runSteps({ euiccPackage }: PackageSigned): Executed[] {
    const runs = euiccPackage.psmoList
      ? euiccPackage.psmoList.map((psmo) => () => executePsmo(this.state, psmo))
      : euiccPackage.ecoList.map((eco) => () => executeEco(this.state, eco))
    const steps: Executed[] = []
    for (const run of runs) {
      if (this.faults.interruptAfter === steps.length) {
        const result = { processingTerminated: TERMINATED_BY_INTERRUPTION }
        return [...steps, { name: 'interruption', result, ok: false, events: [] }]
      }
      const step = run()
      steps.push(step)
      if (!step.ok) break
    }
    return steps
  }

  #signResult(
    signed: Pick<PackageSigned, 'eimId' | 'counterValue' | 'eimTransactionId'>,
    token: number | null,
    euiccResult: readonly StepResult[],
  ): Octets {
    const seqNumber = this.state.nextSeqNumber++
    const { eimId, counterValue, eimTransactionId } = signed
    const data = { eimId, counterValue, eimTransactionId, seqNumber, euiccResult }
    const euiccSignEPR = this.#sign(encode(EuiccPackageResultDataSigned, data), token)
    const octets = encode(EuiccPackageResult, {
      euiccPackageResultSigned: { euiccPackageResultDataSigned: data, euiccSignEPR },
    })
    this.state.results.push({ seqNumber, octets })
    return octets
  }

  #signedError(signed: PackageSigned, association: SimulatedAssociation, code: number): Octets {
    const { eimId, counterValue, eimTransactionId } = signed
    const data = { eimId, counterValue, eimTransactionId, euiccPackageErrorCode: code }
    const euiccSignEPE = this.#sign(encode(EuiccPackageErrorDataSigned, data), association.associationToken)
    return encode(EuiccPackageResult, {
      euiccPackageErrorSigned: { euiccPackageErrorDataSigned: data, euiccSignEPE },
    })
  }

  #unsignedError(
    { eimId, eimTransactionId }: PackageSigned,
    association: SimulatedAssociation | undefined,
  ): Octets {
    const associationToken = association?.associationToken ?? undefined
    return encode(EuiccPackageResult, {
      euiccPackageErrorUnsigned: { eimId, eimTransactionId, associationToken },
    } satisfies Result)
  }

  #sign(data: Octets, token: number | null): Octets {
    return signPlain(this.faults.wrongKey ?? this.#key, concatOctets(data, encodeAssociationToken(token)))
  }

  #notify(event: NotifiedEvent, profile: SimulatedProfile): void {
    const seqNumber = this.state.nextSeqNumber++
    const tbsOtherNotification = {
      seqNumber,
      profileManagementOperation: [event],
      notificationAddress: profile.smdpAddress,
      iccid: iccidToOctets(parseIccid(profile.iccid)),
    } as const
    const octets = encode(PendingNotification, {
      otherSignedNotification: {
        tbsOtherNotification,
        euiccNotificationSignature: signPlain(this.#key, encode(NotificationMetadata, tbsOtherNotification)),
        euiccCertificate: this.euiccCertificate,
        eumCertificate: this.eumCertificate,
      },
    })
    this.state.notifications.push({ seqNumber, octets })
  }

  /** RemoveNotificationFromList: forgets the results and notifications with these numbers. */
  forget(seqNumbers: readonly number[]): void {
    const kept = ({ seqNumber }: { readonly seqNumber: number }) => !seqNumbers.includes(seqNumber)
    this.state.results = this.state.results.filter(kept)
    this.state.notifications = this.state.notifications.filter(kept)
  }

  /** ProfileRollback (ES10b): back to the profile before; a new result replaces the first one. Null when not possible. */
  profileRollback(): Octets | null {
    const { rollback } = this.state
    const association = this.state.associations.find(({ eimId }) => eimId === rollback?.eimId)
    if (!rollback || !association) return null
    this.state.rollback = null
    const current = enabledProfile(this.state)
    if (current) current.state = 'disabled'
    const previous = rollback.iccid === null ? undefined : profileOf(this.state, rollback.iccid)
    if (previous) previous.state = 'enabled'
    this.state.results = this.state.results.filter((kept) => !isResultOf(kept.octets, rollback))
    const { eimId, counterValue, eimTransactionId } = rollback
    return this.#signResult(
      { eimId, counterValue, eimTransactionId: eimTransactionId ?? undefined },
      association.associationToken,
      [{ rollbackResult: 0 }],
    )
  }

  /** ExecuteFallbackMechanism (ES10b): the card's own rescue. Returns whether there was a fallback profile to go to. */
  executeFallback(): boolean {
    const fallback = this.state.profiles.find((profile) => profile.fallback)
    const current = enabledProfile(this.state)
    if (!fallback || fallback.state === 'enabled') return false
    if (current) current.state = 'disabled'
    fallback.state = 'enabled'
    this.state.returnIccid = current?.iccid ?? null
    if (current) this.#notify('notificationDisable', current)
    this.#notify('notificationEnable', fallback)
    return true
  }

  /** ReturnFromFallback (ES10b). */
  returnFromFallback(): boolean {
    const { returnIccid } = this.state
    const previous = returnIccid === null ? undefined : profileOf(this.state, returnIccid)
    const current = enabledProfile(this.state)
    if (!previous) return false
    if (current) current.state = 'disabled'
    previous.state = 'enabled'
    this.state.returnIccid = null
    return true
  }

  /** A profile arrives (as a download would bring it); returns the metadata's sequence number for the installation result. */
  install(profile: SimulatedProfile): number {
    this.state.profiles.push({ ...profile })
    return this.state.nextSeqNumber++
  }

  /** Signs any other data of the card's (installation results). */
  signPlain(data: Octets): Octets {
    return signPlain(this.#key, data)
  }
}

function isResultOf(octets: Octets, of: { readonly counterValue: number; readonly eimId: string }): boolean {
  try {
    const data = decode(EuiccPackageResult, octets).euiccPackageResultSigned?.euiccPackageResultDataSigned
    return data?.counterValue === of.counterValue && data.eimId === of.eimId
  } catch (error) {
    if (error instanceof Asn1Fault) return false
    throw error
  }
}
