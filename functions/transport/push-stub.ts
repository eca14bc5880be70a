/** How a package is pushed to a device: by the object that holds the push channel of the device's gateway. */
import type { PushOutcome, PushRequest } from '../../shared/gateway/push-message.ts'

export type Push = Omit<PushRequest, 'type' | 'id'>
/** `away`: the gateway has no channel open. */
export type Pushed =
  | { readonly outcome: 'answered'; readonly octets: string }
  | { readonly outcome: Exclude<PushOutcome['outcome'], 'answered'> | 'away' }

export interface PushInterface {
  push(request: Push): Promise<Pushed>
  /** For the upgrade of the channel itself. */
  fetch(request: Request): Promise<Response>
}

export interface PushNamespace {
  getByName(name: string): PushInterface
}
