/** The envelope of ESipa in the ASN.1 binding: one message is one alternative. */
import { alternative, choice, type Infer, UNTAGGED } from '../asn1/index.ts'
import { AuthenticateClientRequestEsipa, AuthenticateClientResponseEsipa } from './authenticate-client.ts'
import { CancelSessionRequestEsipa, CancelSessionResponseEsipa } from './cancel-session.ts'
import {
  GetBoundProfilePackageRequestEsipa,
  GetBoundProfilePackageResponseEsipa,
} from './get-bound-profile-package.ts'
import { GetEimPackageRequest, GetEimPackageResponse } from './get-eim-package.ts'
import { HandleNotificationEsipa } from './handle-notification.ts'
import {
  InitiateAuthenticationRequestEsipa,
  InitiateAuthenticationResponseEsipa,
} from './initiate-authentication.ts'
import { ProvideEimPackageResult, ProvideEimPackageResultResponse } from './provide-eim-package-result.ts'
import { TransferEimPackageRequest, TransferEimPackageResponse } from './transfer-eim-package.ts'

/** SGP.32 §6.3 */
export const EsipaMessageFromIpaToEim = choice(UNTAGGED, {
  initiateAuthenticationRequestEsipa: alternative('BF39', InitiateAuthenticationRequestEsipa),
  authenticateClientRequestEsipa: alternative('BF3B', AuthenticateClientRequestEsipa),
  getBoundProfilePackageRequestEsipa: alternative('BF3A', GetBoundProfilePackageRequestEsipa),
  cancelSessionRequestEsipa: alternative('BF41', CancelSessionRequestEsipa),
  handleNotificationEsipa: alternative('BF3D', HandleNotificationEsipa),
  transferEimPackageResponse: alternative('BF4E', TransferEimPackageResponse),
  getEimPackageRequest: alternative('BF4F', GetEimPackageRequest),
  provideEimPackageResult: alternative('BF50', ProvideEimPackageResult),
})
export type EsipaMessageFromIpaToEim = Infer<typeof EsipaMessageFromIpaToEim>

/** SGP.32 §6.3 */
export const EsipaMessageFromEimToIpa = choice(UNTAGGED, {
  initiateAuthenticationResponseEsipa: alternative('BF39', InitiateAuthenticationResponseEsipa),
  authenticateClientResponseEsipa: alternative('BF3B', AuthenticateClientResponseEsipa),
  getBoundProfilePackageResponseEsipa: alternative('BF3A', GetBoundProfilePackageResponseEsipa),
  cancelSessionResponseEsipa: alternative('BF41', CancelSessionResponseEsipa),
  transferEimPackageRequest: alternative('BF4E', TransferEimPackageRequest),
  getEimPackageResponse: alternative('BF4F', GetEimPackageResponse),
  provideEimPackageResultResponse: alternative('BF50', ProvideEimPackageResultResponse),
})
export type EsipaMessageFromEimToIpa = Infer<typeof EsipaMessageFromEimToIpa>
