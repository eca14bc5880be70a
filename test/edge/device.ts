/** Devices for tests: a simulated eUICC with three profiles, associated with an edge, and its IPA. */

import type { CardIssuer } from '../simulator/card-issuer.ts'
import { simulatedEid } from '../simulator/card-issuer.ts'
import { asn1Client, jsonClient, type Send } from '../simulator/esipa-client.ts'
import type { SimulatedProfile } from '../simulator/euicc-state.ts'
import { SimulatedEuicc } from '../simulator/simulated-euicc.ts'
import { type IpaOptions, SimulatedIpa } from '../simulator/simulated-ipa.ts'
import type { LocalEdge } from './local-edge.ts'

export const BOOTSTRAP = '89880000000000000001'
export const OPERATOR = '89880000000000000002'
export const SPARE = '89880000000000000003'

function profile(iccid: string, changes: Partial<SimulatedProfile>): SimulatedProfile {
  return {
    iccid,
    serviceProviderName: 'Simulated Mobile',
    profileName: iccid,
    profileClass: 'operational',
    state: 'disabled',
    fallback: false,
    fallbackAllowed: true,
    policyRules: [],
    smdpAddress: 'smdp.example.com',
    ...changes,
  }
}

export const PROFILES: readonly SimulatedProfile[] = [
  profile(BOOTSTRAP, { state: 'enabled', profileClass: 'provisioning' }),
  profile(OPERATOR, {}),
  profile(SPARE, { fallbackAllowed: false }),
]

export interface Device {
  readonly eid: string
  readonly euicc: SimulatedEuicc
  readonly ipa: SimulatedIpa
}

export async function makeDevice(
  edge: LocalEdge,
  issuer: CardIssuer,
  index: number,
  options: IpaOptions & {
    readonly binding?: 'asn1' | 'json'
    readonly send?: Send
    readonly profiles?: readonly SimulatedProfile[]
  } = {},
): Promise<Device> {
  const eid = simulatedEid(index)
  const euicc = SimulatedEuicc.create(issuer, eid, options.profiles ?? PROFILES)
  euicc.addInitialEim(edge.addInitialEim())
  await edge.enrol(eid)
  const client = (options.binding === 'json' ? jsonClient : asn1Client)(options.send ?? edge.send)
  return { eid, euicc, ipa: new SimulatedIpa(euicc, client, options) }
}

/** What both sides say of the profiles, in comparable form. */
export async function pictures(edge: LocalEdge, device: Device) {
  const { profiles } = (await edge.euicc(device.eid).profiles()) ?? { profiles: [] }
  const form = (iccid: string, state: string, fallback: boolean) =>
    `${iccid} ${state}${fallback ? ' fallback' : ''}`
  return {
    eim: profiles.map((each) => form(each.iccid, each.state, each.fallback)).sort(),
    euicc: device.euicc.state.profiles.map((each) => form(each.iccid, each.state, each.fallback)).sort(),
  }
}
