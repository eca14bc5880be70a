/** A stand-in for the objects of the eUICCs: answers what a test puts up, and remembers what it was asked. */
import type { Environment } from '../../../functions/environment.ts'
import type {
  Enrolment,
  EuiccEsipaInterface,
  EuiccInterface,
  HandOutAnswer,
  IncomingMessage,
  PollAnswer,
  PollRequest,
  ResultAnswer,
  SignedPackage,
} from '../../../functions/euicc/euicc-interface.ts'
import { fromHex } from '../../../shared/octets.ts'

export const NOTHING_WAITING = { kind: 'answer', octets: fromHex('BF4F03020101') } as const
const EMPTY_RESPONSE = { kind: 'answer', octets: fromHex('BF50023000') } as const

export class StandInEuicc implements EuiccEsipaInterface {
  isEnrolled = true
  /** Answers to the next polls; then nothing is waiting. */
  readonly pollAnswers: PollAnswer[] = []
  readonly handOutAnswers: HandOutAnswer[] = []
  resultAnswer: ResultAnswer = EMPTY_RESPONSE
  failure: Error | null = null

  readonly polls: PollRequest[] = []
  readonly handOuts: SignedPackage[] = []
  readonly results: IncomingMessage[] = []
  readonly notifications: IncomingMessage[] = []

  async poll(request: PollRequest): Promise<PollAnswer> {
    this.#failIfAsked()
    this.polls.push(request)
    if (!this.isEnrolled) return { kind: 'unknown-eid' }
    return this.pollAnswers.shift() ?? NOTHING_WAITING
  }

  /** Nothing is brought to anybody. */
  async offer(): Promise<null> {
    return null
  }

  async handOut(signed: SignedPackage): Promise<HandOutAnswer> {
    this.handOuts.push(signed)
    return this.handOutAnswers.shift() ?? { kind: 'again' }
  }

  async provideEimPackageResult(message: IncomingMessage): Promise<ResultAnswer> {
    this.#failIfAsked()
    if (!this.isEnrolled) return { kind: 'unknown-eid' }
    this.results.push(message)
    return this.resultAnswer
  }

  async handleNotification(message: IncomingMessage): Promise<{ kind: 'unknown-eid' | 'stored' }> {
    this.#failIfAsked()
    if (!this.isEnrolled) return { kind: 'unknown-eid' }
    this.notifications.push(message)
    return { kind: 'stored' }
  }

  async enrol(_enrolment: Enrolment): Promise<boolean> {
    this.isEnrolled = true
    return true
  }

  #failIfAsked(): void {
    if (this.failure) throw this.failure
  }
}

/** Makes a stand-in for each name when it is first asked for. */
export class StandInEuiccs {
  readonly #euiccs = new Map<string, StandInEuicc>()

  /** `tenant:eid` */
  at(name: string): StandInEuicc {
    const euicc = this.#euiccs.get(name) ?? new StandInEuicc()
    this.#euiccs.set(name, euicc)
    return euicc
  }

  get asked(): readonly string[] {
    return [...this.#euiccs.keys()]
  }

  /** ESipa calls the part of the interface that the stand-in has. */
  readonly namespace: Environment['EUICC'] = {
    getByName: (name) => this.at(name) as unknown as EuiccInterface,
  }
}
