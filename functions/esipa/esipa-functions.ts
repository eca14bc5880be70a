/** The functions of ESipa by the tag of their request (SGP.32 §6.3). */

import { Asn1Fault, readWholeTlv, showTag } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { type EsipaFunction, type EsipaRequest, UnreachedFault } from './esipa-request.ts'
import { getEimPackage } from './get-eim-package.ts'
import { handleNotification } from './handle-notification.ts'
import {
  authenticateClient,
  cancelSession,
  getBoundProfilePackage,
  initiateAuthentication,
} from './indirect-download.ts'
import { provideEimPackageResult } from './provide-eim-package-result.ts'
import { transferEimPackageResponse } from './transfer-eim-package.ts'

const FUNCTIONS: ReadonlyMap<number, EsipaFunction> = new Map<number, EsipaFunction>([
  [0xbf4f, getEimPackage],
  [0xbf50, provideEimPackageResult],
  [0xbf3d, handleNotification],
  [0xbf39, initiateAuthentication],
  [0xbf3b, authenticateClient],
  [0xbf3a, getBoundProfilePackage],
  [0xbf41, cancelSession],
  [0xbf4e, transferEimPackageResponse],
])

/** Runs the function whose request this is. @throws {UnreachedFault} 400 when it is the request of none */
export async function runFunction(request: EsipaRequest): Promise<Octets | null> {
  try {
    const { tag } = readWholeTlv(request.octets)
    const run = FUNCTIONS.get(tag)
    if (!run) throw new UnreachedFault(400, `${showTag(tag)} is no request of ESipa`)
    return await run(request)
  } catch (error) {
    if (!(error instanceof Asn1Fault)) throw error
    throw new UnreachedFault(400, error.message, { cause: error })
  }
}
