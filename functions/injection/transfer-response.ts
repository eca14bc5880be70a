/** TransferEimPackageResponse (SGP.32 §6.3.3.1): what in it is a result. */
import { readTlv, readWholeTlv, wrap } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'

/** euiccPackageResult, ePRAndNotifications, ipaEuiccDataResponse: the same elements as in ProvideEimPackageResult. */
const RESULTS: ReadonlySet<number> = new Set([0xbf51, 0x30, 0xbf52])
const PROVIDE_EIM_PACKAGE_RESULT = 0xbf50

/** As ProvideEimPackageResult (BF50); null when there is none in it. @throws {Asn1Fault} */
export function resultInTransferResponse(octets: Octets): Octets | null {
  const outer = readWholeTlv(octets)
  const { tag, start, end } = readTlv(octets, outer.contentStart, outer.end)
  return RESULTS.has(tag) ? wrap(PROVIDE_EIM_PACKAGE_RESULT, octets.subarray(start, end)) : null
}
