/** What a simulated eUICC keeps in its non-volatile memory. Plain data, so that it can be copied, stored and compared. */
import type { Octets } from '../../../shared/octets.ts'

export interface SimulatedProfile {
  /** Printed digits. */
  readonly iccid: string
  readonly serviceProviderName: string
  readonly profileName: string
  readonly profileClass: 'test' | 'provisioning' | 'operational'
  state: 'enabled' | 'disabled'
  fallback: boolean
  readonly fallbackAllowed: boolean
  /** ppr1: may not be disabled; ppr2: may not be deleted. */
  readonly policyRules: readonly ('ppr1' | 'ppr2')[]
  readonly smdpAddress: string
}

export interface SimulatedAssociation {
  readonly eimId: string
  readonly eimIdType: number
  /** Last counterValue accepted. */
  counterValue: number
  associationToken: number | null
  /** SubjectPublicKeyInfo that package signatures are verified with. */
  subjectPublicKeyInfo: Octets
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
  /** Hex */
  readonly eimTransactionId: string
  /** Names of the operations executed, in order: `enable`, `delete`, `addEim` … */
  readonly operations: readonly string[]
  /** Whether all of them succeeded. */
  readonly ok: boolean
}

export interface EuiccState {
  readonly eid: string
  profiles: SimulatedProfile[]
  associations: SimulatedAssociation[]
  defaultSmdpAddress: string
  rootSmdsAddress: string
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
  rollback: {
    readonly iccid: string | null
    readonly counterValue: number
    readonly eimId: string
    readonly eimTransactionId: Octets | null
  } | null
  ecallActive: boolean
  /** Where ReturnFromFallback goes, while the card itself has switched to its fallback profile. */
  returnIccid: string | null
}

export function newState(eid: string, profiles: readonly SimulatedProfile[]): EuiccState {
  return {
    eid,
    profiles: profiles.map((profile) => ({ ...profile })),
    associations: [],
    defaultSmdpAddress: 'smdp.example.com',
    rootSmdsAddress: 'lpa.ds.example.com',
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
