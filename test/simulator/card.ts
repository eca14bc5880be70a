/** What the ES10b functions need of the card they run on. */
import type { Octets } from '../../shared/octets.ts'
import type { CardFaults } from './card-faults.ts'
import type { CardCredential } from './card-issuer.ts'
import type { AnsweredHead, AnswerSigner } from './euicc-answers.ts'
import type { EuiccState, Switched } from './euicc-state.ts'
import type { StepResult } from './execute-psmo.ts'

export interface Card {
  readonly state: EuiccState
  readonly faults: CardFaults
  /** One for each CI; the first answers where no other is asked for. */
  readonly credentials: readonly [CardCredential, ...CardCredential[]]
  readonly ciPKIds: readonly Octets[]
  credentialFor(ciPKId: Octets | null | undefined): CardCredential | undefined
  keepResult(head: AnsweredHead, results: readonly StepResult[], signer: AnswerSigner): Octets
  notify(events: readonly Switched[]): void
}
