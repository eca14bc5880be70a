/** What a simulated eUICC keeps in its non-volatile memory. Plain data, so that it can be copied, stored and compared. */
import type { Infer } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import type { RulesAuthorisationTable } from '../../shared/sgp22/index.ts'

export type NotifiedEvent =
  | 'notificationEnable'
  | 'notificationDisable'
  | 'notificationDelete'
  | 'notificationInstall'

export interface SimulatedProfile {
  /** Printed digits. */
  readonly iccid: string
  /** Hex; listed only when given. */
  readonly isdpAid?: string
  readonly profileNickname?: string
  readonly serviceProviderName: string
  readonly profileName: string
  readonly profileClass: 'test' | 'provisioning' | 'operational'
  state: 'enabled' | 'disabled'
  fallback: boolean
  readonly fallbackAllowed: boolean
  readonly ecallIndication?: boolean
  /** ppr1: may not be disabled; ppr2: may not be deleted. */
  readonly policyRules: readonly ('ppr1' | 'ppr2')[]
  /** Where its notifications go. */
  readonly smdpAddress: string
  /** Which events are notified; all of them when left out. */
  readonly notifies?: readonly NotifiedEvent[]
}

export interface SimulatedAssociation {
  readonly eimId: string
  eimIdType: number
  /** Last counterValue accepted. */
  counterValue: number
  readonly associationToken: number | null
  /** SubjectPublicKeyInfo that package signatures are verified with. */
  subjectPublicKeyInfo: Octets
  /** Of the CI whose certificate and key answer this eIM; null leaves the choice to the card. */
  euiccCiPKId: Octets | null
  /** The EimConfigurationData as it was given (DER). */
  configuration: Octets
}

export interface KeptResult {
  readonly seqNumber: number
  /** BF51, complete. */
  readonly octets: Octets
}

export interface KeptNotification {
  readonly seqNumber: number
  /** An alternative of PendingNotification, complete. */
  readonly octets: Octets
}

/** One accepted package, for tests that ask what really happened. */
export interface Execution {
  readonly eimId: string
  readonly counterValue: number
  /** Hex; empty when the package had none. */
  readonly eimTransactionId: string
  /** SHA-256 of the BF51, hex. */
  readonly digest: string
  /** Names of the operations executed, in order: `enable`, `delete`, `addEim` … */
  readonly operations: readonly string[]
  /** Whether all of them succeeded. */
  readonly ok: boolean
}

export interface Rollback {
  /** The profile to return to; null when none was enabled. */
  readonly iccid: string | null
  readonly counterValue: number
  readonly eimId: string
  readonly eimTransactionId: Octets | null
  /** Of the result that a rollback takes the place of. */
  readonly seqNumber: number
}

export interface EuiccState {
  readonly eid: string
  profiles: SimulatedProfile[]
  associations: SimulatedAssociation[]
  defaultSmdpAddress: string
  rootSmdsAddress: string
  rulesAuthorisationTable: Infer<typeof RulesAuthorisationTable>
  immediateEnable: {
    readonly enabled: boolean
    readonly smdpOid: string | null
    readonly smdpAddress: string | null
  }
  /** One number space for results and notifications. */
  nextSeqNumber: number
  /** Tokens are given out in sequence. */
  nextToken: number
  results: KeptResult[]
  notifications: KeptNotification[]
  executions: Execution[]
  /** What a profile rollback would return to, while it is possible. */
  rollback: Rollback | null
  ecallActive: boolean
  /** Where ReturnFromFallback goes, while the card itself has switched to its fallback profile. */
  returnIccid: string | null
}

/** Any operator may use ppr1 and ppr2, with the user's consent. */
const RULES: EuiccState['rulesAuthorisationTable'] = [
  {
    pprIds: ['ppr1', 'ppr2'],
    allowedOperators: [{ mccMnc: Uint8Array.of(0xee, 0xee, 0xee) }],
    pprFlags: ['consentRequired'],
  },
]

export function newState(eid: string, profiles: readonly SimulatedProfile[]): EuiccState {
  return {
    eid,
    profiles: profiles.map((profile) => ({ ...profile })),
    associations: [],
    defaultSmdpAddress: 'smdp.example.com',
    rootSmdsAddress: 'lpa.ds.example.com',
    rulesAuthorisationTable: RULES,
    immediateEnable: { enabled: false, smdpOid: null, smdpAddress: null },
    nextSeqNumber: 1,
    nextToken: 1,
    results: [],
    notifications: [],
    executions: [],
    rollback: null,
    ecallActive: false,
    returnIccid: null,
  }
}

export function profileOf(state: EuiccState, iccid: string): SimulatedProfile | undefined {
  return state.profiles.find((profile) => profile.iccid === iccid)
}

export function enabledProfile(state: EuiccState): SimulatedProfile | undefined {
  return state.profiles.find((profile) => profile.state === 'enabled')
}

export interface Switched {
  readonly event: NotifiedEvent
  readonly profile: SimulatedProfile
}

/** Only one profile is enabled at a time: enabling one disables the other. Null leaves none. Tells what changed. */
export function switchTo(state: EuiccState, wanted: SimulatedProfile | null): readonly Switched[] {
  const current = enabledProfile(state)
  if (current === wanted) return []
  if (current) current.state = 'disabled'
  if (wanted) wanted.state = 'enabled'
  return [
    ...(current ? [{ event: 'notificationDisable' as const, profile: current }] : []),
    ...(wanted ? [{ event: 'notificationEnable' as const, profile: wanted }] : []),
  ]
}
