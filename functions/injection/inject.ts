/**
 * Injection (SGP.32 §3.1.1, §5.14.4): the eIM brings a package over the session by which the device was last heard. It is
 * the package a poll would get, committed before it leaves; whatever goes wrong on the way leaves it to the next poll.
 */
import { Asn1Fault, encode, readTlv, readWholeTlv, wrap } from '../../shared/asn1/index.ts'
import { fromBase64, type Octets, toBase64 } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import { GetEimPackageRequest } from '../../shared/sgp32/index.ts'
import type { Environment } from '../environment.ts'
import type { EuiccInterface, Offer, PollRequest, Transport } from '../euicc/euicc-interface.ts'
import { euiccOf } from '../euicc/euicc-stub.ts'
import { signEuiccPackage, signingIdentities, signingKey } from '../keys/index.ts'
import type { Push } from '../transport/push-stub.ts'
import { resultInTransferResponse } from './transfer-response.ts'

/** Packages brought in one go. */
const MOST_PACKAGES = 8
/** For the device, repetitions on its network included. */
const TIMEOUT_MS = 60_000
const TRANSFER_EIM_PACKAGE = 0xbf4e
const EIM_ACKNOWLEDGEMENTS = 0xbf53

/** Why it ended. */
export type Injected = 'nothing-to-bring' | 'brought' | 'left-to-poll'

type Made = NonNullable<Offer>

export async function inject(environment: Environment, tenant: string, eid: string): Promise<Injected> {
  const euicc = euiccOf(environment.EUICC, tenant, eid)
  let brought: Injected = 'nothing-to-bring'
  for (let count = 0; count < MOST_PACKAGES; count++) {
    const identities = await signingIdentities(environment.FLEET, tenant)
    const octets = encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(eid)) })
    const request: PollRequest = { octets, transport: ours(null), identities }
    const offer = await euicc.offer(request)
    if (!offer) return brought
    const given = await handOut(environment, tenant, euicc, request, offer)
    if (given === null) continue
    const isTaken = await bring(environment, euicc, offer, given)
    if (!isTaken) return 'left-to-poll'
    brought = 'brought'
  }
  return brought
}

function ours(deviceIdentity: string | null): Transport {
  return { binding: 'asn1', via: 'coap', deviceIdentity }
}

/** The GetEimPackageResponse of a poll; null when the decision does not stand any more. */
async function handOut(
  environment: Environment,
  tenant: string,
  euicc: EuiccInterface,
  request: PollRequest,
  offer: Made,
): Promise<Octets | null> {
  if (offer.kind === 'answer') return offer.octets
  const { operationId, eimId, keyId, euiccPackageSigned, associationToken } = offer
  const key = await signingKey(environment, tenant, eimId, keyId)
  const eimSignature = await signEuiccPackage(key, euiccPackageSigned, associationToken)
  const given = await euicc.handOut({ operationId, euiccPackageSigned, eimSignature, keyId, request })
  return given.kind === 'answer' ? given.octets : null
}

/** False when the device did not take it, or its answer is no result. */
async function bring(
  environment: Environment,
  euicc: EuiccInterface,
  { way, devicePath }: Made,
  response: Octets,
): Promise<boolean> {
  const gateway = environment.GATEWAY_PUSH.getByName(way.gateway)
  const pushOf = (octets: Octets): Push => ({
    session: way.session,
    path: devicePath,
    octets: toBase64(octets),
    timeoutMs: TIMEOUT_MS,
  })
  const outer = readWholeTlv(response)
  const request = wrap(TRANSFER_EIM_PACKAGE, response.subarray(outer.contentStart, outer.end))
  const pushed = await gateway.push(pushOf(request))
  if (pushed.outcome !== 'answered') return false
  const result = readResult(fromBase64(pushed.octets))
  if (!result) return false
  const answer = await euicc.provideEimPackageResult({ octets: result, transport: ours(way.deviceIdentity) })
  if (answer.kind !== 'answer') return false
  const acknowledgements = acknowledgementsIn(answer.octets)
  // One that gets lost is made good by the next poll: the card shows what it keeps.
  if (acknowledgements) await gateway.push(pushOf(wrap(TRANSFER_EIM_PACKAGE, acknowledgements)))
  return true
}

function readResult(response: Octets): Octets | null {
  try {
    return resultInTransferResponse(response)
  } catch (error) {
    if (error instanceof Asn1Fault) return null
    throw error
  }
}

/** BF53 inside the answer to a result. */
function acknowledgementsIn(octets: Octets): Octets | null {
  const outer = readWholeTlv(octets)
  if (outer.contentStart === outer.end) return null
  const inner = readTlv(octets, outer.contentStart, outer.end)
  return inner.tag === EIM_ACKNOWLEDGEMENTS ? octets.subarray(inner.start, inner.end) : null
}
