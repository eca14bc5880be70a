/**
 * A software IPA: the retrieval loop of SGP.32 §3.1.1.1 around a simulated eUICC. What it must not lose it leaves on the
 * card; its own memory is gone after `restart`.
 */
import { decode, type Infer, rawOctets } from '../../../shared/asn1/index.ts'
import type { Octets } from '../../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../../shared/sgp22/index.ts'
import {
  type EimPackageResult,
  EimPackageResultErrorCode,
  EuiccPackageResult,
  type GetEimPackageResponse,
  PendingNotification,
  type ProfileDownloadTriggerRequest,
  type ProfileDownloadTriggerResult,
} from '../../../shared/sgp32/index.ts'
import { type EsipaClient, NotDelivered } from './esipa-client.ts'
import { answerDataRequest } from './ipa-data.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

type Provided = Infer<typeof EimPackageResult>
type Package = Infer<typeof GetEimPackageResponse>
export type Trigger = Infer<typeof ProfileDownloadTriggerRequest>
export type TriggerResult = Infer<typeof ProfileDownloadTriggerResult>

export interface IpaOptions {
  /** Sends notifications along with results (ePRAndNotifications) instead of one by one. */
  readonly listForm?: boolean
  /** Leaves eidValue out of results, as IPAs in the field do. */
  readonly omitEid?: boolean
  /** Forgets a delivered result by itself, without waiting for the acknowledgement. */
  readonly deletesByItself?: boolean
  /** Sends results by HandleNotification. */
  readonly viaHandleNotification?: boolean
  /** Plays the download that a trigger asks for. */
  readonly download?: (trigger: Trigger, euicc: SimulatedEuicc) => TriggerResult
  /** Told what happens, for people. */
  readonly tell?: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

export interface StateChange {
  readonly stateChangeCause: number
}

const MOST_PACKAGES = 16

/** Why a wake-up ended. */
export type WakeUp = 'nothing-more' | 'unknown-eid' | 'not-delivered' | 'too-many'

export class SimulatedIpa {
  readonly euicc: SimulatedEuicc
  readonly #client: EsipaClient
  readonly #options: IpaOptions
  /** Results that could not be delivered, oldest first; lost in a restart, but the card keeps its own. */
  #undelivered: Provided[] = []
  #stateChange: StateChange | null = null

  constructor(euicc: SimulatedEuicc, client: EsipaClient, options: IpaOptions = {}) {
    this.euicc = euicc
    this.#client = client
    this.#options = options
  }

  /** All memory is lost; the card's is not. */
  restart(): void {
    this.#undelivered = []
    this.#stateChange = null
  }

  /** The next poll will tell the eIM of a change it did not make. */
  announce(change: StateChange): void {
    this.#stateChange = change
  }

  /** Delivers what is left over, then polls until there is nothing more. Never throws for want of an answer. */
  async wakeUp(): Promise<WakeUp> {
    try {
      for (let result = this.#undelivered[0]; result; result = this.#undelivered[0]) {
        await this.#provide(result)
        this.#undelivered.shift()
      }
      for (let count = 0; count < MOST_PACKAGES; count++) {
        const given = await this.#poll()
        if (given.eimPackageError !== undefined) {
          await this.#sendNotifications()
          return given.eimPackageError === 1 ? 'nothing-more' : 'unknown-eid'
        }
        await this.#act(given)
      }
      return 'too-many'
    } catch (error) {
      if (error instanceof NotDelivered) return 'not-delivered'
      throw error
    }
  }

  async #poll(): Promise<Package> {
    const change = this.#stateChange
    const eidValue = eidToOctets(parseEid(this.euicc.state.eid))
    const request = change ? { eidValue, notifyStateChange: null, ...change } : { eidValue }
    const answer = await this.#client({ getEimPackageRequest: request })
    if (!answer?.getEimPackageResponse) throw new NotDelivered('no GetEimPackageResponse')
    if (this.#stateChange === change) this.#stateChange = null
    return answer.getEimPackageResponse
  }

