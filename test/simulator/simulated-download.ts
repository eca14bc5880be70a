/** Plays a direct profile download without an SM-DP+: the card ends up as if there had been one (SGP.32 §3.2.3.1). */
import { encode, type Infer } from '../../shared/asn1/index.ts'
import { fromHex, type Octets } from '../../shared/octets.ts'
import {
  BppCommandId,
  ErrorReason,
  iccidToOctets,
  ProfileInstallationResult,
  ProfileInstallationResultData,
  parseIccid,
} from '../../shared/sgp22/index.ts'
import { ProfileDownloadErrorReason } from '../../shared/sgp32/index.ts'
import { immediateEnable } from './es10b.ts'
import { profileOf, type SimulatedProfile } from './euicc-state.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'
import type { Trigger, TriggerResult } from './simulated-ipa.ts'

type Data = Infer<typeof ProfileInstallationResultData>
type InstallationError = NonNullable<Data['finalResult']['errorResult']>

export type DownloadOutcome =
  | { readonly kind: 'installed' }
  /** The card refuses the Bound Profile Package and signs why. */
  | ({ readonly kind: 'installation-error' } & InstallationError)
  /** It did not come to an installation; the IPA says so, unsigned. */
  | { readonly kind: 'download-error'; readonly reason: number; readonly errorResponse?: Octets }
  /** The IPA never reports. */
  | { readonly kind: 'silence' }

export interface DownloadPlan {
  /** The profile that the activation code stands for; its SM-DP+ address is taken from the trigger. */
  readonly profile: SimulatedProfile
  readonly outcome?: DownloadOutcome
  /** Hex; the RSP session's, not the eIM's. */
  readonly transactionId?: string
  readonly smdpOid?: string
  /** Leaves the installation result on the card, for the eIM to pass on, instead of having told the SM-DP+ itself. */
  readonly leavesNotification?: boolean
}

const AID = 'A0000005591010FFFFFFFF8900001100'
const SIMA_OK = '3007A0053003800100'
const ACTIVATION_CODE = /^(?:LPA:)?1\$([^$]+)\$([^$]*)(?:\$[^$]*){0,2}$/

/** For `IpaOptions.download`. */
export function simulatedDownload(
  plan: DownloadPlan,
): (trigger: Trigger, euicc: SimulatedEuicc) => TriggerResult | null {
  return (trigger, euicc) => {
    const outcome = plan.outcome ?? { kind: 'installed' }
    const { codes } = ProfileDownloadErrorReason
    if (outcome.kind === 'silence') return null
    if (euicc.state.ecallActive) return downloadError(trigger, codes.ecallActive)
    if (outcome.kind === 'download-error')
      return downloadError(trigger, outcome.reason, outcome.errorResponse)
    const smdpAddress = serverOf(trigger, euicc)
    if (smdpAddress === null) return downloadError(trigger, codes.undefinedError)
    const profile = { ...plan.profile, smdpAddress, state: 'disabled' as const }
    const error = outcome.kind === 'installation-error' ? outcome : refusalOf(euicc, profile)
    return installationResult(trigger, euicc, plan, profile, error)
  }
}

function downloadError({ eimTransactionId }: Trigger, reason: number, errorResponse?: Octets): TriggerResult {
  const profileDownloadError = { profileDownloadErrorReason: reason, errorResponse }
  return { eimTransactionId, profileDownloadTriggerResultData: { profileDownloadError } }
}

/** Null when the trigger leads nowhere. */
function serverOf({ profileDownloadData }: Trigger, { state }: SimulatedEuicc): string | null {
  if (profileDownloadData?.activationCode !== undefined)
    return ACTIVATION_CODE.exec(profileDownloadData.activationCode)?.[1] ?? null
  if (profileDownloadData?.contactSmds) return 'smdp.behind-smds.example.com'
  return state.defaultSmdpAddress || null
}

function refusalOf({ state }: SimulatedEuicc, { iccid }: SimulatedProfile): InstallationError | undefined {
  if (!profileOf(state, iccid)) return undefined
  return {
    bppCommandId: BppCommandId.codes.storeMetadata,
    errorReason: ErrorReason.codes.installFailedDueToIccidAlreadyExistsOnEuicc,
  }
}

function installationResult(
  { eimTransactionId }: Trigger,
  euicc: SimulatedEuicc,
  plan: DownloadPlan,
  profile: SimulatedProfile,
  error: InstallationError | undefined,
): TriggerResult {
  const seqNumber = error ? euicc.state.nextSeqNumber++ : euicc.install(profile)
  const profileInstallationResultData: Data = {
    transactionId: fromHex(plan.transactionId ?? '0102030405060708'),
    notificationMetadata: {
      seqNumber,
      profileManagementOperation: ['notificationInstall'],
      notificationAddress: profile.smdpAddress,
      iccid: iccidToOctets(parseIccid(profile.iccid)),
    },
    smdpOid: plan.smdpOid ?? '2.999.10',
    finalResult: error
      ? { errorResult: { bppCommandId: error.bppCommandId, errorReason: error.errorReason } }
      : { successResult: { aid: fromHex(profile.isdpAid ?? AID), simaResponse: fromHex(SIMA_OK) } },
  }
  const euiccSignPIR = euicc.signPlain(encode(ProfileInstallationResultData, profileInstallationResultData))
  const profileInstallationResult = { profileInstallationResultData, euiccSignPIR }
  if (plan.leavesNotification) {
    const octets = encode(ProfileInstallationResult, profileInstallationResult)
    euicc.state.notifications.push({ seqNumber, octets })
  }
  if (!error && mayEnable(euicc, profile)) immediateEnable(euicc, profile.iccid)
  return { eimTransactionId, profileDownloadTriggerResultData: { profileInstallationResult } }
}

/** The configuration may allow immediate enabling for one SM-DP+ only. */
function mayEnable({ state }: SimulatedEuicc, { smdpAddress }: SimulatedProfile): boolean {
  const { enabled, smdpAddress: only } = state.immediateEnable
  return enabled && (only === null || only === smdpAddress)
}
