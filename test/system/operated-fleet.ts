/** A real edge on this machine with a fleet of simulated devices, as an operator's own system meets it: over HTTP alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fromBase64, toBase64 } from '../../shared/octets.ts'
import { CardIssuer, simulatedEid } from '../simulator/card-issuer.ts'
import { asn1Client, jsonClient } from '../simulator/esipa-client.ts'
import type { SimulatedProfile } from '../simulator/euicc-state.ts'
import { httpSend } from '../simulator/http-send.ts'
import { LocalEdgeProcess } from '../simulator/local-edge-process.ts'
import { OperatorClient } from '../simulator/operator-client.ts'
import { SimulatedEuicc } from '../simulator/simulated-euicc.ts'
import { PowerLost, SimulatedIpa } from '../simulator/simulated-ipa.ts'

export const WANTED_PROVIDER = 'Alfa'
const EIM_FQDN = 'eim.example.com'
const FIRST_ICCID = 8988_0000_0000_0000_000n

export class OperatedDevice {
  readonly eid: string
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
  /** Loses its power for ever right after it has taken the next package. */
  isDoomed = false
  isDead = false

  constructor(issuer: CardIssuer, url: string, index: number) {
    this.eid = simulatedEid(index)
    this.euicc = SimulatedEuicc.create(issuer, this.eid, profilesOf(index))
    const client = (index % 2 === 0 ? asn1Client : jsonClient)(httpSend(url))
    this.ipa = new SimulatedIpa(this.euicc, client, {
      resendsKept: true,
      beforeStep: (step) => {
        if (step !== 'execute' || !this.isDoomed) return
        this.isDead = true
        throw new PowerLost()
      },
    })
  }

  /** The ICCIDs of what is enabled on the card itself. */
  get enabled(): readonly string[] {
    return this.euicc.state.profiles.filter(({ state }) => state === 'enabled').map(({ iccid }) => iccid)
  }
}

function profilesOf(index: number): SimulatedProfile[] {
  const profile = (iccid: bigint, changes: Partial<SimulatedProfile>): SimulatedProfile => ({
    iccid: iccid.toString(),
    serviceProviderName: WANTED_PROVIDER,
    profileName: 'Operator',
    profileClass: 'operational',
    state: 'disabled',
    fallback: false,
    fallbackAllowed: true,
    policyRules: [],
    smdpAddress: 'smdp.example.com',
    ...changes,
  })
  const first = FIRST_ICCID + BigInt(index) * 10n
  const bootstrap = {
    state: 'enabled',
    profileClass: 'provisioning',
    serviceProviderName: 'Bootstrap',
  } as const
  return [profile(first, bootstrap), profile(first + 1n, {})]
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('there is no free port')
  return address.port
}

export class OperatedFleet {
  readonly url: string
  readonly operator: OperatorClient
  readonly devices: readonly OperatedDevice[]
  readonly #edge: LocalEdgeProcess
  readonly #folder: string

  private constructor(
    edge: LocalEdgeProcess,
    operator: OperatorClient,
    devices: readonly OperatedDevice[],
    folder: string,
  ) {
    this.url = edge.url
    this.operator = operator
    this.devices = devices
    this.#edge = edge
    this.#folder = folder
  }

  /** Enrols `count` devices with `labels`; none has called yet. */
  static async start(count: number, labels: Readonly<Record<string, string>>): Promise<OperatedFleet> {
    const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-'))
    const issuer = CardIssuer.create()
    const edge = await LocalEdgeProcess.start({
      port: await freePort(),
      stateFolder: folder,
      eimFqdn: EIM_FQDN,
      ciCertificate: toBase64(issuer.ci.certificate),
    })
    const root = new OperatorClient(edge.url, edge.rootApiKey)
    const { apiKey } = await root.call<{ apiKey: string }>('POST', '/v1/tenants', { name: 'Operator' })
    const operator = new OperatorClient(edge.url, apiKey)
    const identity = { eimId: EIM_FQDN, eimFqdn: EIM_FQDN }
    const { id } = await operator.call<{ id: string }>('POST', '/v1/eim-identities', identity)
    const devices = Array.from(
      { length: count },
      (_, index) => new OperatedDevice(issuer, edge.url, index + 1),
    )
    await operator.call('POST', '/v1/euiccs', { euiccs: devices.map(({ eid }) => ({ eid, labels })) })
    const { base64 } = await operator.call<{ base64: string }>(
      'GET',
      `/v1/eim-identities/${id}/add-initial-eim`,
    )
    for (const { euicc } of devices) euicc.addInitialEim(fromBase64(base64))
    return new OperatedFleet(edge, operator, devices, folder)
  }

  /** Every device that still lives wakes up once. */
  async wakeUpAll(): Promise<void> {
    await Promise.all(this.devices.filter(({ isDead }) => !isDead).map(({ ipa }) => ipa.wakeUp()))
  }

  device(eid: string): OperatedDevice {
    const device = this.devices.find((each) => each.eid === eid)
    if (!device) throw new Error(`there is no device ${eid}`)
    return device
  }

  stop(): void {
    this.#edge.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
