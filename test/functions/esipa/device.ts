/** A device that speaks HTTP to the ESipa door, in either binding. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import type { Environment } from '../../../functions/environment.ts'
import { esipaApi } from '../../../functions/esipa/index.ts'
import { createEimIdentity, type EimIdentity } from '../../../functions/keys/index.ts'
import type { Json } from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { prepareEnvironment } from '../test-environment.ts'
import { StandInEuiccs } from './stand-in-euicc.ts'

/** The EID of the published vectors. */
export const EID = '89044045930000000000002153893210'
export const ASN1_TYPE = 'application/x-gsma-rsp-asn1'

export interface Eim {
  readonly environment: Environment
  readonly euiccs: StandInEuiccs
  readonly identity: EimIdentity
}

let eims = 0

/** An eIM with a tenant and a host name of its own. */
export async function startEim(replaced: Partial<Environment> = {}): Promise<Eim> {
  const euiccs = new StandInEuiccs()
  const environment = await prepareEnvironment({ EUICC: euiccs.namespace, ...replaced })
  eims += 1
  const fqdn = `eim${eims}.example.com`
  const created = await createEimIdentity(environment, `tenant${eims}`, {
    eimId: fqdn,
    eimFqdn: fqdn,
    eimIdType: 'fqdn',
  })
  if (!created.ok) throw new Error(created.refusal.kind)
  return { environment, euiccs, identity: created.value }
}

export function urlOf({ identity }: Eim, path: string): string {
  return `https://${identity.eimFqdn}${path}`
}

/** Sends one request and lets the work behind the answer finish. */
export async function send(eim: Eim, url: string, init: RequestInit): Promise<Response> {
  const context = createExecutionContext()
  const response = await esipaApi.fetch(new Request(url, init), eim.environment, context)
  await waitOnExecutionContext(context)
  return response
}

export async function sendAsn1(eim: Eim, hex: string, headers: HeadersInit = {}): Promise<Response> {
  return send(eim, urlOf(eim, '/gsma/rsp2/asn1'), {
    method: 'POST',
    body: fromHex(hex),
    headers: { 'Content-Type': ASN1_TYPE, ...headers },
  })
}

export async function sendJson(
  eim: Eim,
  name: string,
  json: Json,
  headers: HeadersInit = {},
): Promise<Response> {
  return send(eim, urlOf(eim, `/gsma/rsp2/esipa/${name}`), {
    method: 'POST',
    body: JSON.stringify(json),
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}

/** The answer to an ASN.1 message, hex. */
export async function call(eim: Eim, hex: string): Promise<string> {
  const response = await sendAsn1(eim, hex)
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return toHex(new Uint8Array(await response.arrayBuffer()))
}

export async function callJson(eim: Eim, name: string, json: Json): Promise<Json> {
  const response = await sendJson(eim, name, json)
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return response.json()
}
