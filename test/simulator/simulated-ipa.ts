/**
 * A software IPA: the retrieval loop of SGP.32 §3.1.1.1 around a simulated eUICC. What it must not lose it leaves on the
 * card; its own memory is gone after `restart`.
 */
import { Asn1Fault, decode, encode, type Infer, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import {
  type EimPackageResult,
  EimPackageResultErrorCode,
  EimPackageResultResponseError,
  IpaEuiccDataRequest,
  ProfileDownloadTriggerRequest,
  ProfileDownloadTriggerResult,
  StateChangeCause,
} from '../../shared/sgp32/index.ts'
import { profileRollback, retrieveNotifications, retrievePackageResults } from './es10b.ts'
import { type EsipaClient, type GivenPackage, NotDelivered } from './esipa-client.ts'
import { enabledProfile } from './euicc-state.ts'
import { answerDataRequest, DEVICE_INFO, DIRECT_DOWNLOAD, eidValueOf, type IpaFacts } from './ipa-data.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

export type Trigger = Infer<typeof ProfileDownloadTriggerRequest>
export type TriggerResult = Infer<typeof ProfileDownloadTriggerResult>
type ResultForm = keyof Infer<typeof EimPackageResult>

/** Moments at which a test may take the power away by throwing {@link PowerLost}. */
export type IpaStep = 'poll' | 'execute' | 'provide' | 'provided' | 'notify' | 'notified'

/** The device loses power: the IPA's memory is gone, the card's is not. */
export class PowerLost extends Error {}

export interface IpaOptions {
  /** Sends notifications along with results (ePRAndNotifications) instead of one by one. */
  readonly listForm?: boolean
  /** Leaves eidValue out of results, as IPAs in the field do. */
  readonly omitEid?: boolean
  /** Forgets a delivered result by itself, without waiting for the acknowledgement. */
  readonly deletesByItself?: boolean
  /** Sends results by HandleNotification. */
  readonly viaHandleNotification?: boolean
  /** Delivers the results that the card still keeps when it starts again. */
  readonly resendsKept?: boolean
  /** Gives up a result, and with it the new profile if that is allowed, after so many tries; 1 when left out. */
  readonly attempts?: number
  /** Which eIM it polls, when the card has several; the first one when left out. */
  readonly eimId?: string
  readonly rPLMN?: Octets
  readonly facts?: Partial<Omit<IpaFacts, 'eimId'>>
  /** Plays the download that a trigger asks for; null is an IPA that gives up silently. */
  readonly download?: (trigger: Trigger, euicc: SimulatedEuicc) => TriggerResult | null
  /** Called before each step; throw {@link PowerLost} to end the wake-up there. */
  readonly beforeStep?: (step: IpaStep) => void
  /** Told what happens, for people. */
  readonly tell?: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

export interface StateChange {
  readonly stateChangeCause: number
}

const MOST_PACKAGES = 16
const EUICC_PACKAGE_REQUEST = 0xbf51
const IPA_EUICC_DATA_REQUEST = 0xbf52
const PROFILE_DOWNLOAD_TRIGGER_REQUEST = 0xbf54
const RESPONSE_ERROR = 0xa0

/** Why a wake-up ended. */
export type WakeUp = 'nothing-more' | 'unknown-eid' | 'not-delivered' | 'too-many' | 'power-lost'

/** An alternative of EimPackageResult, complete. */
interface Result {
  readonly form: ResultForm
  readonly octets: Octets
  readonly seqNumbers: readonly number[]
}

export class SimulatedIpa {
  readonly euicc: SimulatedEuicc
  readonly #client: EsipaClient
  readonly #options: IpaOptions
  /** Results that could not be delivered, oldest first; lost in a restart, but the card keeps its own. */
  #undelivered: Result[] = []
  #stateChange: StateChange | null = null
  #justStarted = true

  constructor(euicc: SimulatedEuicc, client: EsipaClient, options: IpaOptions = {}) {
    this.euicc = euicc
    this.#client = client
    this.#options = options
  }

  /** All memory is lost; the card's is not. */
  restart(): void {
    this.#undelivered = []
    this.#stateChange = null
    this.#justStarted = true
  }

  /** The next poll will tell the eIM of a change it did not make. */
  announce(change: StateChange): void {
    this.#stateChange = change
  }

  /** Delivers what is left over, then polls until there is nothing more. Never throws for want of an answer. */
  async wakeUp(): Promise<WakeUp> {
    try {
      await this.#deliverLeftOver()
      for (let count = 0; count < MOST_PACKAGES; count++) {
        const given = await this.#poll()
        if (given.eimPackageError !== undefined) {
          await this.#sendNotifications()
          return given.eimPackageError === 1 ? 'nothing-more' : 'unknown-eid'
        }
        await this.#act(given.tag, given.octets)
      }
      return 'too-many'
    } catch (error) {
      if (error instanceof NotDelivered) return 'not-delivered'
      if (!(error instanceof PowerLost)) throw error
      this.restart()
      return 'power-lost'
    }
  }

  async #deliverLeftOver(): Promise<void> {
    if (this.#justStarted && this.#options.resendsKept) {
      const kept = retrievePackageResults(this.euicc).map((octets) => this.#packageResult(octets))
      this.#undelivered = [...kept]
    }
    this.#justStarted = false
    for (let result = this.#undelivered[0]; result; result = this.#undelivered[0]) {
      await this.#provide(result)
      this.#undelivered.shift()
    }
  }

  async #poll(): Promise<GivenPackage> {
    this.#options.beforeStep?.('poll')
    const change = this.#stateChange
    const request = {
      eidValue: eidValueOf(this.euicc),
      rPLMN: this.#options.rPLMN,
      ...(change ? { notifyStateChange: null, ...change } : {}),
    }
    const given = await this.#client.getEimPackage(request)
    if (this.#stateChange === change) this.#stateChange = null
    return given
  }

  async #act(tag: number, octets: Octets): Promise<void> {
    this.#options.beforeStep?.('execute')
    try {
      if (tag === EUICC_PACKAGE_REQUEST) return await this.#load(octets)
      if (tag === IPA_EUICC_DATA_REQUEST) return await this.#sendData(octets)
      if (tag === PROFILE_DOWNLOAD_TRIGGER_REQUEST) return await this.#download(octets)
    } catch (error) {
      if (!(error instanceof Asn1Fault)) throw error
      return this.#refuse(undefined, EimPackageResultErrorCode.codes.invalidPackageFormat)
    }
    await this.#refuse(undefined, EimPackageResultErrorCode.codes.unknownPackage)
  }

  async #load(octets: Octets): Promise<void> {
    const result = await this.euicc.loadEuiccPackage(octets)
    this.#tell('package.executed', { octets: octets.length })
    await this.#deliver(this.#packageResult(result))
  }

  /** With all notifications in the list form, if that is the way of this IPA and there are any. */
  #packageResult(octets: Octets): Result {
    const own = this.euicc.state.results.find((kept) => kept.octets === octets)
    const seqNumbers = own ? [own.seqNumber] : []
    const notifications = this.#options.listForm ? retrieveNotifications(this.euicc) : []
    if (notifications.length === 0) return { form: 'euiccPackageResult', octets, seqNumbers }
    const list = wrap(0xa0, concatOctets(...notifications))
    return { form: 'ePRAndNotifications', octets: wrap(0x30, concatOctets(octets, list)), seqNumbers }
  }

  async #sendData(octets: Octets): Promise<void> {
    const facts: IpaFacts = {
      capabilities: DIRECT_DOWNLOAD,
      deviceInfo: DEVICE_INFO,
      oldTags: false,
      ...this.#options.facts,
      eimId: this.#options.eimId ?? this.euicc.state.associations[0]?.eimId ?? '',
    }
    const answer = answerDataRequest(this.euicc, decode(IpaEuiccDataRequest, octets), facts)
    this.#tell('data.sent', { octets: answer.length })
    await this.#deliver({ form: 'ipaEuiccDataResponse', octets: answer, seqNumbers: [] })
  }

  async #download(octets: Octets): Promise<void> {
    const trigger = decode(ProfileDownloadTriggerRequest, octets)
    const { codes } = EimPackageResultErrorCode
    const { ipaFeatures } = this.#options.facts?.capabilities ?? DIRECT_DOWNLOAD
    if (!trigger.profileDownloadData && !ipaFeatures.includes('eimDownloadDataHandling'))
      return this.#refuse(trigger.eimTransactionId, codes.invalidPackageFormat)
    if (!this.#options.download) return this.#refuse(trigger.eimTransactionId, codes.unknownPackage)
    const enabledBefore = enabledProfile(this.euicc.state)
    const result = this.#options.download(trigger, this.euicc)
    this.#tell('download.ended', { reported: result !== null })
    if (enabledProfile(this.euicc.state) !== enabledBefore)
      this.announce({ stateChangeCause: StateChangeCause.codes.immediateEnableProfile })
    if (!result) return
    const encoded = encode(ProfileDownloadTriggerResult, result)
    await this.#deliver({ form: 'profileDownloadTriggerResult', octets: encoded, seqNumbers: [] })
  }

  async #refuse(eimTransactionId: Octets | undefined, eimPackageResultErrorCode: number): Promise<void> {
    const error = encode(EimPackageResultResponseError, { eimTransactionId, eimPackageResultErrorCode })
    const octets = error.with(0, RESPONSE_ERROR)
    this.#tell('package.refused', { eimPackageResultErrorCode })
    await this.#deliver({ form: 'eimPackageResultResponseError', octets, seqNumbers: [] })
  }

  /** An undeliverable result of a package that allowed it makes the card return to the profile it came from. */
  async #deliver(result: Result): Promise<void> {
    const attempts = this.#options.attempts ?? 1
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#provide(result)
      } catch (error) {
        if (!(error instanceof NotDelivered)) throw error
        if (attempt < attempts) continue
        this.#undelivered.push(this.#rolledBack(result) ?? result)
        throw error
      }
    }
  }

  #rolledBack({ form }: Result): Result | null {
    if (form !== 'euiccPackageResult' && form !== 'ePRAndNotifications') return null
    const { euiccPackageResult } = profileRollback(this.euicc)
    if (!euiccPackageResult) return null
    this.#tell('profile.rolled_back', {})
    return this.#packageResult(euiccPackageResult)
  }

  async #provide({ octets, seqNumbers }: Result): Promise<void> {
    this.#options.beforeStep?.('provide')
    const eidValue = this.#options.omitEid ? undefined : eidValueOf(this.euicc)
    if (this.#options.viaHandleNotification) return this.#client.handleResult(eidValue, octets)
    const answer = await this.#client.provideEimPackageResult(eidValue, octets)
    if (answer.error !== undefined) throw new NotDelivered(`the result was refused with ${answer.error}`)
    this.#options.beforeStep?.('provided')
    this.#tell('result.delivered', { acknowledged: answer.acknowledged })
    this.euicc.forget(
      this.#options.deletesByItself ? [...answer.acknowledged, ...seqNumbers] : answer.acknowledged,
    )
  }

  async #sendNotifications(): Promise<void> {
    for (const { seqNumber, octets } of [...this.euicc.state.notifications]) {
      this.#options.beforeStep?.('notify')
      await this.#client.handleNotification(octets)
      this.#options.beforeStep?.('notified')
      this.#tell('notification.delivered', { seqNumber })
      this.euicc.forget([seqNumber])
    }
  }

  #tell(event: string, detail: Readonly<Record<string, unknown>>): void {
    this.#options.tell?.(event, detail)
  }
}
