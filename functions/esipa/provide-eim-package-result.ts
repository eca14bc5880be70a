/** ProvideEimPackageResult (SGP.32 §5.14.6): committed by the eUICC's object before it is acknowledged. */
import { fromHex, type Octets } from '../../shared/octets.ts'
import { askEuicc } from './enrolled-euicc.ts'
import type { EsipaRequest } from './esipa-request.ts'
import { senderOfResult } from './sender.ts'

const EID_NOT_FOUND = fromHex('BF5003020102')
const INVALID_EID = fromHex('BF5003020103')
const MISSING_EID = fromHex('BF5003020104')

export async function provideEimPackageResult(request: EsipaRequest): Promise<Octets> {
  const { octets, transport } = request
  const sender = await senderOfResult(request, octets)
  if (sender === 'missing') return MISSING_EID
  if (sender === 'malformed') return INVALID_EID
  const answer = await askEuicc(request, sender.eid, (euicc) =>
    euicc.provideEimPackageResult({ octets, transport }),
  )
  return answer.kind === 'answer' ? answer.octets : EID_NOT_FOUND
}
