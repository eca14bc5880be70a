/**
 * TransferEimPackageResponse (SGP.32 §5.14.4) as a request. It belongs to injection, where the IPA is the server, and
 * this eIM injects nothing. Yet a result is a result: an IPA that posts one here is not asked to keep it.
 */
import { readTlv, readWholeTlv, showTag, wrap } from '../../shared/asn1/index.ts'
import { askEuicc } from './enrolled-euicc.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'
import { senderOfResult } from './sender.ts'

/** euiccPackageResult, ePRAndNotifications, ipaEuiccDataResponse: the same elements as in ProvideEimPackageResult. */
const RESULTS: ReadonlySet<number> = new Set([0xbf51, 0x30, 0xbf52])
const PROVIDE_EIM_PACKAGE_RESULT = 0xbf50

export async function transferEimPackageResponse(request: EsipaRequest): Promise<null> {
  const { octets, transport } = request
  const outer = readWholeTlv(octets)
  const { tag, start, end } = readTlv(octets, outer.contentStart, outer.end)
  if (!RESULTS.has(tag)) throw new UnreachedFault(400, `${showTag(tag)} answers nothing this eIM has sent`)
  const result = wrap(PROVIDE_EIM_PACKAGE_RESULT, octets.subarray(start, end))
  const sender = await senderOfResult(request, result)
  if (typeof sender === 'string') throw new UnreachedFault(400, 'the result does not tell its eUICC')
  const answer = await askEuicc(request, sender.eid, (euicc) =>
    euicc.provideEimPackageResult({ octets: result, transport }),
  )
  if (answer.kind === 'unknown-eid') throw new UnreachedFault(400, 'the eUICC is not managed here')
  return null
}
