/**
 * A software eUICC: verifies the eIM's signature, EID, counter and token, executes, signs what it did, and keeps results
 * and notifications until it is told to forget them (SGP.32 §2.11, ES10b). Knows nothing of how an eIM works.
 */
import { createHash } from 'node:crypto'
import { Asn1Fault, decode, encode } from '../../shared/asn1/index.ts'
import { concatOctets, equalOctets, type Octets, toHex } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import {
  Eco,
  EuiccPackageErrorCode,
  EuiccResultData,
  encodeAssociationToken,
  ProcessingTerminated,
  Psmo,
} from '../../shared/sgp32/index.ts'
import type { Card } from './card.ts'
import { signPlain, verifyPlain } from './card-crypto.ts'
import { type CardFaults, forcedResult, type Lie, tell } from './card-faults.ts'
import type { CardCredential, CardIssuer } from './card-issuer.ts'
import { addInitialEim, executeFallback, profileRollback, returnFromFallback } from './es10b.ts'
import {
  type AnsweredHead,
  type AnswerSigner,
  otherSignedNotification,
  packageError,
  packageResult,
  unsignedError,
} from './euicc-answers.ts'
import {
  type EuiccState,
  enabledProfile,
  newState,
  type SimulatedAssociation,
  type SimulatedProfile,
  type Switched,
} from './euicc-state.ts'
import { executeEco, HIGHEST_COUNTER } from './execute-eco.ts'
import { type Executed, executePsmo, type StepResult } from './execute-psmo.ts'
import { type ReadPackage, readPackage } from './package-reader.ts'

/** Octets of a package that still fit the card's buffer. */
const BUFFER_OCTETS = 4096

interface Processed {
  readonly steps: readonly Executed[]
  /** The profile before an enable that allows rollback; undefined when there was none. */
  readonly rollbackIccid: string | null | undefined
}

export class SimulatedEuicc implements Card {
  state: EuiccState
  readonly faults: CardFaults = {}
  /** One for each CI; the first answers where no other is asked for. */
  readonly credentials: readonly [CardCredential, ...CardCredential[]]
  #lie: { readonly lie: Lie; readonly forger: CardCredential } | null = null
  #earlier: Octets | null = null

  private constructor(state: EuiccState, credentials: readonly [CardCredential, ...CardCredential[]]) {
    this.state = state
    this.credentials = credentials
  }

  static create(issuer: CardIssuer, eid: string, profiles: readonly SimulatedProfile[]): SimulatedEuicc {
    return SimulatedEuicc.of(newState(eid, profiles), issuer.issueEuicc(eid))
  }

  /** A card with given keys, such as one taken up again from a file. */
  static of(state: EuiccState, ...credentials: [CardCredential, ...CardCredential[]]): SimulatedEuicc {
    return new SimulatedEuicc(state, credentials)
  }

  get euiccCertificate(): Octets {
    return this.credentials[0].euiccCertificate
  }

  get eumCertificate(): Octets {
    return this.credentials[0].eumCertificate
  }

  get ciPKIds(): readonly Octets[] {
    return this.credentials.map(({ ciPKId }) => ciPKId)
  }

  /** The credential below this CI, or the first when any will do; undefined when there is none. */
  credentialFor(ciPKId: Octets | null | undefined): CardCredential | undefined {
    if (!ciPKId) return this.credentials[0]
    return this.credentials.find((credential) => equalOctets(credential.ciPKId, ciPKId))
  }

  /** A copy of everything that survives a loss of power; assign it to `state` to return to it. */
  snapshot(): EuiccState {
    return structuredClone(this.state)
  }

  /** The next result is told falsely, `forger` signing where the card's own key would not; the card keeps the true one. */
  lieOnce(lie: Lie, forger: CardCredential = this.credentials[0]): void {
    this.#lie = { lie, forger }
  }

