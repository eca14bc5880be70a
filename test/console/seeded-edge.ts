/** A real edge on this machine with a fleet in it, made over the public API and by simulated devices: what the console shows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { OperationView } from '../../functions/euicc/operation.ts'
import { fromHex, toBase64 } from '../../shared/octets.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { makeDevice } from '../simulator/device-store.ts'
import { addInitialEim } from '../simulator/es10b.ts'
import { asn1Client, jsonClient } from '../simulator/esipa-client.ts'
import { httpSend } from '../simulator/http-send.ts'
import { LocalEdgeProcess } from '../simulator/local-edge-process.ts'
import { OperatorClient } from '../simulator/operator-client.ts'
import type { SimulatedEuicc } from '../simulator/simulated-euicc.ts'
import { SimulatedIpa } from '../simulator/simulated-ipa.ts'

const EIM_FQDN = 'eim.example.com'
const DEVICES = 14
const GROUPS = ['meters', 'trackers', 'gateways', null] as const
const SITES = ['Oslo', 'Bergen', 'Tromsø'] as const
const HOUR_MS = 3_600_000

export interface SeededDevice {
  readonly eid: string
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
  /** Its profiles: enabled from the factory, and two others. */
  readonly iccids: readonly string[]
}

export interface SeededEdge {
  readonly url: string
  readonly operator: OperatorClient
  readonly keys: Readonly<Record<'admin' | 'operator' | 'viewer', string>>
  /** The last ones were never heard. */
  readonly devices: readonly SeededDevice[]
  /** Has a bit of everything: successes, a lie. */
  readonly hero: SeededDevice
  /** Ids of operations that are in this state. */
  readonly failed: string
  readonly held: string
  stop(): void
}

export async function startSeededEdge(port: number): Promise<SeededEdge> {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'edge-eim-console-'))
  const issuer = CardIssuer.create()
  const edge = await LocalEdgeProcess.start({
    port,
    stateFolder,
    eimFqdn: EIM_FQDN,
    ciCertificate: toBase64(issuer.ci.certificate),
  })
  const stop = () => {
    edge.stop()
    rmSync(stateFolder, { recursive: true, force: true })
  }
  try {
    const keys = await makeKeys(edge)
    const operator = new OperatorClient(edge.url, keys.admin)
    const devices = await enrol(operator, edge.url, issuer)
    const [hero, ...others] = devices
    if (!hero) throw new Error('a fleet needs a device')
    const operations = await tellHistory(operator, hero, others)
    return { url: edge.url, operator, keys, devices, hero, ...operations, stop }
  } catch (error) {
    stop()
    throw error
  }
}

async function makeKeys(edge: LocalEdgeProcess): Promise<SeededEdge['keys']> {
  const root = new OperatorClient(edge.url, edge.rootApiKey)
  const { apiKey: admin } = await root.call<{ apiKey: string }>('POST', '/v1/tenants', { name: 'Nordlys' })
  const operator = new OperatorClient(edge.url, admin)
  await operator.call('POST', '/v1/eim-identities', { eimId: EIM_FQDN, eimFqdn: EIM_FQDN })
  const keyFor = async (role: string) =>
    (await operator.call<{ apiKey: string }>('POST', '/v1/api-keys', { name: `${role} at the desk`, role }))
      .apiKey
  return { admin, operator: await keyFor('operator'), viewer: await keyFor('viewer') }
}

async function enrol(operator: OperatorClient, url: string, issuer: CardIssuer): Promise<SeededDevice[]> {
  const { data } = await operator.call<{ data: { id: string }[] }>('GET', '/v1/eim-identities')
  const { hex } = await operator.call<{ hex: string }>(
    'GET',
    `/v1/eim-identities/${data[0]?.id}/add-initial-eim`,
  )
  const send = httpSend(url)
  const devices = Array.from({ length: DEVICES }, (_, index): SeededDevice => {
    const euicc = makeDevice(issuer, index + 1)
    const client = (index % 3 === 2 ? jsonClient : asn1Client)(send)
    const iccids = euicc.state.profiles.map(({ iccid }) => iccid)
    return { eid: euicc.state.eid, euicc, ipa: new SimulatedIpa(euicc, client), iccids }
  })
  for (const [index, { eid, euicc }] of devices.entries()) {
    const labels = { site: SITES[index % SITES.length], ...(index === 0 && { name: 'Line 7, pump house' }) }
    const group = GROUPS[index % GROUPS.length]
    await operator.call('POST', '/v1/euiccs', { eid, labels, group, expectedPollSeconds: 900 })
    addInitialEim(euicc, fromHex(hex))
  }
  return devices
}

async function tellHistory(
  operator: OperatorClient,
  hero: SeededDevice,
  others: readonly SeededDevice[],
): Promise<Pick<SeededEdge, 'failed' | 'held'>> {
  const heard = others.slice(0, -3)
  await Promise.all([hero, ...heard].map(({ ipa }) => ipa.wakeUp()))

  const [bootstrap = '', wanted = '', spare = ''] = hero.iccids
  await operate(operator, hero, 'profile.enable', { iccid: wanted, rollback: true })
  await operate(operator, hero, 'fallback.set', { iccid: bootstrap })
  await operate(operator, hero, 'profile.delete', { iccid: spare })
  hero.euicc.lieOnce('bad-signature')
  await operate(operator, hero, 'profile.list')
  await hero.ipa.wakeUp()

  let failed = ''
  for (const [index, device] of heard.entries()) {
    const iccid = device.iccids[1] ?? ''
    if (index % 4 === 1) device.euicc.faults.catBusy = true
    await operate(operator, device, 'profile.enable', { iccid })
    if (index % 3 === 0) failed = (await operate(operator, device, 'profile.enable', { iccid })).id
  }
  const [first = hero, second = hero] = others.slice(-2)
  const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString()
  await operator.operate(first.eid, 'profile.list')
  const { id: held } = await operator.operate(second.eid, 'profile.list', {}, { notBefore: tomorrow })
  return { failed, held }
}

/** Asks, and lets the device come for it. */
async function operate(
  operator: OperatorClient,
  device: SeededDevice,
  type: string,
  params: object = {},
): Promise<OperationView> {
  const asked = await operator.operate(device.eid, type, params)
  await device.ipa.wakeUp()
  return operator.operation(asked.id)
}
