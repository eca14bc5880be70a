/** A card with a few profiles and a scripted eIM that owns it, for the simulator's own tests. */
import { decode, type Infer } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { iccidToOctets, parseIccid } from '../../shared/sgp22/index.ts'
import { type EuiccPackage, EuiccPackageResult } from '../../shared/sgp32/index.ts'
import { CardIssuer, simulatedEid } from './card-issuer.ts'
import type { SimulatedProfile } from './euicc-state.ts'
import { ScriptedEim } from './scripted-eim.ts'
import { SimulatedEuicc } from './simulated-euicc.ts'

export const A = '89880000000000000001'
export const B = '89880000000000000002'
export const C = '89880000000000000003'
export const UNKNOWN = '89880000000000000009'

export const issuer = CardIssuer.create()
export const forger = CardIssuer.create('Forged CI')
export const EID = simulatedEid(1)

export function profile(iccid: string, changes: Partial<SimulatedProfile> = {}): SimulatedProfile {
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

/** A is enabled, B and C are not. */
export const THREE = [profile(A, { state: 'enabled' }), profile(B), profile(C, { fallbackAllowed: false })]

export const iccid = (digits: string) => iccidToOctets(parseIccid(digits))
export const enable = (digits: string) => ({ enable: { iccid: iccid(digits) } }) as const
export const enableWithRollback = (digits: string) =>
  ({ enable: { iccid: iccid(digits), rollbackFlag: null } }) as const
export const disable = (digits: string) => ({ disable: { iccid: iccid(digits) } }) as const
export const remove = (digits: string) => ({ delete: { iccid: iccid(digits) } }) as const

type Package = Infer<typeof EuiccPackage>
export type PsmoList = NonNullable<Package['psmoList']>
export type EcoList = NonNullable<Package['ecoList']>

export function makeBench(profiles: readonly SimulatedProfile[] = THREE, token?: -1) {
  const euicc = SimulatedEuicc.create(issuer, EID, profiles)
  const eim = new ScriptedEim('eim.example.com')
  eim.token = euicc.addInitialEim(eim.addInitialEim({ associationToken: token }))
  const run = async (octets: Octets) => decode(EuiccPackageResult, await euicc.loadEuiccPackage(octets))
  const results = async (euiccPackage: Package) => {
    const answer = await run(eim.package(EID, euiccPackage))
    return answer.euiccPackageResultSigned?.euiccPackageResultDataSigned.euiccResult
  }
  return {
    euicc,
    eim,
    run,
    psmo: (...psmoList: PsmoList[number][]) => results({ psmoList }),
    eco: (...ecoList: EcoList[number][]) => results({ ecoList }),
    enabled: () => euicc.state.profiles.find(({ state }) => state === 'enabled')?.iccid,
  }
}