  async #act(given: Package): Promise<void> {
    if (given.euiccPackageRequest) return this.#load(rawOctets(given.euiccPackageRequest))
    if (given.ipaEuiccDataRequest) {
      const eimId = this.euicc.state.associations[0]?.eimId ?? ''
      const ipaEuiccDataResponse = answerDataRequest(this.euicc, given.ipaEuiccDataRequest, eimId)
      this.#tell('data.sent', {})
      return this.#deliver({ ipaEuiccDataResponse })
    }
    if (given.profileDownloadTriggerRequest) return this.#download(given.profileDownloadTriggerRequest)
    throw new NotDelivered('the answer holds no package')
  }

  async #load(octets: Octets): Promise<void> {
    const result = await this.euicc.loadEuiccPackage(octets)
    this.#tell('package.executed', { octets: octets.length })
    const euiccPackageResult = decode(EuiccPackageResult, result)
    const notificationList = this.euicc.state.notifications.map((kept) =>
      decode(PendingNotification, kept.octets),
    )
    await this.#deliver(
      this.#options.listForm && notificationList.length > 0
        ? { ePRAndNotifications: { euiccPackageResult, notificationList } }
        : { euiccPackageResult },
    )
  }

  async #download(trigger: Trigger): Promise<void> {
    const { download } = this.#options
    const { eimTransactionId } = trigger
    if (download) return this.#deliver({ profileDownloadTriggerResult: download(trigger, this.euicc) })
    const eimPackageResultErrorCode = EimPackageResultErrorCode.codes.unknownPackage
    await this.#deliver({ eimPackageResultResponseError: { eimTransactionId, eimPackageResultErrorCode } })
  }

  /** An undeliverable result of a package that allowed it makes the card return to the profile it came from. */
  async #deliver(result: Provided): Promise<void> {
    try {
      await this.#provide(result)
    } catch (error) {
      if (!(error instanceof NotDelivered)) throw error
      const rolledBack =
        result.euiccPackageResult || result.ePRAndNotifications ? this.euicc.profileRollback() : null
      if (rolledBack) this.#tell('profile.rolled_back', {})
      this.#undelivered.push(
        rolledBack ? { euiccPackageResult: decode(EuiccPackageResult, rolledBack) } : result,
      )
      throw error
    }
  }

  async #provide(eimPackageResult: Provided): Promise<void> {
    const eidValue = this.#options.omitEid ? undefined : eidToOctets(parseEid(this.euicc.state.eid))
    const provideEimPackageResult = { eidValue, eimPackageResult }
    if (this.#options.viaHandleNotification) {
      await this.#client({ handleNotificationEsipa: { provideEimPackageResult } })
      return
    }
    const answer = await this.#client({ provideEimPackageResult })
    const response = answer?.provideEimPackageResultResponse
    if (!response || response.provideEimPackageResultError !== undefined)
      throw new NotDelivered('the result was refused')
    const acknowledged = response.eimAcknowledgements ?? []
    this.euicc.forget(
      this.#options.deletesByItself ? [...acknowledged, ...ownNumbers(eimPackageResult)] : acknowledged,
    )
  }

  async #sendNotifications(): Promise<void> {
    for (const { seqNumber, octets } of [...this.euicc.state.notifications]) {
      await this.#client({
        handleNotificationEsipa: { pendingNotification: decode(PendingNotification, octets) },
      })
      this.euicc.forget([seqNumber])
    }
  }

  #tell(event: string, detail: Readonly<Record<string, unknown>>): void {
    this.#options.tell?.(event, detail)
  }
}

function ownNumbers(provided: Provided): number[] {
  const result = provided.euiccPackageResult ?? provided.ePRAndNotifications?.euiccPackageResult
  const number = result?.euiccPackageResultSigned?.euiccPackageResultDataSigned.seqNumber
  return number === undefined ? [] : [number]
}
