/** A large fleet in the eIM under load: so many eUICCs that are only rows, and among them some devices with real cards. */
import { encode } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import { GetEimPackageRequest } from '../../shared/sgp32/index.ts'
import { type CardIssuer, simulatedEid } from '../simulator/card-issuer.ts'
import { makeDevice } from '../simulator/device-store.ts'
import { asn1Client } from '../simulator/esipa-client.ts'
import { httpSend } from '../simulator/http-send.ts'
import { OperatorClient } from '../simulator/operator-client.ts'
import { SimulatedIpa } from '../simulator/simulated-ipa.ts'
import type { BenchDevice } from './fleet.ts'
import type { HarnessEdge } from './harness-edge.ts'

/** Keys that take turns: each alone is braked at 50 calls a second. */
const KEYS = 8

export interface Tenant {
  /** One key after the other. */
  operator(): OperatorClient
  /** AddInitialEim of its eIM, hex. */
  readonly initialEim: string
}

export async function makeTenant({ url, rootApiKey }: HarnessEdge, eimFqdn: string): Promise<Tenant> {
  const root = new OperatorClient(url, rootApiKey)
  const { apiKey } = await root.call<{ apiKey: string }>('POST', '/v1/tenants', { name: 'Scale' })
  const first = new OperatorClient(url, apiKey)
  const identity = await first.call<{ id: string }>('POST', '/v1/eim-identities', { eimId: eimFqdn, eimFqdn })
  const { hex } = await first.call<{ hex: string }>(
    'GET',
    `/v1/eim-identities/${identity.id}/add-initial-eim`,
  )
  const operators = [first]
  while (operators.length < KEYS) {
    const key = await first.call<{ apiKey: string }>('POST', '/v1/api-keys', { name: 'bench', role: 'admin' })
    operators.push(new OperatorClient(url, key.apiKey))
  }
  let turn = 0
  return { operator: () => operators[turn++ % operators.length] ?? first, initialEim: hex }
}

/** CSV of the eUICCs from `first` (counting from 1) on. */
export function csvOf(first: number, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = first + index
    return `${simulatedEid(number)},group-${number % 10},site-${number % 100},3600`
  })
  return `eid,group,site,expectedPollSeconds\n${rows.join('\n')}\n`
}

/** The eUICCs of these numbers, as devices that have not called yet. */
export function devicesOf(
  { url }: HarnessEdge,
  issuer: CardIssuer,
  initialEim: string,
  numbers: readonly number[],
): BenchDevice[] {
  const send = httpSend(url)
  return numbers.map((number): BenchDevice => {
    const euicc = makeDevice(issuer, number)
    euicc.addInitialEim(fromHex(initialEim))
    const { eid } = euicc.state
    const poll = Buffer.from(encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(eid)) }))
    return { eid, euicc, ipa: new SimulatedIpa(euicc, asn1Client(send)), poll }
  })
}
