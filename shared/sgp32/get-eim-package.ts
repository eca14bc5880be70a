/** ESipa.GetEimPackage: the IPA asks for work. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  nothing,
  octetString,
  optional,
  sequence,
  size,
} from '../asn1/index.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { EuiccPackageRequest } from './euicc-package.ts'
import { IpaEuiccDataRequest } from './ipa-euicc-data.ts'
import { ProfileDownloadTriggerRequest } from './profile-download-trigger.ts'
import { olderRplmn } from './tolerance.ts'

export const StateChangeCause = namedInteger({
  otherEim: 0,
  fallback: 1,
  emergencyProfile: 2,
  local: 3,
  reset: 4,
  immediateEnableProfile: 5,
  deviceChange: 6,
  undefined: 127,
})
export type StateChangeCause = Infer<typeof StateChangeCause>

/** SGP.32 §5.14.5, §6.3.2.6 */
export const GetEimPackageRequest = sequence(
  'BF4F',
  {
    eidValue: field('5A', Octet16),
    notifyStateChange: optional('80', nothing),
    stateChangeCause: optional('81', StateChangeCause),
    rPLMN: optional('82', octetString(size(3))),
  },
  olderRplmn,
)
export type GetEimPackageRequest = Infer<typeof GetEimPackageRequest>

export const EimPackageError = namedInteger({
  noEimPackageAvailable: 1,
  eidNotFound: 2,
  invalidEid: 3,
  missingEid: 4,
  undefinedError: 127,
})
export type EimPackageError = Infer<typeof EimPackageError>

/** SGP.32 §6.3.2.6 */
export const GetEimPackageResponse = choice('BF4F', {
  euiccPackageRequest: alternative('BF51', EuiccPackageRequest),
  ipaEuiccDataRequest: alternative('BF52', IpaEuiccDataRequest),
  profileDownloadTriggerRequest: alternative('BF54', ProfileDownloadTriggerRequest),
  eimPackageError: alternative('02', EimPackageError),
})
export type GetEimPackageResponse = Infer<typeof GetEimPackageResponse>
