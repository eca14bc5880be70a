/** GetEimPackage (SGP.32 §5.14.5): the poll. With nothing waiting it costs one call of the eUICC's object and no database. */
import { Asn1Fault, decode, readWholeTlv } from '../../shared/asn1/index.ts'
import { fromHex, type Octets } from '../../shared/octets.ts'
import { GetEimPackageRequest } from '../../shared/sgp32/index.ts'
import type { Clearance, HandOutAnswer, PollAnswer, PollRequest } from '../euicc/euicc-interface.ts'
import { euiccOf } from '../euicc/euicc-stub.ts'
import type { OperationId } from '../euicc/operation.ts'
import { campaignOf } from '../fleet/campaign/campaign-stub.ts'
import { signEuiccPackage, signingKey } from '../keys/index.ts'
import { eidValueIn } from './eid-value.ts'
import { askEuicc } from './enrolled-euicc.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'
import { noteHandOut } from './outstanding-transactions.ts'

const EID_NOT_FOUND = fromHex('BF4F03020102')
const INVALID_EID = fromHex('BF4F03020103')
const MISSING_EID = fromHex('BF4F03020104')

/** How often a package is signed anew because the operation behind it changed while it was being signed. */
const ATTEMPTS = 3
/** Operations of campaigns asked about in one poll; the others wait for the next. */
const CAMPAIGNS_ASKED = 8

export async function getEimPackage(request: EsipaRequest): Promise<Octets> {
  const { octets, transport, host } = request
  const eidValue = eidValueIn(octets, readWholeTlv(octets))
  if (eidValue === 'missing') return MISSING_EID
  if (eidValue === 'malformed') return INVALID_EID
  checkForm(octets)
  const { eid } = eidValue
  const clearances: Record<OperationId, Clearance> = {}
  const poll: PollRequest = { octets, transport, identities: host.identities, clearances }
  for (let attempt = 0, asked = 0; attempt < ATTEMPTS && asked <= CAMPAIGNS_ASKED; ) {
    const polled = await askEuicc(request, eid, (euicc) => euicc.poll(poll))
    if (polled.kind === 'unknown-eid') return EID_NOT_FOUND
    if (polled.kind === 'ask-campaign') {
      asked++
      clearances[polled.operationId] = await askCampaign(request, eid, polled)
      continue
    }
    attempt++
    const answer = polled.kind === 'sign' ? await signAndHandOut(request, eid, poll, polled) : polled
    if (answer.kind === 'again') continue
    noteHandOut(request, eid, answer.octets)
    return answer.octets
  }
  throw new UnreachedFault(503, `the package changed ${ATTEMPTS} times while it was signed`)
}

/** Pause, pace and maintenance window of a campaign are decided at the last moment: here. */
function askCampaign(
  { environment, host: { tenant } }: EsipaRequest,
  eid: string,
  { campaign, operationId }: Extract<PollAnswer, { kind: 'ask-campaign' }>,
): Promise<Clearance> {
  return campaignOf(environment.CAMPAIGN, tenant, campaign).mayLeave(eid, operationId)
}

function checkForm(octets: Octets): void {
  try {
    decode(GetEimPackageRequest, octets)
  } catch (error) {
    if (!(error instanceof Asn1Fault)) throw error
    throw new UnreachedFault(400, error.message, { cause: error })
  }
}

async function signAndHandOut(
  { environment, host: { tenant } }: EsipaRequest,
  eid: string,
  request: PollRequest,
  { operationId, eimId, keyId, euiccPackageSigned, associationToken }: Extract<PollAnswer, { kind: 'sign' }>,
): Promise<HandOutAnswer> {
  const key = await signingKey(environment, tenant, eimId, keyId)
  const eimSignature = await signEuiccPackage(key, euiccPackageSigned, associationToken)
  return euiccOf(environment.EUICC, tenant, eid).handOut({
    operationId,
    euiccPackageSigned,
    eimSignature,
    keyId,
    request,
  })
}
