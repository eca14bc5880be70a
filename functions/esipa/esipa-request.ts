/** What an ESipa function gets and gives, whichever binding carried it (SGP.32 §6). */
import { Fault } from '../../shared/fault.ts'
import type { Octets } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import type { Transport } from '../euicc/euicc-interface.ts'
import type { EimHost } from '../keys/index.ts'

export interface EsipaRequest {
  /** One alternative of EsipaMessageFromIpaToEim: as received, or made from the JSON binding. */
  readonly octets: Octets
  readonly transport: Transport
  /** The tenant whose host name was called. */
  readonly host: EimHost
  readonly environment: Environment
  /** What the log says if this request goes wrong; a function adds the EID when it knows it. */
  readonly trail: { readonly tenant: string; eid: string | null }
  /** Work that the answer does not wait for. */
  waitUntil(work: Promise<unknown>): void
}

/** Gives one alternative of EsipaMessageFromEimToIpa, or null where the standard has no answer. */
export type EsipaFunction = (request: EsipaRequest) => Promise<Octets | null>

/** The function was not reached: the IPA takes the HTTP status as "not delivered" and tries again. */
export class UnreachedFault extends Fault {
  readonly code = 'esipa-unreached'
  readonly status: 400 | 401 | 403 | 404 | 413 | 415 | 503

  constructor(status: UnreachedFault['status'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
