/**
 * TransferEimPackageResponse (SGP.32 §5.14.4) as a request. It belongs to injection, where the IPA is the server and
 * answers in this form. Yet a result is a result: an IPA that posts one here is not asked to keep it.
 */
import { resultInTransferResponse } from '../injection/index.ts'
import { askEuicc } from './enrolled-euicc.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'
import { senderOfResult } from './sender.ts'

export async function transferEimPackageResponse(request: EsipaRequest): Promise<null> {
  const { octets, transport } = request
  const result = resultInTransferResponse(octets)
  if (!result) throw new UnreachedFault(400, 'it answers nothing this eIM has sent')
  const sender = await senderOfResult(request, result)
  if (typeof sender === 'string') throw new UnreachedFault(400, 'the result does not tell its eUICC')
  const answer = await askEuicc(request, sender.eid, (euicc) =>
    euicc.provideEimPackageResult({ octets: result, transport }),
  )
  if (answer.kind === 'unknown-eid') throw new UnreachedFault(400, 'the eUICC is not managed here')
  return null
}