  /** LoadEuiccPackage: executes a BF51 and returns the BF51 that answers it. @throws {Asn1Fault} when it is none */
  async loadEuiccPackage(octets: Octets): Promise<Octets> {
    const request = readPackage(octets)
    const association = this.state.associations.find(({ eimId }) => eimId === request.head.eimId)
    if (!association || !isSignedBy(association, request))
      return unsignedError(request.head, association?.associationToken ?? null)
    const signer = this.#signerFor(association)
    const refusal = this.#refusalOf(request, association, octets.length)
    if (refusal !== null) return packageError(request.head, refusal, signer)
    association.counterValue = request.head.counterValue
    return this.#answer(request, this.#execute(request, octets), signer)
  }

  #signerFor({ euiccCiPKId, associationToken }: SimulatedAssociation): AnswerSigner {
    return { credential: this.credentialFor(euiccCiPKId) ?? this.credentials[0], token: associationToken }
  }

  #refusalOf({ head }: ReadPackage, association: SimulatedAssociation, length: number): number | null {
    const { codes } = EuiccPackageErrorCode
    if (!equalOctets(head.eidValue, eidToOctets(parseEid(this.state.eid)))) return codes.invalidEid
    if (head.counterValue > HIGHEST_COUNTER) return codes.counterValueOutOfRange
    if (head.counterValue <= association.counterValue) return codes.replayError
    if (length > (this.faults.packageOctets ?? BUFFER_OCTETS)) return codes.sizeOverflow
    return this.state.ecallActive ? codes.ecallActive : null
  }

  #execute(request: ReadPackage, octets: Octets): Processed {
    this.state.rollback = null
    const { eimId, counterValue, eimTransactionId } = request.head
    const processed = this.#process(request)
    this.state.executions.push({
      eimId,
      counterValue,
      eimTransactionId: eimTransactionId ? toHex(eimTransactionId) : '',
      digest: createHash('sha256').update(octets).digest('hex'),
      operations: processed.steps.map((step) => step.name),
      ok: processed.steps.every((step) => step.ok),
    })
    return processed
  }

  #answer({ head }: ReadPackage, { steps, rollbackIccid }: Processed, signer: AnswerSigner): Octets {
    const truth = this.keepResult(
      head,
      steps.map((step) => step.result),
      signer,
    )
    if (rollbackIccid !== undefined) {
      const { eimId, counterValue, eimTransactionId } = head
      const seqNumber = this.state.nextSeqNumber - 1
      this.state.rollback = {
        iccid: rollbackIccid,
        eimId,
        counterValue,
        seqNumber,
        eimTransactionId: eimTransactionId?.slice() ?? null,
      }
    }
    this.notify(steps.flatMap((step) => step.events))
    const answer = this.#lie ? tell(this.#lie.lie, truth, this.#earlier, signer, this.#lie.forger) : truth
    this.#lie = null
    this.#earlier = truth
    return answer
  }

  /** In list order; the first failure ends it (SGP.32 §3.3.1). */
  #process({ kind, operations }: ReadPackage): Processed {
    const steps: Executed[] = []
    let rollbackIccid: string | null | undefined
    for (const operation of operations) {
      if (this.faults.interruptAfter === steps.length)
        return { steps: [...steps, terminated(this.faults.terminationCode)], rollbackIccid }
      const enabledBefore = enabledProfile(this.state)?.iccid ?? null
      const { step, withRollback } = this.#step(kind, operation, rollbackIccid ?? null)
      const overflow = ProcessingTerminated.codes.resultSizeOverflow
      if (this.#isTooLong([...steps, step])) return { steps: [...steps, terminated(overflow)], rollbackIccid }
      steps.push(step)
      if (!step.ok) break
      if (withRollback) rollbackIccid = enabledBefore
    }
    return { steps, rollbackIccid }
  }

  #isTooLong(steps: readonly Executed[]): boolean {
    const { resultOctets } = this.faults
    if (resultOctets === undefined) return false
    return steps.reduce((sum, { result }) => sum + encode(EuiccResultData, result).length, 0) > resultOctets
  }

  #step(
    kind: ReadPackage['kind'],
    operation: Octets,
    rollbackIccid: string | null,
  ): { step: Executed; withRollback: boolean } {
    try {
      const psmo = kind === 'psmo' ? decode(Psmo, operation) : undefined
      const eco = psmo ? undefined : decode(Eco, operation)
      const name = Object.keys(psmo ?? eco ?? {})[0] ?? ''
      const forced =
        this.faults.forcedCodes && Object.entries(this.faults.forcedCodes).find(([of]) => of === name)
      if (forced) {
        const step = { name, result: forcedResult(name, forced[1]), ok: false, events: [] }
        return { step, withRollback: false }
      }
      if (eco) return { step: executeEco(this.state, eco, this.ciPKIds), withRollback: false }
      if (!psmo) throw new Asn1Fault('no operation', 0)
      const circumstances = { catBusy: this.faults.catBusy ?? false, rollbackIccid }
      const withRollback = psmo.enable?.rollbackFlag !== undefined
      return { step: executePsmo(this.state, psmo, circumstances), withRollback }
    } catch (error) {
      if (!(error instanceof Asn1Fault)) throw error
      return { step: terminated(ProcessingTerminated.codes.unknownOrDamagedCommand), withRollback: false }
    }
  }

  /** Signs a result under the next sequence number and keeps it; returns the BF51. */
  keepResult(head: AnsweredHead, results: readonly StepResult[], signer: AnswerSigner): Octets {
    const seqNumber = this.state.nextSeqNumber++
    const octets = packageResult(head, seqNumber, results, signer, this.faults.reshape)
    this.state.results.push({ seqNumber, octets })
    return octets
  }

  /** Keeps a signed notification of each event that the profile wants notified. */
  notify(events: readonly Switched[]): void {
    for (const each of events) {
      if (each.profile.notifies && !each.profile.notifies.includes(each.event)) continue
      const seqNumber = this.state.nextSeqNumber++
      const compact = this.faults.compactNotifications ?? false
      const octets = otherSignedNotification(this.state.eid, seqNumber, each, this.credentials[0], compact)
      this.state.notifications.push({ seqNumber, octets })
    }
  }

  /** RemoveNotificationFromList: forgets the results and notifications with these numbers. */
  forget(seqNumbers: readonly number[]): void {
    const kept = ({ seqNumber }: { readonly seqNumber: number }) => !seqNumbers.includes(seqNumber)
    this.state.results = this.state.results.filter(kept)
    this.state.notifications = this.state.notifications.filter(kept)
    if (this.state.rollback && !kept(this.state.rollback)) this.state.rollback = null
  }

  /** AddInitialEim of a card that takes it. Returns the first token given, or null. @throws {Error} when refused */
  addInitialEim(request: Octets): number | null {
    const added = addInitialEim(this, request)
    if (!added.ok) throw new Error(`AddInitialEim was refused with ${added.code}`)
    return added.tokens.find((token) => token !== null) ?? null
  }

  /** ProfileRollback; null when not possible. */
  profileRollback(): Octets | null {
    return profileRollback(this).euiccPackageResult ?? null
  }

  /** ExecuteFallbackMechanism; whether the card switched. */
  executeFallback(): boolean {
    return executeFallback(this) === 0
  }

  /** ReturnFromFallback; whether the card switched. */
  returnFromFallback(): boolean {
    return returnFromFallback(this) === 0
  }

  /** A profile arrives, as a download would bring it; returns the sequence number of its installation result. */
  install(profile: SimulatedProfile): number {
    this.state.profiles.push({ ...profile })
    return this.state.nextSeqNumber++
  }

  /** Signs any other data of the card's (installation results). */
  signPlain(data: Octets): Octets {
    return signPlain(this.credentials[0].key, data)
  }
}

function isSignedBy(association: SimulatedAssociation, { signed, signature }: ReadPackage): boolean {
  const input = concatOctets(signed, encodeAssociationToken(association.associationToken))
  return verifyPlain(association.subjectPublicKeyInfo, input, signature)
}

function terminated(code: number = ProcessingTerminated.codes.interruption): Executed {
  return { name: 'interruption', result: { processingTerminated: code }, ok: false, events: [] }
}
