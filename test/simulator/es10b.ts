/** ES10b functions that an IPA calls on its eUICC, beside LoadEuiccPackage (SGP.32 §5.9, SGP.22 §5.7). */
import { decode, type Infer } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import {
  AddInitialEimError,
  AddInitialEimRequest,
  CmdResult,
  type EuiccMemoryResetRequest,
  type EuiccMemoryResetResponse,
  ExecuteFallbackMechanismResult,
  ImmediateEnableResult,
  ResetEimResult,
  ResetResult,
  ReturnFromFallbackResult,
} from '../../shared/sgp32/index.ts'
import type { Card } from './card.ts'
import { type EuiccState, enabledProfile, profileOf, switchTo } from './euicc-state.ts'
import { associate } from './execute-eco.ts'

export type InitialEims =
  | { readonly ok: true; readonly tokens: readonly (number | null)[] }
  | { readonly ok: false; readonly code: number }

/** AddInitialEim (BF57): only while the card has no eIM; all of the list or none. */
export function addInitialEim(euicc: Card, request: Octets): InitialEims {
  const { codes } = AddInitialEimError
  if (euicc.state.associations.length > 0) return { ok: false, code: codes.associatedEimAlreadyExists }
  const before = euicc.state.nextToken
  const tokens: (number | null)[] = []
  for (const configuration of decode(AddInitialEimRequest, request).eimConfigurationDataList) {
    const outcome = associate(euicc.state, configuration, euicc.ciPKIds)
    if ('refusal' in outcome) {
      euicc.state.associations = []
      euicc.state.nextToken = before
      return { ok: false, code: outcome.refusal }
    }
    tokens.push(outcome.token)
  }
  return { ok: true, tokens }
}

export interface Rolledback {
  readonly cmdResult: number
  /** BF51, when it was done. */
  readonly euiccPackageResult?: Octets
}

/** ProfileRollback (BF58): back to the profile before; a new result takes the place of the first one. */
export function profileRollback(euicc: Card): Rolledback {
  const { codes } = CmdResult
  const { rollback } = euicc.state
  const association = euicc.state.associations.find(({ eimId }) => eimId === rollback?.eimId)
  if (!rollback || !association) return { cmdResult: codes.rollbackNotAllowed }
  if (euicc.faults.catBusy) return { cmdResult: codes.catBusy }
  euicc.state.rollback = null
  const previous = rollback.iccid === null ? null : (profileOf(euicc.state, rollback.iccid) ?? null)
  const switched = switchTo(euicc.state, previous)
  euicc.state.results = euicc.state.results.filter(({ seqNumber }) => seqNumber !== rollback.seqNumber)
  const { eimId, counterValue, eimTransactionId } = rollback
  const credential = euicc.credentialFor(association.euiccCiPKId) ?? euicc.credentials[0]
  const euiccPackageResult = euicc.keepResult(
    { eimId, counterValue, eimTransactionId: eimTransactionId ?? undefined },
    [{ rollbackResult: 0 }],
    { credential, token: association.associationToken },
  )
  euicc.notify(switched)
  return { cmdResult: codes.ok, euiccPackageResult }
}

/** ExecuteFallbackMechanism (BF5D): the rescue when the enabled profile finds no network. */
export function executeFallback(euicc: Card): number {
  const { codes } = ExecuteFallbackMechanismResult
  const { state, faults } = euicc
  const fallback = state.profiles.find((profile) => profile.fallback)
  if (state.ecallActive) return codes.ecallActive
  if (!fallback) return codes.fallbackNotAvailable
  if (fallback.state === 'enabled') return codes.profileNotInDisabledState
  if (faults.catBusy) return codes.catBusy
  state.returnIccid = enabledProfile(state)?.iccid ?? null
  euicc.notify(switchTo(state, fallback))
  return codes.ok
}

/** ReturnFromFallback (BF5E): to the profile that was enabled before the rescue. */
export function returnFromFallback(euicc: Card): number {
  const { codes } = ReturnFromFallbackResult
  const { state, faults } = euicc
  const previous = state.returnIccid === null ? undefined : profileOf(state, state.returnIccid)
  if (!previous) return codes.fallbackNotAvailable
  if (faults.catBusy) return codes.catBusy
  state.returnIccid = null
  euicc.notify(switchTo(state, previous))
  return codes.ok
}

