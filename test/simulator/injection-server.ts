/** An IPA that packages are brought to: TransferEimPackage (SGP.32 §5.14.4), the answer in the same exchange. */
import { decode, readTlv, readWholeTlv, wrap } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { EimAcknowledgements } from '../../shared/sgp32/index.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

const TRANSFER_EIM_PACKAGE = 0xbf4e
const EUICC_PACKAGE_REQUEST = 0xbf51
const EIM_ACKNOWLEDGEMENTS = 0xbf53
const RECEIVED = Uint8Array.of(0x05, 0x00)

export interface InjectionServer {
  /** Packages executed, and results the eIM has let the card forget. */
  readonly executed: number
  readonly acknowledged: readonly number[]
  readonly serve: (path: string, body: Uint8Array) => Promise<Uint8Array>
}

export function injectionServer(euicc: SimulatedEuicc): InjectionServer {
  const server = { executed: 0, acknowledged: [] as number[], serve }
  async function serve(_path: string, body: Uint8Array): Promise<Uint8Array> {
    const octets: Octets = new Uint8Array(body)
    const outer = readWholeTlv(octets)
    const { tag, start, end } = readTlv(octets, outer.contentStart, outer.end)
    const inner = octets.subarray(start, end)
    if (tag === EUICC_PACKAGE_REQUEST) {
      server.executed++
      return wrap(TRANSFER_EIM_PACKAGE, await euicc.loadEuiccPackage(inner))
    }
    if (tag === EIM_ACKNOWLEDGEMENTS) server.acknowledged.push(...decode(EimAcknowledgements, inner))
    return wrap(TRANSFER_EIM_PACKAGE, RECEIVED)
  }
  return server
}
