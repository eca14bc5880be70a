/** Simulated devices that the eIM under load knows: enrolled over the API, first contact done. */

import { encode } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import { GetEimPackageRequest } from '../../shared/sgp32/index.ts'
import type { CardIssuer } from '../simulator/card-issuer.ts'
import { makeDevice } from '../simulator/device-store.ts'
import { asn1Client } from '../simulator/esipa-client.ts'
import { httpSend } from '../simulator/http-send.ts'
import { OperatorClient } from '../simulator/operator-client.ts'
import type { SimulatedEuicc } from '../simulator/simulated-euicc.ts'
import { SimulatedIpa } from '../simulator/simulated-ipa.ts'
import type { WorkerdServer } from './workerd-server.ts'

export interface BenchDevice {
  readonly eid: string
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
  /** The octets of its poll. */
  readonly poll: Buffer
}

export interface BenchFleet {
  readonly operator: OperatorClient
  readonly devices: readonly BenchDevice[]
}

export async function makeFleet(
  server: WorkerdServer,
  issuer: CardIssuer,
  eimFqdn: string,
  count: number,
): Promise<BenchFleet> {
  const root = new OperatorClient(server.edgeUrl, server.rootApiKey)
  const { apiKey } = await root.call<{ apiKey: string }>('POST', '/v1/tenants', { name: 'Bench' })
  const operator = new OperatorClient(server.edgeUrl, apiKey)
  const { id } = await operator.call<{ id: string }>('POST', '/v1/eim-identities', {
    eimId: eimFqdn,
    eimFqdn,
  })
  const { hex } = await operator.call<{ hex: string }>('GET', `/v1/eim-identities/${id}/add-initial-eim`)
  const send = httpSend(server.edgeUrl)
  const devices = Array.from({ length: count }, (_, index): BenchDevice => {
    const euicc = makeDevice(issuer, index + 1)
    euicc.addInitialEim(fromHex(hex))
    const { eid } = euicc.state
    const poll = Buffer.from(encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(eid)) }))
    return { eid, euicc, ipa: new SimulatedIpa(euicc, asn1Client(send)), poll }
  })
  await operator.call('POST', '/v1/euiccs', { euiccs: devices.map(({ eid }) => ({ eid })) })
  for (const { ipa, eid } of devices) {
    const end = await ipa.wakeUp()
    if (end !== 'nothing-more') throw new Error(`first contact of ${eid} ended as ${end}`)
  }
  return { operator, devices }
}