/** ImmediateEnable (BF5A): enables a profile that was just installed, if the configuration allows it. */
export function immediateEnable(euicc: Card, iccid: string): number {
  const { codes } = ImmediateEnableResult
  const { state, faults } = euicc
  const profile = profileOf(state, iccid)
  if (!state.immediateEnable.enabled) return codes.immediateEnableNotAvailable
  if (!profile || profile.state === 'enabled') return codes.noSessionContext
  if (faults.catBusy) return codes.catBusy
  if (enabledProfile(state)?.policyRules.includes('ppr1')) return codes.undefinedError
  euicc.notify(switchTo(state, profile))
  return codes.ok
}

type ResetOptions = Infer<typeof EuiccMemoryResetRequest>['resetOptions']

/** EuiccMemoryReset (BF64). Policy rules do not protect a profile from it (SGP.22 §5.7.19). */
export function euiccMemoryReset(
  euicc: Card,
  resetOptions: ResetOptions,
): Infer<typeof EuiccMemoryResetResponse> {
  const { codes } = ResetResult
  const { state, faults } = euicc
  if (state.ecallActive) return { resetResult: codes.ecallActive }
  if (faults.catBusy) return { resetResult: codes.catBusy }
  const changed = resetProfiles(euicc, resetOptions)
  if (resetOptions.includes('resetDefaultSmdpAddress')) state.defaultSmdpAddress = ''
  return {
    resetResult:
      changed || resetOptions.includes('resetDefaultSmdpAddress') ? codes.ok : codes.nothingToDelete,
    resetEimResult: resetOptions.includes('resetEimConfigData') ? resetEims(state) : undefined,
    resetImmediateEnableConfigResult: resetOptions.includes('resetImmediateEnableConfig')
      ? resetImmediateEnable(state)
      : undefined,
  }
}

function resetProfiles(euicc: Card, options: ResetOptions): boolean {
  const { state } = euicc
  const classes = new Set([
    ...(options.includes('deleteOperationalProfiles') ? ['operational'] : []),
    ...(options.includes('deleteProvisioningProfiles') ? ['provisioning'] : []),
    ...(options.includes('deleteFieldLoadedTestProfiles') || options.includes('deletePreLoadedTestProfiles')
      ? ['test']
      : []),
  ])
  const gone = state.profiles.filter(({ profileClass }) => classes.has(profileClass))
  state.profiles = state.profiles.filter((profile) => !gone.includes(profile))
  if (gone.length > 0) {
    state.rollback = null
    state.returnIccid = null
  }
  euicc.notify(gone.map((profile) => ({ event: 'notificationDelete', profile })))
  return gone.length > 0
}

function resetEims(state: EuiccState): number {
  const { codes } = ResetEimResult
  if (state.associations.length === 0) return codes.nothingToDelete
  state.associations = []
  return codes.ok
}

function resetImmediateEnable(state: EuiccState): number {
  state.immediateEnable = { enabled: false, smdpOid: null, smdpAddress: null }
  return 0
}

export interface Certificates {
  readonly euiccCertificate: Octets
  readonly eumCertificate: Octets
}

/** GetCerts (BF56); null when no certificate is below that CI (invalidCiPKId). */
export function getCerts(euicc: Card, ciPKId?: Octets): Certificates | null {
  return euicc.credentialFor(ciPKId)
    ? (euicc.faults.foreignCertificates ?? euicc.credentialFor(ciPKId) ?? null)
    : null
}

/** RetrieveNotificationsList (BF2B): all, or the one with that number. */
export function retrieveNotifications(euicc: Card, seqNumber?: number): readonly Octets[] {
  return select(euicc.state.notifications, seqNumber)
}

/** RetrieveNotificationsList with the criterion euiccPackageResults. */
export function retrievePackageResults(euicc: Card, seqNumber?: number): readonly Octets[] {
  return select(euicc.state.results, seqNumber)
}

function select(
  kept: readonly { readonly seqNumber: number; readonly octets: Octets }[],
  seqNumber: number | undefined,
): readonly Octets[] {
  return kept
    .filter((each) => seqNumber === undefined || each.seqNumber === seqNumber)
    .map(({ octets }) => octets)
}
